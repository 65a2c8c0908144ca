// The page of a preview: takes over what is new without losing its place, shows the cell of a text, and the brief beside it.
// It stands before every script of the page, so that it knows what listens to the page and can let go of it.
(() => {
if (window !== window.top) return;
const listening = [];
const listen = [window, document].map((target) => {
const add = target.addEventListener.bind(target);
target.addEventListener = (type, listener, options) => { listening.push([target, type, listener, options]); add(type, listener, options); };
return add;
});
const [onWindow, onDocument] = listen;
const path = decodeURIComponent(location.pathname);
const remembered = (name, value) => {
try {
if (value !== undefined) sessionStorage.setItem("preview." + name, value);
return sessionStorage.getItem("preview." + name);
} catch { return null; }
};
const is = { panel: remembered("panel") === "yes", cells: remembered("cells") === "yes", brief: remembered("brief") === "yes", hidden: remembered("hidden") === "yes" };
let root, known = {}, source, scripts, busy = Promise.resolve(), last;
const $ = (selector) => root.querySelector(selector);
const $$ = (selector) => [...root.querySelectorAll(selector)];
const say = (words) => { $("#says").textContent = words; };

// The bar, the panel and the brief beside the page: what is open, as it was.
const arrange = () => {
$("#panel").hidden = !is.panel || is.hidden;
$(".bar").hidden = is.hidden;
$("#tab").hidden = !is.hidden;
for (const line of $$(".line")) line.hidden = is.hidden && line.closest("[data-part=bar]");
for (const [name, attribute] of [["panel", "aria-expanded"], ["cells", "aria-pressed"], ["brief", "aria-expanded"]])
for (const button of $$(`.bar [data-does=${name}]`)) button.setAttribute(attribute, is[name]);
const beside = is.brief && !is.hidden;
$("#beside").hidden = !beside;
$(".preview").classList.toggle("is-beside", beside);
document.documentElement.classList.toggle("shows-brief", beside);
document.documentElement.classList.toggle("shows-cells", is.cells);
document.documentElement.style.setProperty("--preview-bar", $("[data-part=bar]").offsetHeight + "px");
for (const element of document.querySelectorAll("[data-cell]:not(a, button, summary, input, svg *)")) {
if (is.cells) element.tabIndex = 0;
else if (element.tabIndex === 0) element.removeAttribute("tabindex");
}
if (beside) showBrief();
};
const showBrief = () => {
const choices = $$("[data-shows]");
const wanted = remembered("brief_shown") === "whole" ? choices.at(-1) : choices[0];
for (const button of choices) button.setAttribute("aria-pressed", button === wanted);
const address = wanted.dataset.shows + "?" + wanted.dataset.digest;
if ($("#frame").dataset.address === address) return;
$("#frame").dataset.address = address;
$("#frame").src = address + "#navpanes=0";
};
const toggle = (name) => {
is[name] = !is[name];
remembered(name, is[name] ? "yes" : "no");
arrange();
};
const does = {
panel: (button) => { toggle("panel"); (is.panel ? $(".list") : $("#opener")).focus(); },
cells: () => { toggle("cells"); say(is.cells ? "Each text can be reached with Tab and says its cell." : ""); },
brief: () => { toggle("brief"); $("#brief").focus(); },
hide: () => { toggle("hidden"); (is.hidden ? $("#tab") : $("#hide")).focus(); },
};

// The cell of what is pointed at, and of what has the focus.
const locatedAt = (event) => event.target instanceof Element ? event.target.closest("[data-cell]") : null;
const point = (element) => {
last?.classList.remove("is-pointed");
last = element;
if (is.cells) element?.classList.add("is-pointed");
$("#readout").textContent = element ? element.dataset.cell : "";
};
const copyCell = async (element) => {
try { await navigator.clipboard.writeText(element.dataset.cell.split("; ")[0]); } catch { return; }
say(element.dataset.cell + " is copied.");
$("#readout").textContent = "Copied";
setTimeout(() => { if (last === element) $("#readout").textContent = element.dataset.cell; }, 1200);
};
const cellsOf = (cell) => [...document.querySelectorAll("[data-cell]")].filter((element) => element.dataset.cell.split("; ").includes(cell));
const go = (cell) => {
const found = cellsOf(cell);
const element = found.find((each) => each.matches("main *") && each.getClientRects().length) || found.find((each) => each.getClientRects().length);
if (!element) return false;
element.scrollIntoView({ block: "center", behavior: "instant" });
if (element.tabIndex < 0) element.setAttribute("tabindex", "-1");
element.focus({ preventScroll: true });
element.classList.remove("is-new-here");
void element.getBoundingClientRect();
element.classList.add("is-new-here");
return true;
};

// What an element is found by again after its page was replaced.
const way = (element) => {
if (element.id) return "#" + CSS.escape(element.id);
const outer = element.parentElement;
return outer ? way(outer) + " > :nth-child(" + ([...outer.children].indexOf(element) + 1) + ")" : ":root";
};
const scrolled = () => [...document.querySelectorAll("body *")].filter((each) => each.scrollTop || each.scrollLeft).map((each) => [way(each), each.scrollLeft, each.scrollTop]);
const held = () => ({
at: [scrollX, scrollY],
anchor: anchorOf(),
inner: scrolled(),
focus: document.activeElement && document.activeElement !== document.body && document.activeElement.id !== "preview_host" ? way(document.activeElement) : null,
open: [...document.querySelectorAll("details")].map((each) => [way(each), each.open]),
fields: [...document.querySelectorAll("input, select, textarea")].map((each) => [way(each), each.type === "radio" || each.type === "checkbox" ? each.checked : each.value]),
});
// A text that stays in its place on the screen although what stands above it grows.
const anchorOf = () => {
for (const y of [80, 200, 360]) {
const element = document.elementFromPoint(innerWidth / 3, y)?.closest("main [data-cell], main [id]");
if (element) return { text: element.textContent, top: element.getBoundingClientRect().top, way: way(element) };
}
return null;
};
const hold = (was) => {
for (const [where, open] of was.open) { const each = document.querySelector(where); if (each) each.open = open; }
for (const [where, value] of was.fields) {
const each = document.querySelector(where);
if (!each) continue;
const name = typeof value === "boolean" ? "checked" : "value";
if (each[name] === value) continue;
each[name] = value;
each.dispatchEvent(new Event("input", { bubbles: true }));
}
scrollTo({ left: was.at[0], top: was.at[1], behavior: "instant" });
if (was.anchor && was.at[1] > 0) {
const there = document.querySelector(was.anchor.way);
const same = there?.textContent === was.anchor.text ? there : [...document.querySelectorAll("main [data-cell], main [id]")].find((each) => each.textContent === was.anchor.text);
if (same) scrollBy({ top: same.getBoundingClientRect().top - was.anchor.top, behavior: "instant" });
}
for (const [where, left, top] of was.inner) document.querySelector(where)?.scrollTo({ left, top, behavior: "instant" });
if (was.focus) document.querySelector(was.focus)?.focus({ preventScroll: true });
};

// Scripts that run: what is only data is not one of them.
const runs = (page) => [...page.querySelectorAll("script")].filter((each) => (!each.type || each.type === "text/javascript") && !each.textContent.includes("preview_host"));
const textsOf = (page) => new Set([...page.querySelectorAll("main [data-cell]")].map((each) => each.textContent));
const replacePage = (html) => {
const next = new DOMParser().parseFromString(html, "text/html");
const theirs = runs(next);
if (theirs.map((each) => each.textContent).join("\0") !== scripts) { location.reload(); return; }
const was = held(), before = textsOf(document);
for (const [target, type, listener, options] of listening.splice(0)) target.removeEventListener(type, listener, options);
const host = document.getElementById("preview_host");
next.getElementById("preview_host")?.remove();
document.title = next.title;
for (const name of ["lang", "dir"]) document.documentElement.setAttribute(name, next.documentElement.getAttribute(name) || "");
document.body.className = next.body.className;
for (const each of [...document.body.childNodes]) if (each !== host) each.remove();
const bodies = theirs.filter((each) => next.body.contains(each));
host.before(...next.body.childNodes);
for (const each of bodies) {
const again = document.createElement("script");
for (const { name, value } of each.attributes) again.setAttribute(name, value);
again.textContent = each.textContent;
each.replaceWith(again);
}
for (const type of ["DOMContentLoaded", "load"]) for (const [target, heard, listener] of listening) if (heard === type) listener.call(target, new Event(type));
arrange();
hold(was);
point(null);
for (const each of document.querySelectorAll("main [data-cell]")) if (!before.has(each.textContent)) each.classList.add("is-new-here");
};
const replacePanel = (html) => {
const next = document.createElement("template");
next.innerHTML = html;
const focus = root.activeElement && (root.activeElement.id ? "#" + root.activeElement.id : root.activeElement.dataset.goes ? `[data-goes="${CSS.escape(root.activeElement.dataset.goes)}"]` : root.activeElement.className ? "." + root.activeElement.className.split(" ")[0] : null);
const list = $(".list").scrollTop, readout = $("#readout").textContent, before = $("#panel h2").textContent;
for (const part of next.content.querySelectorAll("[data-part]")) $(`[data-part=${part.dataset.part}]`).replaceChildren(...part.childNodes);
arrange();
$(".list").scrollTop = list;
$("#readout").textContent = readout;
if (focus) (root.querySelector(focus) || $("#opener")).focus({ preventScroll: true });
const now = $("#panel h2").textContent;
say(now === before ? "The preview is up to date." : now);
};
const fresh = async (address) => {
const answer = await fetch(address, { cache: "no-store", headers: { Accept: "text/html" } });
return [await answer.text(), answer.headers.get("X-Preview")];
};
const heard = async (news) => {
if (known.files && news.files !== known.files) { location.reload(); return; }
if (known.styles && news.styles !== known.styles) {
for (const link of document.querySelectorAll("head link[rel=stylesheet]")) {
const again = link.cloneNode();
again.href = link.href.split("?")[0] + "?" + news.styles;
again.onload = () => link.remove();
link.after(again);
}
}
if (news.page !== known.page) {
if (path.endsWith(".pdf")) { location.reload(); return; }
const [html, digest] = await fresh(location.pathname + location.search);
if (digest !== known.page) replacePage(html);
news.page = digest;
}
if (news.panel !== known.panel) replacePanel((await fresh("/_preview/panel?page=" + encodeURIComponent(path)))[0]);
known = news;
};

const connect = () => {
if (source || document.hidden) return;
source = new EventSource("/_preview/changes?page=" + encodeURIComponent(path));
source.onmessage = (event) => {
const news = JSON.parse(event.data);
busy = busy.then(() => heard(news)).catch(() => {});
};
source.addEventListener("end", () => { say("The preview has ended."); $(".what span").textContent = "The preview has ended"; disconnect(); });
};
// A browser keeps only a few connections to one server: windows that nobody sees give theirs back.
const disconnect = () => { source?.close(); source = null; };

onDocument("DOMContentLoaded", () => {
const host = document.getElementById("preview_host");
root = host.shadowRoot;
if (!root) {
// A browser that does not know shadow trees in HTML.
root = host.attachShadow({ mode: "open" });
root.append(host.querySelector("template").content);
}
scripts = runs(document).map((each) => each.textContent).join("\0");
known = { page: host.dataset.page, panel: host.dataset.panel };
root.addEventListener("click", (event) => {
const button = event.target.closest("[data-does], [data-shows], [data-goes]");
if (!button) return;
if (button.dataset.does) does[button.dataset.does](button);
else if (button.dataset.shows) { remembered("brief_shown", button === $$("[data-shows]").at(-1) ? "whole" : "own"); showBrief(); }
else if (go(button.dataset.goes)) event.preventDefault();
});
root.addEventListener("keydown", (event) => {
if (event.key !== "Escape") return;
if (is.panel && event.target.closest("#panel")) does.panel();
else if (is.brief && event.target.closest("#beside")) does.brief();
});
// A page's own keys are not for who types in the panel.
for (const type of ["keydown", "keyup"]) host.addEventListener(type, (event) => event.stopPropagation());
arrange();
new ResizeObserver(() => document.documentElement.style.setProperty("--preview-bar", $("[data-part=bar]").offsetHeight + "px")).observe($("[data-part=bar]"));
connect();
const meant = new URLSearchParams(location.hash.slice(1)).get("cell");
if (meant) go(meant);
});
// A page that scrolls under a pointer at rest is not pointed at: then the focus says which cell is meant.
let pointer = "";
onDocument("pointermove", (event) => {
const place = event.screenX + " " + event.screenY;
if (root && place !== pointer) point(locatedAt(event));
pointer = place;
});
onDocument("focusin", (event) => root && event.target.id !== "preview_host" && point(locatedAt(event)));
onDocument("click", (event) => {
const element = is.cells && locatedAt(event);
if (element && !event.target.closest("a, button, summary, input, label")) copyCell(element);
});
onDocument("keydown", (event) => {
if (event.key === "Enter" && is.cells && event.target.matches?.("[data-cell][tabindex]")) copyCell(event.target);
});
onDocument("visibilitychange", () => document.hidden ? disconnect() : connect());
onWindow("pagehide", disconnect);
onWindow("pageshow", (event) => event.persisted && connect());
onWindow("hashchange", () => { const meant = new URLSearchParams(location.hash.slice(1)).get("cell"); if (meant) go(meant); });
})();
