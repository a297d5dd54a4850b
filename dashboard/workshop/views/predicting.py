"""The phase of predictions: two numbers that a table writes before it decides, for itself alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.room.settings import POSSIBLE, PREDICTED
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.views.elements import command, el, joined
from dashboard.workshop.views.words import predicted_name, round_end


@dataclass(frozen=True)
class Scale:
    """How people write a predicted value: `scale` × what they write is the indicator's value."""

    scale: float
    low: int
    high: int


def _scale(name: str, scale: float) -> Scale:
    low, high = POSSIBLE[name]
    return Scale(scale, round(low / scale), round(high / scale))


SCALES: Final[Mapping[str, Scale]] = {
    "survival": _scale("survival", 0.01),
    "quality_adjusted_service_index": _scale("quality_adjusted_service_index", 1.0),
}


def predict_part(room: Room, table: Table, texts: Texts) -> Markup:
    """The form of a prediction, with what the table wrote already."""
    made = room.predictions.get((room.round, table.id))
    return prediction_form(
        room, {} if made is None else made.values, texts,
        {"do": "predict", "round": room.round}, texts("Noter notre prévision"), table.id,
    )  # fmt: skip


def prediction_form(
    room: Room, values: Mapping[str, float], texts: Texts, do: Mapping[str, object], label: str,
    key: str,
) -> Markup:  # fmt: skip
    """Two numbers, each with a slider. `key`: makes ids of the page distinct."""
    fields = [
        _field(name, values.get(name), room, texts, f"{key}-{name}")
        for name in PREDICTED
    ]  # fmt: skip
    return el(
        "form", fields, el("button", label, type="submit", class_="button primary",
                           disabled=room.paused),
        data_do=command(**do), class_="prediction",
    )  # fmt: skip


def noted_part(room: Room, table: Table, texts: Texts) -> Markup:
    """Whether the table has written its prediction."""
    made = room.predictions.get((room.round, table.id))
    if made is None:
        private = texts(
            "Votre prévision reste à votre table : rien ne la montre ailleurs sous votre nom. "
            "Quand il y en a au moins trois, la salle voit où elles vont, sans savoir de qui elles "
            "sont. Ce n'est pas un concours : elle sert à en parler ensuite."
        )
        return el("p", private, class_="note")
    return joined([
        el("p", texts("Prévision notée : {values}.", values=written(made.values, texts)),
           class_="state ready"),
        el("p", texts("Vous pouvez la changer jusqu'à la fin de cette étape."), class_="note"),
    ])  # fmt: skip


def written(values: Mapping[str, float], texts: Texts) -> str:
    """A prediction in words."""
    said = []
    for name, value in values.items():
        if name in SCALES:
            number = texts.number(value / SCALES[name].scale)
            said.append(texts.said(predicted_name(name, texts), number))
    return texts.series(said)


def _field(name: str, value: float | None, room: Room, texts: Texts, key: str) -> Markup:
    scale = SCALES[name]
    number = None if value is None else round(value / scale.scale)
    middle = (scale.low + scale.high) // 2
    shared = {"min": scale.low, "max": scale.high, "step": 1}
    asked, help_ = _asked(name, room, texts)
    return el(
        "fieldset",
        el("legend", asked),
        el("p", help_, class_="note", id=f"help-{key}"),
        el("div",
           el("input", type="range", id=f"slide-{key}", data_pair=f"number-{key}",
              value=middle if number is None else number, aria_label=asked, **shared),
           el("input", type="number", id=f"number-{key}", inputmode="numeric", required=True,
              data_key=f"values.{name}", data_scale=scale.scale, data_pair=f"slide-{key}",
              value=number, aria_label=asked, aria_describedby=f"help-{key}", **shared),
           class_="slide"),
        class_="question",
    )  # fmt: skip


def predicted_questions(room: Room, texts: Texts) -> list[tuple[str, str]]:
    """What is asked, and how to understand it."""
    return [_asked(name, room, texts) for name in PREDICTED]


def _asked(name: str, room: Room, texts: Texts) -> tuple[str, str]:
    end = round_end(room, room.round, texts)
    return {
        "survival": (
            texts("Sur 100 organisations qui employaient fin 2025, combien seront encore là "
                  "{end} ?", end=end),
            texts("Comptez toutes celles de la salle, pas seulement votre famille."),
        ),
        "quality_adjusted_service_index": (
            texts("Le service rendu valait 100 fin 2025. Combien vaudra-t-il {end} ?", end=end),
            texts("Il compte les personnes servies et la qualité. 90 : un dixième de moins."),
        ),
    }[name]  # fmt: skip
