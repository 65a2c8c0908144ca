// Narrows a list that is complete without it to what holds every word that is asked for, and keeps it in the address.
(() => {
const form = document.querySelector(".filter");
const box = form.querySelector("input[type=search]");
const says = form.querySelector("[role=status]");
// Letters are compared without case and without the marks that people leave out when they type.
const marks = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u200b-\u200f]/g;
const fold = (text) => text.normalize("NFKD").replace(marks, "").toUpperCase().toLowerCase();
const items = [...document.querySelectorAll(form.dataset.items)].map((element) => ({ element, text: fold(element.textContent) }));
const groups = form.dataset.groups ? [...document.querySelectorAll(form.dataset.groups)] : [];

// Where the words stand in the text as it is written, letter by letter.
const ranges = (element, words) => {
const found = [];
const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
let folded = "";
const places = [];
let at = 0;
for (const letter of node.data) {
const made = fold(letter);
for (let each = 0; each < made.length; each++) places.push(at);
folded += made;
at += letter.length;
}
places.push(at);
for (const word of words) {
for (let start = folded.indexOf(word); start >= 0; start = folded.indexOf(word, start + word.length)) {
const range = new Range();
range.setStart(node, places[start]);
range.setEnd(node, places[start + word.length]);
found.push(range);
}
}
}
return found;
};

const filter = () => {
const words = fold(box.value).split(/\s+/).filter(Boolean);
const left = items.filter((item) => {
const is = words.every((word) => item.text.includes(word));
item.element.hidden = !is;
return is;
});
for (const group of groups) group.hidden = !group.querySelector(form.dataset.items.split(",").map((each) => each + ":not([hidden])").join());
const words_of = left.length ? form.dataset.found : form.dataset.none;
says.textContent = words.length ? words_of.replace("{count}", left.length).replace("{total}", items.length) : "";
if (window.Highlight && CSS.highlights) {
CSS.highlights.delete("found");
if (words.length) CSS.highlights.set("found", new Highlight(...left.slice(0, 500).flatMap((item) => ranges(item.element, words))));
}
};
const remember = () => {
const address = new URL(location);
if (box.value) address.searchParams.set("q", box.value);
else address.searchParams.delete("q");
try { history.replaceState(null, "", address); } catch { }
};

box.value = new URLSearchParams(location.search).get("q") || "";
filter();
let timer;
box.addEventListener("input", () => { filter(); clearTimeout(timer); timer = setTimeout(remember, 300); });
form.addEventListener("submit", (event) => { event.preventDefault(); remember(); });
form.addEventListener("reset", (event) => { event.preventDefault(); box.value = ""; filter(); remember(); box.focus(); });
})();
