"""A lever on one région and sector changes nobody's draws elsewhere, and reaches others only
through the channels that the model has.

Between organisations of different cells these channels exist: calls of foundations (one pool a
sector, all régions), gifts and corporate patrons (one pool a région, all sectors), the loss rate
of a région's banks, the room left in the guarantee fund, mergers with near sectors and touching
régions, unmet need that spills into near sectors, the volunteers' pool of a région, and the wage
of a sector, at which entrants pay. Where they are closed, nothing at all may differ.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.codes import N_SECTORS, REGIONS, SECTORS
from simulator.model import EssModel
from simulator.parameters import Parameters
from simulator.population import Population, load_population
from simulator.scenario import Scenario
from tests.engine.worlds import (
    parameters_of,
    play,
    scenario_of,
    series,
    subset,
    with_columns,
)

REUNION, CULTURE = REGIONS.index("04"), SECTORS.index("CULTURE")
PDL = REGIONS.index("52")
ROOT = Path(__file__).resolve().parents[2]
Draws = dict[tuple[object, ...], dict[int, int]]


# Played as plain Python, where a kernel's draws can be watched: (stream, quarter, draw) → id → u.
WATCHED = """
import pickle, sys
import numpy as np
from simulator import compiled, population, randomness
from simulator.model import EssModel
from tests.engine.test_locality import cut, few_neighbours

names, seen = {}, {}
word_of, hash_of = randomness.Randomness.word, compiled.hashed

def word(self, stream, quarter, draw=0):
    found = word_of(self, stream, quarter, draw)
    names[int(found)] = (stream, quarter, draw)
    return found

def hashed(key, identity):
    found = hash_of(key, identity)
    seen.setdefault(names.get(int(key), ("", int(key), 0)), {})[int(identity)] = int(found)
    return found

randomness.Randomness.word = word
for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("simulator") and hasattr(module, "hashed"):
        module.hashed = hashed
np.seterr(over="ignore")
scenario = cut("PDL", 5) if sys.argv[1] == "cut" else "fil-de-l-eau"
world = EssModel(scenario, few_neighbours(), seed=3, quarters=5, collect=False)
while world.running:
    world.step()
o = world.organisations
lives = world.recorder.finish().lifetimes["organisation"].tolist()
cells = dict(zip(o.uid[o.alive].tolist(), o.cell[o.alive].tolist()))
with open(sys.argv[2], "wb") as file:
    pickle.dump((seen, lives, randomness.cell_ids().tolist(), cells), file)
