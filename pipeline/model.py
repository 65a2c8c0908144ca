"""The declaration of the workbook, once and in one place (long because it is the whole list of sheets and columns).

Reading, messages, the template workbook, the JSON Schema and the editors' guide all follow from the classes below: an
attribute's name is its name in the published JSON, and its `Column` says what editors see. To add a column, add an
attribute. What editors read about it is in `docs/sheets`.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from datetime import date
from enum import Enum, Flag, auto
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self, dataclass_transform, get_args

from pipeline.problems import PROBLEMS_SHEET, CellRef

SCHEMA_VERSION = "1.1.0"
"""Version of the published data's form (semantic versioning, docs/data.md). The schemas of each version are kept in
pipeline/rendering/schemas; a test compares."""

TEMPLATE_VERSION = 1
"""Version of the workbook's form; written on the Lists sheet, compared when a workbook is read.

Raise it when a sheet or column is added (give that `since`), renamed (give it `formerly`) or becomes required. An older
workbook is then read all the same, and `old-template` says what changed."""

ID_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
"""What an ID looks like: it becomes the name of a page, so it must be safe on every file system."""

COLOUR_PATTERN = "^#[0-9a-f]{6}$"
"""What a colour looks like, in the data."""

LINK_PATTERN = "^[Hh][Tt][Tt][Pp][Ss]?://"
"""How the address in a Link column begins."""

LIST_SEPARATOR = ";"
"""What stands between the entries of a list in one cell."""


class Kind(Enum):
    """What a column holds: the type of its cells."""

    ID = auto()
    NAME = auto()
    """One line of plain text."""
    TEXT = auto()
    """Markdown-lite: bold, italic, links, lists, paragraphs."""
    PAGE = auto()
    """Markdown-lite with headings, numbered lists, tables and images besides."""
    NAMES = auto()
    """Several lines of plain text, separated by semicolons."""
    CHOICE = auto()
    REFERENCE = auto()
    """The name of a row of another sheet."""
    REFERENCES = auto()
    """Several such names, separated by semicolons."""
    LINK = auto()
    DATE = auto()
    COLOUR = auto()
    """A colour as #rrggbb."""
    LANGUAGE = auto()
    """A language tag (BCP 47)."""
    ICON = auto()
    """A Lucide icon's name, or a file in source/images."""
    IMAGE = auto()
    """A file in source/images."""
    FILE = auto()
    """A file in source/pages."""


LIMITS: Mapping[Kind, int] = {
    Kind.ID: 60,
    Kind.NAME: 120,
    Kind.TEXT: 4_000,
    Kind.PAGE: 32_767,
    Kind.NAMES: 400,
    Kind.CHOICE: 60,
    Kind.REFERENCE: 120,
    Kind.REFERENCES: 4_000,
    Kind.LINK: 2_000,
    Kind.DATE: 60,
    Kind.COLOUR: 60,
    Kind.LANGUAGE: 35,
    Kind.ICON: 120,
    Kind.IMAGE: 120,
    Kind.FILE: 120,
}
"""Longest text of a kind, in characters, where its column says nothing else. 32,767 is what a cell can hold."""


