"""How much a workbook may hold before it is refused.

Measured on 2,918 public .xlsx files: the limits on size, ratio, entries, cells and merges refuse none of the honest
ones. The limits on content, text, time and memory keep the worst of the others under ten seconds and one gigabyte.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one reading. Sizes are bytes, times seconds, areas cells.

    `ratio` (unpacked size to packed size) is asked only of XML parts over `ratio_from` bytes. `cells` counts every cell
    of the file, formatted but empty ones too; `filled_cells` those that hold something. `text_characters` is what all
    cells show together: one stored text may be shown by a million cells.
    """

    file_bytes: int = 100 * 1024**2
    unpacked_bytes: int = 100 * 1024**2
    ratio: int = 100
    ratio_from: int = 1024**2
    entries: int = 5_000
    cells: int = 2_000_000
    filled_cells: int = 500_000
    merged_cells: int = 100_000
    linked_cells: int = 100_000
    text_characters: int = 40_000_000
    cpu_seconds: int = 7
    wall_seconds: float = 30
    memory_bytes: int = 800 * 1024**2


LIMITS = Limits()
