"""From one spreadsheet to a web map, a printable brief and a data file.

The flow: `load` reads and checks a workbook into an `EcosystemMap`, `rendering` makes artefacts of it, `publishing`
swaps them in as one release. `build` is that flow in one function; `docs/architecture.md` draws it.
"""

__version__ = "0.1.0"