class Shown(Flag):
    """In which of the three outputs a value is published. Parity looks for it in each of these."""

    NOWHERE = 0
    DATA = auto()
    WEB = auto()
    BRIEF = auto()
    PAGES = DATA | WEB
    EVERYWHERE = DATA | WEB | BRIEF


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet (or one row of Settings) as editors see it.

    `help` says what goes in, in one sentence; `example` is one good value; `choices` are all that is allowed;
    `refers_to` is the key of the sheet whose names are meant; `limit` is the most characters (0: by kind); `width` is
    the column's width in the template, in characters; `shown` says where the value is published; `since` is the template
    that brought it, and `formerly` are the headings that it had in earlier ones.
    """

    heading: str
    kind: Kind
    help: str
    example: str = ""
    _: KW_ONLY
    required: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    limit: int = 0
    width: int = 22
    shown: Shown = Shown.EVERYWHERE
    since: int = 1
    formerly: tuple[str, ...] = ()

    @property
    def most_characters(self) -> int:
        """The longest text that is accepted, in characters."""
        return self.limit or LIMITS[self.kind]

    @property
    def example_in_data(self) -> str | list[str] | None:
        """The example as it would stand in the data: IDs for references, an array for a list; None without one."""
        if not self.example:
            return None
        parts = [part.strip() for part in self.example.split(LIST_SEPARATOR)]
        if self.refers_to:
            parts = [part.lower().replace(" ", "-") for part in parts]
        return parts if self.kind in (Kind.NAMES, Kind.REFERENCES) else parts[0] if self.refers_to else self.example


def _id() -> Column:
    return Column(
        "ID",
        Kind.ID,
        "A short, lasting name for links: small letters a to z, digits and hyphens. "
        "Leave it blank and the program makes one.",
        width=16,
        shown=Shown.DATA,
    )


def _name(help_: str, example: str, **more: Any) -> Column:
    return Column(more.pop("heading", "Name"), Kind.NAME, help_, example, required=True, **more)


def _stakeholder() -> Column:
    return Column(
        "Stakeholder",
        Kind.REFERENCE,
        "Whose row this is. Choose a name from the Stakeholders sheet.",
        "Employers",
        refers_to="stakeholders",
        required=True,
        shown=Shown.DATA,
    )


def _works_with() -> Column:
    return Column(
        "Works with",
        Kind.REFERENCES,
        "The other stakeholders that this needs, by name, separated by semicolons. Draws the lines on the map.",
        "HR Systems; Learners and Earners",
        refers_to="stakeholders",
        width=30,
        shown=Shown.DATA,
    )


STATUS = Column(
    "Status",
    Kind.CHOICE,
    "Only published rows leave the building. Blank means published.",
    "published",
    choices=("draft", "published", "archived"),
    width=12,
    shown=Shown.NOWHERE,
)
OWNER = Column(
    "Owner",
    Kind.NAME,
    "Who looks after this row. For editors; never published.",
    "Content team",
    width=18,
    shown=Shown.NOWHERE,
)
REVIEW_BY = Column(
    "Review by",
    Kind.DATE,
    "When this row should be read again. For editors; never published.",
    "2027-06-30",
    width=13,
    shown=Shown.NOWHERE,
)
SOURCE = Column(
    "Source",
    Kind.TEXT,
    "Where this comes from. For editors; never published.",
    "Working group minutes, June",
    width=24,
    shown=Shown.NOWHERE,
)
NOTES = Column(
    "Notes",
    Kind.TEXT,
    "Anything editors want to remember. Never published. You may add this column to any sheet.",
    limit=32_767,
    shown=Shown.NOWHERE,
)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Declared:
    """A frozen value of the declaration, with the names of its fields as keywords.

    Reading a workbook needs no more than this. What can be asked of such values has the names that pydantic gives it, for
    `validation` makes pydantic models of the same classes: they check data files and give the JSON Schema. (Importing
    pydantic takes longer than reading and checking a small workbook.)
    """

    model_fields: ClassVar[Mapping[str, Any]] = {}
    """The fields by name."""
    published_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that are in the data, in order."""
    _BESIDE: ClassVar[str] = ""
    """The attribute that is no field: what is known beside the values."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        cls.model_fields = {held.name: held for held in fields(cls)}  # type: ignore[arg-type]
        cls.published_fields = tuple(cls._published())

    @classmethod
    def _published(cls) -> Iterable[str]:
        return cls.model_fields

    def model_dump(
        self, *, mode: str = "json", include: Collection[str] = (), exclude: Collection[str] = ()
    ) -> dict[str, Any]:
        """The published values as JSON has them (`mode` is always json), of all fields or of those asked for."""
        return {
            name: _as_json(getattr(self, name))
            for name in self.published_fields
            if name not in exclude and (not include or name in include)
        }

    def model_dump_json(self) -> str:
        """The published values as JSON text."""
        return json.dumps(self.model_dump(), separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """The same with some values replaced, and with what is known beside them."""
        copy = type(self)(**{name: getattr(self, name) for name in self.model_fields} | dict(update))
        return copy._with(getattr(self, self._BESIDE))

    def _with(self, beside: Any) -> Self:
        object.__setattr__(self, self._BESIDE, beside)
        return self


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_json(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.model_dump() if isinstance(value, Declared) else value


def declared_columns(entry: type[Declared]) -> Mapping[str, Column]:
    """The columns that a class of entries declares, by attribute."""
    return {
        name: column
        for name, annotation in entry.__annotations__.items()
        for column in get_args(annotation)[1:]
        if isinstance(column, Column)
    }


class Entry(Declared):
    """One published row: its values, and (never published) the cell that each came from and its status."""

    status: str = "published"

    _BESIDE = "_cells"
    _cells: ClassVar[Mapping[str, CellRef]] = {}

    @classmethod
    def _published(cls) -> Iterable[str]:
        return (name for name, column in declared_columns(cls).items() if Shown.DATA in column.shown)

    def cell(self, name: str) -> CellRef | None:
        """The cell that the value `name` came from; None for one that the program made (a derived ID)."""
        return self._cells.get(name)

    @property
    def cells(self) -> Mapping[str, CellRef]:
        """Every cell that the row's values came from, by attribute."""
        return self._cells

    def with_cells(self, cells: Mapping[str, CellRef]) -> Self:
        """This entry, knowing where its values came from."""
        return self._with(dict(cells))

    @property
    def is_draft(self) -> bool:
        """Whether the row is a draft (only ever present in builds with `--drafts`)."""
        return self.status == "draft"


