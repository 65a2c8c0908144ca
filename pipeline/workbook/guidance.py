"""What the Start here sheet tells editors."""

INTRODUCTION = (
    "Start here",
    "This workbook is the whole content of the map. The web map, the printable brief and the data file are made from it, "
    "so whatever you change here changes there.",
    "You need no other program. Work in Excel, LibreOffice or Google Sheets (there: File, Download, Microsoft Excel).",
)

STEPS = {
    "How to edit": (
        "Open the sheet you want (listed at the end of this page) and change the text in its cell.",
        "Add a row below the last one for something new. Point at a heading to read what goes into its column.",
        "Names of stakeholders, phases and action areas are chosen from the cell’s list; several are separated by “;”.",
        "Leave ID blank in new rows. Never change an ID that is there: links to the page depend on it.",
        "Not ready yet? Write “draft” under Status. Blank means published. “archived” keeps a row without publishing it.",
        "Save the file and send it in, or run the check. You will be told what is wrong, cell by cell, in plain words.",
    ),
    "How to write": (
        "Write text as it should be read. **Two stars** make bold, *one star* makes italic; Excel’s buttons work too.",
        "A link is [words](https://address). A line with “•” is an entry of a list.",
        "Alt+Enter (in other programs Ctrl+Enter) begins a new line; twice, a new paragraph.",
        "Need a colon, an ampersand or a bracket? Just type it. Nothing has to be written in code.",
    ),
    "What is never published": (
        "The columns Status, Owner, Review by, Source and Notes; comments on cells; this page, Wording and Lists.",
        "Any sheet or heading that begins with an underscore, such as “_Ideas”: it is yours alone.",
    ),
}

LEGEND = {
    "required": ("Dark heading with *", "Required: fill in this column on every row."),
    "optional": ("Light heading", "Optional: fill it in where there is something to say."),
    "editors": ("Grey heading", "For editors only; never published."),
    "hole": ("Orange cell", "A required cell of this row is still blank."),
    "draft": ("Yellow row", "A draft or archived row; it is not published."),
}
