"""The page of the brief that says what changed since an earlier edition."""

from dataclasses import dataclass

from pipeline.changes import by_stakeholder, changes_for_readers
from pipeline.model import EcosystemMap
from pipeline.rendering.brief_views import lines_of
from pipeline.rendering.glyphs import undrawable
from pipeline.templating import Words


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed for one stakeholder, or in the map as a whole, in sentences; `anchor` is where it stands now, ""
    for one that is gone."""

    label: str
    anchor: str
    sentences: tuple[str, ...]

    @property
    def lines(self) -> int:
        """About how many lines the label takes beside the sentences."""
        return lines_of(self.label)


def changes_between(since: EcosystemMap, content: EcosystemMap, words: Words) -> tuple[Changed, ...]:
    """What changed from `since` to `content`, the whole map first, then by stakeholder in clock order."""
    return tuple(
        Changed(
            group.name or words("changes_of_map"),
            f"stakeholder-{group.stakeholder.id}" if group.stakeholder else "",
            tuple(_drawable(change.sentence) for change in group.changes),
        )
        for group in by_stakeholder(changes_for_readers(since, content), content)
    )


def _drawable(sentence: str) -> str:
    """`sentence` with a question mark for what no font of ours has: the checks saw only the new edition's texts."""
    return sentence.translate({ord(character): "?" for character in undrawable(sentence)})