# fmt: off
# One column, its words on as few lines as they need: the list is read from top to bottom.

class Settings(Entry):
    """What is true of the whole map."""

    title: Annotated[str, _name("The name of the map.", "LER Ecosystem Map", heading="Title")]
    subtitle: Annotated[str | None, Column("Subtitle", Kind.NAME, "A line under the title.",
        "Driving opportunity and equity")] = None
    introduction: Annotated[str, Column("Introduction", Kind.TEXT,
        "What the map is and whom it is for, in a few paragraphs.",
        "This map shows who takes part and what each can do.", required=True)]
    call_to_action: Annotated[str | None, Column("Call to action", Kind.TEXT,
        "What you would like a reader to do next, in a sentence or two.",
        "Find yourself on the map and pick one strategy to start with.")] = None
    centre_heading: Annotated[str | None, Column("Centre heading", Kind.NAME,
        "A few words for the middle of the map.", "What can you do?", limit=60)] = None
    centre_text: Annotated[str | None, Column("Centre text", Kind.NAME,
        "A short sentence under the heading in the middle of the map.", "Choose a stakeholder to see its strategies.",
        limit=160)] = None
    language: Annotated[str, Column("Language", Kind.LANGUAGE,
        "The language that the texts are written in, as a language tag.", "en", required=True, shown=Shown.DATA)]
    edition: Annotated[str, Column("Edition", Kind.NAME,
        "The name of this edition. Change it when you publish a new one.", "2026.1", limit=40, required=True)]
    published_on: Annotated[date | None, Column("Published on", Kind.DATE,
        "The date of this edition. It is printed on the brief, and all files carry it.", "2026-11-24",
        shown=Shown.DATA)] = None
    publisher: Annotated[str, Column("Publisher", Kind.NAME, "The organisation that stands behind the map.",
        "Example Foundation", required=True)]
    contact: Annotated[str | None, Column("Contact", Kind.NAME,
        "Where readers can write to: an e-mail address or a name with an address.", "map@example.org")] = None
    feedback_link: Annotated[str | None, Column("Feedback link", Kind.LINK,
        "The web address of a form or page for feedback.", "https://example.org/feedback")] = None
    licence_name: Annotated[str | None, Column("Licence name", Kind.NAME,
        "The licence under which others may use the content.", "CC BY 4.0")] = None
    licence_link: Annotated[str | None, Column("Licence link", Kind.LINK, "The web address of the licence.",
        "https://creativecommons.org/licenses/by/4.0/")] = None
    site_address: Annotated[str | None, Column("Site address", Kind.LINK,
        "The web address where the map will be published.", "https://example.org/map/")] = None
    paper_size: Annotated[str | None, Column("Paper size", Kind.CHOICE,
        "The paper of the printable brief. Blank means A4.", "A4", choices=("A4", "Letter"), shown=Shown.DATA)] = None
    accent_colour: Annotated[str | None, Column("Accent colour", Kind.COLOUR,
        "The main colour of the map, as # and six digits or letters a to f.", "#0b5c6b", shown=Shown.DATA)] = None


