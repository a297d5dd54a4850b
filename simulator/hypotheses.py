"""What each scenario's file expected, against what the run found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from simulator import verdicts
from simulator.compare import compare

if TYPE_CHECKING:
    from simulator.results import Results

WORDS: Final = {
    "found": {"fr": "retrouvé par le modèle", "en": "found by the model"},
    "not_found": {"fr": "non retrouvé par le modèle", "en": "not found by the model"},
    "ambiguous": {"fr": "ambigu", "en": "ambiguous"},
    "withheld": verdicts.WITHHELD,
    "not_run": {"fr": "non testé ici", "en": "not tested here"},
}


def check(results: Results) -> pd.DataFrame:
    """One row per hypothesis of the scenarios run.

    Columns `scenario indicator at versus expect built_in source outcome outcome_fr outcome_en
    difference low high verdict reason`. A hypothesis marked `built_in` restates a mechanism of
    the model: finding it proves nothing. Events (exits, layoffs, …) are counted from the start to
    the quarter named: those of one quarter say little.
    """
    rows = []
    for scenario, entry in results.manifest["scenarios"].items():
        for hypothesis in entry.get("hypotheses", ()):
            judged = _judge(results, scenario, hypothesis)
            rows.append({"scenario": scenario, **hypothesis, **judged})
    columns = [
        "scenario", "indicator", "at", "versus", "expect", "built_in", "source", "outcome",
        "outcome_fr", "outcome_en", "difference", "low", "high", "verdict", "reason",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _judge(results: Results, scenario: str, hypothesis: dict[str, Any]) -> dict[str, Any]:
    at, versus = hypothesis.get("at"), hypothesis.get("versus") or results.reference
    kept = results.manifest["dimensions"]["all"]
    if versus not in results.scenario_ids:
        return _outcome("not_run", reason=f"{versus} was not run")
    if results.withheld(scenario, versus):
        return _outcome("withheld", reason="the effect of a support programme is assumed")
    if at is not None and at not in kept:
        return _outcome("not_run", reason=f"{at} is beyond the horizon of this run")
    table = compare(results, hypothesis["indicator"], at=at, reference=versus, cumulated=True)
    table = table[table["scenario"] == scenario]
    if table.empty:
        return _outcome("not_run", reason="no value")
    return _judge_row(table.iloc[0].to_dict(), str(hypothesis["expect"]))


def _judge_row(row: Mapping[Any, Any], expect: str) -> dict[str, Any]:
    difference = row["median"] if row["interval"] == "draws_5_95" else row["difference"]
    small = abs(difference) <= row["smallest_effect"]
    sure = row["verdict"] in ("robust", "likely", "sign_stable")
    details = {name: row[name] for name in ("difference", "low", "high", "verdict")}
    if expect == "unchanged":
        name = "found" if small else ("not_found" if sure else "ambiguous")
        return _outcome(name, **details)
    if small:
        return _outcome("not_found", reason="below the smallest effect of interest", **details)
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
