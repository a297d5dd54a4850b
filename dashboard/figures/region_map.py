"""The map of the régions: filled shapes on two plain axes, with the name and value in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.figures.france import LOWEST, OVERSEAS, SIDE, label_point, outline, place
from dashboard.figures.theme import INK, Figure, layout
from simulator.codes import REGION_NAMES, REGIONS

HEIGHT: Final = 620
RATIO: Final = 1.22  # of height to width where the screen is narrow
# From little to much, and from less to more: told apart by anyone, and each with its own ink.
SEQUENTIAL: Final = ("#E6F1F8", "#B5D6EA", "#79B4D8", "#2279B1", "#004A78")
DIVERGING: Final = ("#A84A00", "#F2B98F", "#F4F4F4", "#A6CFE8", "#00629B")
WHITE_INK: Final = ("#2279B1", "#004A78", "#A84A00", "#00629B")
MISSING: Final = "missing"
# Names that fit into the shapes on a phone.
SHORT_NAMES: Final = {
    "11": "IdF", "24": "Centre", "27": "Bourg.-FC", "32": "Hauts-Fr.", "52": "Pays Loire",
    "75": "N.-Aquitaine", "84": "Auv.-Rh.-A.", "93": "PACA",
}  # fmt: skip


@dataclass(frozen=True)
class Area:
    """How one région is drawn: its colour (or `MISSING`), its label, and what hovering says."""

    colour: str
    label: str
    reading: str


def region_map(areas: Mapping[str, Area], overseas: str) -> Figure:
    """The 18 régions; overseas: heading of the row of squares."""
    return {
        "data": [_shape(region, areas[region]) for region in REGIONS],
        "layout": layout(
            height=HEIGHT,
            meta={"ratio": RATIO},
            hovermode="closest",
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            xaxis={
                "visible": False,
                "range": [-3.75, 7.05],
                "fixedrange": True,
                "constrain": "domain",
            },
            yaxis={
                "visible": False,
                "range": [LOWEST - 0.15, 51.2],
                "fixedrange": True,
                "scaleanchor": "x",
                "constrain": "domain",
                "constraintoward": "top",
            },
            annotations=[
                *(note for region in REGIONS for note in _labels(region, areas[region])),
                _note(overseas, place(-4.7, LOWEST + SIDE * 0.69 + 0.72), "left", 12),
            ],
        ),
    }


def ink_on(colour: str) -> str:
    return "#FFFFFF" if colour in WHITE_INK else "#1A1A1A"


def _shape(region: str, area: Area) -> dict[str, Any]:
    points = [place(*point) for point in outline(region)]
    filling: dict[str, Any] = {"fillcolor": area.colour}
    if area.colour == MISSING:
        filling = {
            "fillcolor": "#FFFFFF",
            "fillpattern": {
                "shape": "/",
                "fgcolor": "#9A9A9A",
                "bgcolor": "#FFFFFF",
                "size": 7,
                "solidity": 0.18,
                "fillmode": "overlay",
            },
        }
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "fill": "toself",
        **filling,
        "line": {"color": "#4D4D4D", "width": 1},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": area.reading,
        "name": REGION_NAMES[region],
    }


def _labels(region: str, area: Area) -> list[dict[str, Any]]:
    """Name and value inside a région; beside it where it is too narrow, above a square."""
    at = place(*label_point(region))
    name = SHORT_NAMES.get(region, REGION_NAMES[region])
    ink = INK if area.colour == MISSING else ink_on(area.colour)
    value = f"<b>{area.label}</b>"
    if region in OVERSEAS:
        above = (at[0], LOWEST + SIDE * 0.69 + 0.2)
        return [_note(name, above, "center", 11), _note(value, at, "center", 12, ink)]
    if region == "94":
        return [_note(f"{name}<br>{value}", at, "right", 11)]
    return [_note(f"{name}<br>{value}", at, "center", 11, ink, halo=area.colour == MISSING)]


def _note(
    text: str, at: Sequence[float], anchor: str, size: int, ink: str = INK, halo: bool = False
) -> dict[str, Any]:
    note = {
        "x": at[0],
        "y": at[1],
        "xanchor": anchor,
        "yanchor": "middle",
        "text": text,
        "showarrow": False,
        "font": {"size": size, "color": ink},
    }
    return note | ({"bgcolor": "rgba(255,255,255,0.8)", "borderpad": 0} if halo else {})
