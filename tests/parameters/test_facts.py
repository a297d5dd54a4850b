"""The table of published facts, and how facts are measured on evidence made by hand."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

from simulator.codes import EXIT_CAUSES, FORMS, SIZES
from simulator.evidence import Evidence, NotMeasured, Observed, YearEnd
from simulator.fact_measures import MEASURES, SHORT_MEASURES, weighted_median
from simulator.facts import FactResult, Words, facts, measure_all, summary
from simulator.figures import published
from simulator.lifetimes import NEVER

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


def run(
    sums: dict[tuple[str, str, str], np.ndarray],
    lifetimes: dict[str, np.ndarray] | None = None,
    year_ends: list[YearEnd] | None = None,
) -> Observed:
    """A run of sums by dimension and group: `{(dimension, group, name): (quarters + 1,)}`."""
    names = tuple(sorted({name for _, _, name in sums}))
    length = len(next(iter(sums.values())))
    tables = {}
    for dimension in {d for d, _, _ in sums}:
        groups = sorted({g for d, g, _ in sums if d == dimension})
        array = np.zeros((length, len(groups), len(names)))
        for (d, group, name), values in sums.items():
            if d == dimension:
                array[:, groups.index(group), names.index(name)] = values
        tables[dimension] = (groups, array)
    record = SimpleNamespace(
        sum_names=names,
        sums=tables,
        quarters={"all": np.arange(length) - 1},
        lifetimes=lifetimes or {},
    )
    return Observed(record, year_ends or [])


def seen(scenario: str = "fil-de-l-eau", **parts: object) -> Evidence:
    return Evidence(EMPTY, {scenario: run(**parts)})


def value(id_: str, evidence: Evidence) -> float:
    return MEASURES[id_](evidence)


def reason(id_: str, evidence: Evidence) -> str:
    with pytest.raises(NotMeasured) as why:
        MEASURES[id_](evidence)
    return why.value.en


def constant(number: float, quarters: int = HORIZON) -> np.ndarray:
    return np.full(quarters + 1, number)


ALIVE = {("all", "all", "organisations"): constant(1000),
         ("form", "ASSO", "organisations"): constant(1000)}  # fmt: skip
ALL = constant(1000)
EMPTY = population(budget=[1.0])


def test_every_fact_of_the_model_is_listed_and_measured_or_explained() -> None:
    assert {id_.split(".")[0] for id_ in facts()} == {f"V{i}" for i in range(1, 23)}
    for id_, fact in facts().items():
        assert re.fullmatch(r"V\d+(\.[a-z_]+(_\d{4})?)?", id_)
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
    assert value("V10", seen(sums=sums)) == pytest.approx(0.064)


def test_stocks_are_means_over_quarters_five_to_twelve() -> None:
    low = constant(0.0)
    low[5:13] = 310
    assert value("V7", seen(sums=ALIVE | {("form", "ASSO", "cash_below_3"): low})) == (
        pytest.approx(0.31)
    )


def test_growth_runs_from_the_end_of_year_one_to_the_end_of_year_five() -> None:
    path = constant(1000.0)
    path[4], path[20] = 1000, 1000 * 0.997**4
    path[40] = 1
    sums = ALIVE | {("form", "ASSO", "organisations"): path}
    assert value("V14.employers", seen(sums=sums)) == pytest.approx(-0.003)


def cohort(
    exit_index: list[int | None], size: list[str], weight: list[float]
) -> dict[str, np.ndarray]:
    """Lifetimes of young Scop; the last row entered later and never counts."""
    n = len(size)
    return {
        "weight": np.array([*weight, 1e6]),
        "size": np.array([*map(SIZES.index, size), 0], np.int8),
        "form": np.full(n + 1, FORMS.index("SCOP"), np.int8),
        "age_0": np.ones(n + 1),
        "entry_quarter": np.array([-1] * n + [2], np.int32),
        "exit_quarter": np.array([NEVER if i is None else i for i in exit_index] + [3], np.int32),
    }


def test_survival_counts_weights_and_exits_before_the_horizon() -> None:
    table = cohort([39, None, 19, 20], ["XS"] * 4, [1, 3, 2, 2])
    # Out in quarter 20 (index 19) is gone after 20 quarters; out in quarter 21 is still there.
    assert value("V17.survival", seen(sums=ALIVE, lifetimes=table)) == pytest.approx(6 / 8)


def test_survival_by_size_shows_where_it_does_not_rise() -> None:
    exits, sizes = [], []
    for size, alive in zip(SIZES, (4, 5, 6, 5, 8, 9), strict=True):
        exits += [None] * alive + [23] * (10 - alive)
        sizes += [size] * 10
    evidence = seen(sums=ALIVE, lifetimes=cohort(exits, sizes, [1.0] * 60))
    assert value("V16", evidence) == pytest.approx(-0.1)
    assert not facts()["V16"].contains(-0.1)
    # After five years nobody had left yet: the short measure looks at its own horizon.
    assert SHORT_MEASURES["V16"](evidence) == pytest.approx(0.0)


def test_what_was_not_run_or_recorded_is_said_not_guessed() -> None:
    nothing = Evidence(population_with_everything())
    assert "was not run" in reason("V10", nothing)
    assert value("V2", nothing) > 0
    assert "20 quarters" in reason("V10", seen(sums={k: v[:9] for k, v in ALIVE.items()}))
    stressed = seen("tendance-2025", sums=ALIVE | {("sector", "EDUC", "organisations"): ALL})
    assert reason("V9.payroll", stressed) == "staff_down is not recorded"


def test_the_steepest_fall_of_jobs_is_taken_over_four_quarters() -> None:
    jobs, shocked = constant(1000.0), constant(1000.0)
    shocked[5:9] = 995  # half a percent in one quarter
    shocked[9:] = 985
    key = ("form", "ASSO", "jobs_fte")
    evidence = Evidence(
        EMPTY, {"fil-de-l-eau": run(ALIVE | {key: jobs}),
                "tendance-2025": run(ALIVE | {key: 1.1 * shocked / 1.1})},
    )  # fmt: skip
    assert value("V13.depth", evidence) == pytest.approx(-0.010)
    # Windows that end in quarters 9 to 12 all lose 1 %; the first of them counts.
    assert value("V13.lag", evidence) == 9


def year(public: dict[int, float], closed: tuple[int, ...] = ()) -> YearEnd:
    alive = [uid for uid in public if uid not in closed]
    n = len(alive)
    return YearEnd(
        uid=np.array(alive, np.uint64), weight=np.ones(n), region=np.zeros(n, np.int8),
        size=np.zeros(n, np.int8), initial=np.ones(n, bool), revenue=np.full(n, 200.0),
        public=np.array([public[uid] for uid in alive], float),
    )  # fmt: skip


def test_a_spell_counts_the_unstable_years_running_before_an_exit() -> None:
    from simulator.cohort_measures import hazard_by_spell

    steady = {9: 100.0}
    ends = [
        year({1: 100, 2: 100, 3: 5, **steady}),
        year({1: 150, 2: 100, 3: 9, **steady}),  # 1 is unstable; 3 has too little public money
        year({1: 100, 2: 200, 3: 5, **steady}),  # 1 for the second year, 2 for the first
        year({1: 100, 2: 150, 3: 5, **steady}, closed=(1, 2)),
    ]
    exits, at_risk = hazard_by_spell(seen(sums=ALIVE, year_ends=ends), "fil-de-l-eau")
    assert at_risk.tolist() == [3, 2, 1, 0]  # 2 and twice 9 at rest; 1 then 2 in a first year
    assert exits.tolist() == [0, 1, 1, 0]


def test_hollowing_out_compares_middle_with_the_worse_hit_of_the_others() -> None:
    def ends(middle: float, small: float) -> list[YearEnd]:
        size = np.array([SIZES.index(s) for s in ("XS", "S", "M", "XXL")], np.int8)
        return [
            YearEnd(
                uid=np.arange(4, dtype=np.uint64), weight=np.ones(4),
                region=np.array([0, 3, 3, 0], np.int8), size=size, initial=np.ones(4, bool),
                revenue=np.array([small, middle, middle, 100.0]), public=np.ones(4),
            )
        ] * 6  # fmt: skip

    population = SimpleNamespace(organisations=Columns(), poverty=np.array([0.1, 0.2, 0.2, 0.4]))
    evidence = Evidence(population, {
        "fil-de-l-eau": run(ALIVE, year_ends=ends(100, 100)),
        "rabot-general": run(ALIVE, year_ends=ends(80, 95)),
    })  # fmt: skip
    from simulator.cohort_measures import hollowing_out, loss_of_poorer_places

    pair = ("rabot-general", "fil-de-l-eau")
    assert hollowing_out(evidence, *pair) == pytest.approx(0.20 - 0.05)
    assert loss_of_poorer_places(evidence, *pair) == pytest.approx(0.20 - 0.025)


def population_with_everything() -> SimpleNamespace:
    names = ("budget", "staff", "user_sales", "memberships", "gifts", "corporate_gifts", "cash",
             "cost", "employment_aid")  # fmt: skip
    table = population(**{name: [1e5, 1e6] for name in names}).organisations
    for name in ("grants", "contracts", "tariffs"):
        table[name] = np.full((6, 2), 100.0)
    return SimpleNamespace(organisations=table, poverty=np.array([0.1, 0.2, 0.3]))


def test_facts_that_are_not_shown_say_why_and_the_others_are() -> None:
    found = measure_all(Evidence(population_with_everything()))
    assert set(found) == set(facts())
    assert isinstance(found["V2"], float)
    assert isinstance(found["V10"], Words) and "was not run" in found["V10"].en
    assert isinstance(found["V12.employers_2018"], Words) and "hindcast" in (
        found["V12.employers_2018"].en
    )


def test_the_whole_set_is_told_by_median_and_band() -> None:
    worlds = [{id_: float(i) for id_ in facts()} for i in range(101)]
    shown = {result.id: result for result in summary(worlds)}["V7"]
    assert (shown.value, shown.band) == (50.0, (5.0, 95.0))
    few = FactResult("V7", facts()["V7"], (0.1, 0.3, 0.32))
    assert (few.value, few.band, few.inside) == (0.3, (0.1, 0.32), True)
    assert few.share_inside == pytest.approx(2 / 3)
    single = FactResult("V7", facts()["V7"], (0.3,))
    assert single.band is None and single.to_json()["band"] is None


def test_a_fact_that_only_some_draws_show_takes_its_values_from_these() -> None:
    why = Words(fr="non", en="no")
    some = [{id_: why for id_ in facts()}, {id_: 0.3 for id_ in facts()}]
    shown = {result.id: result for result in summary(some)}["V7"]
    assert shown.values == (0.3,) and shown.reason is None
    none = {result.id: result for result in summary(some[:1])}["V7"]
    assert none.value is None and none.reason == why and none.inside is None


def test_json_has_the_shape_that_scripts_rely_on() -> None:
    for result in summary([measure_all(Evidence(population_with_everything()))]):
        shown = result.to_json("fr")
        assert {"id", "label", "value", "low", "high", "inside", "role", "reason", "source"} <= set(
            shown
        )
        assert shown["value"] == shown["median"]
        assert (shown["value"] is None) == (shown["reason"] is not None)
        assert shown["urls"]
