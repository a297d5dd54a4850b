"""What the parts of a plan must agree on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from experiments.design import Listed
from simulator.codes import quarter_index, quarter_label
from simulator.plan import BASELINE
from simulator.problems import InputError, did_you_mean
from simulator.strict_model import Fault

if TYPE_CHECKING:
    from experiments.plan.schema import Plan


def plan_faults(plan: Plan) -> list[Fault]:
    """Everything in which the parts of a plan contradict each other."""
    found: list[Fault] = [
        (("levers", *path), message, hint) for path, message, hint in plan.levers.faults()
    ]
    if not found:  # places and numbers are known to be right from here
        found += _scenarios(plan)
        found += _design(plan)
        found += _together(plan)
    return [*found, *_outcomes(plan), *_replicates(plan), *_structures(plan)]


def _scenarios(plan: Plan) -> list[Fault]:
    found: list[Fault] = []
    for index, policy in enumerate(plan.levers.policies):
        if policy.id == BASELINE:
            message = f"{BASELINE} always runs along"
            found.append((("levers", "policies", index), message, "leave it out"))
    lengths = {policy.horizon.quarters for policy in plan.levers.policies}
    if plan.quarters is None and len(lengths) > 1:
        lasting = ", ".join(f"{p.id} {p.horizon.quarters} quarters" for p in plan.levers.policies)
        message = f"the policies last different times: {lasting}"
        found.append((("levers", "policies"), message, "give one length: quarters"))
    if plan.reference not in plan.scenario_ids:
        message = f"{plan.reference} is not among the scenarios"
        found.append((("reference",), message, did_you_mean(plan.reference, plan.scenario_ids)))
    return found


def _design(plan: Plan) -> list[Fault]:
    from experiments.plan.schema import MOST_POINTS

    factors = plan.factors()
    if factors and "design" not in plan.model_fields_set:
        hint = "say which points: {kind: latin_hypercube, n: 100}"
        return [(("design",), "is missing", hint)]
    found: list[Fault] = [
        (("design", *path), message, hint)
        for path, message, hint in plan.design.faults(tuple(factors))
    ]
    if not plan.design.crosses and plan.uncertainties.draw_numbers:
        message = f"the accepted set has no ranges for {plan.design.kind}"
        hint = "name parameters with ranges, or use another design"
        found.append((("uncertainties", "sample"), message, hint))
    if not found and isinstance(plan.design, Listed):
        found += _listed(plan, plan.design)
    if not found and plan.rows() > MOST_POINTS:
        hint = f"at most {MOST_POINTS:,} points"
        found.append((("design",), f"is too large: {_largeness(plan)}", hint))
    return found


def _largeness(plan: Plan) -> str:
    """Points, and how long they would take as far as that can be told in hours."""
    from experiments.plan.size import size_of

    rows = plan.rows()
    if rows >= 10**12:
        return f"{rows:.1e} points"
    return f"{rows:,} points, {size_of(plan).sentence(workers=1)}"


def _together(plan: Plan) -> list[Fault]:
    """Numbers of different ranges that a scenario does not take at once."""
    if not isinstance(plan.design, Listed):
        return [(("levers", *path), message, hint)
                for path, message, hint in plan.levers.joint_faults()]  # fmt: skip
    for index, point in enumerate(plan.design.points):
        numbers = {name: point[name].number for name in plan.levers.ranges if name in point}
        if len(numbers) < len(plan.levers.ranges):
            return []  # told already
        try:
            plan.levers.at(numbers)
        except InputError as error:
            hint = "choose numbers that can stand together"
            return [(("design", "points", index), error.problems[0].message, hint)]
    return []


def _listed(plan: Plan, design: Listed) -> list[Fault]:
    """Listed values lie in their ranges, in their units."""
    found: list[Fault] = []
    for index, point in enumerate(design.points):
        for name, given in point.items():
            place = ("design", "points", index, name)
            lever = plan.levers.ranges.get(name)
            if lever is not None:
                low, high = (bound.number for bound in lever.range)
                bounds = " to ".join(str(bound.written(lever.whole)) for bound in lever.range)
                if given.unit != lever.range[0].unit:
                    message = f"{given.written()} is not in the unit of its range"
                    found.append((place, message, f"its range is {bounds}"))
                    continue
                if lever.whole and not given.number.is_integer():
                    found.append((place, f"{given.number:g} is not whole", "a whole number"))
            else:
                settled = plan.uncertainties.drawn[name]
                low, high = settled.low, settled.high
                bounds = f"{low:g} to {high:g}"
            if not low <= given.number <= high:
                message = f"{given.written()} is outside its range"
                found.append((place, message, f"its range is {bounds}"))
    return found


def _outcomes(plan: Plan) -> list[Fault]:
    found: list[Fault] = []
    counted = Counter(outcome.name for outcome in plan.outcomes)
    for index, outcome in enumerate(plan.outcomes):
        if not 0 <= quarter_index(outcome.at) < plan.horizon:
            message = f"{outcome.at} is outside the horizon"
            hint = f"the horizon is {quarter_label(0)} to {quarter_label(plan.horizon - 1)}"
            found.append((("outcomes", index, "at"), message, hint))
        if counted[outcome.name] > 1:
            message = f"two outcomes have the name {outcome.name}"
            found.append((("outcomes", index), message, "give one of them another name"))
    return found


def _replicates(plan: Plan) -> list[Fault]:
    if plan.replicates.fixed is not None:
        return []
    known = {outcome.name: outcome for outcome in plan.outcomes}
    found: list[Fault] = []
    for index, name in enumerate(plan.replicates.outcomes):
        if name not in known:
            place = ("replicates", "outcomes", index)
            found.append((place, f"{name} is no outcome", did_you_mean(name, list(known))))
    units = {known[name].of.unit for name in plan.replicates.outcomes if name in known}
    if len(units) > 1:
        message = f"one half-width for different units: {', '.join(sorted(units))}"
        found.append((("replicates", "half_width"), message, "name outcomes of one unit"))
    if not plan.levers.policies:
        message = "there is no policy whose difference could be measured"
        found.append((("replicates",), message, "name policies, or give a fixed number"))
    return found


def _structures(plan: Plan) -> list[Fault]:
    if len(set(plan.structures)) < len(plan.structures):
        return [(("structures",), "names one twice", "name each once")]
    if len(plan.structures) > 1 and not plan.design.crosses:
        message = f"{plan.design.kind} takes one structure at a time"
        return [(("structures",), message, "write one plan for each")]
    return []
