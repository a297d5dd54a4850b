"""What tables had predicted beside what the model gives, without saying whose a prediction is.

Phones promise that nobody sees a table's prediction under its name: each has its own on the sheet
that it opens itself.
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
from dashboard.workshop.views.elements import Child, el
from dashboard.workshop.views.figure import WIDTH, picture
from dashboard.workshop.views.guess import HEIGHT, guesses_drawing
from dashboard.workshop.views.predicting import SCALES
from dashboard.workshop.views.quantities import at_the_end, unit_of
from dashboard.workshop.views.words import predicted_name, round_end

FEWEST: Final = 3  # predictions, under which one could tell whose they are


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
                       "chaque table a la sienne sur son téléphone.")
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
    levels = texts("Comme joué : {played}. Référence : {reference}.", played=played,
                   reference=reference)  # fmt: skip
    said = f"{said} {levels}"
    drawn = guesses_drawing(guessed, texts("prévisions"), measured, unit.factor, texts)
    drawing = picture(drawn, said, (WIDTH, HEIGHT))
    return el("figure", el("figcaption", title, " ", said), drawing, class_="workshop-figure")
