"""The real web map and brief against parity: complete, and no value can leave them unnoticed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from plain_outputs import data_files
from small_map import STAMP, small_map
from test_parity import EVERY_VALUE, cell_of, changed, column_of, places

from pipeline.model import EcosystemMap, Shown
from pipeline.rendering import brief, web
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.links import dead_internal_link, missing_image
from pipeline.rendering.parity import lost_text
from pipeline.templating import environment

Outputs = dict[str, Artefact]


def real_web(content: EcosystemMap) -> Outputs:
    stamp = replace(STAMP, edition=content.settings.edition)
    return {artefact.path: artefact for artefact in web.render(content, stamp=stamp, templates=environment())}


def real_brief(content: EcosystemMap) -> Outputs:
    stamp = replace(STAMP, edition=content.settings.edition)
    return {artefact.path: artefact for artefact in brief.render(content, stamp=stamp, templates=environment())}


@pytest.fixture(scope="module")
def outputs() -> Outputs:
    """Everything that the small map publishes."""
    return {**real_web(small_map()), **real_brief(small_map()), **data_files(small_map())}


def test_the_real_outputs_hold_everything(outputs: Outputs) -> None:
    """Every value of every column is in the real web map, brief and data file; all links lead somewhere."""
    assert list(lost_text(small_map(), outputs)) == []
    assert list(dead_internal_link(small_map(), outputs)) == []
    assert list(missing_image(small_map(), outputs)) == []


@pytest.mark.parametrize(("shown", "render"), [(Shown.WEB, real_web), (Shown.BRIEF, real_brief)])
def test_no_value_leaves_the_real_outputs_unnoticed(
    outputs: Outputs, shown: Shown, render: Callable[[EcosystemMap], Outputs]
) -> None:
    """A value of every column is missing from the web map, or from the brief: a problem at each cell and no other."""
    gone = [(key, name) for key, name in EVERY_VALUE if shown in column_of(key, name).shown]
    # Without the pages at old addresses: another map has others, and these would stay.
    kept = {path: one for path, one in outputs.items() if path.endswith(".pdf") or path.startswith("data/")}
    problems = list(lost_text(small_map(), (outputs if shown is Shown.BRIEF else kept) | render(changed(*gone))))
    assert places(problems) == [cell_of(key, name) for key, name in gone]
