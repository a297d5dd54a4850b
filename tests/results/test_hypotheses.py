"""Hypotheses about groups, changes along time, sums of parts and unlike effects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.hypotheses import key
from simulator.results import Results
from simulator.scenario.hypothesis import DIMENSIONS, Hypothesis
from simulator.trajectories import DIMENSIONS as KEPT

Make = Callable[..., Results]
HALVED, RAISED, BOTH = "rabot-40", "mutualiser", "tempete-parfaite"
EFFECTS = {HALVED: -0.5, RAISED: 0.1, BOTH: -0.3}


def judged(make_results: Make, scenario: str, **hypothesis: Any) -> Any:
    """The row of one hypothesis, written as in a file."""
    written = Hypothesis.model_validate({"expect": "lower", "source": "none", **hypothesis})
    entry = written.model_dump(mode="json", exclude_none=True)
    results = make_results(draws=12, replicates=1, effects=EFFECTS, hypotheses={scenario: [entry]})
    return results, results.hypotheses().iloc[0]


def mean(results: Results, scenario: str, indicator: str, at: str, by: str, group: str) -> float:
    rows = results.rows(by, ["rows", indicator])
    chosen = rows[(rows["scenario"] == scenario) & (rows["quarter"] == at)]
    return float(chosen[chosen["group"] == group][indicator].mean())


def test_a_group_is_looked_at_alone(make_results: Make) -> None:
    results, row = judged(
        make_results, HALVED, indicator="jobs_fte", at="2026Q4", group={"sector": "culture"}
    )
    here = [mean(results, s, "jobs_fte", "2026Q4", "sector", "CULTURE")
            for s in (HALVED, "fil-de-l-eau")]  # fmt: skip
    assert row["difference"] == pytest.approx(here[0] - here[1])
    assert row["reference_value"] == pytest.approx(here[1])
    assert row["key"] == "jobs_fte CULTURE 2026Q4"


def test_a_crossing_is_a_group_too(make_results: Make) -> None:
    where = {"region": "PDL", "sector": "CULTURE"}
    results, row = judged(make_results, HALVED, indicator="jobs_fte", at="2026Q4", group=where)
    here = [mean(results, s, "jobs_fte", "2026Q4", "region_sector", "52|CULTURE")
            for s in (HALVED, "fil-de-l-eau")]  # fmt: skip
    assert row["difference"] == pytest.approx(here[0] - here[1])


def test_change_along_time_of_one_scenario(make_results: Make) -> None:
    results, row = judged(
        make_results, HALVED, indicator="jobs_fte", at="2027Q4", since="2025Q4", expect="higher"
    )
    now, before = (mean(results, HALVED, "jobs_fte", q, "all", "all") for q in ("2027Q4", "2025Q4"))
    assert row["difference"] == pytest.approx(now - before)
    assert row["outcome"] == ("found" if now - before > row["smallest_effect"] else "not_found")


def test_change_of_an_effect_along_time(make_results: Make) -> None:
    about = {"indicator": "jobs_fte", "at": "2027Q4", "since": "2026Q4", "versus": "fil-de-l-eau"}
    results, row = judged(make_results, HALVED, **about)
    effects = [
        mean(results, HALVED, "jobs_fte", q, "all", "all")
        - mean(results, "fil-de-l-eau", "jobs_fte", q, "all", "all")
        for q in ("2027Q4", "2026Q4")
    ]
    assert row["difference"] == pytest.approx(effects[0] - effects[1])


def test_a_whole_is_compared_with_the_sum_of_its_parts(make_results: Make) -> None:
    about = {"indicator": "jobs_fte", "at": "2026Q4", "parts": [HALVED, RAISED], "expect": "higher"}
    results, row = judged(make_results, BOTH, **about)
    value = {s: mean(results, s, "jobs_fte", "2026Q4", "all", "all") for s in results.scenario_ids}
    effect = {s: value[s] - value["fil-de-l-eau"] for s in EFFECTS}
    assert row["difference"] == pytest.approx(effect[BOTH] - effect[HALVED] - effect[RAISED])
    assert row["outcome"] == "found"


def test_unlike_effects_are_compared_as_shares(make_results: Make) -> None:
    """Jobs are halved; five months of cash become four and a half."""
    about = {"indicator": "jobs_fte", "at": "2026Q4", "than": {"indicator": "cash_months_median"}}
    _, row = judged(make_results, HALVED, **about)
    assert row["difference"] == pytest.approx(-0.5 + 0.1)
    assert np.isnan(float(row["reference_value"] or "nan"))
    assert row["smallest_effect"] == 0.005


def test_shares_of_groups_are_compared_in_points(make_results: Make) -> None:
    about = {
        "indicator": "share_in_deficit", "at": "2026Q4", "group": {"sector": "SPORT"},
        "than": {"group": {"sector": "SOCIAL"}},
    }  # fmt: skip
    results, row = judged(make_results, HALVED, **about)
    effects = [
        mean(results, HALVED, "share_in_deficit", "2026Q4", "sector", sector)
        - mean(results, "fil-de-l-eau", "share_in_deficit", "2026Q4", "sector", sector)
        for sector in ("SPORT", "SOCIAL")
    ]
    assert row["difference"] == pytest.approx(effects[0] - effects[1])


def test_events_are_counted_from_the_start_in_groups_too(make_results: Make) -> None:
    results, row = judged(
        make_results, HALVED, indicator="exits", at="2026Q4", group={"sector": "SPORT"}
    )
    rows = results.rows("sector", ["rows", "exits"])
    year = rows[(rows["group"] == "SPORT")
                & rows["quarter"].isin(["2026Q1", "2026Q2", "2026Q3", "2026Q4"])]  # fmt: skip
    added = year.groupby(["scenario", "draw"], observed=True)["exits"].sum().unstack(0)
    assert row["difference"] == pytest.approx((added[HALVED] - added["fil-de-l-eau"]).mean())


@pytest.mark.parametrize(
    "about", [{"versus": "choc-regional"}, {"parts": [HALVED, "annee-blanche"]}]
)
def test_what_was_not_run_is_not_tested(make_results: Make, about: dict[str, Any]) -> None:
    _, row = judged(make_results, BOTH, indicator="jobs_fte", at="2026Q4", **about)
    assert row["outcome"] == "not_run"


def test_groups_are_those_of_the_results() -> None:
    assert {*DIMENSIONS, "all"} == set(KEPT)


def test_keys_tell_hypotheses_of_a_scenario_apart() -> None:
    from simulator.scenario import list_scenarios, load_scenario

    for scenario in map(load_scenario, list_scenarios()):
        entries = [h.model_dump(mode="json", exclude_none=True) for h in scenario.hypotheses]
        keys = [key(entry) for entry in entries]
        assert len(set(keys)) == len(keys), scenario.id
