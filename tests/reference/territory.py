"""Cells of région × sector: who provides there, what is needed, demand for service (P6, P16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.codes import SECTOR_BLOCKS, SECTORS

if TYPE_CHECKING:
    from tests.reference.funders import Node
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation
    from tests.reference.rules import Terms

SPILLING = [SECTORS.index(code) for code in ("SOCIAL", "IAE", "MEDSOC")]
BLOCKS = [[SECTORS.index(code) for code in block] for block in SECTOR_BLOCKS]
BLOCK_OF = {sector: block for block in BLOCKS for sector in block}


class Cell:
    """A sector in a région."""

    members: list[Organisation]
    nodes: list[Node]  # public nodes, by funder level
    terms: Terms

    def __init__(
        self, index: int, region: int, sector: int, identity: int, tie_radius: float,
        organisations_2025: float, demand_base: float, demand: float, need_base: float,
        need_trend: float, need: float, unmet: float, unmet_base: float,
    ):  # fmt: skip
        self.index, self.region, self.sector, self.identity = index, region, sector, identity
        self.tie_radius = tie_radius
        self.organisations_2025 = organisations_2025
        self.demand_base, self.demand = demand_base, demand
        self.need_base, self.need_trend, self.need = need_base, need_trend, need
        self.unmet, self.unmet_base = unmet, unmet_base
        self.members, self.nodes = [], []
        self.opened = False  # a grants vote opened here this quarter

    @property
    def served(self) -> float:
        """Service of the quarter, persons."""
        return sum([org.weight * org.service for org in self.members])


def share_demand(model: TwinModel) -> None:
    """Demand of a cell goes to its providers by past service, quality and price."""
    for cell in model.cells:
        total = 0.0
        for org in cell.members:
            attraction = org.service * org.quality
            price = org.real_price
            if price != 1.0 and attraction > 0.0:
                attraction *= price**-org.terms.price_elasticity
            org.demand = attraction
            total += org.weight * attraction
        factor = cell.demand / total if total > 0 else 0.0
        for org in cell.members:
            org.demand *= factor


def follow_need(model: TwinModel) -> None:
    """Need grows; what is not met beyond the level of 2025 turns to neighbouring sectors."""
    spill = [0.0] * len(model.cells)
    share = model.terms.need_spill
    for cell in model.cells:
        trend = cell.need_trend * cell.terms.demand_factor
        cell.need = cell.need_base * trend
        cell.unmet = 1.0 - (min(cell.served, cell.need) / cell.need if cell.need > 0 else 1.0)
        cell.demand = cell.demand_base * trend
        if cell.sector in SPILLING:
            others = [sector for sector in BLOCK_OF[cell.sector] if sector != cell.sector]
            excess = max(cell.unmet - cell.unmet_base, 0.0) * share / len(others)
            for sector in others:
                spill[cell.index - cell.sector + sector] += excess
    for cell in model.cells:
        cell.demand *= 1.0 + spill[cell.index]
