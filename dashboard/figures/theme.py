"""One look for every figure, made for colour-blind readers, print and small screens.

Colours are the five of Okabe and Ito that keep a contrast of 3:1 on white; each scenario also has
a dash style and a letter written at the end of its line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

COLOURS: Final = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
# The same hues, dark enough for text (4.5:1 on white).
TEXT_COLOURS: Final = ("#000000", "#00629B", "#A84A00", "#00734F", "#93446F")
DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash")
LETTERS: Final = "ABCDE"
FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Liberation Sans', sans-serif"
GRID: Final = "#d9d9d9"
INK: Final = "#333333"

# Pixels around a figure; on the right there is room for the letters of lines.
MARGIN: Final = {"l": 56, "r": 30, "t": 10, "b": 44}

Figure = dict[str, Any]


def graph_config(language: str) -> dict[str, Any]:
    """The one configuration of every graph: French, no upload, no logo."""
    return {
        "locale": language,
        "displaylogo": False,
        "displayModeBar": False,
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "responsive": True,
        "scrollZoom": False,
        "doubleClick": "reset",
    }


def translucent(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def layout(**changes: Any) -> dict[str, Any]:
    """Layout shared by every figure; `changes` replaces whole keys."""
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": MARGIN,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "white", "font": {"size": 12}},
        "dragmode": False,
        "showlegend": False,  # the key stands in the page, where it wraps and can be read aloud
        **changes,
    }


def left_room(span: Sequence[float]) -> int:
    """Pixels for the numbers of a vertical axis from lowest to highest, and its title.

    Plotly would measure the numbers and then draw the figure a second time, which takes longer
    than anything else in it. At most ten numbers stand on an axis; a digit is 8.4 pixels wide on a
    projector, where letters are largest.
    """
    low, high = span
    if not 0 < high - low < math.inf:  # nothing is drawn
        return MARGIN["l"]
    decimals = max(0, -math.floor(math.log10((high - low) / 10)))
    longest = max((f"{end:,.{decimals}f}" for end in span), key=len)
    return 46 + math.ceil(sum(4 if letter in ",." else 8.4 for letter in longest))


def vertical_axis(title: str = "", **changes: Any) -> dict[str, Any]:
    """A value axis whose figure leaves room for its numbers, see `left_room`.

    On a projector numbers are larger than when Plotly puts the title beside them.
    """
    return value_axis(automargin=False, title={"text": title, "standoff": 10}, **changes)


def value_axis(**changes: Any) -> dict[str, Any]:
    return {
        "gridcolor": GRID,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": GRID,
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        "exponentformat": "none",
        **changes,
    }


def end_labels(
    last: Mapping[str, float], ranks: Mapping[str, int], room: float, span: Sequence[float]
) -> list[dict[str, Any]]:
    """Letters at the right end of the lines, pushed apart where lines meet.

    `last`: name → value of the last point; `ranks`: name → rank of its colour; `room`: height of
    a letter on the value axis; `span`: lowest and highest value of that axis.
    """
    names = sorted(last, key=last.__getitem__)
    places = apart([last[name] for name in names], room, span)
    return [
        {
            "xref": "paper",
            "x": 1,
            "xshift": 5,
            "xanchor": "left",
            "y": at,
            "yanchor": "middle",
            "showarrow": False,
            "text": f"<b>{LETTERS[ranks[name]]}</b>",
            "font": {"size": 14, "color": TEXT_COLOURS[ranks[name]]},
        }
        for name, at in zip(names, places, strict=True)
    ]


def apart(values: Sequence[float], room: float, span: Sequence[float]) -> list[float]:
    """Places as near as possible to ascending `values`, at least `room` from one to the next.

    Neighbours that overlap form a block that stays centred on its values, unless it would leave
    `span` (lowest, highest), outside which Plotly draws nothing.
    """
    blocks: list[list[float]] = []
    for rank, value in enumerate(values):
        blocks.append([value - rank * room])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    starts = [_mean(block) for block in blocks for _ in block]
    lowest, highest = span[0], span[1] - (len(values) - 1) * room
    return [max(min(start, highest), lowest) + rank * room for rank, start in enumerate(starts)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def line(rank: int, width: float = 2.4) -> dict[str, Any]:
    return {"color": COLOURS[rank], "dash": DASHES[rank], "width": width}
