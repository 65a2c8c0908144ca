"""`brief.pdf` alone, as a build makes it: checked, with its tags, in a process of its own.

python brief_alone.py WORKBOOK FILE.pdf          lays it out
python brief_alone.py WORKBOOK FOLDER --html     writes what the layout engine is handed, with its fonts
"""

import sys
from datetime import date
from pathlib import Path

from pipeline.build import stamp_of
from pipeline.fit import check_fit
from pipeline.load import load
from pipeline.rendering import brief, data
from pipeline.rendering.pdf_process import Limits, ahead
from pipeline.templating import environment


def main(workbook: Path, target: Path, *options: str) -> None:
    """Make the PDF, or with `--html` the page and its fonts."""
    with ahead(Limits()) as start:
        if "--html" not in options:
            start()
        _make(workbook, target, *options)


def _make(workbook: Path, target: Path, *options: str) -> None:
    loaded = load(workbook, today=date.today())
    content = loaded.content
    if content is None:
        raise SystemExit("the workbook has errors")
    tuple(check_fit(content))
    stamp, templates = stamp_of(content), environment(project=workbook.parent.parent)
    if "--html" in options:
        documents, fonts = brief.handed_over(content, stamp=stamp, templates=templates)
        html = documents[0].html
        for address, body in fonts.items():
            (target / address.rpartition(":")[2]).write_bytes(body)
            html = html.replace(address, address.rpartition(":")[2])
        (target / "brief.html").write_text(html, encoding="utf-8")
        return
    whole = tuple(brief.documents_of(content, stamp=stamp, templates=templates))[:1]
    body = data.map_file(content, stamp=stamp).body
    (made,) = brief.printed_with_fonts(whole, stamp=stamp, templates=templates, data=body)
    target.write_bytes(made.body)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
