"""What people type in a form, as the file of a scenario writes it, and back.

`2,1 %`, `−10 %`, `T3 2027`, `Q3 2027` and `2026 : −10 %, 2027 : −5 %` are as good as the file's own
forms; what is not understood stays as it was typed, for the loader to tell what is wrong with it.
"""

from __future__ import annotations

import re
from typing import Any

from simulator import codes

_YEARS = re.compile(r"\d{4}(\s*[,; ]\s*\d{4})+")
_BY_YEAR = re.compile(r"\[?\s*\{?\s*\d{4}\s*:")
_QUARTER = re.compile(r"[TQ]([1-4])\s*(\d{4})", re.IGNORECASE)


def read_typed(text: str) -> Any:
    """Value of a text field: a number, a list of years, values by year, or the text itself."""
    text = text.strip().replace("\N{MINUS SIGN}", "-").replace("\u00a0", " ").replace("\u202f", " ")
    if _YEARS.fullmatch(text.strip("[] ")):
        return [int(year) for year in re.findall(r"\d{4}", text)]
    if _BY_YEAR.match(text):
        return _by_year(text.strip("{} "))
    return _scalar(text)


def _by_year(text: str) -> Any:
    found: dict[Any, Any] = {}
    for part in re.split(r"\s*[,;]\s+|;", text):
        year, colon, value = part.partition(":")
        if not colon or not year.strip().isdigit() or int(year) in found:
            return text
        found[int(year)] = _scalar(value.strip())
    return found


def _scalar(text: str) -> Any:
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"\s+%$", "%", text)
    if re.fullmatch(r"[+-]?\d{1,12}", text):
        return int(text)
    if re.fullmatch(r"[+-]?\d{1,12}\.\d{1,12}", text):
        return float(text)
    quarter = _QUARTER.fullmatch(text)
    return f"{quarter[2]}Q{quarter[1]}" if quarter else text


def write_typed(value: Any) -> str:
    """The text of a field for a value of a file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{year}: {write_typed(one)}" for year, one in value.items())
    if isinstance(value, list):
        return ", ".join(write_typed(one) for one in value)
    return str(value)


def chosen(value: Any) -> list[str]:
    """Codes that a value of a file names, whatever their letters and abbreviations."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    known = {code.lower(): code for code in _CODES}
    texts = [str(one) for one in listed]
    return [codes.REGION_ALIASES.get(one.upper(), known.get(one.lower(), one)) for one in texts]


_CODES = (*codes.REGIONS, *codes.SECTORS, *codes.FORMS, *codes.SIZES, *codes.PAYERS,
          *codes.INSTRUMENTS)  # fmt: skip
