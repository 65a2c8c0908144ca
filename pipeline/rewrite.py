"""A workbook's rows written into a workbook of the present form, blank IDs filled in (`script/rewrite-sample`)."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pipeline.assembly import assemble
from pipeline.load import load
from pipeline.model import SHEETS, Kind
from pipeline.records import Field, Rows
from pipeline.workbook.template import Filling, listed, write_workbook


def filling_of(rows: Rows) -> Filling:
    """What stands in every row, by sheet and attribute, as an editor would type it; blank IDs are filled in."""
    content = assemble(rows, drafts=True)
    identified = {
        (sheet.key, at.row): str(entry.id)  # type: ignore[attr-defined]
        for sheet, entry in content.entries()
        if "id" in type(entry).model_fields and (at := next(iter(entry.cells.values()), None))
    }
    filling: dict[str, list[Mapping[str, str | date]]] = {}
    for sheet in SHEETS:
        filling[sheet.key] = [
            {
                **{name: _typed(field) for name, field in record.fields.items()},
                **({"id": identified[place]} if (place := (sheet.key, record.row)) in identified else {}),
            }
            for record in rows[sheet.key]
        ]
    return filling


def _typed(field: Field) -> str | date:
    if isinstance(field.value, tuple):
        return listed(field.value)
    if field.column.kind in (Kind.TEXT, Kind.PAGE):
        return field.text
    return field.value or ""


def main(path: Path) -> None:
    """Rewrite the workbook at `path` in place; nothing happens if it has errors."""
    loaded = load(path, today=date.today())
    if loaded.rows is None or loaded.content is None:
        sys.exit("The workbook has errors; run “ecosystem-map check” first. Nothing was written.")
    path.write_bytes(write_workbook(filling_of(loaded.rows)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
