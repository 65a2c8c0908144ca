// The pages that the program publishes, made by Eleventy from its map.json: for `script/bench`.
import markdownIt from "markdown-it";

const markdown = markdownIt({ html: false, linkify: false });

// What every page needs of the map is worked out once: rows by stakeholder, by phase, by area, names by ID.
function prepared(map) {
  const by = (rows, ...keys) => {
    const found = {};
    for (const row of rows) {
      const key = keys.map((name) => row[name]).join("/");
      (found[key] ??= []).push(row);
    }
    return found;
  };
  const named = {};
  for (const row of [...map.stakeholders, ...map.phases, ...map.action_areas]) named[row.id] = row.name;
  const forms = map.glossary.flatMap((term) => [term.term, term.abbreviation, ...term.also_known_as].filter(Boolean).map((form) => [form.toLowerCase(), term]));
  return {
    ...map,
    named,
    terms: Object.fromEntries(forms),
    strategies_of: by(map.strategies, "stakeholder", "phase"),
    strategies_in: by(map.strategies, "phase"),
    actions_of: by(map.actions, "stakeholder", "action_area"),
    actions_in: by(map.actions, "action_area"),
    reasons_of: by(map.value_propositions, "stakeholder", "case"),
    groups: by(map.resources, "group"),
    partners: Object.fromEntries(
      map.stakeholders.map((one) => [one.id, [...new Set([...map.strategies, ...map.actions].filter((row) => row.stakeholder === one.id).flatMap((row) => row.works_with))]]),
    ),
  };
}

export default function (config) {
  let found;
  config.addFilter("prepared", (map) => (found ??= prepared(map)));
  config.on("eleventy.before", () => (found = undefined));
  config.addFilter("md", (text) => markdown.render(text ?? ""));
  config.addFilter("inline", (text) => markdown.renderInline(text ?? ""));
  config.addFilter("at", (index, count, radius, axis) => {
    const angle = (2 * Math.PI * index) / count - Math.PI / 2;
    return (500 + radius * (axis === "x" ? Math.cos(angle) : Math.sin(angle))).toFixed(1);
  });
  config.addFilter("place", (id, rows) => rows.findIndex((row) => row.id === id));
  // The first place of each glossary term in a page's texts is explained, as on the map.
  config.addFilter("explained", (html, terms) => {
    const seen = new Set();
    return html.replace(/(<[^>]*>)|([\p{L}][\p{L}\p{N}-]*(?: [\p{L}][\p{L}\p{N}-]*){0,3})/gu, (all, tag, words) => {
      if (tag) return tag;
      for (let parts = words.split(" "), size = parts.length; size; size -= 1) {
        const form = parts.slice(0, size).join(" ");
        const term = terms[form.toLowerCase()];
        if (term && !seen.has(term.id)) {
          seen.add(term.id);
          return `<a class="term" href="/glossary.html#${term.id}">${form}</a>${all.slice(form.length)}`;
        }
      }
      return all;
    });
  });
  return { dir: { input: ".", includes: "_includes", data: "_data" }, htmlTemplateEngine: "njk", templateFormats: ["njk"] };
}
