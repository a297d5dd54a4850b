"""Money that levers spend for a purpose, and who pays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.codes import LEVELS
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
        if programme.kind != kind:
            continue
        last = min(model.quarter, len(programme.amount) - 1)
        amount, share = float(programme.amount[last]), float(programme.share[last])
        pot = _from_pot(model, programme)
        if amount or share or pot:
            part = 1.0 if programme.selector.region else model.population_share
            found.append((programme, amount * part * model.price_level / 4.0 + pot, share))
    return found


def places_open(model: TwinModel) -> list[tuple[Programme, float]]:
    """Open support programmes, and the organisations that each takes in this quarter."""
    found = []
    for programme in model.effects.programmes:
        if programme.capacity is not None:
            last = min(model.quarter, len(programme.capacity) - 1)
            part = 1.0 if programme.selector.region else model.population_share
            places = float(programme.capacity[last]) / 4.0 * part
            if places > 0:
                found.append((programme, places))
    return found


def _from_pot(model: TwinModel, programme: Programme) -> float:
    """Euros of the quarter that the payer's grants gave up for a programme.

    Programmes of one pot take from it in turn: what is left in the end, and what those after it
    took, was there when its turn came.
    """
    if programme.of_pot is None:
        return 0.0
    last = min(model.quarter, len(programme.of_pot) - 1)
    regions = range(len(model.crisis))
    pot = [_grants_of(model, programme.payer, region) for region in regions]
    sharing = [p for p in model.effects.programmes if p.of_pot is not None]
    for other in reversed([p for p in sharing if p.payer == programme.payer]):
        for region in _pot_regions(other, regions):
            pot[region] /= 1.0 - _taken(other, last)
        if other is programme:
            there = sum([pot[region] for region in _pot_regions(other, regions)])
            return float(programme.of_pot[last]) * there / 4.0
    raise ValueError("a programme of another world")


def _pot_regions(programme: Programme, regions: Iterable[int]) -> list[int]:
    """The pot of foundations has no place."""
    chosen = None if programme.payer == "foundations" else programme.selector.region
    return [region for region in regions if chosen is None or region in chosen]


def _taken(programme: Programme, quarter: int) -> float:
    """Share of the pot that is gone: a vote is that of the year."""
    if programme.payer == "foundations":
        return float(programme.of_pot[quarter])
    first = quarter - quarter % 4
    year = programme.of_pot[first : first + 4]
    return float(sum(year) / len(year))


def _grants_of(model: TwinModel, payer: str, region: int) -> float:
    """Grants of a payer in a région, euros a year; those of foundations are spread evenly."""
    if payer == "foundations":
        given = sum([org.weight * org.foundation_grants for org in model.organisations])
        return given * model.terms.foundation_pool_factor / len(model.crisis)
    level = LEVELS.index(payer)
    return sum(
        [node.pending for node in model.nodes if (node.level, node.cell.region) == (level, region)]
    )


def reaches(programme: Programme, org: Organisation) -> bool:
    """Whether a programme is for this organisation."""
    return includes(programme.selector, org.place)


def hand_out(model: TwinModel, programme: Programme, given: Given) -> None:
    """Pay organisations; out of a pot, no more than the pot gave up for the programme."""
    if programme.of_pot is not None:
        asked = sum([org.weight * amount for org, amount in given])
        spent = model.spent_of_pots.get(id(programme), 0.0)
        room = max(_from_pot(model, programme) - spent, 0.0)
        part = min(1.0, room / asked) if asked > 0 else 0.0
        model.spent_of_pots[id(programme)] = spent + part * asked
        given = [(org, amount * part) for org, amount in given]
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
    """Running costs of schemes, emergency funds and core funding."""
    for programme, amount, _ in active(model, "administration"):
        charge(model, programme, amount)
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
