"""Futures of several rooms side by side, on the same axes, each beside its own reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from string import ascii_uppercase
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.units import display_unit
from dashboard.workshop.debrief.material import Debrief, Neighbour
from dashboard.workshop.debrief.unlike import set_up
from dashboard.workshop.outcome import Measured, Outcome
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.axes import Axes
from dashboard.workshop.views.elements import Child, el, joined, name_of
from dashboard.workshop.views.figure import Shape, picture
from dashboard.workshop.views.quantities import at_the_end, difference, indicator_name
from dashboard.workshop.views.words import place
from simulator.codes import quarter_index
from simulator.indicators import INDICATORS

_SMALL: Final = Shape(300.0, 170.0, 52.0, 10.0, 10.0, 24.0, 15.0)
_BEFORE: Final = -1  # index of the quarter in which all futures begin


def rooms(debrief: Debrief, texts: Texts) -> Markup | None:
    """Small figures, a row for each indicator; None where there is no other room."""
    here = Neighbour(debrief.room, debrief.seen.outcomes)
    alike = [one for one in debrief.neighbours if _world(one.room) == _world(here.room)]
    led = [(one.room, outcome) for one in (here, *alike) if (outcome := _last(one)) is not None]
    elsewhere = [one.room for one in debrief.neighbours if one not in alike]
    shown: list[Child] = []
    if len(led) > 1:
        lettered = list(zip(_letters(), (room for room, _ in led), strict=False))
        others = [(letter, room) for letter, room in lettered if room is not debrief.room]
        shown.append(set_up(debrief.room, others, texts))
        indicators = [name for name in debrief.room.settings.indicators
                      if all(name in outcome.indicators for _, outcome in led)]  # fmt: skip
        shown += [_row(name, led, texts) for name in indicators]
    if missing := [one.room.settings.title for one in alike if _last(one) is None]:
        shown.append(el("p", texts("Résultats pas encore calculés : ouvrez d'abord la console de "
                                   "{names}.", names=texts.listing(missing)),
                        class_="note"))  # fmt: skip
    if elsewhere:
        names = texts.listing([f"{room.settings.title} ({place(room, texts)})"
                               for room in elsewhere])  # fmt: skip
        shown.append(el("p", texts("Sur un autre territoire, donc pas sur les mêmes axes : {names}",
                                   names=names), class_="note"))  # fmt: skip
    if not shown:
        return None
    return joined([
        el("p", texts("Chaque salle est à côté de sa propre référence : ses chocs, son hasard et "
                      "ses rôles ne sont pas ceux d'une autre. Aucune n'a mieux joué : les écarts "
                      "entre salles disent surtout qu'on peut décider autrement.")),
        shown,
    ])  # fmt: skip


def _world(room: Room) -> tuple[object, ...]:
    return room.settings.region, room.settings.population if room.settings.region is None else ""


def _last(one: Neighbour) -> Outcome | None:
    rounds = [number for number in one.outcomes if number < one.room.revealed]
    return one.outcomes[max(rounds)] if rounds else None


def _row(name: str, led: Sequence[tuple[Room, Outcome]], texts: Texts) -> Markup:
    measured = [outcome.indicators[name] for _, outcome in led]
    bands = [side for one in measured for side in (one.played, one.reference)]
    high = max(max(one.high) for one in bands)
    unit = display_unit(INDICATORS[name].unit, high, texts)
    last = max(quarter_index(outcome.quarters[-1]) for _, outcome in led)
    axes = Axes(bands, _BEFORE, last, unit, _SMALL)
    # Titles may be the same, and codes open doors: letters tell rooms apart.
    figures = [_small(name, room, outcome, axes, letter, texts)
               for letter, (room, outcome) in zip(_letters(), led, strict=False)]  # fmt: skip
    return el("section", el("h3", indicator_name(name, texts)), el("p", unit.name, class_="note"),
              el("div", figures, class_="rooms"), class_="row-of-rooms")  # fmt: skip


def _letters() -> Iterator[str]:
    """A, B, … Z, A1, B1, …: there may be many rooms."""
    return (f"{letter}{number or ''}" for number in count() for letter in ascii_uppercase)


def _small(
    name: str, room: Room, outcome: Outcome, axes: Axes, letter: str, texts: Texts
) -> Markup:
    measured: Measured = outcome.indicators[name]
    end = texts.quarter(outcome.quarters[-1])
    played, reference = (
        at_the_end(name, side.low[-1], side.high[-1], axes.unit, texts)
        for side in (measured.played, measured.reference)
    )
    said = texts("{end} : {played} comme joué, {reference} dans sa référence ; écart : {change}",
                 end=end, played=played, reference=reference,
                 change=difference(name, measured.difference, texts))  # fmt: skip
    drawing = joined([
        axes.grid(texts, 3, inside=True),
        axes.zone(measured.reference, "reference"),
        axes.zone(measured.played, "played"),
        axes.median(measured.reference, "reference"),
        axes.median(measured.played, "played"),
    ])  # fmt: skip
    title = joined([el("span", letter, class_="dimmed"), " ",
                    el("strong", name_of(room.settings.title))])  # fmt: skip
    return el(
        "figure", el("figcaption", title),
        picture(drawing, said, (_SMALL.width, _SMALL.height)),
        el("p", said, class_="note"), class_="workshop-figure",
    )  # fmt: skip
