"""Statistics of grants give the answers that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from experiments.grants.acceptance import acceptance, acceptance_counts, answers, logit, winners
from experiments.grants.bootstrap import with_errors
from experiments.grants.envelope import envelope_dependence
from experiments.grants.overlap import several_funders, shared, side_by_side
from experiments.grants.pairs import consecutive_years, losses
from experiments.grants.renewal import renewal, renewal_by_amount, returns
from experiments.grants.sizes import gini, sizes, tail_exponent
from experiments.grants.spread import core_spread
from experiments.grants.volatility import volatility, yearly_changes


def grants(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "recipient", "amount"])


def test_two_grants_of_a_year_are_one_amount() -> None:
    table = grants((2020, "a", 60), (2020, "a", 40), (2021, "a", 100), (2022, "b", 5))
    pairs = consecutive_years(table).set_index("year")
    assert pairs.loc[2020, "outcome"] == "same"
    assert pairs.loc[2020, "envelope"] == 0
    assert pairs.loc[2021, ["before", "after", "outcome"]].tolist() == [100, 0, "lost"]


def test_years_that_do_not_follow_make_no_pair() -> None:
    table = grants((2018, "a", 1), (2020, "a", 1), (2021, "a", 1))
    assert consecutive_years(table)["year"].tolist() == [2020]


def test_the_four_outcomes_add_up_to_one_in_recipients_and_in_euros() -> None:
    table = grants(
        (2020, "lost", 100), (2020, "same", 200), (2021, "same", 200.004), (2020, "cut", 300),
        (2021, "cut", 150), (2020, "rise", 400), (2021, "rise", 800), (2021, "new", 9),
    )  # fmt: skip
    found = renewal(consecutive_years(table))
    for outcome, euros in (("lost", 0.1), ("same", 0.2), ("cut", 0.3), ("rise", 0.4)):
        assert found[f"renewal_{outcome}_share"] == 0.25
        assert found[f"renewal_{outcome}_euros_share"] == pytest.approx(euros)
    assert found["renewal_same_among_renewed"] == pytest.approx(1 / 3)
    assert found["renewal_cut_median"] == pytest.approx(-0.5)
    assert found["renewal_rise_median"] == pytest.approx(1.0)


def test_classes_of_amounts_hold_their_lower_bound() -> None:
    table = grants((2020, "a", 4999.99), (2020, "b", 5000), (2021, "b", 5000))
    found = renewal_by_amount(consecutive_years(table))
    assert found["renewal_lost_share_under_5k"] == 1
    assert found["renewal_same_share_5k_to_23k"] == found["renewal_same_share_5k_and_more"] == 1
    assert math.isnan(found["renewal_lost_share_100k_and_more"])


def test_who_was_left_out_for_a_year_and_came_back() -> None:
    table = grants(
        (1, "back", 1), (3, "back", 1), (1, "gone", 1), (2, "late", 1), (3, "late", 1), (2, "x", 1)
    )
    assert sorted(losses(table)["recipient"]) == ["back", "gone"]
    assert returns(losses(table)) == {"renewal_returned_share": 0.5}


def test_the_quartiles_of_a_normal_law_give_its_standard_deviation() -> None:
    normal = np.quantile(np.random.default_rng(1).normal(3.0, 0.4, 200_000), np.linspace(0, 1, 999))
    wild = np.concatenate([normal, [1e6]])
    assert core_spread(normal) == pytest.approx(0.4, rel=0.01)
    assert core_spread(wild) == pytest.approx(0.4, rel=0.02)


def test_concentration_of_equal_and_of_single_amounts() -> None:
    assert gini(np.full(50, 7.0)) == pytest.approx(0)
    assert gini(np.array([0.0] * 49 + [7.0])) == pytest.approx(1 - 1 / 50)
    equal = sizes(pd.DataFrame({"amount": np.full(1000, 7.0)}))
    assert equal["size_top_10_percent_share"] == pytest.approx(0.1)
    assert equal["size_bottom_half_share"] == pytest.approx(0.5)
    assert equal["size_top_10_recipients_share"] == pytest.approx(0.01)


def test_the_tail_of_a_pareto_law_has_its_exponent() -> None:
    amounts = (1 - (np.arange(20_000) + 0.5) / 20_000) ** (-1 / 1.3)
    assert tail_exponent(amounts) == pytest.approx(1.3, rel=0.02)
    assert math.isnan(tail_exponent(amounts[:100]))


def test_the_logit_finds_the_odds_it_was_drawn_with() -> None:
    u = np.random.default_rng(2).random((2, 40_000))
    design = np.column_stack([np.ones(40_000), 6 * u[0]])
    outcome = (u[1] < 1 / (1 + np.exp(1 - 0.5 * design[:, 1]))).astype(float)
    assert logit(design, outcome) == pytest.approx([-1.0, 0.5], abs=0.06)


def requests() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "recipient": [f"r{i % 90}" for i in range(300)],
            "asked": rng.integers(1, 300, 300) * 1000.0,
            "call": rng.random(300) < 0.5,
            "funded": rng.random(300) < 0.6,
        }
    )
    table["amount"] = np.where(table["funded"], 0.5 * table["asked"], 0.0)
    table["ratio"] = np.where(table["funded"], 0.5, np.nan)
    return table


def test_acceptance_by_kind_averages_to_acceptance() -> None:
    table = requests()
    found, n = acceptance(table), acceptance_counts(table)
    inside, outside = n["acceptance_share_in_calls"], n["acceptance_share_outside_calls"]
    assert inside + outside == len(table)
    mean = (
        inside * found["acceptance_share_in_calls"]
        + outside * found["acceptance_share_outside_calls"]
    ) / len(table)
    assert found["acceptance_share"] == pytest.approx(mean)
    assert found["granted_over_asked_median_in_calls"] == 0.5
    assert found["granted_over_asked_euros_outside_calls"] == pytest.approx(0.5)
    assert found["granted_in_full_share_in_calls"] == 0


def test_an_organisation_wins_once_or_more() -> None:
    table = pd.DataFrame(
        {
            "recipient": ["a", "a", "b", "b", "c"],
            "call": [True, True, True, False, False],
            "funded": [False, True, False, True, True],
        }
    )
    assert answers(table)["recipient"].tolist() == ["a", "b"]
    assert winners(answers(table)) == {"call_winners_share": 0.5}


def test_overlap_is_seen_from_each_funder() -> None:
    table = side_by_side(
        {
            "city": pd.DataFrame({"name": [*list("abcd"), ""], "amount": [1e3, 2e3, 3e3, 5e3, 9]}),
            "state": pd.DataFrame({"name": ["d", "e"], "amount": [1e4, 29e3]}),
        },
        key="name",
    )
    assert shared(table, "city", "state") == {
        "overlap_city_with_state": 0.25,
        "overlap_city_with_state_euros": 5 / 11,
        "overlap_city_with_state_5k_and_more": 1,
    }
    assert shared(table, "state", "city")["overlap_state_with_city"] == 0.5
    assert several_funders(table)["overlap_two_or_more"] == 0.2
    assert several_funders(table)["overlap_two_or_more_euros"] == pytest.approx(15 / 50)


def test_a_steady_line_has_no_volatility() -> None:
    table = grants(*((2008 + y, code, 100 * 1.02**y) for y in range(6) for code in "ab"))
    table.loc[0, "amount"] = 90
    changes = yearly_changes(table)
    assert len(changes) == 10
    found = volatility(changes)
    assert found["line_growth_median"] == pytest.approx(math.log(1.02))
    assert found["line_growth_spread_core"] == pytest.approx(0, abs=1e-12)
    assert found["line_falls_share"] == 0


def test_the_envelope_line_is_found_when_losses_follow_it() -> None:
    frames = []
    for year, (growth, lost) in enumerate(
        [(-0.1, 50), (-0.05, 40), (0, 30), (0.05, 20), (0.1, 10)]
    ):
        outcome = np.where(np.arange(100) < lost, "lost", "rise")
        frames.append(pd.DataFrame({"year": year, "envelope": growth, "outcome": outcome,
                                    "before": 9e3}))  # fmt: skip
    found = envelope_dependence(pd.concat(frames))
    assert found["renewal_lost_at_rest"].value == pytest.approx(0.3)
    assert found["renewal_lost_slope"].value == pytest.approx(-2.0)
    assert found["renewal_lost_slope_5k_and_more"].n == 5
    assert envelope_dependence(pd.concat(frames[:4])) == {}


def clustered(recipients: int, rows: int) -> pd.DataFrame:
    value = np.random.default_rng(5).normal(size=recipients)
    names = [f"r{i}" for i in range(recipients)]
    return pd.DataFrame({"recipient": np.repeat(names, rows), "x": np.repeat(value, rows)})


def test_rows_of_one_recipient_count_as_one() -> None:
    """Ten copies of every row say no more than one: the error is that of the recipients."""
    table = clustered(400, 10)
    found = with_errors(table, lambda t: {"mean": float(t["x"].mean())})["mean"]
    assert found.standard_error == pytest.approx(table["x"].std() / math.sqrt(400), rel=0.15)
    assert found.n == 4000


def test_the_order_of_the_file_changes_no_error() -> None:
    table = clustered(60, 3)
    shuffled = table.sample(frac=1, random_state=1).reset_index(drop=True)

    def statistics(t: pd.DataFrame) -> dict[str, float]:
        return {"median": float(t["x"].median())}

    assert with_errors(table, statistics) == with_errors(shuffled, statistics)


def test_what_resampling_cannot_move_has_no_error() -> None:
    table = pd.DataFrame({"recipient": list("abcd"), "lost": 0.0})
    found = with_errors(table, lambda t: {"share": float(t["lost"].mean()), "none": math.nan})
    assert math.isnan(found["share"].standard_error)
    assert "none" not in found
