"""Published figures and the model side by side, the roles of the figures told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import pandas as pd

from dashboard.evidence import Beside, Role
from dashboard.figures.dots import Dot, Group, dots_figure
from dashboard.figures.theme import Figure
from dashboard.language import Texts
from dashboard.panels.origin import Origin
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, shipped

_FARTHEST = 4.0  # half-widths of a range; what lies farther is drawn there
_COLUMNS = (
    "id",
    "label",
    "unit",
    "role",
    "low",
    "high",
    "median",
    "band_low",
    "band_high",
    "inside",
)


def role_names(texts: Texts) -> Mapping[Role, str]:
    """Role of a figure → what it is worth."""
    return {
        "held_out": texts("Tenus à part : eux seuls valident quelque chose"),
        "tuned": texts("Réglés : des paramètres ont été choisis dessus, ils ne valident rien"),
        "input": texts("Entrées : la population est bâtie dessus, ils ne valident rien"),
        "fed": texts("Donnés au modèle, ou qui en découlent : ils ne valident rien"),
    }


def beside_panel(
    key: str, title: str, subtitle: str, beside: Sequence[Beside], call: str, texts: Texts
) -> Panel:
    """A panel over some figures: a drawing for each role, medians and bands on published ranges.

    call: what gives these figures in Python, of `dashboard.evidence`.
    """
    names = role_names(texts)
    drawings = []
    for role, name in names.items():
        shown = [one for one in beside if one.role == role and one.median is not None]
        if shown:
            drawings.append(Drawing(_figure(shown, texts), name, _reading(shown, texts)))
    rows = [
        {name: value for name, value in asdict(one).items() if name in _COLUMNS}
        | {"figures": " ".join(one.figures)}
        for one in beside
    ]
    return Panel(
        key,
        title,
        subtitle,
        texts(
            "Un point par chiffre : la médiane du modèle, placée par rapport à la plage publiée "
            "(en gris bleu) ; le trait va du 5e au 95e centile des tirages. Plein et bleu : dans "
            "la plage ; creux et orange : hors de la plage. Ce qui est très loin est dessiné au "
            "bord : les valeurs sont dans le tableau."
        ),
        pd.DataFrame(rows),
        {
            "id": texts("Code"),
            "label": texts("Chiffre"),
            "unit": texts("Unité"),
            "role": texts("Rôle"),
            "low": texts("Plage publiée : bas"),
            "high": texts("Plage publiée : haut"),
            "median": texts("Modèle : médiane"),
            "band_low": texts("Modèle : bas"),
            "band_high": texts("Modèle : haut"),
            "inside": texts("Dans la plage"),
            "figures": texts("Sources"),
        },
        [
            [
                one.label,
                names[one.role].split(":")[0].strip(),
                _range(one, texts),
                _model(one, texts),
                _verdict(one, texts),
                ", ".join(one.figures),
            ]
            for one in beside
        ],
        [
            texts("Chiffre"),
            texts("Rôle"),
            texts("Plage publiée"),
            texts("Modèle : médiane et étendue"),
            texts("Dans la plage"),
            texts("Sources"),
        ],
        tuple(drawings),
        origin=Origin(
            "published",
            texts("chiffres publiés, cités un à un dans le tableau ; à côté, le modèle."),
            caption=(texts("Seuls les chiffres tenus à part valident quelque chose."),),
        ),
        recipe=_recipe(beside, call, texts),
    )


def _recipe(beside: Sequence[Beside], call: str, texts: Texts) -> Recipe | None:
    """How to get the median of the first figure that the model shows."""
    first = next((one for one in beside if one.median is not None), None)
    if first is None or first.median is None:
        return None
    return shipped(
        texts("{label} : médiane du modèle", label=first.label),
        call.partition("(")[0],
        f'next(one.median for one in {call} if one.id == "{first.id}")',
        first.median,
    )


def _figure(shown: Sequence[Beside], texts: Texts) -> Figure:
    groups, every = [], [-1.5, 1.5]
    for one in shown:
        value, low, high = places(one)
        every += [value, low, high]
        rank = 1 if one.inside else 2
        published = texts("publié : {range}", range=_range(one, texts))
        hover = f"{one.label}<br>{_model(one, texts)}<br>{published}"
        groups.append(
            Group(_name(one, texts), [Dot(rank, value, low, high, hover, not one.inside)])
        )
    return dots_figure(
        groups,
        texts("plage publiée"),
        (min(every) - 0.3, max(every) + 0.3),
        (-1.0, 1.0),
        ([-1.0, 1.0], [texts("bas"), texts("haut")]),
    )


def places(one: Beside) -> tuple[float, float, float]:
    """Median and band where the published range runs from −1 to 1.

    An open range has no width: its one end is at −1 (or 1), and what is farthest inside at 0.
    """
    assert one.median is not None
    given = [v if v is not None else one.median for v in (one.median, one.band_low, one.band_high)]
    if one.low is not None and one.high is not None:
        middle, half = (one.low + one.high) / 2, (one.high - one.low) / 2
        placed = [(value - middle) / half for value in given]
    else:
        end, sign = (one.low, 1.0) if one.low is not None else (one.high, -1.0)
        assert end is not None
        scale = max(abs(value - end) for value in given) or 1.0
        placed = [sign * -1.0 + (value - end) / scale for value in given]
    value, low, high = (max(-_FARTHEST, min(_FARTHEST, place)) for place in placed)
    return value, low, high


def _name(one: Beside, texts: Texts) -> str:
    if one.high is None:
        return texts("{label} (sans maximum)", label=one.label)
    return texts("{label} (sans minimum)", label=one.label) if one.low is None else one.label


def _reading(shown: Sequence[Beside], texts: Texts) -> str:
    return texts.series(
        [f"{one.label} {_model(one, texts)}, {_verdict(one, texts)}" for one in shown]
    )


def _verdict(one: Beside, texts: Texts) -> str:
    if one.inside is None:
        return one.reason or "–"
    return texts("dans la plage") if one.inside else texts("hors de la plage")


def _range(one: Beside, texts: Texts) -> str:
    ends = ["…" if end is None else written(end, one.unit, texts) for end in (one.low, one.high)]
    return texts("{low} à {high}", low=ends[0], high=ends[1])


def _model(one: Beside, texts: Texts) -> str:
    if one.median is None:
        return "–"
    value = written(one.median, one.unit, texts)
    if one.band_low is None or one.band_high is None or one.band_low == one.band_high:
        return value
    return texts(
        "{value} [{low} ; {high}]",
        value=value,
        low=written(one.band_low, one.unit, texts),
        high=written(one.band_high, one.unit, texts),
    )


def written(value: float, unit: str, texts: Texts) -> str:
    """A number with the unit of a fact."""
    if unit.startswith("share"):
        percent = "%" if texts.language == "en" else "\N{NO-BREAK SPACE}%"
        yearly = texts(" par an") if unit.endswith("year") else ""
        return texts.number(100 * value, 1) + percent + yearly
    if unit.startswith("euros"):
        if abs(value) >= 1e9:
            return f"{texts.number(value / 1e9, 1)}\N{NO-BREAK SPACE}{texts('Md€')}"
        return f"{texts.number(value / 1e3)}\N{NO-BREAK SPACE}{texts('k€')}"
    decimals = 0 if abs(value) >= 1000 or value == round(value) else 1
    space = "\N{NO-BREAK SPACE}"
    names = {"quarters": space + texts("trimestres"), "FTE": space + texts("ETP")}
    return texts.number(value, decimals) + names.get(unit, "")
