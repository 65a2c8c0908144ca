"""What a rendering makes: bytes with a path, all carrying one stamp."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.rendering.text_of_pdf import PdfText


@dataclass(frozen=True, slots=True)
class Artefact:
    """One published file.

    `path` is relative to `output/site`, with forward slashes (`stakeholders/employers.html`); `media_type` is its
    IANA media type; `body` its bytes, the same for the same content. `said` is what a PDF says, where it has been read
    back already.
    """

    path: str
    media_type: str
    body: bytes
    said: "PdfText | None" = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which release a file belongs to; every output carries it.

    `edition` and `published_on` are those of the Settings sheet; `digest` is the SHA-256 of the published data in
    hexadecimal; `moment` (UTC) dates the files: SOURCE_DATE_EPOCH, else the edition's date, never the clock;
    `drafts` says that unpublished rows are in it.
    """

    edition: str
    published_on: date | None
    digest: str
    moment: datetime
    drafts: bool = False

    @property
    def short_digest(self) -> str:
        """The first twelve characters of the digest: enough to tell two releases apart, short enough to print."""
        return self.digest[:12]
