"""Time inside a card, counted from the quarter in which it is played: `Y1Q2`, `Y3`.

`Y1Q1` is the quarter of the play itself, `Y1` the four quarters that begin with it. A card played
at the start of a year therefore counts in calendar years.
"""

from __future__ import annotations

import re

from simulator import codes
from simulator.units import fault, shown

PATTERN = r"^[yY][1-9]\d?([qQ][1-4])?$"
"""For editors: a year from 1 to 99, and a quarter of it or not."""
LARGEST_YEAR = 50
_MOMENT = re.compile(PATTERN)
_HINT = "count from the play: Y1Q2 is the second quarter, Y3 the third year"


def parse_moment(value: object) -> str:
    """A moment after the play in its usual writing, `Y1Q2`; a validation fault otherwise."""
    if isinstance(value, str) and _MOMENT.match(value.strip()):
        text = value.strip().upper()
        if int(text[1:].partition("Q")[0]) > LARGEST_YEAR:
            raise fault(f"{value} is far from the play", f"the last year is Y{LARGEST_YEAR}")
        return text
    if isinstance(value, int) or (isinstance(value, str) and re.match(r"\d{4}", value.strip())):
        raise fault(f"{shown(value)} is a date, and a card is played in any year", _HINT)
    raise fault(f"{shown(value)} is no moment of a card", _HINT)


def first_offset(moment: str) -> int:
    """Quarters from the play to the first quarter of a moment: 0 for `Y1`."""
    year, _, quarter = moment[1:].partition("Q")
    return 4 * (int(year) - 1) + (int(quarter) - 1 if quarter else 0)


def last_offset(moment: str) -> int:
    """Quarters from the play to the last quarter of a moment: 3 for `Y1`."""
    return first_offset(moment) + (0 if "Q" in moment else 3)


def opening(quarter: int) -> str | int:
    """What a lever that starts in this quarter says: `2027`, or `2027Q2` inside a year."""
    return codes.FIRST_YEAR + quarter // 4 if quarter % 4 == 0 else codes.quarter_label(quarter)


def closing(quarter: int) -> str | int:
    """What a lever that ends with this quarter says: `2027`, or `2027Q2` inside a year."""
    return codes.FIRST_YEAR + quarter // 4 if quarter % 4 == 3 else codes.quarter_label(quarter)
