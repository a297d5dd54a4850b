"""P2: how a funder shares its grants vote: agreements, renewals, calls for projects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.reference.contest import Application, serve
from tests.reference.funders import GRANTS

if TYPE_CHECKING:
    from tests.reference.funders import Node
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation
    from tests.reference.public_money import Grant

YOUNG = 5.0  # years
DUST = 1e-9  # share of a vote below which nothing is left of it: rounding only


class Candidate:
    """An organisation before all the calls of the quarter."""

    __slots__ = ("applied", "asked", "merit", "odds", "org", "won")

    def __init__(self, org: Organisation) -> None:
        self.org = org
        self.odds = application_odds(org)
        self.merit = _merit(org)
        self.applied = False
        self.asked = self.won = 0.0


def allocate(model: TwinModel) -> None:
    """Votes that open this quarter are shared in their nodes."""
    quarter_of_year = model.quarter % 4
    if quarter_of_year == 0:
        _open_year(model)
    opening = [node for node in model.nodes if node.late == quarter_of_year]
    for cell in model.cells:
        cell.opened = False
    for node in opening:
        node.cell.opened = True
    candidates: dict[Organisation, Candidate] = {}
    for node in opening:
        node.voted[GRANTS] = node.pending
        if node.cell.members:
            _share(model, node, candidates)
    for candidate in candidates.values():
        if candidate.applied:
            _count_time(candidate)
    for org in model.organisations:
        _signal(org, quarter_of_year)


def _open_year(model: TwinModel) -> None:
    """Awards of calls end; until a late vote opens, only instalments of agreements flow."""
    for node in model.nodes:
        node.pending, node.instalments = node.voted[GRANTS], 0.0
        if node.late:
            node.voted[GRANTS] = 0.0
    # Sums under agreement stay in current euros, unless they are indexed.
    rise = 1.0 + model.terms.agreement_indexation * model.terms.inflation
    for org in model.organisations:
        org.withdrew_private = org.failed_calls = False
        org.due_restricted = org.applications = org.application_time = 0.0
        _forget_empty(org)
        for level, grant in org.grants.items():
            node = org.cell.nodes[level]
            grant.last_year, grant.calls, grant.due = grant.yearly, 0.0, 0.0
            grant.withdrew = False
            grant.agreement = max(grant.agreement - 1, 0)
            if grant.agreement:
                grant.yearly *= rise
            if node.late and grant.agreement:
                grant.due = grant.yearly * node.late / 4.0
                node.voted[GRANTS] += org.weight * grant.due


def _forget_empty(org: Organisation) -> None:
    """Funders that give nothing any more."""
    for lines in (org.grants, org.contracts, org.tariffs):
        for level in [level for level, line in lines.items() if line.empty]:
            del lines[level]


def _share(model: TwinModel, node: Node, candidates: dict[Organisation, Candidate]) -> None:
    level = node.level
    held = [(org, org.grants[level]) for org in node.cell.members if level in org.grants]
    left = _honour(node, [(org, grant) for org, grant in held if grant.agreement])
    share = node.cell.terms.inertia[level] * left
    spent = _renew(model, node, share, [(org, grant) for org, grant in held if not grant.agreement])
    node.calls_pot = _rest(node, left - spent)
    if node.calls_pot > 0:
        _call(model, node, candidates)
    _sign(model, node)


def _honour(node: Node, agreed: list[tuple[Organisation, Grant]]) -> float:
    """Agreements keep their sums, and are cut together where they exceed the vote; what is left."""
    promised = sum([org.weight * grant.yearly for org, grant in agreed])
    # What went to organisations that left since is spent.
    gone = node.instalments - promised * node.late / 4.0
    available = node.pending - min(max(gone, 0.0), node.pending)
    scale = available / promised if promised > available else 1.0
    paid = 0.0
    for org, grant in agreed:
        already = grant.yearly * node.late / 4.0  # instalments of a late year
        grant.yearly = max(grant.yearly * scale, already)
        grant.due = grant.yearly - already
        paid += org.weight * grant.yearly
    return _rest(node, available - paid)


def _rest(node: Node, euros: float) -> float:
    return euros if euros > DUST * node.pending else 0.0


def _renew(
    model: TwinModel, node: Node, share: float, standing: list[tuple[Organisation, Grant]]
) -> float:
    """The same amount, another one, or nothing; weighted euros given."""
    held = [(org, grant) for org, grant in standing if grant.yearly > 0]
    before = sum([org.weight * grant.yearly for org, grant in held])
    ratio = share / before if before > 0 else 1.0
    usual = ratio / (1.0 + node.baseline[GRANTS])
    near = max(0.0, 1.0 - abs(usual - 1.0) / model.terms.grant_same_tolerance)
    fall = max(0.0, -node.real_growth(model.terms.inflation))
    level, read, quarter = node.level, model.draws.column, model.quarter
    repeats = read("grant same", quarter, level)
    keeps = read("grant kept", quarter, level)
    noises = read("grant noise", quarter, level)
    same, other = [], []
    fixed = wanted = 0.0
    for org, grant in held:
        terms, row = org.terms, org.row
        if repeats[row] < terms.grant_same_share[level] * near:
            same.append((org, grant))
            fixed += org.weight * grant.yearly
            continue
        leaves = terms.withdrawal_base[level] + terms.withdrawal_slope[level] * fall
        if keeps[row] < min(max(leaves, 0.0), terms.withdrawal_maximum):
            grant.yearly = 0.0
        grant.yearly *= math.exp(terms.grant_spread * noises[row])
        other.append((org, grant))
        wanted += org.weight * grant.yearly
    squeeze = share / fixed if fixed > share else 1.0
    rise = (share - min(fixed, share)) / wanted if wanted > 0 else 0.0
    rise = min(max(rise, 0.0), model.terms.grant_rise_cap)
    spent = 0.0
    for some, factor in ((same, squeeze), (other, rise)):
        for org, grant in some:
            grant.yearly *= factor
            spent += org.weight * grant.yearly
    for _, grant in standing:
        grant.due = grant.yearly
    return spent


def _call(model: TwinModel, node: Node, candidates: dict[Organisation, Candidate]) -> None:
    """A call for projects: who wants applies, a jury ranks, the best are served."""
    level, quarter = node.level, model.quarter
    luck = model.draws.column("applies", quarter, level)
    chance = model.draws.column("call score", quarter, level)
    real = node.calls_pot_2025 * model.price_level
    rescale = node.calls_pot / real if node.calls_pot_2025 > 0 else 1.0
    applications = []
    for org in node.cell.members:
        candidate = candidates.get(org)
        if candidate is None:
            candidate = candidates[org] = Candidate(org)
        if luck[org.row] >= candidate.odds:
            continue
        candidate.applied = True
        terms, budget = org.terms, max(org.revenue_year, 0.0)
        project = terms.project_share * budget
        ask = min(terms.ask_share * budget, terms.cofunding_max_rate[level] * project) * rescale
        score = candidate.merit + terms.score_noise * chance[org.row]
        if level in org.grants and org.grants[level].last_year > 0:
            score += terms.score_incumbent
        applications.append(Application(org, ask, score))
    serve(node.calls_pot, applications)
    for application in applications:
        org, award = application.applicant, application.award
        if award:
            grant = org.grant_from(level)
            grant.calls = award
            grant.due += award
        candidates[org].asked += application.ask
        candidates[org].won += award


def application_odds(org: Organisation) -> float:
    """Odds of applying: more in a gap and with support staff, less when overloaded."""
    terms = org.terms
    logit = terms.call_intercept + terms.call_gap * min(max(org.gap, -0.2), 0.4)
    logit += terms.call_overhead * math.log(max(org.overhead_staff, 0.1))
    logit -= terms.call_overload * org.overload
    return 1.0 / (1.0 + math.exp(-logit))


def _merit(org: Organisation) -> float:
    """What a jury sees, the same for all funders."""
    terms = org.terms
    capacity = org.fundraising / max(org.wage, 1.0) + org.overhead_staff
    return (
        terms.score_quality * org.quality
        + terms.score_need * org.cell.unmet
        + terms.score_size * math.log(max(org.revenue_year, 1.0))
        + terms.score_capacity * math.log1p(capacity)
    )


def _count_time(candidate: Candidate) -> None:
    """Applications and reports take staff time, won or lost."""
    org, asked, won = candidate.org, candidate.asked, candidate.won
    terms = org.terms
    org.applications += asked
    hours = terms.application_cost * asked + terms.reporting_cost * won
    org.application_time += hours / max(org.wage * org.staff, 1.0)
    org.application_time = min(org.application_time, 0.5)
    if asked > 0 and won <= 0:
        org.failed_calls = True
    org.due_restricted += terms.restricted_share * won


def _sign(model: TwinModel, node: Node) -> None:
    """New agreements, so many that the next vote finds the wanted share promised."""
    level, terms = node.level, model.terms
    threshold = terms.agreement_threshold * model.price_level
    missing = eligible = 0.0
    able = []
    for org in node.cell.members:
        grant = org.grants.get(level)
        if grant is None:
            continue
        awarded = grant.yearly + grant.calls
        missing += org.weight * awarded * min(max(org.terms.multi_year_share[level], 0.0), 0.95)
        if grant.agreement > 1:
            missing -= org.weight * awarded
        elif grant.agreement == 0 and awarded > threshold:
            eligible += org.weight * awarded
            able.append((org, grant))
    rate = min(max(missing / eligible, 0.0), 1.0) if eligible > 0 else 0.0
    signs = model.draws.column("agreement", model.quarter, level)
    lasts = model.draws.column("agreement length", model.quarter, level)
    whole = math.floor(terms.agreement_years)
    for org, grant in able:
        if signs[org.row] < rate:
            grant.agreement = whole + (lasts[org.row] < terms.agreement_years - whole)
            grant.yearly += grant.calls
            grant.calls = 0.0


def _signal(org: Organisation, quarter_of_year: int) -> None:
    """A lost grant weakens the reputation of the young."""
    if not org.cell.opened or org.age >= YOUNG:
        return
    before = now = 0.0
    for level, grant in org.grants.items():
        if org.cell.nodes[level].late == quarter_of_year:
            before += grant.last_year
            now += grant.yearly
    lost = (before - now) / before if before > 0 else 0.0
    org.reputation *= 1.0 - org.terms.reputation_signal * min(max(lost, 0.0), 1.0)
