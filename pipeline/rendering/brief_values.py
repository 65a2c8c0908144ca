"""Single values of the content made ready to print: texts as HTML, references by name, pictures by shape or bytes."""

import base64
from collections.abc import Iterable

from markupsafe import Markup

from pipeline.icons import icon_paths
from pipeline.model import EcosystemMap, Entry
from pipeline.rendering import prose
from pipeline.rendering.brief_measure import well_broken
from pipeline.rendering.brief_views import Item, Picture, Reference
from pipeline.rendering.media_types import media_type_of


class Values:
    """The values of one content. `root` is what links inside the map begin with on paper, None if it has no address."""

    def __init__(self, content: EcosystemMap) -> None:
        self.content = content
        address = content.settings.site_address
        self.root = f"{address.rstrip('/')}/" if address else None
        self.names = {stakeholder.id: stakeholder.name for stakeholder in content.stakeholders}
        self._order = {identifier: place for place, identifier in enumerate(self.names)}

    def html(self, text: str | None) -> Markup:
        """A cell's text as HTML blocks; nothing for None."""
        return well_broken(prose.to_html(text, root=self.root)) if text else Markup("")

    def first_paragraph(self, text: str) -> str:
        """The first paragraph of a text, plain."""
        return prose.to_plain(text).split("\n", 1)[0]

    def item(self, entry: Entry, text: str, partners: Iterable[str] = (), title: str = "") -> Item:
        """A strategy, action or reason."""
        return Item(text=self.html(text), title=title, partners=self.references(partners), is_draft=entry.is_draft)

    def reference(self, stakeholder: str) -> Reference:
        """The name of the stakeholder with that ID, leading to its section."""
        return Reference(self.names[stakeholder], f"stakeholder-{stakeholder}")

    def references(self, stakeholders: Iterable[str]) -> tuple[Reference, ...]:
        """The names of stakeholders, in the order given. Of one that is not in this release (a draft, an archived one)
        nothing is printed."""
        return tuple(self.reference(identifier) for identifier in stakeholders if identifier in self.names)

    def in_clock_order(self, stakeholders: Iterable[str]) -> tuple[Reference, ...]:
        """The names of stakeholders, each once, in the order of the map."""
        known = {identifier for identifier in stakeholders if identifier in self.names}
        return tuple(self.reference(identifier) for identifier in sorted(known, key=self._order.__getitem__))

    def picture(self, name: str, description: str) -> Picture:
        """An icon: the editors' own file, or one of Lucide's."""
        address = self.address(name)
        if address:
            return Picture(address=address, description=description)
        return Picture(shapes=Markup(icon_paths(name)), description=description)  # noqa: S704 - Lucide's own drawing

    def address(self, name: str) -> str | None:
        """The image file `name` as a data: address, or None if the content has no such file."""
        body = self.content.images.get(name)
        return f"data:{media_type_of(name)};base64,{base64.b64encode(body).decode()}" if body else None
