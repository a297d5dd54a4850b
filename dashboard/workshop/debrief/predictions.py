"""What tables had predicted beside what the model gives, without saying whose a prediction is.

Phones promise that nobody else sees a table's prediction: each has its own on its sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.debrief.material import Debrief
from dashboard.workshop.outcome import Measured
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.elements import Child, el, joined
from dashboard.workshop.views.figure import line, text, ticks
from dashboard.workshop.views.predicting import SCALES
from dashboard.workshop.views.quantities import at_the_end, unit_of
from dashboard.workshop.views.words import predicted_name, round_end

FEWEST: Final = 3  # predictions, under which one could tell whose they are
_WIDTH, _LEFT, _RIGHT, _HEIGHT = 380.0, 96.0, 14.0, 118.0


def predictions(debrief: Debrief, texts: Texts) -> Markup:
    """Round by round, each predicted quantity: marks of the tables over both ranges."""
    room = debrief.room
    shown: list[Child] = []
    for number in range(room.revealed):
        head = texts("Tour {number}, jusqu'à {end}", number=number + 1,
                     end=round_end(room, number, texts))  # fmt: skip
        outcome = debrief.seen.outcomes.get(number)
        inside = [
            _one(name, values(room, number, name),
                 None if outcome is None else outcome.indicators.get(name), texts)
            for name in PREDICTED
        ]  # fmt: skip
        shown.append(el("section", el("h3", head), el("div", inside, class_="figures"),
                        class_="round"))  # fmt: skip
    return el("div", shown)


def values(room: Room, number: int, name: str) -> list[float]:
    """What tables predicted in a round, from the lowest to the highest."""
    return sorted(
        made.values[name]
        for (round_, _), made in room.predictions.items()
        if round_ == number and name in made.values
    )


def _one(name: str, guessed: Sequence[float], measured: Measured | None, texts: Texts) -> Markup:
    title = el("strong", predicted_name(name, texts), class_="title")
    if len(guessed) < FEWEST:
        said = (
            texts("Aucune table n'a noté de prévision.")
            if not guessed
            else texts("Trop peu de prévisions pour les montrer sans dire de qui elles sont : "
                       "chaque table a la sienne sur sa fiche.")
        )  # fmt: skip
        return el("p", title, el("br"), said)
    low, high = (texts.number(value / SCALES[name].scale) for value in (guessed[0], guessed[-1]))
    said = (
        texts("{count} tables prévoyaient {number}.", count=len(guessed), number=low)
        if low == high
        else texts("{count} tables prévoyaient de {low} à {high}.", count=len(guessed), low=low,
                   high=high)
    )  # fmt: skip
    if measured is None:
        return el("p", title, el("br"), said, " ", texts("Le résultat n'est pas calculé."))
    unit = unit_of(name, measured, texts)
    played, reference = (
        at_the_end(name, bands.low[-1], bands.high[-1], unit, texts)
        for bands in (measured.played, measured.reference)
    )
    said = joined([said, " ", texts("Comme joué : {played}. Référence : {reference}.",
                                    played=played, reference=reference)])  # fmt: skip
    drawing = el(
        "svg", _drawing(name, guessed, measured, unit.factor, texts), class_="drawing", role="img",
        aria_label=said, viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", focusable="false",
    )  # fmt: skip
    return el("figure", el("figcaption", title, " ", said), drawing, class_="workshop-figure")


def _drawing(
    name: str, guessed: Sequence[float], measured: Measured, factor: float, texts: Texts
) -> Markup:
    ranges = (("played", texts("comme joué"), measured.played),
              ("reference", texts("référence"), measured.reference))  # fmt: skip
    ends = [*guessed, *(end for _, _, bands in ranges for end in (bands.low[-1], bands.high[-1]))]
    low, high = factor * min(ends), factor * max(ends)
    apart = (high - low or 1.0) * 0.06
    low, high = low - apart, high + apart

    def x(value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (factor * value - low) / (high - low)

    parts: list[Child] = [
        [line(x(mark / factor), 6, x(mark / factor), _HEIGHT - 24, "grid"),
         text(texts.number(mark), x(mark / factor), _HEIGHT - 7, anchor="middle")]
        for mark in ticks(low, high) if abs(mark - round(mark)) < 1e-9
    ]  # fmt: skip
    parts.append(text(texts("prévisions"), _LEFT - 10, 26, anchor="end"))
    parts += [el("path", d=f"M{x(value):.1f},13l8,8l-8,8l-8,-8Z", class_="guess")
              for value in guessed]  # fmt: skip
    for place, (class_, said, bands) in enumerate(ranges):
        y, left, right = 52.0 + 28 * place, x(bands.low[-1]), x(bands.high[-1])
        middle = x(bands.median[-1])
        parts += [
            text(said, _LEFT - 10, y + 4, anchor="end", class_=class_),
            el("rect", x=f"{left:.1f}", y=f"{y - 7:.1f}", width=f"{max(right - left, 1):.1f}",
               height="14", class_=f"zone {class_}"),
            line(middle, y - 9, middle, y + 9, f"median {class_}"),
        ]  # fmt: skip
    return joined(parts)
