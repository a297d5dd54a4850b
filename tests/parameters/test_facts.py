"""The table of published facts, and how facts are measured on evidence made by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from simulator.codes import EXIT_CAUSES, FORMS, SIZES, quarter_label
from simulator.fact_measures import MEASURES, Evidence, weighted_median
from simulator.facts import check, facts, measure
from simulator.figures import published
from simulator.indicators import sum_columns

HORIZON = 40


class Columns(dict):
    """Columns of a small population."""

    def take(self, rows: np.ndarray) -> Columns:
        return Columns({name: column[..., rows] for name, column in self.items()})


def population(**columns: list[float]) -> SimpleNamespace:
    n = len(next(iter(columns.values())))
    given = {name: np.array(values, float) for name, values in columns.items()}
    filled = {"form": np.zeros(n), "weight": np.ones(n)} | given
    return SimpleNamespace(organisations=Columns(filled))


class FakeResults:
    """Sums by dimension and group: `{(dimension, group, name): (quarters + 1,) values}`."""

    def __init__(
        self,
        sums: dict[tuple[str, str, str], np.ndarray],
        lifetimes: pd.DataFrame | None = None,
        scenario: str = "fil-de-l-eau",
        units: int = 1,
    ) -> None:
        self.sums, self.scenario, self.units = sums, scenario, units
        self.lifetimes = lifetimes if lifetimes is not None else pd.DataFrame()
        self.scenario_ids = [scenario]

    def rows(self, dimension: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        frames = []
        groups = {group for d, group, _ in self.sums if d == dimension}
        for unit in range(self.units):
            for group in groups:
                named = {n: v for (d, g, n), v in self.sums.items() if (d, g) == (dimension, group)}
                length = len(next(iter(named.values())))
                frames.append(
                    pd.DataFrame({
                        "scenario": self.scenario, "draw": 0, "structure": "default",
                        "replicate": unit,
                        "quarter": [quarter_label(t - 1) for t in range(length)],
                        "dimension": dimension, "group": group,
                        **{sum_columns([n])[n]: v for n, v in named.items()},
                    })
                )  # fmt: skip
        return pd.concat(frames)


def value(id_: str, evidence: Evidence) -> float:
    result = measure(id_, facts()[id_], evidence)
    assert result.value is not None, result.reason
    return result.value


def constant(number: float, quarters: int = HORIZON) -> np.ndarray:
    return np.full(quarters + 1, number)


ALIVE = {("all", "all", "organisations"): constant(1000),
         ("form", "ASSO", "organisations"): constant(1000)}  # fmt: skip
EMPTY = population(budget=[1.0])


def test_every_fact_of_the_model_is_listed_and_measured_or_explained() -> None:
    assert {id_.split(".")[0] for id_ in facts()} == {f"V{i}" for i in range(1, 23)}
    for id_, fact in facts().items():
        assert re.fullmatch(r"V\d+(\.[a-z_]+)?", id_)
        assert (id_ in MEASURES) == (fact.reason is None), id_
        assert [f for f in fact.facts if f not in published()] == [], id_


def test_some_measured_facts_are_held_out() -> None:
    held_out = [i for i, fact in facts().items() if fact.role == "held_out" and not fact.reason]
    assert len(held_out) >= 6


def test_published_figures_have_a_source_and_a_use() -> None:
    for figure in published().values():
        assert figure.source_url.startswith("http"), figure.id
        assert figure.confidence in {"high", "medium", "low"}, figure.id
        assert figure.used_for and figure.indicator and figure.value, figure.id
    assert published()["T3-001"].number == 31
    assert "carenews" in published()["T3-001"].citation


def test_population_facts_are_those_of_associations_by_weight() -> None:
    evidence = Evidence(
        population(
            budget=[1e6, 1e5, 1e5, 9e9], weight=[1, 2, 3, 1], form=[0, 0, 0, FORMS.index("FOND")],
            user_sales=[5e5, 0, 1e5, 0], staff=[10, 1, 1, 1000],
            cash=[1e5, 1e5, 0, 0], cost=[1e6, 1e5, 1e5, 1e5],
        )
    )  # fmt: skip
    assert value("V2", evidence) == 1.5e6
    assert value("V1", evidence) == pytest.approx(1e6 / 1.5e6)
    assert value("V3.mean", evidence) == pytest.approx(2.5e5)
    assert value("V3.median", evidence) == 1e5
    assert value("V4.fte", evidence) == 15
    assert value("V5.users", evidence) == pytest.approx((5e5 + 3e5) / 1.5e6)
    assert value("V7.start", evidence) == pytest.approx(4 / 6)


def test_weighted_median_takes_the_value_at_half_of_the_weight() -> None:
    values, weights = np.array([30.0, 10.0, 20.0]), np.array([1.0, 1.0, 3.0])
    assert weighted_median(values, weights) == 20
    assert weighted_median(values, np.array([9.0, 1.0, 1.0])) == 30


def test_flows_are_yearly_means_over_years_two_to_five() -> None:
    exits = constant(0.0)
    exits[1:5] = 500  # year 1 does not count
    exits[5:21] = 16
    exits[21:] = 500  # nor do years 6 and later
    sums = ALIVE | {("form", "ASSO", f"exits_{cause}"): constant(0) for cause in EXIT_CAUSES}
    sums["form", "ASSO", "exits_dissolution"] = exits
    assert value("V10", Evidence(EMPTY, FakeResults(sums))) == pytest.approx(0.064)


def test_stocks_are_means_over_quarters_five_to_twelve() -> None:
    low = constant(0.0)
    low[5:13] = 310
    sums = ALIVE | {("form", "ASSO", "cash_below_3"): low}
    assert value("V7", Evidence(EMPTY, FakeResults(sums, units=3))) == pytest.approx(0.31)


def test_growth_runs_from_the_end_of_year_one_to_the_end_of_year_five() -> None:
    path = constant(1000.0)
    path[4], path[20] = 1000, 1000 * 0.997**4
    path[40] = 1
    sums = ALIVE | {("form", "ASSO", "organisations"): path}
    assert value("V14.employers", Evidence(EMPTY, FakeResults(sums))) == pytest.approx(-0.003)


def cohort(exit_index: list[int | None], size: list[str], weight: list[float]) -> pd.DataFrame:
    n = len(size)
    return pd.DataFrame({
        "scenario": "fil-de-l-eau", "draw": 0, "structure": "default", "replicate": 0,
        "weight": weight, "size": size, "form": ["SCOP"] * n, "age_0": [1.0] * n,
        "entry_quarter": "2025Q4",
        "exit_quarter": pd.Categorical(
            [None if i is None else quarter_label(i) for i in exit_index]
        ),
    })  # fmt: skip


def test_survival_counts_weights_and_exits_before_the_horizon() -> None:
    table = cohort([39, None, 19, 20], ["XS"] * 4, [1, 3, 2, 2])
    sums = dict(ALIVE)
    for cause in EXIT_CAUSES:
        sums["form", "SCOP", f"exits_{cause}"] = constant(0)
    evidence = Evidence(EMPTY, FakeResults(sums, table))
    # Out in quarter 20 (index 19) is gone after 20 quarters; out in quarter 21 is still there.
    assert value("V17.survival", evidence) == pytest.approx(6 / 8)


def test_survival_by_size_shows_where_it_does_not_rise() -> None:
    exits, sizes = [], []
    for size, alive in zip(SIZES, (4, 5, 6, 5, 8, 9), strict=True):
        exits += [None] * alive + [3] * (10 - alive)
        sizes += [size] * 10
    table = cohort(exits, sizes, [1.0] * 60)
    result = measure("V16", facts()["V16"], Evidence(EMPTY, FakeResults(dict(ALIVE), table)))
    assert result.value == pytest.approx(-0.1)
    assert result.inside is False


def test_what_was_not_run_or_recorded_is_said_not_guessed() -> None:
    results = {r.id: r for r in check(None, population_with_everything())}
    assert results["V10"].value is None and "was not run" in results["V10"].reason.en
    assert results["V10"].inside is None
    assert results["V2"].value is not None
    short = FakeResults({k: v[:9] for k, v in ALIVE.items()})
    assert "20 quarters" in measure("V10", facts()["V10"], Evidence(EMPTY, short)).reason.en
    stressed = FakeResults(ALIVE | {("sector", "EDUC", "organisations"): constant(1000)},
                           scenario="tendance-2025")  # fmt: skip
    unrecorded = measure("V9.payroll", facts()["V9.payroll"], Evidence(EMPTY, stressed))
    assert unrecorded.reason.en == "staff_down is not recorded"


def population_with_everything() -> SimpleNamespace:
    names = ("budget", "staff", "user_sales", "memberships", "gifts", "corporate_gifts", "cash",
             "cost", "employment_aid")  # fmt: skip
    table = population(**{name: [1e5, 1e6] for name in names}).organisations
    for name in ("grants", "contracts", "tariffs"):
        table[name] = np.full((6, 2), 100.0)
    return SimpleNamespace(organisations=table)


def test_json_has_the_shape_that_scripts_rely_on() -> None:
    for result in check(None, population_with_everything()):
        shown = result.to_json("fr")
        assert {"id", "label", "value", "low", "high", "inside", "role", "reason", "source"} <= set(
            shown
        )
        assert (shown["value"] is None) == (shown["reason"] is not None)
        assert shown["urls"]