class Phase(Entry):
    """A phase, in order."""

    id: Annotated[str, _id()]
    name: Annotated[str, _name("The name of the phase.", "Developing", limit=40)]
    tagline: Annotated[str | None, Column("Tagline", Kind.NAME, "The phase in a few words.", "Laying the groundwork",
        width=30)] = None
    description: Annotated[str, Column("Description", Kind.TEXT, "What happens in this phase, in a few sentences.",
        "Partners agree on what the records should say and how they will be trusted.", required=True, width=70)]
    colour: Annotated[str | None, Column("Colour", Kind.COLOUR,
        "The colour of the phase, as # and six digits or letters a to f. It should be dark enough to read.",
        "#1d5f8a", width=12, shown=Shown.DATA)] = None


class Stakeholder(Entry):
    """A stakeholder, in clock order."""

    id: Annotated[str, _id()]
    name: Annotated[str, _name("The name of the stakeholder.", "Employers", width=28, limit=80)]
    short_name: Annotated[str | None, Column("Short name", Kind.NAME,
        "A shorter name for the map, if the name is long.", "Data Standards", limit=40, width=18,
        shown=Shown.PAGES)] = None
    icon: Annotated[str, Column("Icon", Kind.ICON,
        "The picture: a name from the Lucide icons, or the name of a file in source/images.", "lightbulb",
        required=True, width=18, shown=Shown.DATA)]
    icon_description: Annotated[str, Column("Icon description", Kind.NAME,
        "What the picture shows, for people who cannot see it.", "A lightbulb", limit=160, required=True, width=30)]
    definition: Annotated[str, Column("Definition", Kind.TEXT, "Who this stakeholder is, in a few sentences.",
        "Employers are the organizations that hire people and help them grow.", required=True, width=70)]
    examples: Annotated[str, Column("Examples", Kind.TEXT, "Kinds of people or organisations that belong here.",
        "Small businesses, hospitals, public agencies", required=True, width=50)]
    former_names: Annotated[tuple[str, ...], Column("Former names", Kind.NAMES,
        "Names it had before, separated by semicolons, so that old references and links still lead here.",
        "Companies; Businesses", width=24)] = ()


class Strategy(Entry):
    """One thing a stakeholder can do in a phase."""

    id: Annotated[str, _id()]
    stakeholder: Annotated[str, _stakeholder()]
    phase: Annotated[str, Column("Phase", Kind.REFERENCE,
        "The phase it belongs to. Choose a name from the Phases sheet.", "Adopting", refers_to="phases",
        required=True, width=14, shown=Shown.DATA)]
    text: Annotated[str, Column("Strategy", Kind.TEXT, "What the stakeholder can do, in one or two sentences.",
        "Accept digital records in job applications and tell applicants so.", limit=1_200, required=True, width=80)]
    works_with: Annotated[tuple[str, ...], _works_with()] = ()


class ActionArea(Entry):
    """An area for action."""

    id: Annotated[str, _id()]
    name: Annotated[str, _name("The name of the area.", "Promoting adoption", width=34)]
    description: Annotated[str, Column("Description", Kind.TEXT, "What the area is about, in a few sentences.",
        "Making records familiar, useful and wanted.", required=True, width=80)]


class Action(Entry):
    """One action of a stakeholder in an area."""

    id: Annotated[str, _id()]
    stakeholder: Annotated[str, _stakeholder()]
    action_area: Annotated[str, Column("Action area", Kind.REFERENCE,
        "The area it belongs to. Choose a name from the Action areas sheet.", "Promoting adoption",
        refers_to="action_areas", required=True, width=28, shown=Shown.DATA)]
    text: Annotated[str, Column("Action", Kind.TEXT, "What the stakeholder can do, in one or two sentences.",
        "Share what you learned from your first pilot with others in your industry.", limit=1_200, required=True,
        width=80)]
    works_with: Annotated[tuple[str, ...], _works_with()] = ()


class ValueProposition(Entry):
    """One reason to take part."""

    id: Annotated[str, _id()]
    stakeholder: Annotated[str, _stakeholder()]
    case: Annotated[str, Column("Case", Kind.CHOICE, "Whether it is a reason of business or of society.", "Business",
        choices=("Business", "Social"), required=True, width=12, shown=Shown.DATA)]
    title: Annotated[str, _name("The reason in a few words.", "Quicker hiring", heading="Title", width=34)]
    description: Annotated[str, Column("Description", Kind.TEXT, "The reason in a few sentences.",
        "Verified skills let you find suitable people without repeated checks.", required=True, width=80)]


