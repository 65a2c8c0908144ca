"""The XML of a workbook's parts: namespaces, small readings of attributes, and parsers that refuse document types.

Python's own parser is safe once document types are refused: without one there are no entities to expand or fetch.
(defusedxml would do the same with the parser in pure Python, which is several times slower.)
"""

from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import errors

from pipeline.problems import FILE, CellRef
from pipeline.workbook.file_problems import RefusedError

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
OFFICE_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class PartTarget:
    """Base of what receives the events of a part: names with their namespace, attributes, characters."""

    def doctype(self, *_: object) -> None:
        """Called at a `<!DOCTYPE`, in whichever encoding it is written."""
        raise forbidden_xml()

    def close(self) -> None:
        """Called at the end; what was collected stays in the target."""


class _Tree(ElementTree.TreeBuilder):
    def doctype(self, *_: object) -> None:
        raise forbidden_xml()


def forbidden_xml() -> RefusedError:
    """The refusal of a part with a document type or entities."""
    return RefusedError("unreadable_workbook", "holds XML entity definitions, which no spreadsheet program writes")


def strict_workbook() -> RefusedError:
    """The refusal of a workbook in the Strict variety (ISO/IEC 29500-1), which has namespaces of its own."""
    return RefusedError(
        "wrong_file_type",
        "is a “Strict Open XML” workbook, a rare variety of .xlsx that is not read",
        advice="In Excel: File → Save As, and choose “Excel Workbook (.xlsx)”, not “Strict Open XML Spreadsheet”.",
    )


def feed(target: PartTarget, content: bytes, what: str, *, at: CellRef = FILE) -> None:
    """Drive a parser over a part; `what` names the part for an editor when it turns out to be broken."""
    _parse(target, content, what, at)


def read_tree(content: bytes, part: str) -> ElementTree.Element:
    """The root element of a small XML part; `RefusedError` when it is broken."""
    root = _parse(_Tree(), content, f"its part “{part}”", FILE)
    if not isinstance(root, ElementTree.Element):
        raise TypeError(part)
    return root


def _parse(target: PartTarget | _Tree, content: bytes, what: str, at: CellRef) -> Any:
    parser = ElementTree.XMLParser(target=target)  # noqa: S314 — every target refuses document types
    try:
        parser.feed(content)
        return parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        if getattr(error, "code", 0) == errors.codes[errors.XML_ERROR_NO_MEMORY]:
            raise MemoryError from error
        raise RefusedError("unreadable_workbook", f"is damaged: {what} breaks off or is garbled", at=at) from error


def whole_number(text: str | None) -> int:
    """A count or index in an attribute; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def is_true(text: str | None) -> bool:
    """A yes-or-no attribute (xsd:boolean and ST_OnOff); absent is no."""
    return text is not None and text.strip().lower() not in ("0", "false", "off", "")
