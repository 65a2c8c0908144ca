"""The brief's content as a Typst document: the same sections and texts, set by Typst.

    python typst_brief.py MAP.json FONTS FILE.pdf    with the Python that has the package “typst”

The markup is made from map.json within the measured process.
"""

import json
import re
import sys
from pathlib import Path

import typst


def text(markdown: str | None) -> str:
    """Markdown-lite as Typst's markup: bold, italic, links, lists and paragraphs; all other signs as they stand."""
    escaped = re.sub(r"([\\#$@<>`~'\"=/+])", r"\\\1", markdown or "")
    linked = re.sub(r"\[([^\]]*)\]\(\\?<?([^)>\s]*?)\\?>?\)", r'#link("\2")[\1]', escaped.replace("\\/", "/"))
    strong = re.sub(r"\*\*(.+?)\*\*", r"#strong[\1]", linked)
    return re.sub(r"(?<!\*)\*([^*\n]+)\*", r"#emph[\1]", strong)


def document(data: dict) -> str:
    """The whole brief: cover, contents, introduction, each stakeholder, areas, matrix, glossary, resources, pages."""
    settings = data["settings"]
    names = {row["id"]: row["name"] for row in (*data["stakeholders"], *data["phases"], *data["action_areas"])}
    lines = [
        '#set document(title: "Brief")',
        f'#set page(paper: "a4", margin: 20mm, numbering: "1 of 1", footer: context [{text(settings["edition"])} '
        '#h(1fr) #counter(page).display("1 of 1", both: true)])',
        '#set text(font: "Inter", size: 10pt)',
        "#show heading.where(level: 1): it => { pagebreak(weak: true); it }",
        f"#align(center + horizon)[#text(size: 36pt, weight: 600)[{text(settings['title'])}] \\\n"
        f"{text(settings['subtitle'])}]",
        "#outline()",
        f"= Introduction\n{text(settings['introduction'])}\n\n{text(settings['call_to_action'])}",
    ]
    for phase in data["phases"]:
        lines.append(f"== {text(phase['name'])}\n{text(phase['tagline'])}\n\n{text(phase['description'])}")
    for one in data["stakeholders"]:
        lines.append(f"= {text(one['name'])} <{one['id']}>\n{text(one['definition'])}\n\n{text(one['examples'])}")
        for key, group in (("strategies", "phase"), ("actions", "action_area")):
            rows = [row for row in data[key] if row["stakeholder"] == one["id"]]
            for place in dict.fromkeys(row[group] for row in rows):
                lines.append(f"=== {text(names[place])}")
                for row in rows:
                    if row[group] == place:
                        others = ", ".join(f"#link(<{other}>)[{text(names[other])}]" for other in row["works_with"])
                        lines.append(f"- {text(row['text'])} {others}")
        for row in data["value_propositions"]:
            if row["stakeholder"] == one["id"]:
                lines.append(f"/ {text(row['title'])}: {text(row['description'])}")
    lines.append("= Areas for action")
    lines += [f"== {text(area['name'])}\n{text(area['description'])}" for area in data["action_areas"]]
    cells = [f"[{text(phase['name'])}]" for phase in data["phases"]]
    for one in data["stakeholders"]:
        cells.append(f"[{text(one['name'])}]")
        for phase in data["phases"]:
            found = [
                row for row in data["strategies"] if (row["stakeholder"], row["phase"]) == (one["id"], phase["id"])
            ]
            cells.append(f"[{len(found)}]")
    lines.append(f"= Matrix\n#table(columns: {len(data['phases']) + 1}, [], {', '.join(cells)})")
    lines.append("= Glossary")
    lines += [f"/ {text(term['term'])}: {text(term['definition'])}" for term in data["glossary"]]
    lines.append("= Resources")
    lines += [f'- #link("{row["link"]}")[{text(row["title"])}], {text(row["author"])}' for row in data["resources"]]
    for page in data["pages"]:
        lines.append(f"= {text(page['title'])}\n{text(re.sub('^#+ ', '', page['body'] or '', flags=re.MULTILINE))}")
    return "\n\n".join(lines)


def main(source: Path, fonts: Path, target: Path) -> None:
    """Set the brief, in PDF with tags as Typst writes them by itself."""
    markup = document(json.loads(source.read_bytes()))
    made = typst.compile(markup.encode(), font_paths=[str(fonts)], ignore_system_fonts=True)
    target.write_bytes(made)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
