"""P6, public part: contracts end and are let again; tariffs follow the places in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.funders import PROCUREMENT, TARIFFS

if TYPE_CHECKING:
    from tests.reference.funders import Node
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.territory import Cell

NEW_BIDDER_ODDS = 0.10
PLACE_CHANGE = 0.10
DUST = 1e-9  # share of an envelope below which nothing is let: rounding only


def let_contracts(model: TwinModel) -> None:
    """Contracts and tariffs of the year, in the first quarter."""
    if model.quarter % 4 != 0:
        return
    for node in model.nodes:
        if node.cell.members:
            _end_contracts(model, node)
            _let_again(model, node)
    for cell in model.cells:
        if cell.members:
            _set_tariffs(cell)


def _end_contracts(model: TwinModel, node: Node) -> None:
    """Running contracts grow; of those that end some are lost, in part to other firms for good."""
    level, quarter = node.level, model.quarter
    ends = model.draws.column("contract ends", quarter, level)
    loses = model.draws.column("contract lost", quarter, level)
    odds = 1.0 / model.terms.contract_length
    leaked = 0.0
    for org in node.cell.members:
        contract = org.contracts.get(level)
        if contract is None or contract.yearly <= 0:
            continue
        contract.yearly *= 1.0 + node.baseline[PROCUREMENT]
        if ends[org.row] < odds and loses[org.row] < org.terms.contract_loss:
            leaked += org.weight * contract.yearly * org.terms.contract_leak
            contract.yearly = 0.0
    voted = node.voted[PROCUREMENT]
    kept = 1.0 - (min(leaked, voted) / voted if voted > 0 else 0.0)
    node.base[PROCUREMENT] *= kept
    node.voted[PROCUREMENT] *= kept


def _let_again(model: TwinModel, node: Node) -> None:
    """What the vote leaves goes to holders and some others, by budget."""
    level, voted = node.level, node.voted[PROCUREMENT]
    held = [org for org in node.cell.members if level in org.contracts]
    total = sum([org.weight * org.contracts[level].yearly for org in held])
    scale = voted / total if total > voted else 1.0
    for org in held:
        org.contracts[level].yearly *= scale
    left = max(voted - min(total, voted), 0.0)
    if left >= DUST * voted and left > 0:
        bids = model.draws.column("contract bid", model.quarter, level)
        bidders = []
        for org in node.cell.members:
            holds = level in org.contracts and org.contracts[level].yearly > 0
            if (holds or bids[org.row] < NEW_BIDDER_ODDS) and org.revenue_year > 0:
                bidders.append(org)
        strength = sum([org.weight * org.revenue_year for org in bidders])
        for org in bidders:
            org.contract_with(level).yearly += org.revenue_year * (left / strength)
    for org in node.cell.members:
        if level in org.contracts:
            org.contracts[level].due = org.contracts[level].yearly


def _set_tariffs(cell: Cell) -> None:
    """Places follow activity within a bound; the tariff of a place follows the vote."""
    paid = [org for org in cell.members if org.tariff_quota > 0 or org.tariffs]
    for org in paid:
        use = org.service / org.tariff_quota if org.tariff_quota > 0 else 1.0
        change = min(max(use, 1.0 - PLACE_CHANGE), 1.0 + PLACE_CHANGE)
        org.tariff_quota *= change
        for line in org.tariffs.values():
            line.yearly *= change
    before = offered = 0.0
    for node in cell.nodes:
        lines = [(org, org.tariffs[node.level]) for org in paid if node.level in org.tariffs]
        voted = node.voted[TARIFFS]
        previous = max(node.previous[TARIFFS] + node.carved_year[TARIFFS], 0.0)
        growth = voted / previous if previous > 0 else 1.0
        total = growth * sum([org.weight * line.yearly for org, line in lines])
        # Places freed by departures are offered to the others.
        offer = min(voted / total if total > 0 else 1.0, 1.0 + PLACE_CHANGE)
        for _, line in lines:
            line.yearly *= growth * offer
            line.due = line.yearly
        before += total
        offered += total * offer
    for org in paid:
        org.tariff_quota *= offered / before if before > 0 else 1.0
