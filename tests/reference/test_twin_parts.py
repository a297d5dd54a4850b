"""Parts that engine and twin compute each in its own way, compared one by one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.levers.effects import Modifier
from simulator.levers.selection import Selector
from simulator.organisations import Organisations
from simulator.parameters import Parameters
from simulator.processes.contest import fund_best
from simulator.processes.payment import hazards
from simulator.randomness import Randomness, birth, hash_ids, identity
from simulator.values import Values
from tests.reference.contest import Application, serve
from tests.reference.draws import DrawTable, inverse_normal, inverse_poisson
from tests.reference.public_money import Line, payment_odds
from tests.reference.rules import Rules

SHARES = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6)
IDENTITIES = st.integers(0, 2**64 - 1)


@given(SHARES, st.floats(-2.0, 6.0), st.floats(0.0, 1.0))
def test_payment_odds(shares: list[float], shift: float, advance: float) -> None:
    kernel = np.array(shares) / sum(shares)
    theirs = payment_odds(tuple(kernel.tolist()), shift, advance)
    assert theirs == pytest.approx(hazards(kernel, shift, advance).tolist(), abs=1e-9)


@given(SHARES, st.floats(0.0, 3.0))
def test_a_line_pays_all_that_it_owes(shares: list[float], shift: float) -> None:
    kernel = tuple(share / sum(shares) for share in shares)
    line = Line(yearly=100.0, due=100.0)
    owed = line.accrue(1)
    odds = payment_odds(kernel, shift, 0.0)
    paid = sum([line.pay(odds) for _ in range(60)])
    assert owed == 100.0
    assert line.due == 0.0
    assert paid + sum(line.owed) == pytest.approx(100.0)
    assert sum(line.owed) < 1e-3


APPLICANTS = st.lists(
    st.tuples(st.floats(0.0, 1e6), st.floats(1.0, 30.0), st.integers(-5, 5)), max_size=12
)


@given(APPLICANTS, st.floats(0.0, 1e7))
def test_contest(applicants: list[tuple[float, float, int]], pot: float) -> None:
    """Equal scores keep their order on both sides."""
    applications = [
        Application(SimpleNamespace(weight=weight), ask, float(score))
        for ask, weight, score in applicants
    ]
    serve(pot, applications)
    ask, weight, score = (
        np.array([line[place] for line in applicants], dtype=float) for place in range(3)
    )
    ours = fund_best(np.array([pot]), np.zeros(len(ask), dtype=np.int64), ask, weight, score)
    theirs = [application.award for application in applications]
    assert theirs == pytest.approx(ours.tolist(), rel=1e-9, abs=1e-6)


@given(st.integers(0, 2**62), IDENTITIES, st.integers(0, 40))
def test_draws_without_a_row(seed: int, name: int, quarter: int) -> None:
    draws = Randomness(seed, 0)
    ours = draws.uniform("mutualise", quarter, np.array([name], dtype=np.uint64))[0]
    assert DrawTable(draws).singles("mutualise", quarter)(name) == ours


@given(st.integers(0, 40), IDENTITIES, st.integers(0, 3))
def test_identity_of_a_newborn(quarter: int, cell: int, ordinal: int) -> None:
    key = identity("entrant", birth(quarter))
    name = np.array([cell], dtype=np.uint64) + np.uint64(ordinal)
    born = DrawTable(Randomness(1, 0)).born(birth(quarter), cell, ordinal)
    assert born == int(hash_ids(key, name)[0])


def test_columns_are_the_draws_of_the_engine() -> None:
    draws = Randomness(8, 0)
    table, ids = DrawTable(draws), [5, 17, 2**63]
    assert [table.row_of(uid) for uid in ids] == [0, 1, 2]
    for stream, law in (
        ("hazard", draws.uniform), ("own sales", draws.normal), ("call score", draws.gumbel),
    ):  # fmt: skip
        assert table.column(stream, 2, 4) == law(stream, 2, np.array(ids, np.uint64), 4).tolist()
    # Who comes later has its own, and changes nobody's.
    before = list(table.column("hazard", 2))
    table.row_of(99)
    assert table.column("hazard", 2)[:3] == before
    assert table.column("hazard", 2)[3] == draws.uniform("hazard", 2, np.array([99], np.uint64))[0]


@given(st.floats(1e-6, 1.0 - 1e-6), st.floats(0.01, 8.0))
def test_laws_by_inversion(uniform: float, mean: float) -> None:
    class Fixed(Randomness):
        def uniform(self, stream, quarter, ids, draw=0):
            return np.full(len(ids), uniform)

    draws, one = Fixed(1, 0), np.zeros(1, dtype=np.uint64)
    normal = draws.normal("x", 0, one)[0]
    assert inverse_normal(uniform) == pytest.approx(normal, rel=1e-12, abs=1e-12)
    count = inverse_poisson(uniform, mean)
    ours = draws.poisson("x", 0, one, np.array([mean]))[0]
    edge = [inverse_poisson(uniform * (1 + step), mean) for step in (-1e-9, 1e-9)]
    assert count == ours or edge[0] != edge[1]


NUMBERS = ("call_gap", "exit_hazard", "restricted_share", "wage_growth", "price_elasticity")
LEVELS = ("withdrawal_base", "payment_shift", "cofunding_max_rate")
CODES = st.none() | st.frozensets(st.integers(0, 3), min_size=1, max_size=3)
MODIFIERS = st.lists(
    st.builds(
        lambda name, operation, path, region, sector, form, size, funder: Modifier(
            name,
            operation,
            np.array(path),
            Selector(funder if name in LEVELS else None, region, sector, form, size),
            "lever",
            "decision",
        ),
        st.sampled_from(NUMBERS + LEVELS),
        st.sampled_from(("set", "add", "multiply")),
        st.lists(st.floats(0.1, 2.0) | st.just(float("nan")), min_size=3, max_size=3),
        CODES,
        CODES,
        CODES,
        CODES,
        CODES,
    ),
    max_size=4,
)


@given(MODIFIERS, st.integers(0, 4), st.tuples(*[st.integers(0, 3)] * 4))
def test_values_in_force(modifiers: list[Modifier], quarter: int, place: tuple[int, ...]) -> None:
    """Levers read one by one for one place, or as masks over columns."""
    modifiers = [m for m in modifiers if m.operation == "set" or not np.isnan(m.path).any()]
    o = Organisations(1)
    o.region[0], o.sector[0], o.form[0], o.size_entry[0] = place
    values = Values(Parameters.default(), modifiers, o, Randomness(1, 0))
    values.start(quarter)
    rules = Rules(Parameters.default(), modifiers)
    rules.open(quarter)
    terms = rules.at((*place, frozenset()))
    for name in NUMBERS:
        assert getattr(terms, name) == pytest.approx(float(values.column(name)[0]), rel=1e-15)
    for name in LEVELS:
        ours = np.broadcast_to(values.levels(name), (6, 1))[:, 0].tolist()
        assert list(getattr(terms, name)) == pytest.approx(ours, rel=1e-15)
