"""Which effect of a support programme would pay for itself?

The effect of support is assumed, so no run can prove it. What a run can say is what the effect
would have to be. Each scenario is simulated with no effect, half, once, … the mean that is assumed,
and the end of its prior; the euros are those of the accounts, of 2025, added up over the horizon.

A programme *pays for itself* where the losses of creditors that it avoids (unpaid debts to
lenders, suppliers and social bodies, and what plans under court protection give up) reach what it
costs, whoever pays and whoever gains. Jobs, service, health and what is learned have no price here:
they stand beside, as the cost of an organisation and of a job kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulator import intervals
from simulator.compare import cube
from simulator.indicators import INDICATORS
from simulator.parameters import SPECS
from simulator.problems import InputError
from simulator.processes.support_programmes import EFFECTS

if TYPE_CHECKING:
    from simulator.population import Population
    from simulator.results import Results
    from simulator.scenario import Scenario

FACTORS: Final = (0.0, 0.5, 1.0, 1.5, 2.0)  # of the mean effect assumed


@dataclass(frozen=True)
class BreakEven:
    """What support would have to achieve in one scenario.

    kinds: its support programmes. table: one row per factor of the assumed mean effect, the end of
    the prior last; columns `factor cost losses_avoided losses_low losses_high net net_low net_high
    organisations_kept jobs_kept cost_per_organisation_kept cost_per_job_kept`, euros of 2025 over
    the horizon, means of the units with their 90 % interval (5–95 % of the draws' means where
    parameters were varied), all against no effect; a cost per unit is empty where nothing is kept.
    factor: where `net` first reaches 0, between two rows evenly; None: nowhere in the prior.
    """

    scenario: str
    kinds: tuple[str, ...]
    table: pd.DataFrame
    factor: float | None

    @property
    def effects(self) -> list[dict[str, Any]]:
        """Each kind's parameter, unit, mean assumed, prior, and where it pays for itself."""
        rows = []
        for kind in self.kinds:
            spec = SPECS[EFFECTS[kind]]
            mean, (low, high) = float(np.asarray(spec.default)), spec.range or (0.0, 0.0)
            paying = None if self.factor is None else self.factor * mean
            rows.append(
                {"programme": kind, "parameter": spec.name, "unit": spec.unit, "mean": mean,
                 "low": low, "high": high, "break_even": paying}
            )  # fmt: skip
        return rows

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "scenario": self.scenario,
            "factor": self.factor,
            "effects": self.effects,
            "rows": self.table.to_dict("records"),
        }


def break_even(
    scenario: Scenario | str,
    population: Population | str = "workshop",
    replicates: int | None = None,
    seed: int = 2026,
    workers: int | None = None,
    parameters: str | None = None,
    draws: int | None = None,
    quarters: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    set: Mapping[str, float] | None = None,
) -> BreakEven:
    """Simulate a scenario under several effects of its support programmes, the rest the same.

    Arguments as in `simulate`. All support programmes of the scenario move together. Raises
    InputError where the scenario has none.
    """
    from simulator.scenario import load_scenario
    from simulator.simulation import simulate

    known = load_scenario(scenario) if isinstance(scenario, str) else scenario
    if not known.support:
        raise InputError.single(
            "scenario",
            f"{known.id} has no support programme",
            "add a lever support_programme with a capacity",
        )
    factors = (*FACTORS, highest_factor(known.support))
    variants = [with_effect(known, factor) for factor in factors]
    results = simulate(
        variants, population=population, replicates=replicates, seed=seed, workers=workers,
        parameters=parameters, draws=draws, quarters=quarters, progress=progress, set=set,
    )  # fmt: skip
    table = _table(results, factors, [variant.id for variant in variants])
    crossing = first_crossing(table["factor"].to_numpy(), table["net"].to_numpy())
    return BreakEven(known.id, known.support, table, crossing)


def highest_factor(kinds: Sequence[str]) -> float:
    """End of the priors of these kinds, as a factor of their means."""
    ends = []
    for kind in kinds:
        spec = SPECS[EFFECTS[kind]]
        assert spec.range is not None
        ends.append(spec.range[1] / float(np.asarray(spec.default)))
    return min(ends)


def with_effect(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with every effect of its support at a factor of the mean assumed."""
    from simulator.levers.expert import ParameterLever

    levers = [
        ParameterLever.model_validate(
            {"lever": "parameter", "name": EFFECTS[kind],
             "set": factor * float(np.asarray(SPECS[EFFECTS[kind]].default))}
        )
        for kind in scenario.support
    ]  # fmt: skip
    name = f"{scenario.id}-effet-{round(100 * factor)}"
    return scenario.model_copy(
        update={"id": name, "levers": (*scenario.levers, *levers), "hypotheses": ()}
    )


def first_crossing(factors: np.ndarray, net: np.ndarray) -> float | None:
    """First factor at which `net` reaches 0, between two points evenly; None where it never does.

    Both have shape (points,), factors rising.
    """
    for i in range(len(net)):
        if net[i] >= 0.0:
            if i == 0:
                return float(factors[0])
            part = -net[i - 1] / (net[i] - net[i - 1])
            return float(factors[i - 1] + part * (factors[i] - factors[i - 1]))
    return None


def _table(results: Results, factors: Sequence[float], ids: Sequence[str]) -> pd.DataFrame:
    position = [results.scenario_ids.index(name) for name in ids]
    drawn = np.array([unit[0] for unit in results.units])
    whole = {
        name: cube(results, "all", INDICATORS[name])[0][position][..., 0]
        for name in ("support_euros", "creditor_losses", "organisations", "jobs_fte")
    }
    # (effects, units): events added up from 2026Q1, stocks at the end.
    cost, losses = (
        whole[name][:, :, 1:].sum(axis=2) for name in ("support_euros", "creditor_losses")
    )
    alive, jobs = (whole[name][:, :, -1] for name in ("organisations", "jobs_fte"))
    rows = []
    for i, factor in enumerate(factors):
        avoided = losses[0] - losses[i]
        net = avoided - cost[i]
        kept, kept_jobs = float((alive[i] - alive[0]).mean()), float((jobs[i] - jobs[0]).mean())
        spent = float(cost[i].mean())
        losses_low, losses_high = _interval(avoided, drawn)
        net_low, net_high = _interval(net, drawn)
        rows.append(
            {
                "factor": factor, "cost": spent,
                "losses_avoided": float(avoided.mean()), "losses_low": losses_low,
                "losses_high": losses_high,
                "net": float(net.mean()), "net_low": net_low, "net_high": net_high,
                "organisations_kept": kept, "jobs_kept": kept_jobs,
                "cost_per_organisation_kept": spent / kept if kept > 0.0 else float("nan"),
                "cost_per_job_kept": spent / kept_jobs if kept_jobs > 0.0 else float("nan"),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _interval(values: np.ndarray, drawn: np.ndarray) -> tuple[float, float]:
    """90 % interval of a mean over units, or 5–95 % of the draws' means, (units,)."""
    draws = np.unique(drawn)
    if len(draws) > 1:
        means = [values[drawn == draw].mean() for draw in draws]
        low, high = np.quantile(means, [0.05, 0.95])
    else:
        _, low, high = intervals.student(values)
    return float(low), float(high)
