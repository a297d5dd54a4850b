"""Receivables by open account: the same as an array of all accounts, whatever is done to them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.accounts import LawViolation
from simulator.model import EssModel
from simulator.open_accounts import BUCKETS, OpenAccounts
from simulator.population import Population
from tests.engine.worlds import start, tamper_after

ROWS = 5
Money = st.integers(0, 2**32 - 1)


def some(seed: int) -> np.ndarray:
    """Euros in a few of the accounts of a few rows, (3, 6, 7, rows)."""
    draws = np.random.default_rng(seed)
    owed = draws.uniform(1.0, 9.0, (3, 6, BUCKETS, ROWS))
    owed[draws.random((3, 6, ROWS)).repeat(BUCKETS, axis=1).reshape(owed.shape) < 0.7] = 0.0
    return owed


def of(owed: np.ndarray) -> OpenAccounts:
    accounts = OpenAccounts(ROWS)
    accounts.replace(owed)
    return accounts


@given(Money)
def test_an_array_of_all_accounts_comes_back(seed: int) -> None:
    owed = some(seed)
    accounts = pickle.loads(pickle.dumps(of(owed)))
    np.testing.assert_array_equal(accounts.by_age(), owed)
    accounts.grow(2)
    np.testing.assert_array_equal(accounts.by_age()[..., :ROWS], owed)
    assert not accounts.by_age()[..., ROWS:].any()


@given(Money, st.permutations(range(ROWS)), st.floats(0.1, 5.0))
def test_what_is_owed_to_the_absorbed_is_owed_to_the_absorber(
    seed: int, order: list[int], ratio: float
) -> None:
    owed = some(seed)
    accounts = of(owed)
    absorbed, absorber = np.array(order[:2]), np.array(order[2:4])
    accounts.join(absorbed, absorber, np.full(2, ratio))
    owed[..., absorber] += owed[..., absorbed] * ratio
    owed[..., absorbed] = 0.0
    np.testing.assert_array_equal(accounts.by_age(), owed)


def test_receivables_are_not_changed_unseen(small: Population) -> None:
    """The array that is read is a copy: writing to it would change nothing, so it is refused."""
    with pytest.raises(ValueError, match="read-only"):
        start("fil-de-l-eau", small).public.buckets[0, 0, 0, 0] = 1.0


def test_money_due_by_a_payer_without_account_is_seen(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL1 counts it in the quarter in which it appears, although no account is open for it."""
    world = start("fil-de-l-eau", small)

    def promise(world: EssModel) -> None:
        o, known = world.organisations, world.public.accounts.known
        o.due_grants[0, int(np.flatnonzero(o.alive & (known & 1 == 0))[0])] += 1e6

    tamper_after(monkeypatch, "pay", promise)
    with pytest.raises(LawViolation, match="CL1 broken in process 'record', account 'notified"):
        world.step()
