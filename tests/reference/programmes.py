"""Money that levers spend for a purpose, and who pays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.rules import includes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.levers.effects import Programme
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

EMERGENCY_MONTHS = 1.0
EMERGENCY_MARGIN = -0.05
Given = list[tuple["Organisation", float]]


def active(model: TwinModel, kind: str) -> list[tuple[Programme, float, float]]:
    """Open programmes: (programme, euros of the quarter, share)."""
    found = []
    for programme in model.effects.programmes:
        last = min(model.quarter, len(programme.amount) - 1)
        amount, share = float(programme.amount[last]), float(programme.share[last])
        if programme.kind == kind and (amount or share):
            part = 1.0 if programme.selector.region else model.population_share
            found.append((programme, amount * part * model.price_level / 4.0, share))
    return found


def reaches(programme: Programme, org: Organisation) -> bool:
    """Whether a programme is for this organisation."""
    return includes(programme.selector, org.place)


def hand_out(model: TwinModel, programme: Programme, given: Given) -> None:
    """Pay organisations."""
    for org, amount in given:
        org.earn(amount, private=False)
    charge(model, programme, sum([org.weight * amount for org, amount in given]))


def charge(model: TwinModel, programme: Programme, total: float) -> None:
    """Where organisations pay for each other, all share by budget."""
    if programme.payer == "organisations":
        budgets = sum([org.weight * max(org.revenue_year, 0.0) for org in model.organisations])
        for org in model.organisations:
            org.spend(max(org.revenue_year, 0.0) * (total / max(budgets, 1.0)))


def pay_programmes(model: TwinModel) -> None:
    """Emergency funds and core funding."""
    for org in model.organisations:
        org.core_funding = 0.0
    for programme, amount, _ in active(model, "emergency_fund"):
        needs = [(org, _missing(org)) for org in model.organisations if reaches(programme, org)]
        _ration(model, programme, needs, amount)
    for programme, amount, _ in active(model, "core_funding"):
        bases = [(org, _agreed(org)) for org in model.organisations if reaches(programme, org)]
        total = sum([org.weight * base for org, base in bases])
        if total > 0:
            given = [(org, base * (amount / total)) for org, base in bases]
            hand_out(model, programme, given)
            for org, euros in given:
                org.core_funding += 4.0 * euros


def _missing(org: Organisation) -> float:
    """What a sound organisation short of cash lacks to a month of costs."""
    yearly = max(org.cost_year, 1.0)
    month, margin = EMERGENCY_MONTHS * yearly / 12.0, (org.revenue_year - org.cost_year) / yearly
    if 12.0 * org.free_cash >= EMERGENCY_MONTHS * yearly or margin <= EMERGENCY_MARGIN:
        return 0.0
    return min(max(month - org.free_cash, 0.0), 2.0 * yearly / 12.0)


def _agreed(org: Organisation) -> float:
    """Base grants under agreement."""
    return sum([grant.yearly for grant in org.grants.values() if grant.agreement])


def _ration(
    model: TwinModel, programme: Programme, wanted: Iterable[tuple[Organisation, float]],
    budget: float,
) -> None:  # fmt: skip
    """Pay what is wanted, all in the same proportion where money is short."""
    needs = list(wanted)
    total = sum([org.weight * euros for org, euros in needs])
    if total > 0:
        part = min(1.0, budget / total)
        hand_out(model, programme, [(org, euros * part) for org, euros in needs])


def subsidise_pooling(model: TwinModel, costs: Given) -> None:
    """Support for pooling: a share of the grants voted, or an amount."""
    for programme, amount, share in active(model, "mutualisation_subsidy"):
        budget = amount + share * sum([node.voted[0] for node in model.nodes]) / 4.0
        reached = [(org, euros) for org, euros in costs if reaches(programme, org)]
        _ration(model, programme, reached, budget)


def support(model: TwinModel, kind: str, costs: Given) -> None:
    """Pay a share of what mergers or market projects cost."""
    for programme, _, share in active(model, kind):
        hand_out(
            model, programme,
            [(org, euros * share) for org, euros in costs if reaches(programme, org)],
        )  # fmt: skip
