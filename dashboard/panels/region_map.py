"""The map of the régions with what the reader chose to see."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboard.figures.region_map import Area, region_map
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.region_context import context_measure
from dashboard.panels.region_difference import difference_measure
from dashboard.panels.region_exposure import exposure_measure
from dashboard.region_figures import CONTEXT
from dashboard.region_measure import Measure
from dashboard.view import View
from simulator.codes import REGION_NAMES, REGIONS

EXPOSURE: Final = "exposure"


def measure_of(view: View, shown: str) -> Measure:
    """What the map shows: `exposure`, a published figure, or the code of an indicator."""
    if shown == EXPOSURE:
        return exposure_measure(view)
    if shown in CONTEXT:
        return context_measure(shown, view.texts)
    return difference_measure(view, shown)


def map_panel(view: View, shown: str, measure: Measure | None = None) -> Panel:
    """The map, its sentence, and its table in the order of the codes of the régions."""
    texts = view.texts
    told = measure_of(view, shown) if measure is None else measure
    areas = {
        region: Area(
            told.colour(region),
            value.label,
            texts.said(REGION_NAMES[region], value.written),
        )
        for region, value in told.values.items()
    }
    return Panel(
        "map",
        told.title,
        told.subtitle,
        told.sentence,
        told.numbers,
        told.headings,
        [
            [REGION_NAMES[r], told.values[r].written, *told.values[r].cells]
            for r in REGIONS
        ],
        [texts("Région"), told.value_heading, *told.cell_headings],
        (Drawing(region_map(areas, texts("Outre-mer (sans échelle)"))),),
        told.notes,
        origin=replace(told.origin, lines=(), caption=(*told.origin.caption, _classes(told, view))),
        recipe=told.recipe,
    )  # fmt: skip


def _classes(measure: Measure, view: View) -> str:
    """The classes for an image, which goes without the legend of the page."""
    return view.texts(
        "Couleurs : {list}.",
        list=view.texts.series([one.words for one in measure.classes]),
    )
