"""Who joins whom: allowed pairs, each partner once, and no part for the order of rows."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.codes import SECTOR_BLOCKS, SECTORS, region_adjacency
from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.matching import best_partners, fits, same_rank
from tests.engine.worlds import parameters_of, play


@pytest.fixture(scope="module")
def world(workshop: Population) -> EssModel:
    return play("fil-de-l-eau", workshop, quarters=2)


Pairs = tuple[np.ndarray, np.ndarray]


def candidates(world: EssModel) -> Pairs:
    """Many seekers and partners: the poorer and the richer half.

    Without the entrants of the quarter, who are alike until they have lived one.
    """
    o, months = world.organisations, world.cash_months
    known = o.alive & (o.entry_quarter < world.quarter - 1)
    middle = np.median(months[known])
    return np.flatnonzero(known & (months < middle)), np.flatnonzero(known & (months >= middle))


def easy(population: Population) -> EssModel:
    """A world where nearly everybody suits everybody, so that many want the same partner."""
    parameters = parameters_of(merger_sector_distance=0.0, merger_minimum=-50.0)
    return play("fil-de-l-eau", population, quarters=1, parameters=parameters)


def match(world: EssModel, seekers: np.ndarray, partners: np.ndarray) -> Pairs:
    o, months = world.organisations, world.cash_months
    distress = o.gap[seekers] - months[seekers] / 12.0
    return best_partners(world, seekers, partners, distress, months[partners])


def test_pairs_are_allowed_and_wanted(world: EssModel) -> None:
    seekers, partners = match(world, *candidates(world))
    assert len(seekers) > 20
    assert len(np.unique(partners)) == len(partners), "each partner once"
    assert len(np.unique(seekers)) == len(seekers)
    assert fits(world, seekers, partners).all()


def test_who_wants_no_partner_finds_none(workshop: Population) -> None:
    """Above any utility that a pair can have, nobody joins; below any, far more do."""
    found = []
    for minimum in (-50.0, 0.0, 50.0):
        choosy = play(
            "fil-de-l-eau", workshop, quarters=1, parameters=parameters_of(merger_minimum=minimum)
        )
        found.append(len(match(choosy, *candidates(choosy))[0]))
    assert found[0] > found[1] > found[2] == 0


def test_pairs_are_near_in_sector_or_region(workshop: Population) -> None:
    """In their own cell, a near sector of the région, or the sector in a région that touches."""
    world = easy(workshop)
    o = world.organisations
    seekers, partners = match(world, *candidates(world))
    block = {SECTORS.index(code): b for b, codes in enumerate(SECTOR_BLOCKS) for code in codes}
    touching = region_adjacency()
    kinds = set()
    for a, b in zip(seekers, partners, strict=True):
        same_region, same_sector = o.region[a] == o.region[b], o.sector[a] == o.sector[b]
        assert same_region or same_sector
        assert touching[o.region[a], o.region[b]]
        assert block[int(o.sector[a])] == block[int(o.sector[b])]
        kinds.add((bool(same_region), bool(same_sector)))
    assert kinds == {(True, True), (True, False), (False, True)}


def test_the_order_of_rows_decides_nothing(workshop: Population) -> None:
    world = easy(workshop)
    seekers, partners = candidates(world)
    luck = np.random.default_rng(5)
    first = match(world, seekers, partners)
    second = match(world, luck.permutation(seekers), luck.permutation(partners))
    pairs = [set(zip(a.tolist(), b.tolist(), strict=True)) for a, b in (first, second)]
    assert pairs[0] == pairs[1]


def test_nobody_alone_finds_a_partner(world: EssModel) -> None:
    seekers, partners = candidates(world)
    nobody = np.zeros(0, dtype=np.int64)
    for found in (match(world, seekers, nobody), match(world, nobody, partners)):
        assert len(found[0]) == len(found[1]) == 0


def test_equal_ranks_meet_in_a_cell() -> None:
    """The most distressed meets the healthiest of its cell; who has no counterpart meets nobody."""
    found = same_rank(
        np.array([4, 4, 7, 9]), np.array([0.1, 0.9, 0.5, 0.5]),
        np.array([7, 4, 4]), np.array([6.0, 5.0, 8.0]),
    )  # fmt: skip
    assert found.tolist() == [1, 2, 0, -1]
