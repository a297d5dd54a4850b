"""Conservation laws CL1–CL6: they hold in every shipped scenario, and each break is caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator import model
from simulator.accounts import EVERY_LINE, LAWS, TOLERANCE, LawViolation, Ledger
from simulator.cards import Play, list_cards, load_card, scenario_of
from simulator.codes import REGIONS
from simulator.model import EssModel
from simulator.moves import lines_moved
from simulator.population import Population
from simulator.process_names import NAMES
from simulator.processes import departures
from simulator.processes.indices import update_indices
from simulator.scenario import list_scenarios, load_scenario
from tests.engine.worlds import play, start, tamper_after

PDL = REGIONS.index("52")


@pytest.mark.parametrize("scenario", list_scenarios())
def test_laws_hold_in_every_shipped_scenario(scenario: str, demo: Population) -> None:
    """M3: after every process of every quarter; the worst error of each law is kept."""
    world = play(scenario, demo, quarters=16)
    assert set(world.ledger.worst) == set(LAWS)
    assert max(world.ledger.worst.values()) <= TOLERANCE


@pytest.mark.parametrize("card", list_cards())
def test_laws_hold_whoever_plays_a_card(card: str, small: Population) -> None:
    """M3: each card, with those that it requires, in the second year of the storm."""
    chosen = load_card(card)
    plays = [Play(load_card(name), 2027) for name in (*chosen.requires.cards, card)]
    scenario = scenario_of(load_scenario("tempete-parfaite"), plays, "carte")
    world = play(scenario, small, quarters=8)
    assert max(world.ledger.worst.values()) <= TOLERANCE


@pytest.mark.parametrize("scenario", ["tempete-parfaite", "fusionner", "rebond-organise"])
def test_laws_hold_for_ten_years(scenario: str, small: Population) -> None:
    world = play(scenario, small, quarters=40)
    assert world.quarter == 40
    assert max(world.ledger.worst.values()) <= TOLERANCE


def test_laws_recomputed_one_by_one(small: Population) -> None:
    """The ledger is not its own judge: the laws again, in plain sums over organisations."""
    quarters = []

    def check(world: EssModel) -> None:
        o, public = world.organisations, world.public
        for i, due in enumerate(public.due):
            voted = public.voted[i].sum()
            given = public.committed[i].sum() + (due @ o.weight).sum()
            np.testing.assert_allclose(voted, given + public.unallocated[i].sum(), rtol=1e-9)
            owed = (public.buckets[i].sum(axis=1) @ o.weight).sum()
            left = (public.total_committed - public.total_paid - public.total_cancelled)[i].sum()
            np.testing.assert_allclose(owed, left, rtol=1e-9, atol=1e-3)
        for row in np.flatnonzero(o.alive):
            assets = o.fixed_assets[row] + o.receivable[row] + o.cash[row]
            debts = o.loans[row] + o.overdraft[row] + o.bridge[row]
            debts += o.quasi_equity[row] + o.arrears[row]
            own = o.equity[row] + o.restricted[row]
            assert abs(assets - debts - own) <= 1e-7 * (abs(assets) + o.cost_year[row] + 1)
        held = sum(bank.held for bank in world.lenders.banks)
        owed = o.total(o.loans + o.overdraft + o.bridge + o.quasi_equity)
        np.testing.assert_allclose(held, owed, rtol=1e-9)
        gone = ~o.alive
        assert not (o.cash[gone].any() or o.receivable[gone].any() or o.equity[gone].any())
        quarters.append(world.quarter)

    play("tempete-parfaite", small, check, quarters=9)
    assert quarters == list(range(1, 10))


# --- each law broken on purpose ---
def _row(world: EssModel) -> int:
    """A living organisation with money from the State."""
    o = world.organisations
    return int(np.argmax(np.where(o.alive, world.public.buckets[0][0].sum(axis=0), 0.0)))


def _euros_from_nowhere(world: EssModel) -> None:
    o, row = world.organisations, _row(world)
    o.cash[row] += 500.0
    o.equity[row] += 500.0  # the balance sheet closes: only the flow is missing


def _vote_without_allocation(world: EssModel) -> None:
    world.public.voted[0, 0, PDL, 5] += 1e6


def _receivable_vanishes(world: EssModel) -> None:
    o, row = world.organisations, _row(world)
    owed = world.public.buckets.copy()
    lost = owed[0, 0, :, row].sum()
    owed[0, 0, :, row] = 0.0
    world.public.buckets = owed
    o.receivable[row] -= lost
    o.equity[row] -= lost


def _award_beyond_the_vote(world: EssModel) -> None:
    row = _row(world)
    world.public.promises[0, 0, row] += 1e5


def _promised_beyond_the_vote(world: EssModel) -> None:
    """Books and organisation agree on an award that no vote covers."""
    o, public, row = world.organisations, world.public, _row(world)
    here = (0, 0, int(o.region[row]), int(o.sector[row]))
    euros = public.unallocated[here] + 1e6
    public.promises[0, 0, row] += euros / o.weight[row]
    public.notified[here] += euros
    public.unallocated[here] -= euros


def _loan_held_by_nobody(world: EssModel) -> None:
    world.lenders.banks[PDL].held += 12_345.0


def _equity_without_cause(world: EssModel) -> None:
    world.organisations.equity[_row(world)] += 1_000.0


def _receivable_of_unknown_age(world: EssModel) -> None:
    o, row = world.organisations, _row(world)
    o.receivable[row] += 2_000.0
    o.equity[row] += 2_000.0


def _payment_lost_from_the_books(world: EssModel) -> None:
    world.ledger.flows["subvention", "etat", "organisations"] -= 50_000.0


def _credit_lost_from_the_books(world: EssModel) -> None:
    world.ledger.flows["overdraft", "banks", "organisations"] -= 50_000.0


BREAKS: dict[str, tuple[Callable[[EssModel], None], str, str, str, str]] = {
    # what happens: (action, during, law, process that is named, account that is named)
    "a euro appears in cash": (_euros_from_nowhere, "pay", "CL4", "pay", "cash"),
    "a vote goes to nobody": (
        _vote_without_allocation, "allocate", "CL1", "record",
        "voted: subvention etat 52 CULTURE",
    ),
    "an award exceeds the vote": (
        _award_beyond_the_vote, "allocate", "CL1", "record", "notified: subvention etat 52",
    ),
    "more is promised than voted": (
        _promised_beyond_the_vote, "allocate", "CL1", "record",
        "promised beyond the vote: subvention etat 52",
    ),
    "a receivable vanishes": (
        _receivable_vanishes, "pay", "CL2", "record", "owed: subvention etat 52",
    ),
    "a receivable has no age": (
        _receivable_of_unknown_age, "pay", "CL2", "record", "receivables by age",
    ),
    "own funds without cause": (_equity_without_cause, "adapt", "CL3", "adapt", "balance sheet"),
    "a payment is missing in the books": (
        _payment_lost_from_the_books, "pay", "CL4", "record", "etat: paid",
    ),
    "a credit is missing in the books": (
        _credit_lost_from_the_books, "manage_liquidity", "CL4", "record", "banks: lent",
    ),
    "a loan is held by nobody": (
        _loan_held_by_nobody, "manage_liquidity", "CL5", "record", "loans held in région 52",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_law_stops_the_run(
    name: str, small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    action, process, law, named, account = BREAKS[name]
    world = start("fil-de-l-eau", small)
    tamper_after(monkeypatch, process, action)
    with pytest.raises(LawViolation) as caught:
        world.step()
    violation = caught.value
    assert (violation.law, violation.process) == (law, named)
    assert account in violation.account
    assert abs(violation.amount) >= 1.0
    for part in (law, named, violation.account, f"{violation.amount:,.6f}"):
        assert part in str(violation)


def test_the_amount_is_the_one_that_is_missing(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = start("fil-de-l-eau", small)
    weight = world.organisations.weight[_row(world)]
    tamper_after(monkeypatch, "share_demand", _euros_from_nowhere)
    with pytest.raises(LawViolation) as caught:
        world.step()
    assert caught.value.amount == pytest.approx(500.0 * weight, rel=1e-3)


def test_two_wrong_balance_sheets_do_not_hide_each_other(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shift(world: EssModel) -> None:
        o = world.organisations
        first, second = np.flatnonzero(o.alive & (o.weight == np.median(o.weight[o.alive])))[:2]
        o.equity[first] += 1_000.0
        o.equity[second] -= 1_000.0
        wrong.update(int(o.uid[row]) for row in (first, second))

    wrong: set[int] = set()
    world = start("fil-de-l-eau", small)
    tamper_after(monkeypatch, "adapt", shift)
    with pytest.raises(LawViolation) as caught:
        world.step()
    assert (caught.value.law, caught.value.process) == ("CL3", "record")
    assert int(caught.value.account.removeprefix("organisation ")) in wrong
    assert abs(caught.value.amount) == pytest.approx(1_000.0)


@pytest.mark.parametrize(
    "left",
    [
        {"cash": 300.0, "equity": 300.0},
        {"restricted": 300.0, "equity": -300.0},
        {"cash": 300.0, "equity": -300.0, "arrears": 600.0},  # opposite signs
    ],
)
def test_an_exit_that_leaves_something_is_caught(
    left: dict[str, float], small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = departures.settle

    def careless(world: EssModel, rows: np.ndarray, causes: np.ndarray) -> None:
        settle(world, rows, causes)
        if len(rows):
            for column, amount in left.items():
                getattr(world.organisations, column)[rows[0]] += amount

    monkeypatch.setattr(departures, "settle", careless)
    with pytest.raises(LawViolation) as caught:
        play("fil-de-l-eau", small, quarters=8)
    assert (caught.value.law, caught.value.process) == ("CL6", "record")
    assert "left behind" in caught.value.account
    assert caught.value.amount >= 600.0


def test_an_exit_whose_cash_is_not_devolved_is_caught(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departures, "_devolve", lambda *_: None)
    with pytest.raises(LawViolation) as caught:
        play("fil-de-l-eau", small, quarters=8)
    assert (caught.value.law, caught.value.process) == ("CL4", "settle_departures")


@pytest.mark.parametrize(
    ("flow", "process"),
    [("user_sales", "sell_to_users"), ("subvention", "pay"), ("net_wages", "run_costs")],
)
def test_a_flow_missing_from_the_books_is_caught(
    flow: str, process: str, small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Ledger.record
    lost: list[float] = []

    def forgetful(ledger: Ledger, name: str, source: str, target: str, amount: float) -> None:
        if name == flow:
            lost.append(amount)
        else:
            book(ledger, name, source, target, amount)

    world = start("fil-de-l-eau", small)
    monkeypatch.setattr(Ledger, "record", forgetful)
    with pytest.raises(LawViolation) as caught:
        world.step()
    assert (caught.value.law, caught.value.process) == ("CL4", process)
    assert abs(caught.value.amount) == pytest.approx(sum(lost), rel=1e-6)


@pytest.mark.parametrize("scenario", ["choc-regional", "accompagner", "fusionner"])
def test_processes_move_no_other_line_of_the_balance_sheet(
    small: Population, scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger takes no other sum again: they would have nothing new to tell."""
    seen: list[str] = []

    def watched(process: Callable[[EssModel], None]) -> Callable[[EssModel], None]:
        still = np.setdiff1d(EVERY_LINE, lines_moved(process))

        def sheet(world: EssModel) -> tuple[bytes, dict[Any, float]]:
            o = world.organisations
            weighted = o.weight * o.balance[still]
            books = len(still) == len(EVERY_LINE) and process is not update_indices  # opens them
            return weighted[weighted != 0.0].tobytes(), dict(world.ledger.flows) if books else {}

        def played(world: EssModel) -> None:
            before = sheet(world)
            process(world)
            assert sheet(world) == before, process.__name__
            seen.append(process.__name__)

        played.__name__ = process.__name__
        return played

    monkeypatch.setattr(model, "SCHEDULE", tuple(watched(p) for p in model.SCHEDULE))
    play(scenario, small, quarters=8)
    assert {*seen} == set(NAMES)
