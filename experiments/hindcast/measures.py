"""What an observed figure is compared with: functions of a replay and of the same years without.

All are of associations, the scope of the figures. `first` and `last` count years from the base
year; entry 4·y of a series is the end of year y.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import EXIT_CAUSES
from simulator.evidence import Evidence

Floats = NDArray[np.float64]
Measure = Callable[[Evidence, str, str, int, int], float]

EXITS: Final = tuple(f"exits_{cause}" for cause in EXIT_CAUSES)


def _series(evidence: Evidence, scenario: str, name: str) -> Floats:
    return evidence.series(scenario, "form", "ASSO", name)


def _per_year(path: Floats, first: int, last: int) -> float:
    return float((path[4 * last] / path[4 * first]) ** (1 / (last - first)) - 1)


def _growth(name: str) -> Measure:
    def growth(evidence: Evidence, replay: str, _: str, first: int, last: int) -> float:
        return _per_year(_series(evidence, replay, name), first, last)

    return growth


def _rate(
    evidence: Evidence, scenario: str, names: tuple[str, ...], first: int, last: int
) -> float:
    """Events per year over employers at the start of the years."""
    window = slice(4 * first + 1, 4 * last + 1)
    events = sum(_series(evidence, scenario, name)[window].sum() for name in names)
    employers = _series(evidence, scenario, "organisations")[4 * first : 4 * last : 4].sum()
    return float(events / employers)


def exits_added(evidence: Evidence, replay: str, without: str, first: int, last: int) -> float:
    """Exit rate less that of the same years without what happened."""
    return _rate(evidence, replay, EXITS, first, last) - _rate(
        evidence, without, EXITS, first, last
    )


def entries_rate(evidence: Evidence, replay: str, _: str, first: int, last: int) -> float:
    return _rate(evidence, replay, ("entries",), first, last)


def _resources(evidence: Evidence, scenario: str, last: int) -> dict[str, float]:
    """Shares of resources in the year that ends."""
    at = 4 * last
    total = float(_series(evidence, scenario, "revenue")[at])
    part = {
        name: float(_series(evidence, scenario, name)[at]) / total
        for name in ("user_sales", "memberships", "gifts", "public_notified", "grants_notified")
    }
    return {
        "users": part["user_sales"],
        "memberships": part["memberships"],
        "gifts": part["gifts"],
        "public": part["public_notified"],
        "grants": part["grants_notified"],
        "procurement": part["public_notified"] - part["grants_notified"],
    }


def _share(name: str) -> Measure:
    def share(evidence: Evidence, replay: str, _: str, __: int, last: int) -> float:
        return _resources(evidence, replay, last)[name]

    return share


MEASURES: Final[Mapping[str, Measure]] = {
    "exits_added": exits_added,
    "entries_rate": entries_rate,
    "employers_growth": _growth("organisations"),
    "jobs_growth": _growth("jobs_fte"),
    "budgets_growth": _growth("revenue"),
    "users_growth": _growth("user_sales"),
    **{f"{name}_share": _share(name)
       for name in ("users", "procurement", "grants", "public", "memberships", "gifts")},
}  # fmt: skip
