"""The matrix page: how much each stakeholder has in each phase and in each action area."""

from collections.abc import Mapping, Sequence

from pipeline.rendering.web_site import Site, View, WebPage


def matrix_page(site: Site) -> WebPage:
    """One table of strategies by phase and, where there are action areas, one of actions by area."""
    content, word = site.content, site.words
    phases = _table(
        site,
        [
            {**site.phase(phase, ""), "key": phase.id, "class": f"phase-{n}"}
            for n, phase in enumerate(content.phases, 1)
        ],
        {key: len(rows) for key, rows in site.strategies.items()},
        "phase",
    )
    areas = _table(
        site,
        [{**site.area(area, ""), "key": area.id, "class": "in-area"} for area in content.action_areas],
        {key: len(rows) for key, rows in site.actions.items()},
        "area",
    )
    tables = [{"anchor": "by_phase", "name": word("matrix_phases"), "caption": word("matrix_caption"), **phases}]
    if content.action_areas:
        caption = word("matrix_areas_caption")
        tables.append({"anchor": "by_area", "name": word("matrix_areas"), "caption": caption, **areas})
    return WebPage(
        path="matrix.html",
        template="web/matrix.html",
        title=word("matrix"),
        section="matrix",
        about=word("matrix_caption"),
        scripts=("web/filter.js",),
        view={"grids": tables},
    )


def _table(site: Site, columns: Sequence[View], counts: Mapping[tuple[str, str], int], kind: str) -> View:
    """The table of `counts` by stakeholder and column; cells lead to the anchors that begin with `kind`."""
    word = site.words
    most = max(counts.values(), default=1)
    return {
        "columns": [
            {**column, "total": sum(n for (_, key), n in counts.items() if key == column["key"])} for column in columns
        ],
        "total": sum(counts.values()),
        "stakeholders": [
            {
                **site.stakeholder(one, ""),
                "total": sum(counts.get((one.id, column["key"]), 0) for column in columns),
                "cells": [
                    {
                        "class": column["class"],
                        "count": (count := counts.get((one.id, column["key"]), 0)),
                        "strength": -(-count * 4 // most),
                        "href": f"stakeholders/{one.id}.html#{kind}_{column['key']}",
                        "label": word("matrix_cell", stakeholder=one.name, phase=column["name"], count=count),
                    }
                    for column in columns
                ],
            }
            for one in site.content.stakeholders
        ],
    }
