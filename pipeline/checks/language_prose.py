"""What of a text is prose, which words are the map's own, and which rules speak in which language."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.checks.scope import Passage, live, page_files, page_text, published_fields
from pipeline.model import Kind
from pipeline.records import Field, Rows


def words_in(text: str) -> frozenset[str]:
    """The words of `text`, which are divided by spaces."""
    return frozenset(text.split())


OPAQUE, MARK = "\ue000", "\ue001"
"""What stands in prose for something else: for code, addresses and the like, and for signs such as those of bold text.
Both are of the private use area, so that they are neither letters nor spaces."""

SPACE = "[ \t\u00a0]"
"""A space within a line, as part of a pattern."""

PROPER_NAMES = frozenset(
    {
        ("settings", "edition"),
        ("settings", "publisher"),
        ("settings", "contact"),
        ("settings", "licence_name"),
        ("stakeholders", "former_names"),
        ("quotes", "person"),
        ("quotes", "organisation"),
        ("glossary", "term"),
        ("glossary", "abbreviation"),
        ("glossary", "also_known_as"),
        ("glossary", "source_name"),
        ("resources", "author"),
        ("credits", "name"),
    }
)
"""Columns (key of the sheet, attribute) whose words are right because somebody or something is called so."""

_NAMED_IN_TEXTS = (
    ("stakeholders", "name"),
    ("stakeholders", "short_name"),
    ("phases", "name"),
    ("action_areas", "name"),
)

WITH_FULL_STOPS = words_in(
    "af bg br bs ca cs cy da de el en eo es et eu fi fr ga gl hr hu id is it lb lt lv mk ms mt nb nl nn no oc pl pt rm "
    "ro ru sk sl sq sr sv sw tl tr uk vi"
)
"""Languages of which it is known that their sentences begin with a capital and end with a full stop, and that their
words are divided by single spaces. In other languages the rules that need this say nothing."""

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Repetitions keep what they took (++), and what may be long begins where a word begins: otherwise a long word would be
# tried from each of its letters.
_NO_PROSE = re.compile(
    r"""
    (?P<code> ^[ \t]*+```.*?(?:^[ \t]*+```[ \t]*+$|\Z) | `(?!\s)[^`\n]++(?<!\s)` )
    | (?P<rule> ^[ \t]*+\|?[ \t]*+:?-{2,}+:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$ )
    | (?P<mark> ^[ \t]*+(?:(?:[-*+•‣◦–]|\d{1,3}[.)]|\#{1,6})[ \t]++)++ | ^[ \t]*+>[ \t]? )
    | (?P<bracket> !?\[(?=[^\[\]\n]*+\]\() )
    | (?P<target> \]\([ \t]*+<?(?:[^()\s>]|\([^()\s]*\))*+>?(?:[ \t]++(?:"[^"\n]*"|'[^'\n]*'))?[ \t]*+\) )
    | (?P<tag> </?[A-Za-z][^<>\n]*+> )
    | (?P<address> (?:(?<![\w+.-])[A-Za-z][\w+.-]*+:// | \bwww\. | \b(?:mailto|did|urn|doi|tel|acct):)
        (?:[^\s<>()"“”]|\([^\s<>()"“”]*\))++ )
    | (?P<mail> (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)*+ | (?<![\w&])[@\#][\w-]++ )
    | (?P<entity> &\#?\w{1,31}+; )
    | (?P<path> (?<![\w)/.])(?:~|\.{1,2})?/[\w.*+-]++(?:/[\w.*+-]*+)*+ | (?<![\w.-])[\w.-]++(?:/[\w.*-]++){2,}+/?
        | \b[A-Za-z]:\\\S++ | (?<![\w-])[\w-]++(?:\\[\w-]++)++ )
    | (?P<file> (?<![\w.-])\w[\w-]*+(?:\.[\w-]++)*\.[a-z][a-z0-9]{0,4}+(?!\w)(?:/[^\s<>()"“”]*+)?
        | (?<!\S)\.[a-z]\w{1,9}\b )
    | (?P<identifier> (?<![^\W_])[^\W_]++(?:_++[^\W_]++)++ | (?<!\w)\w++\(\) | \$\{[^{}\n]*+\} | \$\w++
        | (?<![\w-])--[\w-]++ )
    | (?P<escape> \\(?=[^\w\s]) )
    | (?P<emphasis> \*+ | (?<!\w)_+ | _+(?!\w) )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_MARKS = frozenset({"mark", "bracket", "escape", "emphasis"})
_TABLE_BAR = re.compile(r"(?<![ \t])[ \t]*+\|[ \t]*+")


_MAY_BE_NO_PROSE = re.compile(
    # Each alternative of _NO_PROSE needs one of these.
    r"[`|<>\[\]@\#&/\\_$*+•‣◦]|:\S|--|\(\)|\.[a-z]|(?i:www)\.|^[ \t]*(?:[-–]|\d{1,3}[.)])",
    re.MULTILINE,
)


