"""Paired comparison: differences, intervals, verdict words, variance reduction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from simulator.problems import InputError
from simulator.results import Results

Make = Callable[..., Results]


def one(results: Results, indicator: str, **options: str) -> dict[str, object]:
    table = results.compare(indicator, **options)
    assert len(table) == 1
    return dict(table.iloc[0])


def test_the_interval_is_a_paired_t_over_replicates(make_results: Make) -> None:
    results = make_results(replicates=8, effects={"choc-regional": -0.1}, jitter=0.02)
    row = one(results, "jobs_fte")
    table = results.rows("all", ["jobs_fte"])
    last = table[table["quarter"] == results.quarters[-1]]
    values = {
        s: last[last["scenario"] == s].sort_values("replicate")["jobs_fte"].to_numpy()
        for s in results.scenario_ids
    }
    test = stats.ttest_rel(values["choc-regional"], values["fil-de-l-eau"])
    low, high = test.confidence_interval(0.90)
    assert row["low"] == pytest.approx(low)
    assert row["high"] == pytest.approx(high)
    assert row["pairs"] == 8


def test_pairing_removes_the_world_that_scenarios_share(make_results: Make) -> None:
    results = make_results(replicates=30, effects={"choc-regional": -0.1})
    row = one(results, "jobs_fte")
    # values are 0.9 × reference: variance 1 + 0.81 apart, 0.01 paired
    assert row["variance_reduction"] == pytest.approx(181.0)
    assert row["correlation"] == pytest.approx(1.0)
    assert row["relative"] == pytest.approx(-0.1)


def test_chance_alone_never_earns_a_verdict(make_results: Make) -> None:
    row = one(make_results(replicates=12), "jobs_fte")
    assert row["verdict_en"] == "sign stable, parameters not varied"
    assert row["verdict_fr"] == "signe stable, paramètres non variés"
    unsure = make_results(replicates=12, effects={"choc-regional": 0.0}, jitter=0.05)
    assert one(unsure, "jobs_fte")["verdict_en"] == "sign unstable, parameters not varied"


def test_a_null_scenario_has_no_difference(make_results: Make) -> None:
    row = one(make_results(effects={"nul": 0.0}), "jobs_fte")
    assert row["difference"] == row["low"] == row["high"] == 0.0
    assert row["verdict"] == "identical"


@pytest.mark.parametrize(
    ("opposite", "verdict"), [(0, "robust"), (2, "robust"), (5, "likely"), (8, "ambiguous")]
)
def test_verdicts_count_signs_over_parameter_draws(
    make_results: Make, opposite: int, verdict: str
) -> None:
    def effect(draw: int) -> float:
        return 0.05 if draw <= opposite else -0.10

    results = make_results(replicates=2, draws=20, effects={"choc-regional": effect})
    row = one(results, "jobs_fte")
    assert row["verdict"] == verdict
    assert row["sign_share"] == pytest.approx(1 - opposite / 20)
    assert row["draws"] == 20


def test_the_interval_over_draws_is_the_range_of_their_means(make_results: Make) -> None:
    effects = {"choc-regional": lambda draw: -0.01 * draw}
    results = make_results(replicates=3, draws=12, effects=effects)
    row = one(results, "jobs_fte")
    table = results.rows("all", ["jobs_fte"])
    last = table[table["quarter"] == results.quarters[-1]]
    means = last.groupby(["scenario", "draw"], observed=True)["jobs_fte"].mean().unstack(0)
    apart = (means["choc-regional"] - means["fil-de-l-eau"]).to_numpy()
    assert row["interval"] == "draws_5_95"
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(apart, [0.05, 0.95])))
    assert row["median"] == pytest.approx(np.median(apart))


def test_a_difference_under_the_smallest_effect_is_unchanged(make_results: Make) -> None:
    results = make_results(replicates=1, draws=12, effects={"choc-regional": -0.001})
    assert one(results, "jobs_fte")["verdict"] == "unchanged"


def test_fewer_than_ten_draws_earn_no_verdict(make_results: Make) -> None:
    results = make_results(replicates=2, draws=9, effects={"choc-regional": -0.2})
    assert one(results, "jobs_fte")["verdict"] == "too_few_draws"


def test_any_scenario_can_be_the_reference(make_results: Make) -> None:
    results = make_results(effects={"a": -0.1, "b": -0.2})
    forward = results.compare("jobs_fte", reference="a").set_index("scenario")
    backward = results.compare("jobs_fte", reference="b").set_index("scenario")
    assert set(forward.index) == {"fil-de-l-eau", "b"}
    assert forward.loc["b", "difference"] == pytest.approx(-backward.loc["a", "difference"])


def test_restricted_mean_difference_is_the_area_between_survival_paths(make_results: Make) -> None:
    results = make_results(replicates=5)
    paths = results.paths("survival").pivot_table(
        index=["scenario", "replicate"], columns="quarter", values="value", observed=True
    )
    area = paths[results.quarters[:-1]].sum(axis=1)
    apart = (area["choc-regional"] - area["fil-de-l-eau"]).mean()
    row = one(results, "rmst")
    assert row["difference"] == pytest.approx(apart)
    assert row["reference_value"] == pytest.approx(area["fil-de-l-eau"].mean())


def test_groups_and_quarters_are_compared_apart(make_results: Make) -> None:
    results = make_results()
    table = results.compare("jobs_fte", by="sector", at=["2026Q4", "2027Q4"])
    assert len(table) == 2 * 10
    assert set(table["quarter"]) == {"2026Q4", "2027Q4"}
    crossing = results.compare("jobs_fte", by="region_sector", at="2027Q4")
    assert "52|CULTURE" in set(crossing["group"])


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"indicator": "jobs"}, "indicator"),
        ({"indicator": "jobs_fte", "by": "village"}, "by"),
        ({"indicator": "jobs_fte", "at": "2060Q1"}, "at"),
        ({"indicator": "jobs_fte", "by": "region_sector", "at": "2027Q2"}, "at"),
        ({"indicator": "jobs_fte", "reference": "nulle-part"}, "scenario"),
    ],
)
def test_unknown_names_are_told(make_results: Make, options: dict[str, str], field: str) -> None:
    with pytest.raises(InputError) as caught:
        make_results().compare(**options)
    assert caught.value.problems[0].field == field
    assert caught.value.problems[0].hint


def test_bands_are_a_range_under_fifty_replicates(make_results: Make) -> None:
    few, many = make_results(replicates=20), make_results(replicates=60)
    for results, kind in ((few, "range"), (many, "quantiles")):
        bands, paths = results.bands("jobs_fte"), results.paths("jobs_fte")
        row = bands[(bands["scenario"] == "choc-regional") & (bands["quarter"] == "2027Q4")].iloc[0]
        values = paths[(paths["scenario"] == "choc-regional") & (paths["quarter"] == "2027Q4")][
            "value"
        ]
        assert row["band"] == kind
        expected = (
            (values.min(), values.max()) if kind == "range"
            else tuple(values.quantile([0.05, 0.95]))
        )  # fmt: skip
        assert (row["low"], row["high"]) == pytest.approx(expected)


HYPOTHESIS = {"versus": "fil-de-l-eau", "built_in": False, "source": "a study"}


@pytest.mark.parametrize(
    ("effect", "expect", "outcome"),
    [
        (-0.1, "lower", "found"),
        (-0.1, "higher", "not_found"),
        (-0.1, "unchanged", "not_found"),
        (0.0001, "unchanged", "found"),
        (0.0001, "higher", "not_found"),
        (lambda draw: -0.1 if draw % 2 else 0.05, "lower", "ambiguous"),
    ],
)
def test_hypotheses_are_found_not_found_or_ambiguous(
    make_results: Make, effect: object, expect: str, outcome: str
) -> None:
    hypothesis = {"indicator": "jobs_fte", "at": "2027Q4", "expect": expect, **HYPOTHESIS}
    results = make_results(
        replicates=1, draws=20, effects={"choc-regional": effect},
        hypotheses={"choc-regional": [hypothesis]},
    )  # fmt: skip
    row = results.hypotheses().iloc[0]
    assert row["outcome"] == outcome
    words = {"found": "retrouvé", "not_found": "non retrouvé", "ambiguous": "ambigu"}
    assert row["outcome_fr"].startswith(words[outcome])


def test_hypotheses_on_events_count_them_from_the_start(make_results: Make) -> None:
    hypothesis = {"indicator": "exits", "at": "2026Q4", "expect": "lower", **HYPOTHESIS}
    results = make_results(hypotheses={"choc-regional": [hypothesis]})
    exits = results.paths("exits")
    year = exits[exits["quarter"].isin(["2026Q1", "2026Q2", "2026Q3", "2026Q4"])]
    added = year.groupby(["scenario", "replicate"])["value"].sum().unstack(0)
    apart = (added["choc-regional"] - added["fil-de-l-eau"]).mean()
    assert results.hypotheses().iloc[0]["difference"] == pytest.approx(apart)


def test_a_hypothesis_beyond_the_horizon_is_not_tested(make_results: Make) -> None:
    hypothesis = {"indicator": "jobs_fte", "at": "2035Q4", "expect": "lower", **HYPOTHESIS}
    results = make_results(hypotheses={"choc-regional": [hypothesis]})
    assert results.hypotheses()["outcome"].tolist() == ["not_run"]
