"""Pure functions from content to artefacts: nothing here reads a workbook or writes a file."""
