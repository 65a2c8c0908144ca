// Extras of the map. Arrow keys lead to the stakeholder that stands that way, Home and End to the first and the last; and
// who comes back from a page finds the focus on the link that led there. Without this script the links work all the same.
(() => {
  const ring = [...document.querySelectorAll("a.map-stakeholder")];
  const links = [...document.querySelectorAll(".mapped a")];
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  const middle = (link) => {
    const box = link.querySelector(".map-disc").getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  const towards = (from, [right, down]) => {
    const [x, y] = middle(from);
    let best, least = Infinity;
    for (const link of ring) {
      const [otherX, otherY] = middle(link);
      const along = (otherX - x) * right + (otherY - y) * down;
      const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
      if (along > 2 && along + 2 * aside < least) [best, least] = [link, along + 2 * aside];
    }
    return best;
  };

  document.addEventListener("keydown", (event) => {
    const from = document.activeElement;
    if (!ring.includes(from) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const way = ways[event.key];
    const to = way ? towards(from, way) : { Home: ring[0], End: ring.at(-1) }[event.key];
    if (way || to) event.preventDefault();
    to?.focus();
  });

  document.addEventListener("click", (event) => {
    const at = links.indexOf(event.target.closest("a"));
    if (at >= 0) history.replaceState({ ...history.state, at }, "");
  });

  const [visit] = performance.getEntriesByType("navigation");
  if (visit?.type === "back_forward") links[history.state?.at]?.focus({ focusVisible: true });
})();
