"""What each scenario's file expected, against what the run found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulator import verdicts
from simulator.compare import cube, known_indicator, paired
from simulator.paired_summary import summary
from simulator.scenario.hypothesis import WHOLE, Group

if TYPE_CHECKING:
    from simulator.results import Results

WORDS: Final = {
    "found": {"fr": "retrouvé", "en": "found"},
    "not_found": {"fr": "non retrouvé", "en": "not found"},
    "ambiguous": {"fr": "ambigu", "en": "ambiguous"},
    "withheld": verdicts.WITHHELD,
    "not_run": {"fr": "non testé ici", "en": "not tested here"},
}
TOO_SMALL: Final = "below the smallest effect of interest"
SMALLEST_RATIO: Final = 0.005  # of relative effects: judgement, as that of relative indicators
_NUMBERS: Final = ("difference", "median", "low", "high", "smallest_effect", "reference_value")
_SURE: Final = ("robust", "likely", "sign_stable")


@dataclass(frozen=True)
class Reading:
    """One number of a run: an indicator of a group in a quarter; events since 2026Q1."""

    indicator: str
    dimension: str
    group: str
    quarter: str


Read = Callable[[str, Reading], np.ndarray]
"""Values of a reading in a scenario, (units,); not a number where a run has no such group."""


def check(results: Results, read: Read | None = None) -> pd.DataFrame:
    """One row per hypothesis of the scenarios run.

    Columns `scenario key indicator group at since versus parts than expect built_in source outcome
    outcome_fr outcome_en difference median low high interval smallest_effect reference_value
    verdict reason`. A hypothesis marked `built_in` restates a mechanism of the model: finding it
    proves nothing. Events (exits, layoffs, …) are counted from the start to the quarter named:
    those of one quarter say little. Effects that are compared as shares (`than`) have no reference
    value. `read` finds the numbers elsewhere than in the tables of the results.
    """
    read = read or Reader(results)
    rows = []
    for scenario, entry in results.manifest["scenarios"].items():
        for hypothesis in entry.get("hypotheses", ()):
            judged = _judge(results, scenario, hypothesis, read)
            told = {**hypothesis, "at": _at(results, hypothesis), "key": key(hypothesis)}
            rows.append({"scenario": scenario, **told, **judged})
    columns = [
        "scenario", "key", "indicator", "group", "at", "since", "versus", "parts", "than", "expect",
        "built_in", "source", "outcome", "outcome_fr", "outcome_en", "difference", "median", "low",
        "high", "interval", "smallest_effect", "reference_value", "verdict", "reason",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    table = table.where(table.notna(), None)
    return table.astype(dict.fromkeys(_NUMBERS, float))


def key(hypothesis: Mapping[str, Any]) -> str:
    """What a hypothesis is about, in codes: `jobs_fte 52|M 2029Q4 since 2026Q4 vs rabot-10`."""
    words = [hypothesis["indicator"]]
    if hypothesis.get("group"):
        words.append(_place(hypothesis["group"])[1])
    words.append(hypothesis.get("at") or "end")
    if hypothesis.get("since"):
        words.append(f"since {hypothesis['since']}")
    if hypothesis.get("versus") not in (None, "fil-de-l-eau"):
        words.append(f"vs {hypothesis['versus']}")
    if hypothesis.get("parts"):
        words.append("beyond " + " + ".join(hypothesis["parts"]))
    if hypothesis.get("than"):
        than = hypothesis["than"]
        words.append("than " + (than.get("indicator") or ""))
        if than.get("group"):
            words.append(_place(than["group"])[1])
    return " ".join(word.strip() for word in words)


def readings(
    scenario: str, hypothesis: Mapping[str, Any], at: str, reference: str
) -> Iterator[tuple[str, Reading]]:
    """Everything that judging a hypothesis reads: scenario and reading."""
    versus = hypothesis.get("versus") or (None if hypothesis.get("since") else reference)
    scenarios = [scenario, *([versus] if versus else []), *(hypothesis.get("parts") or ())]
    than = hypothesis.get("than") or {}
    places = [(hypothesis["indicator"], _place(hypothesis.get("group")))]
    if than:
        other = than.get("indicator") or hypothesis["indicator"]
        places.append((other, _place(than.get("group"))))
    for indicator, (dimension, group) in places:
        for quarter in filter(None, (at, hypothesis.get("since"))):
            for one in scenarios:
                yield one, Reading(indicator, dimension, group, quarter)


class Reader:
    """Reads numbers from the tables of results; a table is read once."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self._cubes: dict[tuple[str, str], tuple[np.ndarray, list[str], list[str]]] = {}

    def __call__(self, scenario: str, reading: Reading) -> np.ndarray:
        where = reading.indicator, reading.dimension
        if where not in self._cubes:
            indicator = known_indicator(reading.indicator)
            values, _, groups, labels = cube(self.results, reading.dimension, indicator)
            if indicator.counts_events:
                values = np.cumsum(values, axis=2) - values[:, :, :1]
            self._cubes[where] = values, groups, labels
        values, groups, labels = self._cubes[where]
        if reading.group not in groups:
            return np.full(values.shape[1], np.nan)
        place = self.results.scenario_ids.index(scenario)
        found = values[place, :, labels.index(reading.quarter), groups.index(reading.group)]
        return np.asarray(found)


