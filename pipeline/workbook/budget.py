"""What may still be read of a workbook before one of its limits is reached."""

from pipeline.problems import CellRef
from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import Limits

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


class Budget:
    """What may still be read before a limit is reached; shared by all sheets of a workbook."""

    __slots__ = ("cells", "characters", "filled", "limits", "linked", "merged")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells = self.filled = self.characters = self.merged = self.linked = 0

    def count_cell(self) -> None:
        """One more cell in the file, filled or not."""
        self.cells += 1
        if self.cells > self.limits.cells:
            raise RefusedError("too_large", f"holds more than {self.limits.cells:,} cells, which is the limit")

    def count_text(self, characters: int) -> None:
        """One more cell that holds something, with this many characters to show."""
        self.filled += 1
        self.characters += characters
        if self.filled > self.limits.filled_cells:
            raise RefusedError(
                "too_large", f"holds more than {self.limits.filled_cells:,} filled cells, which is the limit"
            )
        if self.characters > self.limits.text_characters:
            raise RefusedError(
                "too_large", f"shows more than {self.limits.text_characters:,} characters, which is the limit"
            )

    def count_merge(self, area: Area, sheet: str) -> None:
        """One more merged range."""
        self.merged += _size(area)
        if self.merged > self.limits.merged_cells:
            raise RefusedError(
                "too_large",
                f"merges more than {self.limits.merged_cells:,} cells, which is the limit; the last are on “{sheet}”",
                advice="Undo the merges that run to the end of the sheet: Home → Merge & Center → Unmerge Cells.",
                at=CellRef(sheet),
            )

    def count_link(self, area: Area, sheet: str) -> None:
        """One more hyperlink, which may cover a range."""
        self.linked += _size(area)
        if self.linked > self.limits.linked_cells:
            raise RefusedError(
                "too_large",
                f"has links over more than {self.limits.linked_cells:,} cells, which is the limit; the last are "
                f"on “{sheet}”",
                advice="Remove the link that covers whole columns or rows: select them, right-click, Remove Hyperlinks.",
                at=CellRef(sheet),
            )


def _size(area: Area) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)
