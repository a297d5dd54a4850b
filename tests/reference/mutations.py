"""Rules of the twin changed on purpose, one at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

from tests.reference import (
    adaptation,
    allocation,
    cofunding,
    contest,
    cooperation,
    credit,
    departures,
    entries,
    exits,
    funders,
    leadership,
    merger,
    mesa_twin,
    procurement,
    production,
    programmes,
    support,
    territory,
)
from tests.reference.mesa_twin import TwinModel
from tests.reference.organisation import Organisation
from tests.reference.public_money import Grant, Line

Patch = tuple[ModuleType | type, str, Any]
Function = Callable[..., Any]


def around(where: ModuleType | type, name: str, change: Function) -> Patch:
    """Replace a function by `change(original, *arguments)`."""
    original = getattr(where, name)
    return where, name, lambda *given, **named: change(original, *given, **named)


def without(where: ModuleType | type, name: str, result: Any = None) -> Patch:
    """A function that does nothing."""
    return where, name, lambda *given, **named: result


def process(name: str, change: Function) -> Patch:
    """Replace a process of the quarter by `change(original, model)`."""

    def changed(original: Function) -> Function:
        return lambda model: change(original, model)

    quarter = tuple(changed(p) if p.__name__ == name else p for p in mesa_twin.QUARTER)
    return mesa_twin, "QUARTER", quarter


def forgetting(attribute: str, value: Any) -> Function:
    """Call a rule as if an organisation, its first argument, had another attribute."""

    def changed(original: Function, org: Organisation, *given: Any) -> Any:
        kept = getattr(org, attribute)
        setattr(org, attribute, value)
        found = original(org, *given)
        setattr(org, attribute, kept)
        return found

    return changed


def _all_alike(original: Callable[..., Any], model: TwinModel, gone: Any, into: Any) -> float:
    kept, gone.weight = gone.weight, into.weight
    cost = original(model, gone, into)
    gone.weight = kept
    return cost


def _longest_first(original: Function, self: Grant, other: Grant, ratio: float) -> None:
    years = self.agreement
    original(self, other, ratio)
    self.agreement = years


def _serve_in_full(pot: float, applications: list[contest.Application]) -> None:
    for application in sorted(applications, key=lambda one: -one.score):
        euros = application.applicant.weight * application.ask
        application.award = application.ask if euros <= pot else 0.0
        pot -= euros


def _calls_join_the_base(original: Function, model: TwinModel, node: Any) -> None:
    original(model, node)
    for org in node.cell.members:
        if node.level in org.grants:
            grant = org.grants[node.level]
            grant.yearly, grant.calls = grant.yearly + grant.calls, 0.0


def _others_and_itself(original: Function, org: Organisation) -> tuple[float, float]:
    now, before = original(org)
    return 1.1 * now, before


def _many_times(original: Function, org: Organisation, luck: Any) -> Any:
    for grant in org.grants.values():
        grant.withdrew = False
    return original(org, luck)


def _unprotected(original: Function, org: Organisation, luck: Any) -> Any:
    years = {level: grant.agreement for level, grant in org.grants.items()}
    for grant in org.grants.values():
        grant.agreement = 0
    found = original(org, luck)
    for level, grant in org.grants.items():
        grant.agreement = years[level]
    return found


def _healthiest_last(original: Function, some: Any, health: Any) -> Any:
    return {cell: list(reversed(found)) for cell, found in original(some, health).items()}


def _bridge_before_overdraft(org: Organisation) -> None:
    surplus = max(org.free_cash - 2.0 * credit._floor(org), 0.0)
    for debt in ("bridge", "overdraft", "arrears"):
        paid = min(surplus, getattr(org, debt))
        setattr(org, debt, getattr(org, debt) - paid)
        org.cash -= paid
        surplus -= paid


def _stopped_like_dissolved(original: Function, model: TwinModel, left: Any, losses: Any) -> float:
    if left.cause == "stopped_employing":
        left = replace(left, cause="dissolution")
    return original(model, left, losses)


def _no_instalments(original: Function, model: TwinModel) -> None:
    original(model)
    for org in model.organisations:
        for grant in org.grants.values():
            grant.due = 0.0


def _unmoved(original: Function, model: TwinModel) -> None:
    """Demand is what was served the quarter before."""
    for org in model.organisations:
        org.demand = org.service


# Process → rule changed → what replaces what in the twin.
RULES: dict[str, Patch] = {
    "P1: cuts make no news": without(funders, "_publicise"),
    "P1: votes do not grow": (funders, "GROWTH", (funders.GROWTH[1],) * 3),
    "P2: agreements do not hold": around(
        allocation, "_honour", lambda original, node, agreed: original(node, [])
    ),
    "P2: nobody signs": without(allocation, "_sign"),
    "P2: calls join the base": around(allocation, "_sign", _calls_join_the_base),
    "P2: the last one served gets all or nothing": (allocation, "serve", _serve_in_full),
    "P2: juries see no merit": without(allocation, "_merit", 0.0),
    "P2: applications take no time": without(allocation, "_count_time"),
    "P2: no signal to donors": without(allocation, "_signal"),
    "P2: everybody applies": without(allocation, "application_odds", 1.0),
    "P2: a late vote pays no instalments": around(allocation, "_open_year", _no_instalments),
    "P3: funders look at themselves too": around(cofunding, "_totals", _others_and_itself),
    "P3: a funder withdraws several times a year": around(cofunding, "_who_leaves", _many_times),
    "P3: agreements do not protect": around(cofunding, "_who_leaves", _unprotected),
    "P3: what is cut is still paid this year": without(cofunding, "_give_back"),
    "P3: awards are not limited": without(cofunding, "_limit_awards"),
    "P4: instalments do not wait for a late vote": without(funders.Node, "waits", 0),
    "P5: the last age does not wait": around(
        Line, "pay", lambda original, line, odds: original(line, (*odds[:2], *(1.0,) * 5))
    ),
    "P6: contracts never end": without(procurement, "_end_contracts"),
    "P6: only holders bid": (procurement, "NEW_BIDDER_ODDS", 0.0),
    "P6: places move freely": (procurement, "PLACE_CHANGE", 1.0),
    "P6: nobody changes provider": process("share_demand", _unmoved),
    "P8: overflow is lost": without(production, "_offer_overflow"),
    "P8: integration costs nothing": around(production, "_serve", forgetting("dip", 0)),
    "P9: restricted funds stay": around(
        Organisation, "pay_costs", forgetting("restricted", 0.0)
    ),
    "P9: companies pay no tax": around(Organisation, "pay_costs", forgetting("form", 0)),
    "P10: bridge credit is paid back first": (credit, "_repay", _bridge_before_overdraft),
    "P10: no overdraft": around(credit, "_draw_overdraft", lambda original, org, short: short),
    "P10: bridge credit above its limit stays": around(
        credit, "_lower_bridge", lambda original, org, short: short
    ),
    "P10: suppliers do not wait": without(credit, "_let_suppliers_wait"),
    "P10: loans are always renewed": without(credit, "_pay_loan_back"),
    "P10: banks ask nothing": without(credit, "_acceptance", 1.0),
    "P10: no quasi-equity": without(credit, "_issue_quasi_equity"),
    "P11: drift never comes back": without(adaptation, "_drift"),
    "P10b: a vacancy weighs for half a year": (leadership, "VACANCY_QUARTERS", 2),
    "P10b: nothing tires": without(leadership, "_pressure", 0.0),
    "P10b: strain slows nobody": without(leadership, "_answer"),
    "P9b: support ends at once": (support, "SUPPORT_QUARTERS", 1),
    "P9b: support takes whom it wants": (support, "SHORT_MONTHS", 0.0),
    "P12: ties do not count": without(cooperation, "tied", False),
    "P12: any size fits": (cooperation, "fits", lambda one, other: one is not other),
    "P12: the healthiest are met last": around(cooperation, "ranked", _healthiest_last),
    "P12: nobody looks into other sectors": (cooperation, "_near_sector", cooperation._own_cell),
    "P12: nobody looks into other régions": (cooperation, "_near_region", cooperation._own_cell),
    "P12: what one lives on does not matter": without(cooperation, "_likeness", 1.0),
    "P12: weights do not matter": around(merger, "_absorb", _all_alike),
    "P12: debts vanish in a merger": (
        merger, "STOCKS", tuple(name for name in merger.STOCKS if name != "loans")
    ),
    "P12: votes stay where the absorbed was": without(merger, "_move_votes"),
    "P12: agreements of the absorbed end": around(Grant, "join", _longest_first),
    "P12: savings come in a year": (merger, "SAVING_QUARTERS", 4),
    "P12: the absorber's quality stays": (merger, "BY_SERVICE", merger.BY_SERVICE[1:]),
    "P13: nobody becomes a Scic": process("change_legal_form", lambda original, model: None),
    "P14: nobody is rescued": around(exits, "_rescue", lambda original, model, failed: failed),
    "P14: suppliers do not carry a plan": without(exits, "_carry"),
    "P14: plans last half a year": (exits, "RECOVERY_QUARTERS", 2),
    "P14: nothing is given up in a plan": (exits, "PLAN_WRITE_OFF", 0.0),
    "P14: a plan does not protect": around(exits, "_end_plans", lambda original, model: None),
    "P14: nobody closes in time": without(exits, "_close_in_time"),
    "P14: closing can always be spoken of": without(exits, "_spoken", 1.0),
    "P14: tired leaders give no cause": (departures, "STRAIN_ODDS", math.inf),
    "P14: age does not matter": (exits, "AGE_BOUNDS", (math.inf, math.inf)),
    "P14: who lost aid stays": without(exits, "_end_with_aid"),
    "P14: what remains is lost": without(departures, "_settle", 0.0),
    "P14: who stops employing leaves its money": around(
        departures, "_settle", _stopped_like_dissolved
    ),
    "P14: cooperatives leave to associations": (departures, "COOPERATIVES", ()),
    "P14: the guarantee fund bears nothing": around(
        departures._Losses, "add", lambda original, self, org, lost, covered: original(
            self, org, lost, covered=False)
    ),
    "P14: the court is never orderly": (departures, "ORDERLY_MONTHS", 0.0),
    "P15: entrants take nothing over": without(entries, "_take_over"),
    "P15: votes attract nobody": (entries, "GROWTH_BOUND", 0.0),
    "P16: unmet need does not spill": (territory, "SPILLING", []),
    "programmes: pots have no bottom": around(
        programmes, "_taken", lambda original, programme, quarter: 0.0
    ),
    "programmes: an emergency lasts longer": (programmes, "EMERGENCY_MONTHS", 2.0),
}  # fmt: skip