def prose_of(text: str, *, is_page: bool = False) -> str:
    """`text` with everything that is not prose covered by as many `OPAQUE` or `MARK`, so that places stay the same.

    Covered are code, addresses, names of files, targets of links, tags, and the signs of lists, headings, bold and
    italic; on a page also the bars of tables.
    """

    def covered(found: re.Match[str]) -> str:
        return (MARK if found.lastgroup in _MARKS else OPAQUE) * len(found[0])

    if not _MAY_BE_NO_PROSE.search(text):
        return text
    prose = _NO_PROSE.sub(covered, text)
    return _TABLE_BAR.sub(lambda bar: OPAQUE * len(bar[0]), prose) if is_page else prose


class Writing(NamedTuple):
    """A text that is read as prose: where it stands (`sheet` is the sheet's key), and what of it is prose.

    `prose` is the text with all that is not prose covered, at the same places.
    """

    sheet: str
    attribute: str
    passage: Passage
    prose: str

    @property
    def field(self) -> Field:
        """The cell."""
        return self.passage.field

    @property
    def text(self) -> str:
        """The text as it stands in the cell or file."""
        return self.passage.text

    @property
    def is_proper_name(self) -> bool:
        """Whether this is what somebody or something is called."""
        return (self.sheet, self.attribute) in PROPER_NAMES


_PROSE_KINDS = (Kind.NAME, Kind.NAMES, Kind.TEXT, Kind.PAGE)


def writings(rows: Rows, *, proper_names: bool = True) -> Sequence[Writing]:
    """Every published text of cells and page files, drafts included; without `proper_names` only ordinary language."""
    return rows.once(_writings if proper_names else _ordinary_writings)


def _ordinary_writings(rows: Rows) -> Iterator[Writing]:
    return (writing for writing in writings(rows) if not writing.is_proper_name)


def _writings(rows: Rows) -> Iterator[Writing]:
    for record, attribute, held in published_fields(rows):
        if held.column.kind in _PROSE_KINDS:
            passage = Passage(field=held, text=held.text, is_page=held.column.kind is Kind.PAGE)
            yield _writing(record.sheet.key, attribute, passage)
    for held, name in page_files(rows):
        if text := page_text(rows.surroundings.pages.get(name, b"")):
            yield _writing("pages", "file", Passage(field=held, text=text, file=name, is_page=True))


def _writing(sheet: str, attribute: str, passage: Passage) -> Writing:
    return Writing(sheet, attribute, passage, prose_of(passage.text, is_page=passage.is_page))


def writings_with(rows: Rows, asks: Callable[[str], object], *, proper_names: bool = True) -> Iterator[Writing]:
    """The writings that have a piece, between two spaces, to which `asks` says yes.

    Each piece is asked about once, however often it stands there. That spares most of the work of rules that have
    something to say about few texts: they ask for what they cannot do without, and then look closer.
    """
    found = frozenset(filter(asks, rows.once(_pieces)))
    if not found:
        return iter(())
    held = writings(rows, proper_names=proper_names)
    return (writing for writing in held if not found.isdisjoint(writing.prose.split()))


def _pieces(rows: Rows) -> Iterable[str]:
    """Everything that stands between two spaces, each once."""
    pieces: dict[str, None] = {}
    for writing in writings(rows):
        pieces.update(dict.fromkeys(writing.prose.split()))
    return pieces


def language_of(rows: Rows) -> str:
    """The language of the texts without region or script: "en" for "en-GB"."""
    return rows.language.replace("_", "-").partition("-")[0].lower()


def words_of(prose: str) -> Iterator[re.Match[str]]:
    """Every word of `prose`, with its place."""
    return _WORDS.finditer(prose)


def own_names(rows: Rows) -> Sequence[str]:
    """The map's own names: of people, organisations, terms and their abbreviations, and what *Wording* says to use.

    Names of stakeholders, phases and action areas are not among them: see `map_names`.
    """
    return rows.once(_own_names)


def _own_names(rows: Rows) -> Iterator[str]:
    for table in rows:
        named = [attribute for key, attribute in PROPER_NAMES if key == table.sheet.key]
        for record in live(table.records) if named else ():
            for attribute, held in record.fields.items():
                if attribute in named:
                    yield from held.value if isinstance(held.value, tuple) else (record.text(attribute),)
    yield from (record.text("use") for record in rows["wording"].records)


def map_names(rows: Rows) -> Iterator[str]:
    """The names of stakeholders, phases and action areas."""
    for key, attribute in _NAMED_IN_TEXTS:
        yield from (record.text(attribute) for record in live(rows[key].records))


def vocabulary(names: Iterable[str]) -> frozenset[str]:
    """Every word of `names`, its case folded: words that nobody should call wrong."""
    return frozenset(word[0].casefold() for name in names for word in _WORDS.finditer(name))


def listed(findings: Sequence[str], most: int = 3) -> str:
    """Findings as part of a sentence: each once, the first few of them, and how many there are besides."""
    distinct = list(dict.fromkeys(findings))
    more = f"; and {len(distinct) - most} more" if len(distinct) > most else ""
    return "; ".join(distinct[:most]) + more


def substituted(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """`text` with each (begin, end, new) put in its place; the changes do not overlap and stand in order."""
    parts, at = [], 0
    for begin, end, new in changes:
        parts += [text[at:begin], new]
        at = end
    return "".join([*parts, text[at:]])
