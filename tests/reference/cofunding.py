"""P3: a funder follows the others out; an award is limited by what others bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation
    from tests.reference.public_money import Grant


def withdraw_cofunding(model: TwinModel) -> None:
    """Each funder of who lost grants looks at what the others still give; all look at once."""
    read, quarter = model.draws.column, model.quarter
    foundations = read("foundations leave", quarter)
    funders = [read("cofunder leaves", quarter, level) for level in range(6)]
    fallen = [org for org in model.organisations if _fallen(org)]
    kept_by_all = [(org, _public_share_kept(org)) for org in fallen]
    leaving = [found for org in fallen for found in _who_leaves(org, funders)]
    if any(node.late == quarter % 4 for node in model.nodes):
        for org in model.organisations:
            _limit_awards(org)
    for org, level, cut in leaving:
        grant = org.grants[level]
        grant.withdrew = True
        _give_back(grant, cut)
        grant.yearly -= cut
    for org, kept in kept_by_all:
        _ask_foundations(org, kept, foundations[org.row])


def _fallen(org: Organisation) -> bool:
    now, before = _totals(org)
    return now < before


def _totals(org: Organisation) -> tuple[float, float]:
    """Base grants of this year and of the year before."""
    now = before = 0.0
    for grant in org.grants.values():
        now += grant.yearly
        before += grant.last_year
    return now, before


def _shortfall(org: Organisation, kept: float) -> float:
    tolerance = org.terms.cofunding_tolerance
    return max(0.0, (tolerance - min(max(kept, 0.0), 1.0)) / tolerance)


def _who_leaves(
    org: Organisation, luck: list[list[float]]
) -> list[tuple[Organisation, int, float]]:
    """Funders that withdraw now, and by how much a year."""
    now, before = _totals(org)
    found = []
    for level, grant in org.grants.items():
        if grant.yearly <= 0 or grant.agreement or grant.withdrew:
            continue
        others = before - grant.last_year
        kept = (now - grant.yearly) / others if others > 1e-6 else 1.0
        odds = 0.5 * org.terms.cofunding_withdrawal_public[level] * _shortfall(org, kept)
        if luck[level][org.row] < odds * org.dependence:
            found.append((org, level, grant.yearly * (1.0 - min(max(kept, 0.0), 1.0))))
    return found


def _limit_awards(org: Organisation) -> None:
    """Co-funding rules: an award is at most a share of the resources beside it."""
    for level, grant in org.grants.items():
        if grant.calls <= 0:
            continue
        rate = min(org.terms.cofunding_max_rate[level], 0.99)
        beside = max(org.revenue_year - grant.calls, 0.0)
        excess = max(grant.calls - rate / (1.0 - rate) * beside, 0.0)
        _give_back(grant, excess)
        grant.calls -= excess


def _give_back(grant: Grant, cut: float) -> None:
    """The part of a cut that is not accrued yet stays with the funder."""
    year = max(grant.yearly + grant.calls, 1e-9)
    grant.due -= cut / year * grant.due


def _public_share_kept(org: Organisation) -> float:
    now, before = _totals(org)
    return min(max(now / before, 0.0), 1.0) if before > 1e-6 else 1.0


def _ask_foundations(org: Organisation, kept: float, luck: float) -> None:
    """Foundations follow public funders, once a year; the euros stay in their pools."""
    if org.foundation_grants <= 0 or org.withdrew_private:
        return
    odds = 0.5 * org.terms.cofunding_withdrawal_private * _shortfall(org, kept)
    if luck < odds * org.dependence:
        org.withdrew_private = True
        org.foundation_grants *= kept
