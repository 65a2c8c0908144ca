"""The spreadsheet side: reading workbooks, matching them to the model, writing templates.

The only rooms that import openpyxl.
"""
