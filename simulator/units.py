"""Quantities as people write them: `-30%`, `4x`, `120 M€`, `+10 pts`, `2027Q3`.

Each unit is a type for Pydantic models: it reads the text of a file, keeps a plain number, writes
itself back without loss (`dump`) and describes itself to editors (JSON Schema). Decimal arithmetic
makes reading and writing exact inverses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from simulator import codes

_Value = TypeVar("_Value")

_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_SPACE = "[ \u00a0\u202f]?"
_PERCENT = re.compile(rf"([+-]?)({_NUMBER}){_SPACE}%")
_FACTOR = re.compile(rf"({_NUMBER}){_SPACE}[x×]")
_MONEY = re.compile(rf"({_NUMBER}){_SPACE}(€|k€|M€|Md€)")
_POINTS = re.compile(rf"([+-]?{_NUMBER}){_SPACE}pts?")
_EUROS: Final = {"€": 0, "k€": 3, "M€": 6, "Md€": 9}
_YEARS: Final = (1900, 2200)

LARGEST_RISE: Final = 10.0
LARGEST_FACTOR: Final = 1000.0
LARGEST_MONEY: Final = 1e12


def fault(message: str, hint: str) -> PydanticCustomError:
    """A validation error that says what is wrong and what would be right."""
    return PydanticCustomError("fault", "{message}", {"message": message, "hint": hint})


def shown(value: object) -> str:
    """A given value as messages show it, cut to a readable length."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif value is None:
        text = "nothing"
    elif isinstance(value, list | tuple):
        text = "a list"
    elif isinstance(value, dict):
        text = "a mapping"
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise fault(f"{value} is not a number", "write a finite number")
    return float(value)


def _percent(text: str) -> tuple[str, float] | None:
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        return None
    return match[1], float(Decimal(match[1] + match[2]) / 100)


def parse_change(value: object) -> float:
    """A relative change: `-30%` is −0.3; a bare share lies between −1 and 1."""
    hint = "write a sign and %, such as -30% or +8%, or a share between -1 and 1"
    if _is_number(value):
        number = _finite(value)  # type: ignore[arg-type]
        if not -1.0 <= number <= 1.0:
            raise fault(f"{shown(value)} has no unit", f"{hint}; did you mean {number:+g}%?")
    elif isinstance(value, str) and (read := _percent(value)) is not None:
        sign, number = read
        if not sign and number != 0.0:
            raise fault(
                f"{value} has no sign",
                f"write +{value.strip()} to raise or -{value.strip()} to cut",
            )
    else:
        raise fault(f"{shown(value)} is not a change", hint)
    if number < -1.0:
        raise fault(f"{shown(value)} cuts more than all there is", "the deepest cut is -100%")
    if number > LARGEST_RISE:
        raise fault(f"{shown(value)} is out of reach", f"the largest rise is +{LARGEST_RISE:.0%}")
    return number


def parse_share(value: object) -> float:
    """A share of a whole: `50%` or 0.5."""
    hint = "write a share such as 50% or 0.5"
    if _is_number(value):
        number = _finite(value)  # type: ignore[arg-type]
        if number > 1.0:
            raise fault(f"{shown(value)} has no unit", f"{hint}; did you mean {number:g}%?")
    elif isinstance(value, str) and (read := _percent(value)) is not None:
        number = read[1]
    else:
        raise fault(f"{shown(value)} is not a share", hint)
    if not 0.0 <= number <= 1.0:
        raise fault(f"{shown(value)} is not between 0% and 100%", hint)
    return number


def parse_rate(value: object) -> float:
    """A rate per year: `2.1%` or 0.021."""
    hint = "write a rate a year such as 2.1%"
    if _is_number(value):
        number = _finite(value)  # type: ignore[arg-type]
        if abs(number) > 1.0:
            raise fault(f"{shown(value)} has no unit", f"{hint}; did you mean {number:g}%?")
    elif isinstance(value, str) and (read := _percent(value)) is not None:
        number = read[1]
    else:
        raise fault(f"{shown(value)} is not a rate", hint)
    if not -0.5 <= number <= 1.0:
        raise fault(f"{shown(value)} a year is out of reach", "stay between -50% and 100% a year")
    return number


def parse_factor(value: object) -> float:
    """A factor: `4x` multiplies by four."""
    hint = "write a factor that ends in x, such as 4x or 0.5x"
    match = _FACTOR.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        if _is_number(value):
            raise fault(f"{shown(value)} has no unit", f"{hint}; did you mean {value}x?")
        raise fault(f"{shown(value)} is not a factor", hint)
    number = float(match[1])
    if number > LARGEST_FACTOR:
        raise fault(f"{value} is out of reach", f"the largest factor is {LARGEST_FACTOR:g}x")
    return number


def parse_money(value: object) -> float:
    """Euros of 2025: `120 M€` is 120,000,000."""
    hint = "write money with its unit, such as 120 M€, 40 k€, 1.5 Md€ or 500 €"
    match = _MONEY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        if _is_number(value):
            raise fault(f"{shown(value)} has no unit", hint)
        raise fault(f"{shown(value)} is not an amount of money", hint)
    number = float(Decimal(match[1]).scaleb(_EUROS[match[2]]))
    if number > LARGEST_MONEY:
        raise fault(f"{value} is out of reach", "the largest amount is 1000 Md€")
    return number


