"""A workbook's rows as plain text that stays the same while they do: what Git compares (`diff --textconv`).

There are no row numbers in it, so a row put in at the top does not touch the others. Pure: tables in, text out.
"""

from collections.abc import Iterable, Iterator

from pipeline.harmless import visible
from pipeline.records import Field, Record, Table


def row_listing(tables: Iterable[Table]) -> str:
    """Every filled-in cell of `tables`, a block for each row: `Heading: text`, further lines of a text indented.

    Drafts, the editors' columns and house rules are among them. Every text is made harmless for a terminal.
    """
    lines: list[str] = []
    for table in tables:
        lines_of_rows = [line for record in table for line in _block(record)]
        if lines_of_rows:
            lines += [f"=== {visible(table.name)} ===", "", *lines_of_rows]
    return "\n".join(lines) + "\n" if lines else ""


def _block(record: Record) -> Iterator[str]:
    """The lines of one row, and a blank one after it."""
    lines = [line for field in record.fields.values() if field.text for line in _lines(field)]
    yield from (*lines, "") if lines else ()


def _lines(field: Field) -> Iterator[str]:
    first, *more = field.text.splitlines() or [""]
    yield f"{visible(field.column.heading)}: {visible(first)}".rstrip()
    yield from (f"    {visible(line)}".rstrip() for line in more)
    if field.link and field.link not in field.text:
        yield f"    <{visible(field.link)}>"
