"""Numbers as people read them, in French or English, by unit of indicator."""

from __future__ import annotations

import math
from typing import Final

from simulator.indicator import Indicator

_SCALES: Final = {
    "fr": ((1e9, "Md"), (1e6, "M"), (1e3, "k")),
    "en": ((1e9, "bn"), (1e6, "M"), (1e3, "k")),
}
_UNITS: Final = {
    "fr": {"index": "points", "months": "mois", "quarters": "trim."},
    "en": {"index": "points", "months": "months", "quarters": "q"},
}
_SMALLEST: Final = 1e-6
_THIN: Final = "\u202f"  # narrow no-break space


def decimal(value: float, digits: int, language: str, signed: bool = False) -> str:
    """`1 234,5` or `1,234.5`; a true minus sign, `+` where signed, `–` for no number."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):,.{digits}f}"
    zero = float(text.replace(",", "")) == 0
    if language == "fr":
        text = text.replace(",", _THIN).replace(".", ",")
    sign = "" if zero else "−" if value < 0 else "+" if signed else ""
    return sign + text


def significant(value: float, language: str = "en", digits: int = 4) -> str:
    """A number to so many significant digits, never with an exponent nor over six decimals."""
    if not math.isfinite(value) or value == 0:
        return decimal(value, 0, language)
    if abs(value) < _SMALLEST:
        return ("< " if value > 0 else "> ") + decimal(math.copysign(_SMALLEST, value), 6, language)
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return decimal(value, min(max(places, 0), 6), language)


def quarter(label: str, language: str) -> str:
    """`2035T4` in French, `2035Q4` in English."""
    return label.replace("Q", "T") if language == "fr" else label


def large(value: float, language: str, unit: str = "", signed: bool = False) -> str:
    """`1,42 M`, `51,2 Md€`: three figures that mean something."""
    for scale, name in _SCALES[language]:
        if abs(value) >= scale:
            number = value / scale
            digits = 2 if abs(number) < 10 else 1 if abs(number) < 100 else 0
            return f"{decimal(number, digits, language, signed)}{_THIN}{name}{unit}"
    space = _THIN if unit else ""
    return f"{decimal(value, 0, language, signed)}{space}{unit}"


def whole(value: float, language: str) -> str:
    """A count written out, three figures of which mean something: `1 680 000`."""
    if not math.isfinite(value) or value == 0:
        return decimal(value, 0, language)
    step = 10.0 ** max(0, math.floor(math.log10(abs(value))) - 2)
    return decimal(round(value / step) * step, 0, language)


def level(value: float, indicator: Indicator, language: str) -> str:
    """A value of an indicator, with its unit where it is short; `–` for no number."""
    if math.isnan(value):
        return decimal(value, 0, language)
    match indicator.unit:
        case "share":
            return f"{decimal(100 * value, 1, language)}{_THIN}%"
        case "index":
            return decimal(value, 1, language)
        case "months":
            return f"{decimal(value, 1, language)}{_THIN}{'mois' if language == 'fr' else 'months'}"
        case "quarters":
            return f"{decimal(value, 1, language)}{_THIN}{'trim.' if language == 'fr' else 'q'}"
        case "eur":
            return large(value, language, "€")
        case "organisations" | "fte":
            return whole(value, language)
        case "eur_per_fte":
            return large(value, language)
        case _:
            return decimal(value, 3, language)


def amount(value: float, indicator: Indicator, language: str) -> str:
    """A part of a difference with its sign, in the unit of the indicator: `−4 340`, `−1,23 pt`.

    `–` for no number.
    """
    if math.isnan(value):
        return decimal(value, 0, language)
    if indicator.unit in ("organisations", "fte"):
        sign = "+" if round(value) > 0 else ""
        return sign + whole(value, language)
    if indicator.unit == "eur":
        return large(value, language, "€", signed=True)
    if indicator.unit == "eur_per_fte":
        return large(value, language, signed=True)
    if indicator.unit == "number":
        return decimal(value, 4, language, signed=True)
    factor, digits, unit = (100.0, 2, "pt") if indicator.unit == "share" else (
        1.0, 2, _UNITS[language].get(indicator.unit, ""))  # fmt: skip
    return f"{decimal(factor * value, digits, language, signed=True)}{_THIN}{unit}"


def scale(indicator: Indicator, reference_value: float, language: str) -> tuple[float, int, str]:
    """Factor, decimals and unit for differences: percent of the reference for totals."""
    if indicator.unit == "share":
        return 100.0, 2, "pt"
    if indicator.smallest_effect_is_relative:
        return (100.0 / reference_value if reference_value else math.nan), 1, "%"
    words = _UNITS[language].get(indicator.unit, "")
    return 1.0, 1 if indicator.unit == "index" else 2, words


def difference(
    value: float, low: float, high: float, indicator: Indicator, reference: float, language: str
) -> tuple[str, str]:
    """The difference with its unit, and its interval, as two texts."""
    factor, digits, unit = scale(indicator, reference, language)
    numbers = [decimal(x * factor, digits, language, signed=True) for x in (value, low, high)]
    separator = " ; " if language == "fr" else ", "
    shown = numbers[0] + (f"{_THIN}{unit}" if unit and not math.isnan(value * factor) else "")
    return shown, f"[{numbers[1]}{separator}{numbers[2]}]"
