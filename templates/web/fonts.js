// Asks for the fonts before the stylesheet does, so that no line moves when they come. From disk that is not allowed.
if (location.protocol !== "file:") for (const href of document.currentScript.dataset.fonts.split(" ")) {
const link = document.createElement("link");
Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href });
document.head.append(link);
}
