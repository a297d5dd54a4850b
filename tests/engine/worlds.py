"""Small worlds for the tests of the engine: scenarios from levers, populations, runs, spies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator import model as model_module
from simulator.accounts import EVERY_LINE, TOLERANCE
from simulator.finite import check_everything
from simulator.model import EssModel
from simulator.organisations import columns
from simulator.parameters import Parameters
from simulator.population import OrganisationTable, Population
from simulator.recording import RunRecord
from simulator.scenario import Scenario

Action = Callable[[EssModel], None]
SEED = 2026
NEVER_NEGATIVE = (
    "staff", "service", "quality", "grants", "calls", "contracts", "tariffs", "receivable",
    "volunteers", "members", "loans", "overdraft", "bridge", "guaranteed", "quasi_equity",
    "arrears", "restricted", "fixed_assets", "gifts", "fixed_cost", "price", "capacity",
)  # fmt: skip


class CheckedModel(EssModel):
    """A world that looks at every number it holds after every process, and whether the sums of
    public money that it keeps are still those of its organisations."""

    def _build(self) -> None:
        super()._build()
        after = self.ledger.after

        @functools.wraps(after)
        def checked(process: str, lines: NDArray[np.int64] = EVERY_LINE) -> None:
            after(process, lines)
            check_everything(self, process)
            assert_known_money(self)

        self.ledger.after = checked  # type: ignore[method-assign]


def assert_known_money(world: EssModel) -> None:
    """What is known of public money is what the organisations have."""
    if world.public_money.known:
        kept = world.public_money.lines().copy()
        world.public_money.forget()
        assert np.array_equal(kept, world.public_money.lines())


def scenario_of(*levers: dict[str, Any], quarters: int = 8) -> Scenario:
    """A scenario of these levers, written as in a file (`{"lever": "prices", …}`)."""
    return Scenario.model_validate(
        {
            "id": "essai",
            "title": {"fr": "Essai", "en": "Trial"},
            "narrative": {"fr": "Un essai.", "en": "A trial."},
            "family": "combined",
            "horizon": {"start": "2026Q1", "quarters": quarters},
            "levers": list(levers),
        }
    )


def parameters_of(**values: Any) -> Parameters:
    """The defaults with these values set."""
    parameters = Parameters.default()
    for name, value in values.items():
        parameters = parameters.with_(name, set=value)
    return parameters


def start(
    scenario: Scenario | str,
    population: Population,
    *,
    quarters: int | None = None,
    parameters: Parameters | None = None,
    seed: int = SEED,
    replicate: int = 0,
    kind: type[EssModel] = EssModel,
) -> EssModel:
    """A world at the end of 2025."""
    return kind(
        scenario, population, seed=seed, replicate=replicate, parameters=parameters,
        quarters=quarters, collect=False,
    )  # fmt: skip


def play(
    scenario: Scenario | str, population: Population, each: Action | None = None, **settings: Any
) -> EssModel:
    """A world at its horizon; `each` looks at it after every quarter."""
    world = start(scenario, population, **settings)
    while world.running:
        world.step()
        if each is not None:
            each(world)
    return world


def record_of(scenario: Scenario | str, population: Population, **settings: Any) -> RunRecord:
    """What a run leaves behind."""
    return play(scenario, population, **settings).recorder.finish()


def series(record: RunRecord, name: str, dimension: str = "all") -> np.ndarray:
    """One recorded sum, (quarters,) for `all`, else (quarters, groups); quarter −1 first."""
    array = record.sums[dimension][1][..., record.sum_names.index(name)]
    return np.asarray(array[:, 0] if dimension == "all" else array)


def survival(record: RunRecord) -> float:
    """Share of the initial cohort that is alive at the end."""
    cohort = series(record, "cohort")
    return float(cohort[-1] / cohort[0])


def assert_sane(world: EssModel) -> None:
    """Finite columns, nothing below zero that cannot be, laws that hold."""
    o = world.organisations
    for name, column in columns().items():
        values = getattr(o, name)
        if column.dtype == "float64":
            assert np.isfinite(values).all(), name
    assert np.isfinite(world.public.due).all()
    for name in NEVER_NEGATIVE:
        assert (getattr(o, name) >= -1e-6).all(), name
    assert ((o.quality[o.alive] >= 0.4) & (o.quality[o.alive] <= 1.2)).all()
    assert ((o.drift >= 0.0) & (o.drift <= 1.0)).all()
    assert ((o.overload >= 0.0) & (o.overload <= 2.0)).all()
    assert max(world.ledger.worst.values()) <= TOLERANCE


def subset(population: Population, rows: np.ndarray) -> Population:
    """The given rows (indices or mask) in that order."""
    return replace(population, organisations=population.organisations.take(rows))


def with_columns(population: Population, **columns: np.ndarray) -> Population:
    """The same population with some columns replaced."""
    table = OrganisationTable({**population.organisations, **columns})
    return replace(population, organisations=table)


def tamper_after(monkeypatch: pytest.MonkeyPatch, process: str, action: Action) -> None:
    """From now on, `action` happens at the end of a process, under the process's own name."""

    def altered(original: Action) -> Action:
        @functools.wraps(original)
        def run(world: EssModel) -> None:
            original(world)
            action(world)

        return run

    names = [step.__name__ for step in model_module.SCHEDULE]
    assert process in names
    monkeypatch.setattr(
        model_module,
        "SCHEDULE",
        tuple(altered(s) if s.__name__ == process else s for s in model_module.SCHEDULE),
    )


def keep_only(monkeypatch: pytest.MonkeyPatch, *processes: str) -> None:
    """From now on a quarter has these processes only."""
    kept = tuple(step for step in model_module.SCHEDULE if step.__name__ in processes)
    assert len(kept) == len(processes)
    monkeypatch.setattr(model_module, "SCHEDULE", kept)


def differences(first: RunRecord, second: RunRecord) -> list[str]:
    """Names of the parts of two records whose bytes differ."""

    def same(a: Any, b: Any) -> bool:
        a, b = np.asarray(a), np.asarray(b)
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()

    found = [f"sums {d}" for d in first.sums if not same(first.sums[d][1], second.sums[d][1])]
    for part in ("medians", "lifetimes", "flows"):
        one, other = getattr(first, part), getattr(second, part)
        found += [f"{part} {name}" for name in one if not same(one[name], other[name])]
    return found