def _place(group: Mapping[str, Any] | None) -> tuple[str, str]:
    return WHOLE if group is None else Group.model_validate(group).place


def _at(results: Results, hypothesis: Mapping[str, Any]) -> str:
    return str(hypothesis.get("at") or results.manifest["dimensions"]["all"][-1])


def _judge(
    results: Results, scenario: str, hypothesis: Mapping[str, Any], read: Read
) -> dict[str, Any]:
    at, since = _at(results, hypothesis), hypothesis.get("since")
    versus = hypothesis.get("versus") or (None if since else results.reference)
    for other in (versus, *(hypothesis.get("parts") or ())):
        if other is not None and other not in results.scenario_ids:
            return _outcome("not_run", reason=f"{other} was not run")
    if results.withheld(scenario, versus or scenario, *(hypothesis.get("parts") or ())):
        return _outcome("withheld", reason="the effect of a support programme is assumed")
    kept = results.manifest["dimensions"]["all"]
    for quarter in filter(None, (at, since)):
        if quarter not in kept:
            return _outcome("not_run", reason=f"{quarter} is beyond the horizon of this run")
    sides = _compared(results, scenario, hypothesis, versus, read)
    differences = paired(sides.values, sides.against)
    found = ~np.isnan(differences)
    if not found.any():
        return _outcome("not_run", reason="no value")
    units = [unit for unit, here in zip(results.units, found, strict=True) if here]
    row = summary(differences[found], units, sides.threshold)
    judged = _judge_row(row, str(hypothesis["expect"]))
    return {**judged, "reference_value": sides.level}


@dataclass(frozen=True)
class _Sides:
    """Two sides of a hypothesis, (units,) each; the smallest difference worth a word; and the mean
    level that differences may be told as shares of (None where they are shares already)."""

    values: np.ndarray
    against: np.ndarray
    threshold: float
    level: float | None


def _compared(
    results: Results, scenario: str, hypothesis: Mapping[str, Any], versus: str | None, read: Read
) -> _Sides:
    at, since = _at(results, hypothesis), hypothesis.get("since")
    indicator = known_indicator(hypothesis["indicator"])
    code, place = indicator.code, _place(hypothesis.get("group"))

    def value(one: str, code: str, where: tuple[str, str]) -> np.ndarray:
        now = read(one, Reading(code, *where, at))
        return now if since is None else now - read(one, Reading(code, *where, since))

    def effect(one: str, code: str, where: tuple[str, str]) -> np.ndarray:
        assert versus is not None
        return paired(value(one, code, where), value(versus, code, where))

    def sides(values: np.ndarray, against: np.ndarray, level: np.ndarray) -> _Sides:
        known = level[~np.isnan(level)]
        mean = float(known.mean()) if len(known) else float("nan")
        return _Sides(values, against, indicator.threshold(mean), mean)

    if versus is None:
        assert since is not None
        now, before = (read(scenario, Reading(code, *place, q)) for q in (at, since))
        return sides(now, before, before)
    level = read(versus, Reading(code, *place, at))
    own, others = value(scenario, code, place), value(versus, code, place)
    if hypothesis.get("parts"):
        parts = sum(effect(part, code, place) for part in hypothesis["parts"])
        return sides(own, others + parts, level)
    if not hypothesis.get("than"):
        return sides(own, others, level)
    than = hypothesis["than"]
    other, where = than.get("indicator") or code, _place(than.get("group"))
    first, second = paired(own, others), effect(scenario, other, where)
    if other == code and not indicator.smallest_effect_is_relative:
        return sides(first, second, level)
    # Effects of unlike size are compared as shares of what they act on.
    base = read(versus, Reading(other, *where, at))
    return _Sides(_ratio(first, level), _ratio(second, base), SMALLEST_RATIO, None)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    nothing = np.full(len(part), np.nan)
    return np.divide(part, np.abs(whole), out=nothing, where=np.abs(whole) > 0)


def _judge_row(row: Mapping[str, Any], expect: str) -> dict[str, Any]:
    difference = row["median"] if row["interval"] == "draws_5_95" else row["difference"]
    small = abs(difference) <= row["smallest_effect"]
    sure = row["verdict"] in _SURE
    names = ("difference", "median", "low", "high", "interval", "smallest_effect", "verdict")
    details = {name: row[name] for name in names}
    if expect == "unchanged":
        name = "found" if small else ("not_found" if sure else "ambiguous")
        return _outcome(name, **details)
    if small:
        return _outcome("not_found", reason=TOO_SMALL, **details)
    if not sure:
        return _outcome("ambiguous", reason=row["verdict_en"], **details)
    agrees = (difference > 0) == (expect == "higher")
    return _outcome("found" if agrees else "not_found", **details)


def _outcome(name: str, reason: str | None = None, **details: Any) -> dict[str, Any]:
    return {
        "outcome": name,
        "outcome_fr": WORDS[name]["fr"],
        "outcome_en": WORDS[name]["en"],
        "reason": reason,
        **details,
    }
