"""The engine's columns against organisations that compute for themselves, one by one.

The twin and the reduced engine start from the same state and read the same table of draws, so
that they must end with the same organisations alive and the same cash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from simulator.parameters import Parameters
from simulator.population import Population, load_population
from tests.reference.mesa_twin import Organisation, PublicMoney, TwinModel
from tests.reference.reduced_engine import ReducedEngine

TOLERANCE = 1e-9
BASELINE = "fil-de-l-eau"


@dataclass(frozen=True)
class Outcome:
    """What is left at the end: identity → cash, euros."""

    engine: dict[int, float]
    twin: dict[int, float]

    @property
    def other_fates(self) -> set[int]:
        """Organisations alive on one side only."""
        return self.engine.keys() ^ self.twin.keys()

    @property
    def worst_cash(self) -> float:
        """Largest relative difference of cash between organisations alive on both sides."""
        common = sorted(self.engine.keys() & self.twin.keys())
        ours = np.array([self.engine[uid] for uid in common])
        theirs = np.array([self.twin[uid] for uid in common])
        return float((np.abs(ours - theirs) / np.maximum(np.abs(ours), 1.0)).max())

    @property
    def agree(self) -> bool:
        return not self.other_fates and self.worst_cash <= TOLERANCE


def cash_of(engine: ReducedEngine) -> dict[int, float]:
    o = engine.organisations
    return dict(zip(o.uid[o.alive].tolist(), o.cash[o.alive].tolist(), strict=True))


def play(engine: ReducedEngine, twin: TwinModel, quarters: int) -> Outcome:
    for _ in range(quarters):
        engine.step()
        twin.step()
    twins = {agent.uid: agent.cash for agent in twin.agents}
    twin.remove_all_agents()
    return Outcome(cash_of(engine), twins)


@pytest.fixture(scope="module")
def people() -> Population:
    return load_population("demo")


def start(people: Population, seed: int, parameters: Parameters | None = None) -> ReducedEngine:
    return ReducedEngine(
        BASELINE, population=people, seed=seed, parameters=parameters, checks_laws=True
    )


@pytest.mark.parametrize("seed", [2026, 1, 31])
def test_twin_ends_like_the_engine(people: Population, seed: int) -> None:
    engine = start(people, seed)
    before = set(cash_of(engine))
    outcome = play(engine, TwinModel(engine), quarters=40)
    assert not outcome.other_fates
    assert outcome.worst_cash <= TOLERANCE
    # The agreement says something: many stayed, many left, and nobody's cash stood still.
    assert 0.3 * len(before) < len(outcome.engine) < 0.9 * len(before)


VARIATIONS: dict[str, Callable[[Parameters], Parameters]] = {
    "inflation": lambda p: p.with_("inflation", set=0.06),
    "hazard": lambda p: p.with_("exit_hazard", multiply=2.0),
    "late payment": lambda p: p.with_("payment_kernel", add=0.5),
    "noise": lambda p: p.with_("revenue_noise", multiply=2.0),
}


@pytest.mark.parametrize("name", VARIATIONS)
def test_twin_follows_other_parameters(people: Population, name: str) -> None:
    default = start(people, seed=5)
    engine = start(people, seed=5, parameters=VARIATIONS[name](Parameters.default()))
    outcome = play(engine, TwinModel(engine), quarters=12)
    assert outcome.agree
    for _ in range(12):
        default.step()
    assert cash_of(default) != outcome.engine, "the variation changes nothing"


# --- rules changed on purpose: the comparison must see each of them ---
class NoNoise(Organisation):
    def sell(self) -> None:
        self.revenue_noise = 0.0
        super().sell()


class KeepsRestricted(Organisation):
    def receive_public_money(self) -> None:
        before = self.restricted
        super().receive_public_money()
        self.restricted = before


class IgnoresLowCash(Organisation):
    def closes(self) -> bool:
        self.cash_months = max(self.cash_months, 1.0)
        return super().closes()


class IgnoresVacancy(Organisation):
    def closes(self) -> bool:
        left, self.vacancy_left = self.vacancy_left, 0
        found = super().closes()
        self.vacancy_left = left
        return found


class StaysYoung(Organisation):
    def closes(self) -> bool:
        age, self.age = self.age, 0.0
        found = super().closes()
        self.age = age
        return found


class LeavesNothing(Organisation):
    def settle(self) -> float:
        super().settle()
        return 0.0


class PaysNoTax(Organisation):
    def pay_costs(self) -> None:
        form, self.form = self.form, 0
        super().pay_costs()
        self.form = form


class PaidAtOnce(Organisation):
    def receive_public_money(self) -> None:
        for money in self.public:
            money.odds = (1.0,) * len(money.odds)
        super().receive_public_money()


class ForgetsCalls(Organisation):
    def _public_money(self, engine: ReducedEngine, row: int) -> list[PublicMoney]:
        found = super()._public_money(engine, row)
        for money in found:
            money.yearly, money.calls = money.yearly + money.calls, 0.0
        return found


class OldWage(Organisation):
    def step(self) -> None:
        wage = self.wage
        super().step()
        self.wage = wage


MUTANTS = (
    NoNoise, KeepsRestricted, IgnoresLowCash, IgnoresVacancy, StaysYoung, LeavesNothing, PaysNoTax,
    PaidAtOnce, ForgetsCalls, OldWage,
)  # fmt: skip
MUTANT_QUARTERS = 12


@pytest.fixture(scope="module")
def mutants(people: Population) -> dict[str, Outcome]:
    """One engine, and twins that start from its state, one with each changed rule."""
    engine = start(people, seed=11)
    twins = {kind.__name__: TwinModel(engine, kind) for kind in (Organisation, *MUTANTS)}
    for _ in range(MUTANT_QUARTERS):
        engine.step()
    ours = cash_of(engine)
    found = {}
    for name, twin in twins.items():
        for _ in range(MUTANT_QUARTERS):
            twin.step()
        found[name] = Outcome(ours, {agent.uid: agent.cash for agent in twin.agents})
        twin.remove_all_agents()
    return found


@pytest.mark.parametrize("kind", MUTANTS, ids=lambda kind: kind.__name__)
def test_changed_rule_is_noticed(mutants: dict[str, Outcome], kind: type[Organisation]) -> None:
    assert mutants["Organisation"].agree
    assert not mutants[kind.__name__].agree


def test_one_cent_is_noticed(people: Population) -> None:
    """The tolerance is far below what an ordinary organisation would see."""
    engine = start(people, seed=3)
    twin = TwinModel(engine)
    ranked = sorted(twin.agents, key=lambda agent: agent.cash)
    lucky = ranked[len(ranked) // 2]
    lucky.cash += 0.01
    outcome = play(engine, twin, quarters=1)
    assert outcome.worst_cash > TOLERANCE or lucky.uid in outcome.other_fates


def test_engine_and_twin_read_the_draws_of_the_whole_engine(people: Population) -> None:
    engine = start(people, seed=8)
    table, ids = engine.draws, engine.organisations.uid[[3, 0, 17]]
    for stream in ("hazard", "dissolves"):
        expected = table.source.uniform(stream, 2, ids)
        assert np.array_equal(table.uniform(stream, 2, ids), expected)
        assert [table.column(stream, 2)[row] for row in (3, 0, 17)] == expected.tolist()
    assert np.array_equal(
        table.normal("own sales", 2, ids), table.source.normal("own sales", 2, ids)
    )