class Quote(Entry):
    """A quotation."""

    id: Annotated[str, _id()]
    stakeholder: Annotated[str, _stakeholder()]
    text: Annotated[str, Column("Quote", Kind.TEXT, "What the person said, without quotation marks around it.",
        "We stopped asking for paper.", required=True, width=70)]
    person: Annotated[str, _name("Who said it.", "First and last name", heading="Person")]
    role: Annotated[str | None, Column("Role", Kind.NAME, "The person's role.", "Head of hiring")] = None
    organisation: Annotated[str | None, Column("Organisation", Kind.NAME, "Where the person works.",
        "Name of the organisation")] = None
    source_link: Annotated[str | None, Column("Source link", Kind.LINK, "The web address where it was said.",
        "https://example.org/interview")] = None
    permission: Annotated[str, Column("Permission", Kind.CHOICE,
        "Whether the person agreed to be quoted here. Without a yes the quotation is not published.", "yes",
        choices=("yes", "no"), required=True, width=12, shown=Shown.NOWHERE)]


class GlossaryTerm(Entry):
    """A term."""

    id: Annotated[str, _id()]
    term: Annotated[str, _name("The term.", "Learning and Employment Record", heading="Term", width=32)]
    abbreviation: Annotated[str | None, Column("Abbreviation", Kind.NAME, "Its abbreviation.", "LER", limit=30,
        width=14)] = None
    also_known_as: Annotated[tuple[str, ...], Column("Also known as", Kind.NAMES,
        "Other names for it, separated by semicolons.", "Comprehensive record", width=28)] = ()
    definition: Annotated[str, Column("Definition", Kind.TEXT, "What it means, in a few sentences.",
        "A digital record of learning or work that the person controls.", required=True, width=80)]
    source_name: Annotated[str | None, Column("Source name", Kind.NAME, "Where the meaning comes from.", "W3C",
        width=24)] = None
    source_link: Annotated[str | None, Column("Source link", Kind.LINK, "The web address of the source.",
        "https://www.w3.org/TR/vc-data-model-2.0/", width=40)] = None


class Resource(Entry):
    """A resource to read."""

    id: Annotated[str, _id()]
    group: Annotated[str, _name("The group it is listed in.", "Standards", heading="Group", width=18)]
    title: Annotated[str, _name("The title of the resource.", "Open Badges 3.0", heading="Title", width=44,
        limit=200)]
    author: Annotated[str | None, Column("Author", Kind.NAME, "Who wrote or publishes it.", "1EdTech",
        width=24)] = None
    link: Annotated[str, Column("Link", Kind.LINK, "Its web address.", "https://www.imsglobal.org/spec/ob/v3p0/",
        required=True, width=48)]
    stakeholders: Annotated[tuple[str, ...], Column("Stakeholders", Kind.REFERENCES,
        "For whom it is, by name, separated by semicolons. Blank means everybody.", "Employers; HR Systems",
        refers_to="stakeholders", width=30, shown=Shown.DATA)] = ()
    phases: Annotated[tuple[str, ...], Column("Phases", Kind.REFERENCES,
        "For which phases it is, by name, separated by semicolons. Blank means all.", "Developing; Issuing",
        refers_to="phases", width=24, shown=Shown.DATA)] = ()


class Page(Entry):
    """A page of its own."""

    id: Annotated[str, _id()]
    title: Annotated[str, _name("The title of the page.", "About this map", heading="Title", width=30)]
    menu: Annotated[str | None, Column("Menu", Kind.NAME,
        "What the page is called in the menu. Blank means its title.", "About", limit=30, width=14,
        shown=Shown.PAGES)] = None
    body: Annotated[str | None, Column("Body", Kind.PAGE,
        "The text of the page, with headings (## Heading), lists and tables. Or name a file under File.",
        "## Who made this\n\nA short paragraph.", width=90)] = None
    file: Annotated[str | None, Column("File", Kind.FILE,
        "The name of a text file in source/pages, if the text is kept there.", "about.md", width=18,
        shown=Shown.NOWHERE)] = None


