"""Who pays whom as ribbons: payers on the left, organisations in the middle, uses on the right.

Drawn as filled scatter traces: the bundle that the pages load has no Sankey diagram.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dashboard.figures.theme import COLOURS, INK, Figure, layout, translucent

HEIGHT: Final = 560
GAP: Final = 0.042  # between neighbours, as a part of all the money
TWO_LINES: Final = 0.085  # from this part of all the money on, a label has room for two lines
BAR: Final = 0.018  # width of a bar, as a part of the figure's
MIDDLE: Final = 0.5
GROUND: Final = "rgba(255,255,255,0.75)"
_BEND: Final = np.linspace(0.0, 1.0, 17)
_STEP: Final = _BEND**2 * (3 - 2 * _BEND)


@dataclass(frozen=True)
class Money:
    """Euros drawn, none of them negative: into organisations, out of them, and past them.

    The same is paid in all as is received: into + past = out + past.
    """

    into: Mapping[str, float]
    out: Mapping[str, float]
    past: Mapping[tuple[str, str], float]

    @property
    def paid(self) -> float:
        return sum(self.into.values()) + sum(self.past.values())

    @property
    def received(self) -> float:
        return sum(self.out.values()) + sum(self.past.values())

    def by_payer(self) -> dict[str, float]:
        """What each payer pays, past organisations first."""
        found: dict[str, float] = {}
        for (payer, _), euros in self.past.items():
            found[payer] = found.get(payer, 0.0) + euros
        for payer, euros in self.into.items():
            found[payer] = found.get(payer, 0.0) + euros
        return found

    def by_receiver(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for (_, receiver), euros in self.past.items():
            found[receiver] = found.get(receiver, 0.0) + euros
        for receiver, euros in self.out.items():
            found[receiver] = found.get(receiver, 0.0) + euros
        return found


@dataclass(frozen=True)
class Words:
    """Names of both sides and of the middle, how euros are written, and which colour is whose."""

    payer: Callable[[str], str]
    receiver: Callable[[str], str]
    middle: str
    euros: Callable[[float], str]
    colour: Callable[[str], int]


def ribbons_figure(
    money: Money, payers: Sequence[str], receivers: Sequence[str], words: Words, scale: float
) -> Figure:
    """Ribbons as wide as the money that they carry; `scale`: euros that fill the figure.

    payers, receivers: the accounts drawn, from the top down.
    """
    left, right = money.by_payer(), money.by_receiver()
    gap = GAP * scale
    from_top = _stacked(payers, left, gap)
    to_top = _stacked(receivers, right, gap)
    past = sum(money.past.values())
    inside = sum(money.into.values())
    middle = -(past + gap) if past else 0.0
    traces: list[dict[str, Any]] = []
    start, end, over = dict(from_top), dict(to_top), 0.0
    for (payer, receiver), euros in money.past.items():
        name = f"{words.payer(payer)} → {words.receiver(receiver)} : {words.euros(euros)}"
        colour = COLOURS[words.colour(payer)]
        traces.append(_ribbon(BAR, MIDDLE, start[payer], over, euros, colour, name))
        traces.append(_ribbon(MIDDLE, 1 - BAR, over, end[receiver], euros, colour, name))
        start[payer] -= euros
        end[receiver] -= euros
        over -= euros
    entering = leaving = middle
    for payer in payers:
        if euros := money.into.get(payer, 0.0):
            name = f"{words.payer(payer)} → {words.middle} : {words.euros(euros)}"
            colour = COLOURS[words.colour(payer)]
            at = MIDDLE - BAR / 2
            traces.append(_ribbon(BAR, at, start[payer], entering, euros, colour, name))
            entering -= euros
    for receiver in receivers:
        if euros := money.out.get(receiver, 0.0):
            name = f"{words.middle} → {words.receiver(receiver)} : {words.euros(euros)}"
            colour = COLOURS[words.colour(receiver)]
            at = MIDDLE + BAR / 2
            traces.append(_ribbon(at, 1 - BAR, leaving, end[receiver], euros, colour, name))
            leaving -= euros
    labels = []
    for accounts, tops, totals, named, side in (
        (payers, from_top, left, words.payer, 0.0),
        (receivers, to_top, right, words.receiver, 1.0),
    ):
        for account in accounts:
            euros = totals.get(account, 0.0)
            if euros:
                bar = COLOURS[words.colour(account)]
                traces.append(_bar(side * (1 - BAR), tops[account], euros, bar))
                label = f"<b>{words.euros(euros)}</b>"
                between = "<br>" if euros > TWO_LINES * scale else " "
                text = f"{named(account)}{between}{label}"
                labels.append(_label(text, side, tops[account] - euros / 2, between == " "))
    traces.append(_bar(MIDDLE - BAR / 2, middle, inside, INK))
    labels.append(
        {
            "x": MIDDLE + BAR / 2,
            "xanchor": "right",  # what is paid to few stands on the right
            "align": "right",
            "y": middle - inside,
            "yshift": -4,
            "yanchor": "top",
            "bgcolor": GROUND,
            "borderpad": 0,
            "text": f"{words.middle}<br><b>{words.euros(inside)}</b>",
            "showarrow": False,
            "font": {"size": 13, "color": INK},
        }
    )
    most = max(len(payers), len(receivers))
    return {
        "data": traces,
        "layout": layout(
            height=HEIGHT,
            hovermode="closest",
            margin={"l": 4, "r": 4, "t": 8, "b": 8},
            xaxis={"visible": False, "range": [0, 1], "fixedrange": True},
            yaxis={
                "visible": False,
                "range": [-scale - most * gap, gap / 2],
                "fixedrange": True,
            },
            annotations=labels,
        ),
    }


def _stacked(accounts: Sequence[str], totals: Mapping[str, float], gap: float) -> dict[str, float]:
    """Top of each account's bar, from zero down."""
    tops, at = {}, 0.0
    for account in accounts:
        tops[account] = at
        if totals.get(account):
            at -= totals[account] + gap
    return tops


def _ribbon(
    left: float, right: float, start: float, end: float, euros: float, colour: str, name: str
) -> dict[str, Any]:
    x = left + (right - left) * _BEND
    upper = start + (end - start) * _STEP
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x.tolist(), *x[::-1].tolist()],
        "y": [*upper.tolist(), *(upper - euros)[::-1].tolist()],
        "fill": "toself",
        "fillcolor": translucent(colour, 0.2 if colour == COLOURS[0] else 0.35),
        "line": {"width": 0},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": name,
        "name": name,
    }


def _bar(left: float, top: float, euros: float, colour: str) -> dict[str, Any]:
    right, bottom = left + BAR, top - euros
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [left, right, right, left, left],
        "y": [top, top, bottom, bottom, top],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 1, "color": colour},
        "hoverinfo": "skip",
    }


def _label(text: str, side: float, at: float, is_thin: bool) -> dict[str, Any]:
    """Name and euros beside a bar; a thin ribbon would strike the text out without a ground."""
    return {
        **({"bgcolor": GROUND, "borderpad": 0} if is_thin else {}),
        "x": side,
        "xshift": 12 if side == 0 else -12,
        "xanchor": "left" if side == 0 else "right",
        "align": "left" if side == 0 else "right",
        "y": at,
        "yanchor": "middle",
        "text": text,
        "showarrow": False,
        "font": {"size": 12, "color": INK},
    }
