// Narrows a list that is complete without it to what holds every word that is asked for, and keeps it in the address.
(() => {
const form = document.querySelector(".filter");
const box = form.querySelector("input[type=search]");
const says = form.querySelector("[role=status]");
// Letters are compared without case and without the marks that people leave out when they type.
const marks = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u200b-\u200f]/g;
const fold = (text) => text.normalize("NFKD").replace(marks, "").toUpperCase().toLowerCase();
const elements = [...document.querySelectorAll(form.dataset.items)];
const groups = form.dataset.groups ? [...document.querySelectorAll(form.dataset.groups)] : [];
const has = form.dataset.items.split(",").map((each) => each + ":not([hidden])").join();
// To hide and show thousands of items at each letter takes a browser long: of very long lists, the first that are found are
// shown in a list of their own.
const most = elements.length > 2000 && groups.length && 200;
const place = most && groups[0].parentNode;
const results = most && place.cloneNode();
let items;

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

// Copies of what was found, under the headings that it stands under.
const listed = (found) => {
const parts = new Map();
for (const { element } of found) {
const group = element.closest(form.dataset.groups);
if (!parts.has(group)) {
const part = group.cloneNode();
const heading = group.firstElementChild.cloneNode(true);
part.removeAttribute("aria-labelledby");
heading.removeAttribute("id");
part.append(heading, element.parentNode.cloneNode());
parts.set(group, part);
}
parts.get(group).lastChild.append(element.cloneNode(true));
}
results.replaceChildren(...parts.values());
if (!results.parentNode) place.after(results);
return [...results.querySelectorAll(form.dataset.items)].map((element) => ({ element }));
};

const filter = () => {
const words = fold(box.value).split(/\s+/).filter(Boolean);
if (!items && !words.length) return;
items ??= elements.map((element) => ({ element, text: fold(element.textContent) }));
let left = items.filter((item) => words.every((word) => item.text.includes(word)));
const words_of = left.length > most && most ? form.dataset.first : left.length ? form.dataset.found : form.dataset.none;
says.textContent = words.length ? words_of.replace("{count}", left.length).replace("{total}", items.length).replace("{first}", most) : "";
if (most) left = listed(words.length ? left.slice(0, most) : []);
else {
const shown = new Set(left);
for (const item of items) item.element.hidden = !shown.has(item);
for (const group of groups) group.hidden = !group.querySelector(has);
}
if (most) {
place.hidden = words.length > 0;
results.hidden = !place.hidden;
}
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