"""
Watched = tuple[Draws, list[int], list[int], dict[int, int]]


def few_neighbours() -> Population:
    """Pays de la Loire with two régions that touch it, and one far away: every third row."""
    kept = [REGIONS.index(code) for code in ("52", "53", "28", "93")]
    workshop = load_population("workshop")
    rows = np.flatnonzero(np.isin(workshop.organisations["region"], kept))
    return subset(workshop, rows[::3])


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Watched]:
    """All draws of the reference and of a cut in one cell."""
    folder = tmp_path_factory.mktemp("draws")
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    for name in ("base", "cut"):
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", WATCHED, name, str(folder / name)],
            env=environment, check=True, cwd=folder, timeout=600,
        )  # fmt: skip
    return {name: pickle.loads((folder / name).read_bytes()) for name in ("base", "cut")}


@pytest.fixture(scope="module")
def neighbours(workshop: Population) -> Population:
    """Pays de la Loire with two régions that touch it, and one far away."""
    o = workshop.organisations
    kept = [REGIONS.index(code) for code in ("52", "53", "28", "93")]
    return subset(workshop, np.isin(o["region"], kept))


@pytest.fixture(scope="module")
def islands(workshop: Population) -> Population:
    """Régions that touch no other."""
    kept = [REGIONS.index(code) for code in ("94", "01", "02", "04")]
    return subset(workshop, np.isin(workshop.organisations["region"], kept))


def test_draws_are_drawn_for_identities(watched: dict[str, Watched]) -> None:
    """Every draw belongs to an organisation or a cell by its name, never to a position."""
    seen, lives, cells, _ = watched["base"]
    named = {*lives, *cells, 0}  # 0: a free row, whose draw is not used
    known = [decision for decision in seen if decision[0] not in ("", "mutualise")]
    assert len(known) > 50
    for decision in known:  # a union is drawn for a pair of organisations
        assert set(seen[decision]) <= named, decision


def test_a_stranger_changes_nobody(demo: Population) -> None:
    """An organisation of no weight, alone in its cell and first in every order: all the others
    live the same lives, one position further on."""
    o = demo.organisations
    others = np.flatnonzero(o["sector"] != 0)
    population = subset(demo, others)
    with_stranger = subset(demo, np.r_[np.flatnonzero(o["sector"] == 0)[:1], others])
    uid, weight = (with_stranger.organisations[name].copy() for name in ("uid", "weight"))
    uid[0], weight[0] = 1, 1e-9
    with_stranger = with_columns(with_stranger, uid=uid, weight=weight)
    apart = parameters_of(merger_completion=0.0, entry_rate=0.0, need_spill=0.0)
    first, second = (
        play("choc-regional", p, quarters=8, parameters=apart).recorder.finish()
        for p in (population, with_stranger)
    )
    lives = [
        {
            int(r.lifetimes["organisation"][row]): tuple(
                int(r.lifetimes[name][row]) for name in ("exit_quarter", "exit_cause")
            )
            for row in range(len(r.lifetimes["organisation"]))
        }
        for r in (first, second)
    ]
    assert lives[1].pop(1) is not None
    assert lives[0] == lives[1]
    jobs = [series(record, "jobs_fte") for record in (first, second)]
    np.testing.assert_allclose(jobs[0], jobs[1], rtol=1e-6)


def test_entrants_elsewhere_are_the_same(neighbours: Population) -> None:
    """Fewer entries where votes fall; elsewhere the same newcomers, by name."""
    near = scenario_of(
        {"lever": "public_funding", "change": "-60%", "where": {"region": ["NOR"]}}, quarters=1
    )
    busy = parameters_of(entry_rate=0.5, entry_growth=4.0)
    born = []
    for scenario in ("fil-de-l-eau", near):
        world = play(scenario, neighbours, quarters=1, parameters=busy)
        p = world.organisations
        new = p.alive & (p.entry_quarter == 0)
        hit = p.region == REGIONS.index("28")
        born.append((set(p.uid[new & ~hit].tolist()), set(p.uid[new & hit].tolist())))
    assert born[0][0] == born[1][0]
    assert len(born[0][0]) > 10
    assert born[1][1] < born[0][1]


def cut(region: str, quarters: int) -> Scenario:
    return scenario_of(
        {
            "lever": "public_funding", "change": "-60%",
            "where": {"region": [region], "sector": ["CULTURE"]},
        },
        quarters=quarters,
    )  # fmt: skip


def test_no_draw_changes_elsewhere(watched: dict[str, Watched]) -> None:
    base, other = watched["base"][0], watched["cut"][0]
    shared = changed = 0
    for decision, drawn in base.items():
        for uid, u in other.get(decision, {}).items():
            if uid in drawn:
                shared += 1
                changed += drawn[uid] != u
    assert changed == 0
    assert shared > 10_000
    # The cut did something: organisations of the cell drew fewer or more decisions.
    cells = watched["cut"][3]
    there = {uid for uid, cell in cells.items() if cell == PDL * N_SECTORS + CULTURE}
    mine = [sum(len(there & set(drawn)) for drawn in draws.values()) for draws in (base, other)]
    assert mine[0] != mine[1]


def closed() -> Parameters:
    """No channel between cells of different régions, except those that the tests open."""
    return parameters_of(entry_rate=0.0, guarantee_capacity=1e10)


def final_state(world: EssModel) -> dict[int, tuple[float, ...]]:
    """Cash, staff, equity, service, quality and grants of the living, by identity."""
    o = world.organisations
    columns = (o.cash, o.staff, o.equity, o.service, o.quality, o.gifts, o.grants.sum(axis=0))
    return {
        int(o.uid[row]): tuple(float(column[row]) for column in columns)
        for row in np.flatnonzero(o.alive & (o.region != REUNION))
    }


def without_foundations(population: Population) -> Population:
    nothing = np.zeros(population.organisations.rows)
    return with_columns(population, foundation_grants=nothing)


def test_where_no_channel_leads_nothing_differs(islands: Population) -> None:
    """Régions that touch no other, no foundation, no entrant: bit-identical elsewhere."""
    population, parameters = without_foundations(islands), closed()
    base = play("fil-de-l-eau", population, quarters=12, parameters=parameters)
    hit = play(cut("REU", 12), population, quarters=12, parameters=parameters)
    assert final_state(base) == final_state(hit)
    o, p = base.organisations, hit.organisations
    here = o.region == REUNION
    assert o.total(o.grants.sum(axis=0) * here) > p.total(p.grants.sum(axis=0) * here)


def test_foundations_are_a_channel_between_regions(islands: Population) -> None:
    """The same with foundations: their pool of a sector is one for all régions."""
    base = play("fil-de-l-eau", islands, quarters=12, parameters=closed())
    hit = play(cut("REU", 12), islands, quarters=12, parameters=closed())
    first, second = final_state(base), final_state(hit)
    assert first != second


def test_a_cut_in_one_cell_reaches_no_public_vote_elsewhere(neighbours: Population) -> None:
    base, hit = (
        play(scenario, neighbours, quarters=1) for scenario in ("fil-de-l-eau", cut("PDL", 1))
    )
    changed = (base.public.voted != hit.public.voted).any(axis=(0, 1))
    assert changed[PDL, CULTURE]
    changed[PDL, CULTURE] = False
    assert not changed.any()
