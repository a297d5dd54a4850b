"""The same country at every scale: weights conserve counts, giants, totals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from simulator.parameters import Parameters
from simulator.population import Population, load_population
from simulator.population.describe import shares, totals
from simulator.population.forms import number_of_organisations
from simulator.population.parameters import InitialParameters
from simulator.population.size import CEILING, THRESHOLD, SizeLaw
from simulator.population.weights import rates_for_rows, slices

_VALUES = InitialParameters.read(Parameters.default())
LAW = SizeLaw(
    _VALUES.body_median, _VALUES.body_spread, _VALUES.tail_share, _VALUES.tail_exponent
)  # fmt: skip
ORGANISATIONS = number_of_organisations(_VALUES.employing_associations)


@pytest.mark.parametrize(
    "column",
    ["budget", "staff", "volunteers", "cash", "grants", "contracts", "tariffs", "user_sales",
     "memberships", "gifts", "foundation_grants", "employment_aid", "fixed_cost", "loans"],
)  # fmt: skip
def test_workshop_and_national_have_the_same_totals(
    workshop: Population, national: Population, column: str
) -> None:
    # Cash is the product of two heavy tails: a few giants decide its last percents.
    tolerance = 0.02 if column == "cash" else 0.01
    assert workshop.total(column) == pytest.approx(national.total(column), rel=tolerance)


@pytest.mark.parametrize("name", ["organisations", "resources", "salaried FTE", "public money"])
def test_workshop_and_national_have_the_same_associations(
    workshop: Population, national: Population, name: str
) -> None:
    """The published figures are of associations: no scale may hold them by chance of forms."""
    small, large = (
        {total.name: total.associations for total in totals(population)}[name]
        for population in (workshop, national)
    )
    assert small == pytest.approx(large, rel=0.01)


@pytest.mark.parametrize("dimension", ["sector", "region", "size"])
def test_workshop_and_national_have_the_same_shares(
    workshop: Population, national: Population, dimension: str
) -> None:
    small, large = shares(workshop)[dimension], shares(national)[dimension]
    assert small.keys() == large.keys()
    for code, pair in large.items():
        assert small[code] == pytest.approx(pair, abs=0.006), code


def test_weights_conserve_the_number_of_organisations(
    workshop: Population, national: Population
) -> None:
    for population in (workshop, national):
        assert population.organisations["weight"].sum() == ORGANISATIONS


def test_scales_have_the_announced_rows(workshop: Population, national: Population) -> None:
    assert 2300 <= workshop.organisations.rows <= 2700
    assert 9000 <= national.organisations.rows <= 10_500
    assert 900 <= load_population("demo").organisations.rows <= 1100


def test_giants_are_taken_whole(workshop: Population, national: Population) -> None:
    o = national.organisations
    assert (o["weight"][o["budget"] >= 10e6] == 1).all()
    o = workshop.organisations
    assert o["weight"][o["budget"] >= 10e6].max() <= 2
    assert (o["weight"][o["budget"] >= 50e6] == 1).all()


def test_no_row_holds_much_of_the_country(population: Population) -> None:
    o = population.organisations
    assert (o["weight"] * o["budget"]).max() < 0.05 * population.total("budget")


def test_every_cell_of_a_large_region_is_filled(national: Population) -> None:
    o = national.organisations
    count = np.zeros((18, 10, 6))
    sizes = np.searchsorted([5e4, 2e5, 5e5, 2e6, 1e7], o["budget"], side="right")
    np.add.at(count, (o["region"], o["sector"], sizes), o["weight"])
    assert (count.sum(axis=2)[:12] > 50).all()  # the 12 régions of the mainland
    assert (count.sum(axis=2)[12:] > 0).mean() > 0.8
    share = count.sum(axis=(1, 2)) / count.sum()
    assert 0.17 < share[0] < 0.21  # Île-de-France: 18 % of employees (T1-039)


def test_demo_is_the_slice_of_the_country(national: Population) -> None:
    o, demo = national.organisations, load_population("demo")
    there = o["region"] == 6
    assert set(demo.organisations["region"]) == {6}
    for column in ("weight", "budget"):
        part = o["weight"] @ (there * (o[column] if column != "weight" else 1.0))
        whole = demo.organisations["weight"].sum() if column == "weight" else demo.total(column)
        assert whole == pytest.approx(part, rel=0.04)


def test_a_region_alone_is_not_one_giant(tmp_path: Path) -> None:
    for region in ("COR", "MYT"):
        path = tmp_path / f"{region}.yaml"
        path.write_text(f"id: alone\nregions: [{region}]\n", encoding="utf-8")
        population = load_population(path)
        assert population.organisations["budget"].max() <= 0.0301 * population.total("budget")


@pytest.mark.parametrize("count", [1_000, ORGANISATIONS])
def test_the_size_law_has_its_body_and_tail(count: int) -> None:
    budgets = LAW.ranked(count)
    assert len(budgets) == count
    assert (np.diff(budgets) <= 0).all()
    large = budgets > THRESHOLD
    assert large.mean() == pytest.approx(LAW.tail_share, abs=0.001)
    # Mean of a Pareto law between the threshold and the ceiling.
    a, ratio = LAW.tail_exponent, CEILING / THRESHOLD
    mean = THRESHOLD * a / (1 - a) * (ratio ** (1 - a) - 1) / (1 - ratio**-a)
    assert budgets[large].mean() == pytest.approx(mean, rel=1e-6)
    assert np.median(budgets[~large]) == pytest.approx(_body_quantile(0.5), rel=0.01)


def _body_quantile(share: float) -> float:
    """Quantile of the log-normal law cut at the threshold."""
    top = ndtr(np.log(THRESHOLD / LAW.body_median) / LAW.body_spread)
    return float(LAW.body_median * np.exp(LAW.body_spread * ndtri(share * top)))


def test_a_heavier_tail_holds_more() -> None:
    def law(exponent: float) -> SizeLaw:
        return replace(LAW, tail_exponent=exponent)

    assert law(LAW.tail_exponent + 0.1).ranked(10_000).sum() < LAW.ranked(10_000).sum()
    at_one = [law(exponent).ranked(5000).sum() for exponent in (0.9999, 1, 1.0001)]
    assert at_one[1] == pytest.approx((at_one[0] + at_one[2]) / 2, rel=1e-6)


def test_twice_as_many_associations_have_twice_the_totals(national: Population) -> None:
    doubled = Parameters.default().with_("employing_associations", multiply=2)
    twice = load_population("national", doubled)
    factor = twice.organisations["weight"].sum() / national.organisations["weight"].sum()
    for column in ("budget", "staff", "grants", "user_sales", "volunteers"):
        ratio = twice.total(column) / national.total(column)
        assert ratio == pytest.approx(factor, rel=0.02), column


def test_rows_scale_the_weights() -> None:
    budgets = LAW.ranked(ORGANISATIONS)
    rates = np.array([25, 30, 16, 8, 3, 1])
    for wanted in (3000, 6000, 20_000):
        made = slices(budgets, rates_for_rows(budgets, rates, wanted))
        assert len(made.weight) == pytest.approx(wanted, rel=0.12)
        assert made.weight.sum() == ORGANISATIONS
        assert made.weight @ made.budget == pytest.approx(budgets.sum())
        assert made.weight[made.budget > 10e6].max() <= 2


@pytest.mark.slow
def test_full_is_one_to_one(national: Population) -> None:
    full = load_population("full")
    o = full.organisations
    assert o.rows == ORGANISATIONS
    assert (o["weight"] == 1).all()
    assert len(np.unique(o["uid"])) == o.rows
    for column in ("budget", "staff", "grants", "tariffs"):
        assert full.total(column) == pytest.approx(national.total(column), rel=0.01)
