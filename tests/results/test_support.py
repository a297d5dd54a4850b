"""Support programmes in results: no verdict word, and the effect that would pay for itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import simulator as sim
from simulator.cli.break_even import conclusion, print_break_even
from simulator.cli.table import print_comparison
from simulator.codes import SUPPORT_PROGRAMMES
from simulator.indicators import HEADLINES
from simulator.parameters import SPECS
from simulator.population import Population, load_population
from simulator.problems import InputError
from simulator.results import Results
from simulator.scenario import Scenario, load_scenario, parse_scenario
from simulator.support_break_even import FACTORS, BreakEven, break_even, first_crossing, with_effect

Make = Callable[..., Results]
TEXT = """
id: essai
title: {fr: Essai, en: Trial}
narrative: {fr: Un essai., en: A trial.}
family: support
horizon: {start: 2026Q1, quarters: 8}
levers:
  - {lever: public_funding, change: -20%}
"""
LEVER = "  - {{lever: support_programme, programme: {programme}, capacity: {capacity}}}\n"


def supporting(programme: str = "orderly_closure", capacity: float = 20_000) -> Scenario:
    return parse_scenario(TEXT + LEVER.format(programme=programme, capacity=capacity))


@pytest.fixture(scope="module")
def demo() -> Population:
    return load_population("demo")


# --- verdict words are withheld ---
def with_support(make_results: Make, supported: str, **options: object) -> Results:
    results = make_results(**options)
    results.manifest["scenarios"][supported]["support"] = ["consolidation"]
    return results


@pytest.mark.parametrize("draws", [0, 12])
def test_no_word_where_a_support_programme_is_compared(make_results: Make, draws: int) -> None:
    """Neither robust nor stable: whatever the differences, they were put in."""
    results = with_support(
        make_results, "aide", replicates=12 if not draws else 2, draws=draws,
        effects={"aide": 0.10, "choc-regional": -0.10},
    )  # fmt: skip
    table = results.compare([*HEADLINES, "rmst"])
    assert len(set(table["indicator"])) == len(HEADLINES) + 1
    mine, other = (table[table["scenario"] == s] for s in ("aide", "choc-regional"))
    assert mine["verdict"].isna().all() and mine["sign_share"].isna().all()
    assert set(mine["verdict_fr"]) == {"mot retenu : effet supposé, non prouvé"}
    assert set(mine["verdict_en"]) == {"withheld: support programme"}
    assert mine["difference"].notna().all(), "the differences themselves are shown"
    assert other["verdict"].notna().all()


def test_nor_where_it_is_in_the_reference(make_results: Make) -> None:
    results = with_support(
        make_results, "aide", replicates=4, effects={"aide": 0.1, "choc-regional": -0.1}
    )
    table = results.compare("jobs_fte", reference="aide")
    assert table["verdict"].isna().all()


def test_hypotheses_on_support_are_neither_found_nor_refuted(make_results: Make) -> None:
    expected = {
        "aide": [{"indicator": "jobs_fte", "at": None, "versus": "fil-de-l-eau",
                  "expect": "higher", "built_in": True, "source": "s"}]
    }  # fmt: skip
    results = with_support(
        make_results, "aide", replicates=4, effects={"aide": 0.1}, hypotheses=expected
    )
    (row,) = results.hypotheses().to_dict("records")
    assert row["outcome"] == "withheld"
    assert row["outcome_en"] == "withheld: support programme"


def test_nor_where_support_is_a_part_of_a_sum(make_results: Make) -> None:
    expected = {
        "tempete": [{"indicator": "jobs_fte", "at": None, "versus": "fil-de-l-eau",
                     "parts": ["aide", "choc-regional"], "expect": "lower", "built_in": False,
                     "source": "s"}]
    }  # fmt: skip
    results = with_support(
        make_results, "aide", replicates=4, hypotheses=expected,
        effects={"aide": 0.1, "choc-regional": -0.1, "tempete": -0.2},
    )  # fmt: skip
    (row,) = results.hypotheses().to_dict("records")
    assert row["outcome"] == "withheld"


def test_runs_remember_their_support_programmes(demo: Population, tmp_path: object) -> None:
    results = sim.simulate([supporting()], population=demo, replicates=2, quarters=4, workers=1)
    assert results.manifest["scenarios"]["essai"]["support"] == ["orderly_closure"]
    again = Results.load(results.save(f"{tmp_path}/out"))
    assert again.compare("jobs_fte")["verdict"].isna().all()


def test_a_programme_of_no_capacity_withholds_nothing() -> None:
    assert supporting(capacity=0).support == ()
    assert load_scenario("tendance-2025").support == ()
    assert load_scenario("fermer-a-temps").support == ("orderly_closure",)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_printed_table_says_why(make_results: Make, language: str) -> None:
    results = with_support(make_results, "aide", replicates=2, draws=12, effects={"aide": 0.1})
    written = StringIO()
    print_comparison(results, Console(file=written, width=100), language)
    words = {"fr": ("mot retenu", "robuste\n"), "en": ("withheld", "robust\n")}[language]
    printed = written.getvalue()
    assert words[0] in printed and words[1] not in printed
    reason = {"fr": "ne prouve rien", "en": "proves nothing"}[language]
    assert reason in " ".join(printed.split())


def test_the_page_on_support_says_what_happens() -> None:
    """Its example is a lever, its kinds are those of the model, its priors too."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "support.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    scenario = parse_scenario(TEXT.partition("levers:")[0] + example)
    assert scenario.support == ("orderly_closure",)
    assert re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE) == list(SUPPORT_PROGRAMMES)
    assert sorted(set(re.findall(r"`(support_\w+)`", page)) - {*SPECS, "support_programme"}) == []


