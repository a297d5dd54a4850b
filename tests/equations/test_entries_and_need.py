"""P15 and P16: new organisations, need, unmet need, deserts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from simulator.codes import N_CELLS, N_SECTORS, REGIONS, SECTORS
from simulator.funders import SUBVENTION
from simulator.model import EssModel
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.processes.entries import GROWTH_BOUND, enter, expected_entries
from simulator.processes.territory import desert_share, follow_need, initial_need
from simulator.record_cells import sum_cells
from tests.equations.few import HERE, at_rest, column, living, put

CELL = HERE[0] * N_SECTORS + HERE[1]


def crowd(few: Population, entrants: float = 40.0, **parameters: Any) -> EssModel:
    """Expect about `entrants` new rows in the cell this quarter."""
    world = at_rest(few, **{"entry_rate": 0.1, "entry_growth": 0.0, **parameters})
    world.entrant_weight = 2.0
    world.organisations_2025[:] = 0.0
    world.organisations_2025[CELL] = entrants * 2.0 / (0.1 / 4.0)
    return world


@pytest.mark.parametrize("growth", [-0.5, -0.1, 0.018, 0.1, 0.9])
def test_entries_rise_with_unmet_need_and_the_votes(growth: float, few: Population) -> None:
    world = at_rest(few)
    public = world.public
    for account, euros in ((public.previous, 1e6), (public.voted, 1e6 * (1 + growth))):
        account[:] = 0.0
        account[SUBVENTION, 0, HERE[0], HERE[1]] = euros
    unmet = np.zeros((len(REGIONS), len(SECTORS)))
    unmet[HERE] = 0.05
    organisations = np.full(N_CELLS, 200.0)
    rate = np.full(unmet.shape, 0.06)
    found = expected_entries(
        public.voted, public.pending, public.late, public.previous, 0, rate, unmet, organisations,
        4.0, 0.018, 0.5, 1.0,
    )  # fmt: skip
    pull = 1.0 + 0.5 * 0.05 + float(np.clip(growth - 0.018, -GROWTH_BOUND, GROWTH_BOUND))
    assert found[CELL] == pytest.approx(0.25 * 0.06 * pull * 200.0 / 4.0)
    elsewhere = np.delete(found, CELL)
    assert elsewhere == pytest.approx(0.25 * 0.06 * (1.0 - 0.018) * 50.0)


def test_entrants_are_small_new_and_have_no_public_money(few: Population) -> None:
    world = crowd(few, entrant_budget=45_000.0, entrant_budget_spread=0.7, entrant_cash_months=2.0,
                  restructuring_share=0.0)  # fmt: skip
    before = living(world)
    enter(world)
    o = world.organisations
    new = np.setdiff1d(living(world), before)
    assert len(new) > 20
    luck = world.draws.uniform("entrant budget", world.quarter, o.uid[new])
    budget = 45_000.0 * np.exp(0.7 * norm.ppf(luck))
    assert o.budget_entry[new] == pytest.approx(budget)
    assert o.cash[new] == pytest.approx(2.0 / 12.0 * budget * world.price_level)
    for money in (o.grants, o.calls, o.contracts, o.tariffs):
        assert not money[:, new].any()
    assert not o.age[new].any() and (o.weight[new] == 2.0).all()


def test_one_heir_takes_over_part_of_what_left_at_most_its_own_size(few: Population) -> None:
    usual, heirs = (crowd(few, restructuring_share=share, restructuring_transfer=0.3)
                    for share in (0.0, 1.0))  # fmt: skip
    before = living(usual)
    gone = np.zeros(N_CELLS)
    gone[CELL] = 2.0
    for world in (usual, heirs):
        world.recorder.left_this_quarter = lambda: (gone, gone, gone * 1e4)  # type: ignore[method-assign]
        enter(world)
    new = np.setdiff1d(living(usual), before)
    own, grown = usual.organisations.staff[new], heirs.organisations.staff[new]
    more = np.flatnonzero(grown > own)
    assert len(more) == 1
    offered = 0.3 * 2.0 / 2.0  # per represented organisation
    assert (grown - own)[more[0]] == pytest.approx(min(offered, own[more[0]]))


# --- need ---
def test_need_is_people_times_poverty_scaled_to_the_unmet_share(few: Population) -> None:
    world = at_rest(few)
    served = np.zeros((len(REGIONS), N_SECTORS))
    here, there = REGIONS.index("52"), REGIONS.index("32")
    social, culture = SECTORS.index("SOCIAL"), SECTORS.index("CULTURE")
    served[[here, there]] = 100.0
    need = initial_need(world, served)
    people, poverty = world.population.population_by_region, world.population.poverty
    base = np.asarray(SPECS["unmet_base"].default)
    power = np.asarray(SPECS["need_poverty"].default)
    mean = (people[here] * poverty[here] + people[there] * poverty[there]) / (
        people[here] + people[there]
    )
    shape = {r: people[r] * (poverty[r] / mean) ** power for r in (here, there)}
    assert power[social] == 1.0 and power[culture] == 0.0
    assert need[there] / need[here] == pytest.approx(shape[there] / shape[here])
    met = np.minimum(served, need).sum(axis=0)
    assert 1.0 - met / need.sum(axis=0) == pytest.approx(base, abs=1e-3)


def test_need_grows_is_met_and_spills_into_the_block(few: Population) -> None:
    world = at_rest(few, need_spill=0.2)
    social = SECTORS.index("SOCIAL")
    world.need_base[:], world.demand_base[:] = 100.0, 90.0
    world.need_trend[:] = 1.1
    world.unmet_base[:] = 0.10
    put(world, sector=social, cell=HERE[0] * N_SECTORS + social)
    weight = column(world, "weight")
    put(world, service=66.0 / weight.sum())  # of a need of 110: 40 % unmet
    follow_need(world)
    assert world.need == pytest.approx(110.0)
    assert world.unmet[HERE[0], social] == pytest.approx(0.4)
    asked = world.demand_cells[HERE[0]] / (90.0 * 1.1)
    others = [SECTORS.index(code) for code in ("MEDSOC", "DOMICILE", "IAE")]
    # Three sectors spill: nobody else serves anything in this world, so all of their need is unmet.
    assert asked[social] == pytest.approx(1.0 + 2 * 0.2 * 0.9 / 3)
    spill = {"SOCIAL": 0.2 * (0.4 - 0.1) / 3, "other": 0.2 * (1.0 - 0.1) / 3}
    expected = [1.0 + spill["SOCIAL"] + spill["other"], 1.0 + spill["SOCIAL"] + 2 * spill["other"],
                1.0 + spill["SOCIAL"] + spill["other"]]  # fmt: skip
    assert asked[others] == pytest.approx(expected)
    assert asked[SECTORS.index("SPORT")] == pytest.approx(1.0)


def test_a_desert_has_no_provider_or_too_much_unmet_need(few: Population) -> None:
    world = at_rest(few, desert_threshold=0.3)
    world.need[:] = 10.0
    world.unmet[:] = 0.0
    providers = sum_cells(world).providers
    found = desert_share(world, providers)
    assert found[HERE] == 0.0 and found.sum() == found.size - 1
    world.unmet[HERE] = 0.31
    assert desert_share(world, providers)[HERE] == 1.0