class Credit(Entry):
    """A funder, partner or contributor."""

    id: Annotated[str, _id()]
    name: Annotated[str, _name("Who is to be thanked.", "Example Foundation", width=30)]
    role: Annotated[str, Column("Role", Kind.CHOICE, "What they did for the map.", "Funder",
        choices=("Funder", "Partner", "Contributor", "Maintainer"), required=True, width=14, shown=Shown.DATA)]
    logo: Annotated[str | None, Column("Logo", Kind.IMAGE, "The name of a file in source/images.",
        "example-foundation.svg", width=24, shown=Shown.DATA)] = None
    logo_description: Annotated[str | None, Column("Logo description", Kind.NAME,
        "What the logo shows, for people who cannot see it.", "Logo of the Example Foundation", width=30,
        shown=Shown.PAGES)] = None
    link: Annotated[str | None, Column("Link", Kind.LINK, "Their web address.", "https://example.org/",
        width=36)] = None


class WordingRule(Entry):
    """A house rule for language."""

    use: Annotated[str, Column("Use", Kind.NAME, "The words to use.", "learners and earners", required=True,
        width=30)]
    instead_of: Annotated[str, Column("Instead of", Kind.NAME, "The words that should not be used.", "end users",
        required=True, width=30)]
    severity: Annotated[str, Column("Severity", Kind.CHOICE,
        "How much it weighs: an error stops publication, a warning does not.", "warning",
        choices=("error", "warning"), required=True, width=12)]
    note: Annotated[str | None, Column("Note", Kind.TEXT, "Why.", "People are more than users.", width=60)] = None


# fmt: on


class EcosystemMap(Declared):
    """Everything that is published, in the order of the workbook.

    It exists only where the workbook has no errors. References between rows are IDs. Texts are Markdown-lite.
    """

    schema_version: Annotated[
        str,
        {
            "title": "Schema version",
            "description": "Version of the form of this file.",
            "pattern": r"^\d+\.\d+\.\d+$",
            "examples": [SCHEMA_VERSION],
        },
    ] = SCHEMA_VERSION
    settings: Annotated[Settings, Settings.__doc__]
    phases: Annotated[tuple[Phase, ...], "The phases, in order."]
    stakeholders: Annotated[tuple[Stakeholder, ...], "The stakeholders, in clock order."]
    strategies: Annotated[tuple[Strategy, ...], "What each stakeholder can do in each phase."] = ()
    action_areas: Annotated[tuple[ActionArea, ...], "The areas for action."] = ()
    actions: Annotated[tuple[Action, ...], "What each stakeholder can do in each area."] = ()
    value_propositions: Annotated[tuple[ValueProposition, ...], "Reasons to take part."] = ()
    quotes: Annotated[tuple[Quote, ...], "Quotations, each with permission."] = ()
    glossary: Annotated[tuple[GlossaryTerm, ...], "The terms."] = ()
    resources: Annotated[tuple[Resource, ...], "Resources to read."] = ()
    pages: Annotated[tuple[Page, ...], "Pages of their own."] = ()
    credits: Annotated[tuple[Credit, ...], "Funders, partners and contributors."] = ()

    _BESIDE = "_images"
    _images: ClassVar[Mapping[str, bytes]] = {}

    @property
    def images(self) -> Mapping[str, bytes]:
        """The files of source/images that the content uses: name → bytes."""
        return self._images

    def with_images(self, images: Mapping[str, bytes]) -> Self:
        """This map, carrying the image files that it uses."""
        return self._with(dict(images))

    @cached_property
    def by_id(self) -> Mapping[tuple[str, str], Any]:
        """Every entry under (sheet key, ID)."""
        return {(sheet.key, entry.id): entry for sheet, entry in self.entries() if hasattr(entry, "id")}

    @cached_property
    def by_stakeholder(self) -> Mapping[tuple[str, str], Sequence[Any]]:
        """The rows of each stakeholder under (sheet key, the stakeholder's ID), in the order of the workbook."""
        found: dict[tuple[str, str], list[Any]] = {}
        for sheet, entry in self.entries():
            if "stakeholder" in sheet.entry.model_fields:
                found.setdefault((sheet.key, getattr(entry, "stakeholder")), []).append(entry)  # noqa: B009
        return found

    def entries(self) -> Iterator[tuple["Sheet", Entry]]:
        """Every published entry with its sheet, Settings first, in the order of the workbook."""
        for sheet in PUBLISHED_SHEETS:
            held = getattr(self, sheet.key)
            for entry in (held,) if isinstance(held, Entry) else held:
                yield sheet, entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its name, the key of its rows in the data, and what one row is.

    `named_by` is the attribute that names a row: references use it and IDs derive from it; where it is blank, IDs derive
    from `identified_by`, the values that make the row what it is. `is_needed`: without a row nothing can be published.
    `settings` sheets have one row for each column of the declaration. `counted` is what several
    rows are called, where it is not the sheet's name. `since` and `formerly` are as those of a column.
    """

    name: str
    key: str
    entry: type[Entry]
    row_is: str
    named_by: str = ""
    identified_by: tuple[str, ...] = ()
    editors: tuple[Column, ...] = ()
    is_needed: bool = False
    settings: bool = False
    published: bool = True
    counted: str = ""
    since: int = 1
    formerly: tuple[str, ...] = ()

    _COLUMNS: ClassVar[dict[str, Mapping[str, Column]]] = {}

    @property
    def columns(self) -> Mapping[str, Column]:
        """Every column by its attribute's name, in the order of the sheet, those for editors last."""
        known = self._COLUMNS.get(self.key)
        if known is None:
            known = {**declared_columns(self.entry), **{attribute_name(column): column for column in self.editors}}
            self._COLUMNS[self.key] = known
        return known


