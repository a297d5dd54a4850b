"""Receivables by open account: the same as an array of all accounts, whatever is done to them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.accounts import LawViolation
from simulator.model import EssModel
from simulator.open_accounts import BUCKETS, DUE, PAYERS, WIDTH, OpenAccounts
from simulator.population import Population
from tests.engine.worlds import start, tamper_after

ROWS = 5
Money = st.integers(0, 2**32 - 1)


def some(seed: int) -> np.ndarray:
    """Euros in a few of the accounts of a few rows, (18, 8, rows)."""
    draws = np.random.default_rng(seed)
    table = draws.uniform(1.0, 9.0, (PAYERS, WIDTH, ROWS))
    table[draws.random((PAYERS, ROWS)).repeat(WIDTH, axis=0).reshape(table.shape) < 0.7] = 0.0
    return table


def of(table: np.ndarray) -> OpenAccounts:
    accounts = OpenAccounts(ROWS)
    accounts.replace(table)
    return accounts


@given(Money)
def test_an_array_of_all_accounts_comes_back(seed: int) -> None:
    table = some(seed)
    accounts = pickle.loads(pickle.dumps(of(table)))
    np.testing.assert_array_equal(accounts.table(), table)
    accounts.grow(2)
    np.testing.assert_array_equal(accounts.table()[..., :ROWS], table)
    assert not accounts.table()[..., ROWS:].any()


@given(Money, st.permutations(range(ROWS)), st.floats(0.1, 5.0))
def test_what_is_owed_to_the_absorbed_is_owed_to_the_absorber(
    seed: int, order: list[int], ratio: float
) -> None:
    table = some(seed)
    accounts = of(table)
    absorbed, absorber = np.array(order[:2]), np.array(order[2:4])
    accounts.join(absorbed, absorber, np.full(2, ratio))
    table[..., absorber] += table[..., absorbed] * ratio
    table[..., absorbed] = 0.0
    np.testing.assert_array_equal(accounts.table(), table)


@given(Money, Money, st.booleans(), st.booleans())
def test_what_is_promised_is_in_the_accounts(
    seed: int, other: int, grown: bool, kept: bool
) -> None:
    """Promises change nothing that is owed, whatever happens before anybody looks at them."""
    table, promised = some(seed), some(other)[:, DUE]
    accounts = of(table)
    out = accounts.promises().reshape(PAYERS, ROWS)
    np.testing.assert_array_equal(out, table[:, DUE])
    out[:] = promised
    accounts.promises()[0, 3, 1] += 2.0
    promised[3, 1] += 2.0
    if kept:
        accounts = pickle.loads(pickle.dumps(accounts))
    if grown:
        accounts.grow(3)
    accounts.take_in()
    np.testing.assert_array_equal(accounts.table()[:, DUE, :ROWS], promised)
    np.testing.assert_array_equal(accounts.table()[:, :BUCKETS, :ROWS], table[:, :BUCKETS])
    np.testing.assert_array_equal(accounts.promises().reshape(PAYERS, -1)[:, :ROWS], promised)


def test_receivables_are_not_changed_unseen(small: Population) -> None:
    """The array that is read is a copy: writing to it would change nothing, so it is refused."""
    with pytest.raises(ValueError, match="read-only"):
        start("fil-de-l-eau", small).public.buckets[0, 0, 0, 0] = 1.0


def test_money_due_by_a_payer_without_account_is_seen(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL1 counts it in the quarter in which it appears: the promise opens an account."""
    world = start("fil-de-l-eau", small)

    def promise(world: EssModel) -> None:
        alive, known = world.organisations.alive, world.public.accounts.known
        row = int(np.flatnonzero(alive & (known & 1 == 0))[0])
        world.public.promises[0, 0, row] += 1e6

    tamper_after(monkeypatch, "pay", promise)
    with pytest.raises(LawViolation, match="CL1 broken in process 'record', account 'notified"):
        world.step()


def test_promises_are_not_changed_unseen(small: Population) -> None:
    public = start("fil-de-l-eau", small).public
    with pytest.raises(ValueError, match="read-only"):
        public.due[0, 0, 0] = 1.0
    promises = public.promises
    promises[0, 0, 0] += 5.0
    np.testing.assert_array_equal(public.due, promises)  # looking takes nothing in
    public.promises[0, 0, 0] += 1.0
    assert promises[0, 0, 0] == public.due[0, 0, 0] == public.promises[0, 0, 0]
    owed = public.buckets.copy()
    public.buckets = owed  # writing does
    np.testing.assert_array_equal(public.due, promises)
    with pytest.raises(ValueError, match="read-only"):
        promises[0, 0, 0] += 5.0