def parse_points(value: object) -> float:
    """Percentage points: `+10 pts` is 0.10."""
    hint = "write percentage points such as +10 pts or -5 pts"
    match = _POINTS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        if isinstance(value, str) and "%" in value:
            raise fault(f"{value} is a percentage, not points", hint)
        raise fault(f"{shown(value)} is not a number of points", hint)
    number = float(Decimal(match[1]) / 100)
    if abs(number) > 1.0:
        raise fault(f"{value} is out of reach", "stay between -100 pts and +100 pts")
    return number


def parse_quarter(value: object) -> str:
    """A quarter, `2027Q3`."""
    hint = "write a quarter such as 2027Q3"
    if not isinstance(value, str):
        raise fault(f"{shown(value)} is not a quarter", hint)
    text = value.strip().upper()
    try:
        codes.quarter_index(text)
    except ValueError:
        raise fault(f"{shown(value)} is not a quarter", hint) from None
    return _year_checked(text, int(text[:4]))


def parse_year(value: object) -> int:
    """A year, 2027."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise fault(f"{shown(value)} is not a year", "write a year such as 2027, without quotes")
    return _year_checked(value, value)


def parse_moment(value: object) -> str | int:
    """A year or a quarter, `2027` or `2027Q3`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _year_checked(value, value)
    try:
        return parse_quarter(value)
    except PydanticCustomError:
        raise fault(
            f"{shown(value)} is neither a year nor a quarter", "write 2027 or 2027Q3"
        ) from None


def _year_checked(value: _Value, year: int) -> _Value:
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise fault(f"{shown(value)} is far from the horizon", "write a year of the horizon")
    return value


def first_quarter(moment: str | int) -> int:
    """Index of the first quarter of a moment: 2027 is that of `2027Q1`."""
    return codes.quarter_index(f"{moment}Q1" if isinstance(moment, int) else moment)


def last_quarter(moment: str | int) -> int:
    """Index of the last quarter of a moment: 2027 is that of `2027Q4`."""
    return codes.quarter_index(f"{moment}Q4" if isinstance(moment, int) else moment)


def _digits(value: float, shift: int) -> str:
    """`value` × 10^shift in plain digits, exactly as the shortest decimal that reads as `value`."""
    text = format(Decimal(repr(float(value))).scaleb(shift), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_change(value: float) -> str:
    """`-30%` for −0.3."""
    digits = _digits(value, 2)
    return f"{digits}%" if digits.startswith("-") or value == 0 else f"+{digits}%"


def write_percent(value: float) -> str:
    """`50%` for 0.5."""
    return f"{_digits(value, 2)}%"


def write_factor(value: float) -> str:
    """`4x` for 4."""
    return f"{_digits(value, 0)}x"


def write_money(value: float) -> str:
    """`120 M€` for 120,000,000, in the largest unit that keeps the amount above 1."""
    for unit in ("Md€", "M€", "k€"):
        if value >= 10 ** _EUROS[unit]:
            return f"{_digits(value, -_EUROS[unit])} {unit}"
    return f"{_digits(value, 0)} €"


def write_points(value: float) -> str:
    """`+10 pts` for 0.10."""
    digits = _digits(value, 2)
    return f"{digits} pts" if digits.startswith("-") else f"+{digits} pts"


def _unit(
    parse: Callable[[object], Any], write: Callable[[Any], Any] | None, schema: dict[str, Any]
) -> tuple[Any, ...]:
    parts: list[Any] = [BeforeValidator(parse), WithJsonSchema(schema)]
    if write is not None:
        parts.append(PlainSerializer(write, when_used="json"))
    return tuple(parts)


def _either(minimum: float, maximum: float, pattern: str) -> dict[str, Any]:
    return {
        "anyOf": [
            {"type": "number", "minimum": minimum, "maximum": maximum},
            {"type": "string", "pattern": pattern},
        ]
    }


_PLAIN = r"(\d+(\.\d+)?|\.\d+)"
_UNSIGNED_PERCENT = rf"^[+-]?{_PLAIN} ?%$"
_QUARTER_PATTERN = r"^\d{4}[qQ][1-4]$"
_QUARTER_SCHEMA = {"type": "string", "pattern": _QUARTER_PATTERN}
_YEAR_SCHEMA = {"type": "integer", "minimum": _YEARS[0], "maximum": _YEARS[1]}

Change = Annotated[
    float,
    *_unit(parse_change, write_change, _either(-1, 1, rf"^([+-]{_PLAIN} ?%|0+(\.0+)? ?%)$")),
]
Share = Annotated[float, *_unit(parse_share, write_percent, _either(0, 1, _UNSIGNED_PERCENT))]
Rate = Annotated[float, *_unit(parse_rate, write_percent, _either(-0.5, 1, _UNSIGNED_PERCENT))]
Factor = Annotated[
    float,
    *_unit(parse_factor, write_factor, {"type": "string", "pattern": rf"^{_PLAIN} ?[x×]$"}),
]
Money = Annotated[
    float,
    *_unit(parse_money, write_money, {"type": "string", "pattern": rf"^{_PLAIN} ?(€|k€|M€|Md€)$"}),
]
Points = Annotated[
    float,
    *_unit(parse_points, write_points, {"type": "string", "pattern": rf"^[+-]?{_PLAIN} ?pts?$"}),
]
Quarter = Annotated[str, *_unit(parse_quarter, None, _QUARTER_SCHEMA)]
Year = Annotated[int, *_unit(parse_year, None, _YEAR_SCHEMA)]
Moment = Annotated[
    str | int, *_unit(parse_moment, None, {"anyOf": [_YEAR_SCHEMA, _QUARTER_SCHEMA]})
]