def attribute_name(column: Column) -> str:
    """The attribute of an editors' column: "Review by" → "review_by"."""
    return column.heading.lower().replace(" ", "_")


_LOOKED_AFTER = (STATUS, OWNER, REVIEW_BY)

SHEETS: tuple[Sheet, ...] = (
    Sheet(name="Settings", key="settings", entry=Settings, row_is="one setting", settings=True, is_needed=True),
    Sheet(name="Phases", key="phases", entry=Phase, row_is="a phase, in order", named_by="name", is_needed=True),
    Sheet(
        name="Stakeholders",
        key="stakeholders",
        entry=Stakeholder,
        row_is="a stakeholder, in clock order",
        named_by="name",
        editors=_LOOKED_AFTER,
        is_needed=True,
    ),
    Sheet(
        name="Strategies",
        key="strategies",
        entry=Strategy,
        row_is="one thing a stakeholder can do in a phase",
        identified_by=("stakeholder", "phase", "text"),
        editors=(*_LOOKED_AFTER, SOURCE),
    ),
    Sheet(name="Action areas", key="action_areas", entry=ActionArea, row_is="an area for action", named_by="name"),
    Sheet(
        name="Actions",
        key="actions",
        entry=Action,
        row_is="one action of a stakeholder in an area",
        identified_by=("stakeholder", "action_area", "text"),
        editors=(*_LOOKED_AFTER, SOURCE),
    ),
    Sheet(
        name="Value propositions",
        key="value_propositions",
        entry=ValueProposition,
        row_is="one reason to take part",
        identified_by=("stakeholder", "case", "title"),
        editors=(STATUS,),
    ),
    Sheet(
        name="Quotes",
        key="quotes",
        entry=Quote,
        row_is="a quotation",
        identified_by=("stakeholder", "person", "text"),
        editors=(STATUS,),
    ),
    Sheet(name="Glossary", key="glossary", entry=GlossaryTerm, row_is="a term", named_by="term", counted="terms"),
    Sheet(
        name="Resources",
        key="resources",
        entry=Resource,
        row_is="a resource to read",
        named_by="title",
        editors=(STATUS,),
    ),
    Sheet(name="Pages", key="pages", entry=Page, row_is="a page of its own", named_by="title", editors=(STATUS,)),
    Sheet(name="Credits", key="credits", entry=Credit, row_is="a funder, partner or contributor", named_by="name"),
    Sheet(name="Wording", key="wording", entry=WordingRule, row_is="a house rule for language", published=False),
)
"""Every sheet that editors fill in, in the order of the workbook."""

PUBLISHED_SHEETS = tuple(sheet for sheet in SHEETS if sheet.published)
"""The sheets whose rows are in an `EcosystemMap`."""

START_SHEET = "Start here"
LISTS_SHEET = "Lists"
PROGRAM_SHEETS = (START_SHEET, LISTS_SHEET, PROBLEMS_SHEET)
"""The sheets that the program writes and does not read as content."""

VERSION_HEADING = "Template version"
"""Heading on the Lists sheet under which the template's version stands."""

SETTINGS_HEADINGS = ("Setting", "Value", "What it is for")
"""The headings of a sheet with `settings`."""


def sheet_of(key: str) -> Sheet:
    """The sheet with the key `key`; KeyError if there is none."""
    return {sheet.key: sheet for sheet in SHEETS}[key]