# --- which effect would pay for itself ---
@pytest.mark.parametrize(
    ("net", "expected"),
    [
        ([-10.0, -5.0, 5.0, 20.0], 0.75),
        ([-10.0, -5.0, -1.0, -0.1], None),
        ([-10.0, 0.0, -3.0, 5.0], 0.5),
        ([0.0, 1.0, 2.0, 3.0], 0.0),
    ],
)
def test_the_crossing_is_the_first_point_where_nothing_is_lost(
    net: list[float], expected: float | None
) -> None:
    assert first_crossing(np.array([0.0, 0.5, 1.0, 1.5]), np.array(net)) == expected


def test_a_variant_changes_the_effect_only() -> None:
    scenario = supporting()
    half = with_effect(scenario, 0.5)
    assert half.levers[:-1] == scenario.levers and half.horizon == scenario.horizon
    (modifier,) = half.levers[-1].compile(8).modifiers
    mean = float(np.asarray(SPECS["support_effect_orderly_closure"].default))
    assert modifier.name == "support_effect_orderly_closure"
    assert (modifier.path == 0.5 * mean).all()


@pytest.fixture(scope="module")
def paying(demo: Population) -> BreakEven:
    return break_even(supporting(), population=demo, replicates=3, workers=1)


def test_the_table_goes_from_no_effect_to_the_end_of_the_prior(paying: BreakEven) -> None:
    table = paying.table
    assert table["factor"].tolist() == [*FACTORS, 2.5]
    (effect,) = paying.effects
    assert effect["low"] < 0.0 < effect["mean"] < effect["high"] == 2.5 * effect["mean"]
    none = table.iloc[0]
    assert none["losses_avoided"] == none["organisations_kept"] == none["jobs_kept"] == 0.0
    assert none["net"] == -none["cost"]


def test_euros_are_those_of_the_accounts(paying: BreakEven, demo: Population) -> None:
    """Losses avoided, again from the runs: without effect less with the mean effect."""
    scenario = supporting()
    results = sim.simulate(
        [with_effect(scenario, 0.0), scenario], population=demo, replicates=3, workers=1
    )
    rows = results.rows("all", ["creditor_losses", "support_euros"])
    rows = rows[rows["quarter"] != "2025Q4"]
    totals = rows.groupby("scenario", observed=True)[["creditor_losses", "support_euros"]].sum() / 3
    mean = paying.table.set_index("factor").loc[1.0]
    avoided = totals.loc["essai-effet-0"] - totals.loc["essai"]
    assert mean["losses_avoided"] == pytest.approx(avoided["creditor_losses"], rel=1e-6)
    assert mean["cost"] == pytest.approx(totals.loc["essai", "support_euros"], rel=1e-6)
    assert mean["net"] == pytest.approx(mean["losses_avoided"] - mean["cost"])


def test_it_pays_for_itself_only_where_losses_avoided_reach_the_cost(paying: BreakEven) -> None:
    reached = paying.table["net"] >= 0.0
    assert (paying.factor is None) == (not reached.any())
    free = paying.table.assign(net=paying.table["losses_avoided"])
    assert first_crossing(free["factor"].to_numpy(), free["net"].to_numpy()) == 0.0


def test_a_scenario_without_support_is_refused() -> None:
    with pytest.raises(InputError, match="has no support programme"):
        break_even("fil-de-l-eau", population="demo", replicates=1)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_printed_answer_claims_nothing(paying: BreakEven, language: str) -> None:
    written = StringIO()
    console = Console(file=written, width=100)
    print_break_even(paying, "Essai", "2027Q4", console, language)
    printed = " ".join(written.getvalue().split())
    assert {"fr": "Supposé, jamais mesuré", "en": "Assumed, never measured"}[language] in printed
    assert conclusion(paying, language) in printed
    assert max(len(line) for line in written.getvalue().splitlines()) <= 100
    never = BreakEven(paying.scenario, paying.kinds, paying.table, None)
    assert {"fr": "Aucun effet", "en": "No effect"}[language] in conclusion(never, language)
