"""An indicator over time, as played and in the reference: never one line alone."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.units import DisplayUnit
from dashboard.workshop.outcome import Bands, Measured
from dashboard.workshop.views.axes import Axes
from dashboard.workshop.views.elements import Child, el, joined
from dashboard.workshop.views.figure import ON_PHONE, Shape, figure, number_table, text
from dashboard.workshop.views.quantities import indicator_name, unit_of
from simulator.codes import quarter_index


def bands_figure(
    indicator: str, measured: Measured, quarters: Sequence[str], since: str, reading: Child,
    texts: Texts, shape: Shape = ON_PHONE,
) -> Markup:  # fmt: skip
    """Both futures with what worlds spread over. `since`: first quarter that the round decides."""
    unit = unit_of(indicator, measured, texts)
    first, last = quarter_index(quarters[0]), quarter_index(quarters[-1])
    axes = Axes([measured.played, measured.reference], first, last, unit, shape)
    begins = quarter_index(since) - 1  # the value of the quarter before is where a round begins
    later = begins > first
    drawing = joined([
        axes.grid(texts, 4),
        axes.upright(begins, "since") if later else None,
        [(axes.zone(bands, name), axes.worlds(bands, name))
         for bands, name in ((measured.reference, "reference"), (measured.played, "played"))],
        axes.median(measured.reference, "reference"),
        axes.median(measured.played, "played"),
        _names(axes, measured, texts),
    ])  # fmt: skip
    name = indicator_name(indicator, texts)
    note = [f"{unit.name[:1].upper()}{unit.name[1:]}. ",
            el("span", how_to_read(measured.played, later, texts), class_="how")]  # fmt: skip
    table = number_table(name, *_numbers(measured, quarters, unit, texts))
    sentence = texts(
        "{name}, {end} : {played} comme joué, {reference} dans la référence.",
        name=name, end=texts.quarter(quarters[-1]), played=_ended(measured.played, unit, texts),
        reference=_ended(measured.reference, unit, texts),
    )  # fmt: skip
    return figure(reading, drawing, sentence, (shape.width, shape.height), table, texts, note)


def how_to_read(bands: Bands, later: bool, texts: Texts) -> str:
    """What zones and lines are; with fifty worlds or more they are no longer drawn one by one.
    `later`: not the first round, whose beginning is marked."""
    said = (
        texts("Zones : du monde le plus bas au plus haut ; traits fins : chaque monde ; traits "
              "épais : le monde du milieu.")
        if bands.paths
        else texts("Zones : 9 mondes sur 10 ; traits épais : le monde du milieu.")
    )  # fmt: skip
    return f"{said} {texts('Pointillé : le début de ce tour.')}" if later else said


def _ended(bands: Bands, unit: DisplayUnit, texts: Texts) -> str:
    return _ranged(bands, len(bands.median) - 1, unit, texts)


def _ranged(bands: Bands, index: int, unit: DisplayUnit, texts: Texts) -> str:
    """`84,1 % (82,0 à 86,3)`."""
    low, high = (
        unit.value(texts, values[index]).removesuffix(unit.suffix)
        for values in (bands.low, bands.high)
    )
    said = texts("{value} (de {low} à {high})", value=unit.value(texts, bands.median[index]),
                 low=low, high=high)  # fmt: skip
    return said


def _numbers(
    measured: Measured, quarters: Sequence[str], unit: DisplayUnit, texts: Texts
) -> tuple[list[str], list[list[str]]]:
    heads = [texts("Quand"), texts("Comme joué"), texts("Référence")]
    rows = [
        [
            texts.quarter(quarter),
            _ranged(measured.played, index, unit, texts),
            _ranged(measured.reference, index, unit, texts),
        ]
        for index, quarter in enumerate(quarters)
        if quarter.endswith("Q4") or index == len(quarters) - 1
    ]
    return heads, rows


def _names(axes: Axes, measured: Measured, texts: Texts) -> Markup:
    """Direct labels at the right end, kept apart."""
    played, reference = axes.y(measured.played.median[-1]), axes.y(measured.reference.median[-1])
    apart = axes.shape.between - abs(played - reference)
    if apart > 0:
        shift = apart / 2 if played > reference else -apart / 2
        played, reference = played + shift, reference - shift
    x = axes.right + 6
    return joined([
        text(texts("comme joué"), x, played + 4, class_="played"),
        text(texts("référence"), x, reference + 4, class_="reference"),
    ])  # fmt: skip
