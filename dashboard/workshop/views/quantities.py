"""Numbers of an outcome in words: natural frequencies, ranges, paired differences."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.language import Texts
from dashboard.units import DisplayUnit, display_unit
from dashboard.workshop.outcome import Interval, Measured
from simulator.indicators import INDICATORS
from simulator.verdicts import WITHHELD, WORDS

_BASES = (100, 1_000, 10_000)


def unit_of(indicator: str, measured: Measured, texts: Texts) -> DisplayUnit:
    """Unit in which the values of an indicator are written."""
    largest = max(*measured.played.high, *measured.reference.high)
    return display_unit(INDICATORS[indicator].unit, largest, texts)


def difference_unit(indicator: str, intervals: Iterable[Interval], texts: Texts) -> DisplayUnit:
    """Unit in which differences are written, as small as they are; of shares so many out of 100,
    of 1,000 or of 10,000."""
    unit = INDICATORS[indicator].unit
    if unit == "share":
        largest = max(abs(one.mean) for one in intervals)
        base = next((base for base in _BASES if base * largest >= 5), _BASES[-1])
        of = texts("sur {base}", base=texts.number(base))
        return DisplayUnit(base, 0, of, "", "")
    largest = max(abs(value) for one in intervals for value in (one.mean, one.low, one.high))
    return display_unit(unit, largest, texts)


def indicator_name(indicator: str, texts: Texts) -> str:
    return texts.spaced(INDICATORS[indicator].label(texts.language))


def better(indicator: str, texts: Texts) -> str:
    """Which direction is better, in words."""
    return {
        "higher": texts("plus haut est mieux"),
        "lower": texts("plus bas est mieux"),
        "none": texts("ni mieux ni moins bien en soi"),
    }[INDICATORS[indicator].direction]


def at_the_end(indicator: str, low: float, high: float, unit: DisplayUnit, texts: Texts) -> str:
    """The range of worlds at the end: `de 82 à 85 sur 100`, or with the unit of the indicator."""
    if indicator == "survival":
        return still_there(low, high, texts)
    low_said, high_said = unit.value(texts, low), unit.value(texts, high)
    if low_said == high_said:
        return low_said
    return texts("de {low} à {high}", low=low_said.removesuffix(unit.suffix), high=high_said)


def still_there(low: float, high: float, texts: Texts) -> str:
    """The range of a share of organisations: `de 82 à 85 sur 100`."""
    first, last = texts.number(100 * low), texts.number(100 * high)
    if first == last:
        return texts("{number} sur 100", number=first)
    return texts("de {low} à {high} sur 100", low=first, high=last)


def over_worlds(kind: str, texts: Texts) -> str:
    """Which worlds a range is over; `kind` as `simulator.intervals.band_kind` names it."""
    return (
        texts("du monde simulé le plus bas au plus haut")
        if kind == "range"
        else texts("dans neuf mondes simulés sur dix")
    )


def difference(indicator: str, interval: Interval, texts: Texts) -> str:
    """A paired difference with its interval, in numbers of people or organisations where it is a
    share: `3 de plus sur 1 000 (entre +1 et +5)`."""
    if INDICATORS[indicator].unit == "share":
        return natural(interval, texts)
    return amount(interval, difference_unit(indicator, [interval], texts), texts)


def amount(interval: Interval, unit: DisplayUnit, texts: Texts) -> str:
    """`+3 200 ETP (entre +1 100 et +5 300)`."""
    low, high = (
        unit.difference(texts, value).removesuffix(unit.difference_suffix)
        for value in (interval.low, interval.high)
    )
    return f"{unit.difference(texts, interval.mean)} {_between(low, high, texts)}"


def natural(interval: Interval, texts: Texts) -> str:
    """A difference of shares as so many out of 100, of 1,000 or of 10,000."""
    base = _base(interval)
    ends = (interval.mean, interval.low, interval.high)
    mean, low, high = (round(base * value) for value in ends)
    of = texts.number(base)
    between = _between(texts.number(low, signed=True), texts.number(high, signed=True), texts)
    if mean == 0:
        return texts("pas d'écart visible sur {base}", base=of) + f" {between}"
    count = texts.number(abs(mean))
    said = (
        texts("{count} de plus sur {base}", count=count, base=of)
        if mean > 0
        else texts("{count} de moins sur {base}", count=count, base=of)
    )
    return f"{said} {between}"


def _between(low: str, high: str, texts: Texts) -> str:
    return texts("(entre {low} et {high})", low=low, high=high)


def _base(interval: Interval) -> int:
    """The smallest base at which the difference shows; never finer than one in ten thousand."""
    size = max(abs(interval.mean), (interval.high - interval.low) / 4)
    return next((base for base in _BASES if base * size >= 0.95), _BASES[-1])


def verdict_words(measured: Measured, texts: Texts) -> str:
    """The word beside a difference, or why there is none."""
    if measured.verdict is not None:
        known = WORDS.get(measured.verdict)
        return measured.verdict if known is None else texts.spaced(known[texts.language])
    return texts("pas de mot : {reason}", reason=withheld_words(measured.withheld or "", texts))


def withheld_words(reason: str, texts: Texts) -> str:
    """Why no word is said; a reason that is not known is said as it is."""
    known = {
        "few_worlds": texts("trop peu de mondes"),
        "chance_alone": texts("seul le hasard a varié"),
        "signs_differ": texts("la moyenne et la plupart des mondes vont en sens contraires"),
        "support": WITHHELD[texts.language].partition(": ")[2],
    }
    if reason in WORDS:
        return texts.spaced(WORDS[reason][texts.language])
    return known.get(reason, reason)


def verdict_reading(texts: Texts) -> str:
    """What the words beside differences mean."""
    return texts(
        "Le mot dit si le sens de l'écart tient quand on change les hypothèses du modèle, pas s'il "
        "est bon ou mauvais. Robuste : au moins 9 fois sur 10 ; probable : 2 fois sur 3 ; "
        "ambigu : moins ; inchangé : trop petit pour compter."
    )
