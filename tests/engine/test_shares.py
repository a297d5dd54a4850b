"""A lever that reaches a share of the organisations: who, how many, and nobody else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.codes import FORMS, SIZES
from simulator.levers.selection import Selector
from simulator.model import BURN_IN
from simulator.population import Population
from tests.engine.worlds import play, scenario_of, start, tamper_after

SHARE: dict[str, Any] = {"share": "30%", "draw": "essai"}


def reached(population: Population, replicate: int = 0, **selector: Any) -> np.ndarray:
    world = start("fil-de-l-eau", population, replicate=replicate)
    o = world.organisations
    mask = np.broadcast_to(Selector(**selector).reached(o, world.draws), (o.rows,))
    return mask & o.alive


def test_the_share_is_drawn_and_a_larger_one_keeps_the_smaller(workshop: Population) -> None:
    few, many = (reached(workshop, share=share, draw="a") for share in (0.2, 0.6))
    alive = reached(workshop)
    assert abs(few.sum() / alive.sum() - 0.2) < 0.03 and abs(many.sum() / alive.sum() - 0.6) < 0.03
    assert (few <= many).all()
    assert not reached(workshop, share=0.0, draw="a").any()
    assert (reached(workshop, share=1.0, draw="a") == alive).all()


def test_a_name_means_the_same_organisations_another_name_others(workshop: Population) -> None:
    first, again, other = (reached(workshop, share=0.3, draw=name) for name in ("a", "a", "b"))
    assert (first == again).all()
    together = (first & other).sum() / first.sum()
    assert abs(together - 0.3) < 0.06, "independent draws"
    assert (first != reached(workshop, replicate=1, share=0.3, draw="a")).any()


def test_a_share_of_a_selection_stays_inside_it(workshop: Population) -> None:
    world = start("fil-de-l-eau", workshop)
    medium = frozenset((SIZES.index("M"),))
    found = reached(workshop, size=medium, share=0.5, draw="a")
    assert (world.organisations.size_entry[found] == SIZES.index("M")).all()


def test_only_those_drawn_change(demo: Population, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spending decided by a third of organisations is paid by that third, to the euro."""
    before = start("fil-de-l-eau", demo).organisations
    costs: list[np.ndarray] = []
    tamper_after(monkeypatch, "run_costs", lambda w: costs.append(w.organisations.cost.copy()))
    lever = {"lever": "parameter", "name": "decided_spending", "add": "4%", "where": SHARE}
    play("fil-de-l-eau", demo, quarters=1)
    play(scenario_of(lever, quarters=1), demo)
    base, more = costs[BURN_IN], costs[-1]
    drawn = reached(demo, share=0.3, draw="essai")
    assert (more[~drawn] == base[~drawn]).all()
    untaxed = drawn & (before.form < FORMS.index("SCOP"))
    assert (more - base)[untaxed] == pytest.approx(0.01 * before.revenue_year[untaxed])


def test_programmes_reach_the_share_too(demo: Population) -> None:
    lever = {"lever": "emergency_fund", "amount": "2000 M€", "where": SHARE}
    base = play("fil-de-l-eau", demo, quarters=1).organisations
    helped = play(scenario_of(lever, quarters=1), demo).organisations
    gained = helped.public_paid - base.public_paid
    drawn = reached(demo, share=0.3, draw="essai")
    assert gained[drawn].max() > 0.0
    assert np.abs(gained[~drawn]).max() < 1e-3


def test_decided_layoffs_are_paid_for_and_felt_once(demo: Population) -> None:
    lever = {"lever": "parameter", "name": "decided_layoffs", "add": "12%",
             "from": "2026Q2", "until": "2026Q2"}  # fmt: skip
    laid, severance = [], []

    def look(world: Any) -> None:
        o = world.organisations
        laid.append(o.total(o.layoffs) / o.total(o.staff))
        severance.append(sum(v for (f, *_), v in world.ledger.flows.items() if f == "severance"))

    play(scenario_of(lever, quarters=4), demo, look)
    assert laid[1] > 0.10 and max(laid[0], *laid[2:]) < 0.03
    assert severance[1] > 3.0 * max(severance[0], *severance[2:])
