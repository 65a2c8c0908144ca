// An old address may end in a place on the page (#phase_using), which the refresh of HTML would lose.
location.replace(document.querySelector("[data-moved]").getAttribute("href") + location.search + location.hash);
