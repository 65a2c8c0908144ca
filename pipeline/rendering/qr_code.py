"""QR codes (ISO/IEC 18004) as drawings."""

from dataclasses import dataclass

import segno

QUIET = 4
"""Modules of white around the code, as the standard asks for."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code: its address, the length of its edge in modules, white included, and the dark modules as an SVG path."""

    address: str
    size: int
    path: str


def qr_code(address: str) -> QrCode:
    """The code for `address`; a sixth of it may be dirty or torn and it still can be read (error correction M)."""
    rows = [[bool(module) for module in row] for row in segno.make_qr(address, error="m").matrix]
    runs = []
    for y, row in enumerate(rows, QUIET):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x + QUIET} {y}h{length}v1h-{length}z")
            x += length or 1
    return QrCode(address, len(rows) + 2 * QUIET, "".join(runs))
