"""What levers do to votes: the right euros, in the right cells, in the right year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.codes import FORMS, FUNDING_PROFILES, INSTRUMENTS, LEVELS, REGIONS, SECTORS, SIZES
from simulator.model import EssModel
from simulator.parameters import Parameters
from simulator.population import Population
from simulator.scenario import Scenario, load_scenario
from simulator.simulation import simulate_unit
from tests.engine.worlds import SEED, differences, keep_only, scenario_of, series, start

SUBVENTION, COMMANDE = INSTRUMENTS.index("subvention"), INSTRUMENTS.index("commande")


def cut(change: Any, **fields: Any) -> dict[str, Any]:
    return {"lever": "public_funding", "change": change, **fields}


@pytest.fixture
def votes(monkeypatch: pytest.MonkeyPatch, workshop: Population) -> Any:
    """`votes(*levers, years=3)`: votes of each year alone, shape (years, 3, 6, 18, 10)."""

    def of(*levers: dict[str, Any], years: int = 3, extra: int = 0) -> np.ndarray:
        scenario = scenario_of(*levers, quarters=4 * years + extra)
        found = []
        world = start(scenario, workshop, quarters=4 * years)
        with monkeypatch.context() as patch:
            patch.setattr("simulator.model.SCHEDULE", world_schedule())
            for _ in range(years):
                for quarter in range(4):
                    world.step()
                    if quarter == 0:
                        found.append(world.public.voted.copy())
        return np.stack(found)

    return of


def world_schedule() -> tuple[Any, ...]:
    from simulator.processes.indices import update_indices
    from simulator.processes.vote import vote

    return (update_indices, vote)


def test_baseline_votes_grow_at_their_rates(votes: Any) -> None:
    base, defaults = votes(), Parameters.default()
    for instrument, name in enumerate(("grant_growth", "procurement_growth", "tariff_growth")):
        growth = 1.0 + float(defaults[name])
        np.testing.assert_allclose(base[1, instrument], base[0, instrument] * growth, rtol=1e-12)
    assert (base[0].sum(axis=(1, 2, 3)) > 0).all()


@pytest.mark.parametrize(
    ("where", "instruments"),
    [
        ({}, None),
        ({"funder": "region", "region": ["PDL"], "sector": ["CULTURE", "SPORT"]}, ["subvention"]),
        ({"funder": ["etat", "europe"]}, ["subvention", "commande"]),
        ({"sector": ["MEDSOC"]}, ["tarification"]),
        ({"region": ["IDF", "04"]}, None),
    ],
)
def test_a_cut_hits_its_cells_exactly_and_nothing_else(
    votes: Any, where: dict[str, Any], instruments: list[str] | None
) -> None:
    fields = {} if instruments is None else {"instrument": instruments}
    base, after = votes(), votes(cut("-30%", where=where, **fields))
    mask = np.zeros(base.shape[1:], dtype=bool)
    levels = np.atleast_1d(where.get("funder", LEVELS))
    names = {"IDF": "11", "PDL": "52"}
    regions = [names.get(code, code) for code in where.get("region", REGIONS)]
    mask[
        np.ix_(
            [INSTRUMENTS.index(i) for i in instruments or INSTRUMENTS],
            [LEVELS.index(level) for level in levels],
            [REGIONS.index(region) for region in regions],
            [SECTORS.index(sector) for sector in where.get("sector", SECTORS)],
        )
    ] = True
    for year in range(3):
        np.testing.assert_allclose(after[year][mask], 0.7 * base[year][mask], rtol=1e-12)
        np.testing.assert_array_equal(after[year][~mask], base[year][~mask])
    assert base[0][mask].sum() > 0


@pytest.mark.parametrize(
    ("lever", "factors"),
    [
        (cut({2026: "-10%", 2027: "-10%"}), (0.9, 0.81, 0.81)),
        (cut({2026: "-50%", 2028: "+100%"}), (0.5, 0.5, 1.0)),
        (cut({2027: "-30%"}), (1.0, 0.7, 0.7)),
        (cut("-30%", **{"from": 2027}), (1.0, 0.7, 0.7)),
        (cut("-30%", until=2026), (0.7, 1.0, 1.0)),
        (cut("-30%", **{"from": 2027, "until": 2027}), (1.0, 0.7, 1.0)),
        (cut({2026: "-10%", 2027: "-10%"}, until=2027), (0.9, 0.81, 1.0)),
        (cut("-40%", **{"from": "2026Q3"}), (0.8, 0.6, 0.6)),  # half a year of a cut of 40 %
        (cut("-40%", **{"from": "2027Q4"}), (1.0, 0.9, 0.6)),
        (cut("-40%", until="2026Q1"), (0.9, 1.0, 1.0)),
        (cut("-40%", ramp=4), (0.75, 0.6, 0.6)),  # 10, 20, 30, 40 %: 25 % on average
        (cut("-40%", ramp=8), (0.875, 0.675, 0.6)),
        (cut({2026: "-100%"}), (0.0, 0.0, 0.0)),
    ],
)
def test_changes_in_time(votes: Any, lever: dict[str, Any], factors: tuple[float, ...]) -> None:
    base, after = votes(), votes(lever)
    for year, factor in enumerate(factors):
        np.testing.assert_allclose(after[year], factor * base[year], rtol=1e-12, atol=1e-6)


def test_levers_multiply(votes: Any) -> None:
    base = votes()
    both = votes(cut("-30%"), cut("-10%", where={"funder": "etat"}))
    np.testing.assert_allclose(both[:, :, 0], 0.63 * base[:, :, 0], rtol=1e-12)
    np.testing.assert_allclose(both[:, :, 1:], 0.7 * base[:, :, 1:], rtol=1e-12)


def test_two_half_cuts_and_one_full_cut_are_the_same_euros(votes: Any) -> None:
    """M24: the effects may differ, the euros must not."""
    half, other = ["etat", "europe"], ["region", "departement", "bloc_communal", "securite_sociale"]
    whole = votes(cut("-20%"))
    parts = votes(cut("-20%", where={"funder": half}), cut("-20%", where={"funder": other}))
    np.testing.assert_array_equal(whole, parts)
    steps = votes(cut({2026: "-10%", 2027: "-10%"}))
    np.testing.assert_allclose(steps[1:], votes(cut("-19%"))[1:], rtol=1e-12)


def test_a_freeze_is_no_growth_and_growth_returns(votes: Any) -> None:
    base = votes(years=4)
    frozen = votes(cut({2027: "0%", 2028: "0%"}, mode="nominal_growth"), years=4)
    np.testing.assert_array_equal(frozen[0], base[0])
    np.testing.assert_allclose(frozen[1], frozen[0], rtol=1e-12)
    np.testing.assert_allclose(frozen[2], frozen[0], rtol=1e-12)
    ratio = base[3].sum(axis=(1, 2, 3)) / base[2].sum(axis=(1, 2, 3))
    np.testing.assert_allclose(
        frozen[3].sum(axis=(1, 2, 3)) / frozen[2].sum(axis=(1, 2, 3)), ratio, rtol=1e-12
    )


def test_nominal_growth_replaces_growth(votes: Any) -> None:
    after = votes(cut({2027: "-4%"}, mode="nominal_growth", where={"funder": "departement"}))
    base, level = votes(), LEVELS.index("departement")
    np.testing.assert_allclose(after[1][:, level], 0.96 * after[0][:, level], rtol=1e-12)
    others = [i for i in range(len(LEVELS)) if i != level]
    np.testing.assert_array_equal(after[:, :, others], base[:, :, others])


def test_indexation_passes_on_its_share_of_inflation(votes: Any) -> None:
    """Grants follow that share of any further inflation, and no more."""
    for share in (0.0, 0.5, 1.0):
        growth = []
        for inflation in ("2%", "5%"):
            after = votes(
                {"lever": "wages_and_prices", "inflation": inflation},
                {"lever": "indexation", "share": f"{share:.0%}"},
            )
            growth.append(after[1].sum(axis=(1, 2, 3)) / after[0].sum(axis=(1, 2, 3)))
        np.testing.assert_allclose(growth[1] - growth[0], share * 0.03, atol=1e-12)


def test_grants_become_procurement_euro_for_euro(votes: Any) -> None:
    base = votes()
    after = votes({"lever": "grants_to_procurement", "share": "40%", "where": {"sector": ["IAE"]}})
    iae = SECTORS.index("IAE")
    others = [i for i in range(len(SECTORS)) if i != iae]
    np.testing.assert_array_equal(after[..., others], base[..., others])
    moved = base[:, SUBVENTION, :, :, iae] - after[:, SUBVENTION, :, :, iae]
    gained = after[:, COMMANDE, :, :, iae] - base[:, COMMANDE, :, :, iae]
    np.testing.assert_allclose(moved, gained, rtol=1e-9, atol=1e-4)
    np.testing.assert_allclose(moved[0], 0.4 * base[0, SUBVENTION, :, :, iae], rtol=1e-12)
    assert moved[0].sum() > 0


# --- cuts that follow forms and sizes ---
def _vote_once(
    scenario: Scenario | str, population: Population, patch: pytest.MonkeyPatch
) -> EssModel:
    world = start(scenario, population, quarters=4)
    with patch.context() as context:
        keep_only(context, "update_indices", "vote")
        world.step()
    return world


@pytest.mark.parametrize(
    "where",
    [
        {"size": ["L", "XL"]},
        {"form": ["ASSO"]},
        {"size": ["M"], "sector": ["EDUC"], "funder": "etat"},
        {"funding_profile": ["GRANTS", "CONTRACTS"], "size": ["S", "M"]},
    ],
)
def test_form_and_size_cut_their_grants_and_their_votes_by_the_same_euros(
    where: dict[str, Any], workshop: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = _vote_once("fil-de-l-eau", workshop, monkeypatch)
    hit = _vote_once(scenario_of(cut("-30%", where=where), quarters=4), workshop, monkeypatch)
    o, p = base.organisations, hit.organisations
    rows = o.alive.copy()
    if "size" in where:
        rows &= np.isin(o.size_entry, [SIZES.index(s) for s in where["size"]])
    if "form" in where:
        rows &= np.isin(o.form, [FORMS.index(f) for f in where["form"]])
    if "funding_profile" in where:
        profiles = [FUNDING_PROFILES.index(p) for p in where["funding_profile"]]
        rows &= np.isin(o.profile, profiles)
    if "sector" in where:
        rows &= np.isin(o.sector, [SECTORS.index(s) for s in where["sector"]])
    chosen = [where["funder"]] if "funder" in where else LEVELS
    levels = np.array([LEVELS.index(level) for level in chosen])
    expected = np.ones((len(LEVELS), o.rows))
    expected[np.ix_(levels, np.flatnonzero(rows))] = 0.7
    for instrument, name in enumerate(("grants", "contracts", "tariffs")):
        before, after = getattr(o, name), getattr(p, name)
        np.testing.assert_allclose(after, before * expected, rtol=1e-12, err_msg=name)
        cut_rows = base.public.grid(o, before - after)
        cut_votes = base.public.voted[instrument] - hit.public.voted[instrument]
        np.testing.assert_allclose(cut_votes, cut_rows, rtol=1e-6, atol=1.0)
        assert cut_rows.sum() > 0 or name != "grants"


def test_a_set_parameter_moves_votes_in_its_scenario_only(votes: Any) -> None:
    expert = {"lever": "parameter", "name": "grant_growth", "set": 0.10}
    changed, base = votes(expert), votes()
    np.testing.assert_allclose(changed[1, SUBVENTION], 1.1 * changed[0, SUBVENTION], rtol=1e-12)
    np.testing.assert_array_equal(changed[:, COMMANDE], base[:, COMMANDE])
    np.testing.assert_array_equal(votes(), base)
    assert float(Parameters.default()["grant_growth"]) != 0.10


def test_levers_move_from_the_worlds_own_values(demo: Population) -> None:
    """A share that grows evenly to its target starts from the value that the run was given."""
    scenario = scenario_of(
        {"lever": "multi_year_agreements", "share": "60%", "by": 2028}, quarters=12
    )
    parameters = Parameters.default().with_("multi_year_share", set=0.40)
    world = start(scenario, demo, parameters=parameters)
    world.step()
    assert np.unique(world.values.levels("multi_year_share")) == pytest.approx(0.40)
    world.step()
    assert np.unique(world.values.levels("multi_year_share")) == pytest.approx(0.425)


# --- in a whole run ---
FREEZE = {"lever": "public_funding", "change": "0%", "mode": "nominal_growth"}


@pytest.mark.parametrize("change", ["-30%", "-100%", "+20%"])
def test_a_cut_by_size_is_carried_on_and_then_undone(
    change: str, demo: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vote of the second year is cut by the same euros; that of the third is whole again."""
    lever = cut(change, until=2027, where={"size": ["S", "M"]})

    def yearly(*levers: dict[str, Any]) -> list[np.ndarray]:
        world = start(scenario_of(FREEZE, *levers, quarters=12), demo)
        found = []
        with monkeypatch.context() as patch:
            patch.setattr("simulator.model.SCHEDULE", world_schedule())
            for quarter in range(12):
                world.step()
                if quarter % 4 == 0:
                    found.append(world.public.voted.copy())
        return found

    base, after = yearly(), yearly(lever)
    first, second, third = (a - b for a, b in zip(after, base, strict=True))
    assert abs(first.sum()) > 0.01 * base[0].sum()
    np.testing.assert_allclose(second, first, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(third, np.zeros_like(third), atol=1e-3)


def test_a_lever_leaves_the_reference_as_it_was(small: Population) -> None:
    """In one simulation, the reference is what it is alone, whatever scenario runs beside it."""
    expert = scenario_of({"lever": "parameter", "name": "exit_hazard", "multiply": 3.0}, quarters=4)
    beside = simulate_unit([_reference(), expert], small, Parameters.default(), SEED, 0, 4)
    alone = simulate_unit([_reference()], small, Parameters.default(), SEED, 0, 4)
    assert differences(beside[0], alone[0]) == []
    exits = [series(record, "exits").sum() for record in beside]
    assert exits[1] > 1.5 * exits[0]


def _reference() -> Scenario:
    return load_scenario("fil-de-l-eau")


@pytest.mark.parametrize(
    "lever",
    [
        cut("-50%", **{"from": "2027Q2"}),
        cut("-50%", until="2027Q1"),
        cut("-50%", ramp=8),
        cut("-50%", where={"size": ["S", "M"]}, **{"from": "2027Q3"}),
        {"lever": "emergency_fund", "pot_share": "20%", "from": "2027Q2"},
    ],
    ids=["from", "until", "ramp", "sizes", "pot"],
)
def test_a_horizon_that_ends_inside_a_year_begins_as_a_longer_one(
    demo: Population, lever: dict[str, Any]
) -> None:
    scenario = scenario_of(lever, quarters=8)
    short, long = (start(scenario, demo, quarters=q) for q in (5, 8))
    for _ in range(5):
        short.step()
        long.step()
    assert np.array_equal(short.public.voted, long.public.voted)
    assert np.array_equal(short.organisations.cash, long.organisations.cash)
