// Adds to every page: "/" leads to the search, terms show their tooltip, links and snippets can be copied.
(() => {
const $ = (selector) => document.querySelectorAll(selector);
const stored = (value) => {
try {
if (value !== undefined) localStorage.setItem("shortcut", value);
return localStorage.getItem("shortcut");
} catch { return null; }
};
// A single key can be turned off (WCAG 2.2, 2.1.4).
const choice = document.getElementById("shortcut");
if (choice) {
choice.checked = stored() !== "off";
choice.onchange = () => stored(choice.checked ? "on" : "off");
}
const box = document.querySelector("[data-search]");
addEventListener("keydown", (event) => {
if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box || stored() === "off") return;
if (event.target.closest("input, textarea, select, [contenteditable]")) return;
event.preventDefault();
box.focus();
box.select();
});

let shown, timer;
const hide = () => {
clearTimeout(timer);
if (shown) shown.hidden = true;
shown = null;
};
const show = (link) => {
const tip = document.getElementById(link.getAttribute("aria-describedby"));
if (!tip) return;
if (tip !== shown) hide();
clearTimeout(timer);
shown = tip;
tip.hidden = false;
const at = link.getClientRects()[0];
const wide = document.documentElement.clientWidth;
const height = tip.offsetHeight;
const above = at.bottom + height + 8 > innerHeight && at.top > height;
tip.style.left = Math.max(8, Math.min(at.left, wide - tip.offsetWidth - 8)) + scrollX + "px";
tip.style.top = (above ? at.top - height - 2 : at.bottom + 2) + scrollY + "px";
};
const later = () => { clearTimeout(timer); timer = setTimeout(hide, 250); };
for (const link of $(".term-link")) {
link.onpointerenter = (event) => event.pointerType === "mouse" && show(link);
link.onpointerleave = (event) => event.pointerType === "mouse" && later();
link.onfocus = () => show(link);
link.onblur = later;
// The first touch explains, the second leads to the glossary.
let opened = false;
link.onpointerdown = (event) => { opened = event.pointerType === "mouse" || (shown && shown.id === link.getAttribute("aria-describedby")); };
link.onclick = (event) => {
if (event.detail && !opened) { event.preventDefault(); show(link); }
};
}
for (const tip of $(".tip")) {
tip.onpointerenter = () => clearTimeout(timer);
tip.onpointerleave = later;
}
addEventListener("keydown", (event) => event.key === "Escape" && hide());
addEventListener("pointerdown", (event) => event.target.closest(".tip, .term-link") || hide());

const copy = async (text, place, words) => {
try { await navigator.clipboard.writeText(text); } catch { return; }
const before = place.textContent;
place.textContent = words;
setTimeout(() => { place.textContent = before; }, 2000);
};
for (const button of $("[data-copy]")) {
const held = button.closest("[data-copied]");
button.onclick = () => copy(held.querySelector("code").textContent, button, held.dataset.copied);
}
for (const link of $(".row-link")) link.addEventListener("click", () => copy(link.href, link, "✓"));
})();
