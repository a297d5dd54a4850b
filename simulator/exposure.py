"""What part of an organisation's resources the levers of a scenario act on, by région.

Exposure is what stands in the way of the levers before anybody reacts: resources of 2025, as the
population has them, of which at least one lever changes the amount, the terms or the timing in at
least one quarter. A euro that several levers touch counts once. Levers that act on costs, on
credit, on needs or on what organisations decide touch no resource and are named apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import INSTRUMENTS, N_REGIONS
from simulator.population.table import PRIVATE_RESOURCES, PUBLIC_RESOURCES

if TYPE_CHECKING:
    from simulator.levers import Effects, Selector
    from simulator.parameters import Parameters
    from simulator.population import Population
    from simulator.scenario import Scenario

Floats = NDArray[np.float64]

# Parameter that a lever changes → resources that it acts on. Others act on none.
TOUCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "employment_aid_factor": ("employment_aid",),
    "payment_shift": PUBLIC_RESOURCES,
    "advance_share": PUBLIC_RESOURCES,
    "late_vote_quarters": ("grants",),
    "multi_year_share": ("grants",),
    "indexation_grants": ("grants",),
    "indexation_procurement": ("contracts",),
    "indexation_tariffs": ("tariffs",),
    "cofunding_withdrawal_public": ("grants",),
    "cofunding_max_rate": ("grants",),
    "inertia": ("grants",),
    "application_cost": ("grants",),
    "procurement_conversion": ("grants",),
    "gift_pool_factor": ("gifts", "corporate_gifts", "foundation_grants"),
    "tax_relief_points": ("gifts",),
    "fundraising_effort": ("gifts",),
    "foundation_pool_factor": ("foundation_grants",),
    "restricted_share_private": ("foundation_grants",),
    "price_factor": ("user_sales",),
    "price_cap": ("user_sales",),
    "diversification_attempts": ("user_sales",),
    "demand_factor": ("user_sales",),
    "membership_factor": ("memberships",),
}
_OF_INSTRUMENT: Final = dict(zip(INSTRUMENTS, PUBLIC_RESOURCES, strict=True))


@dataclass(frozen=True)
class Exposure:
    """Euros of 2025 a year by région, (18,), and the levers that touch no resource.

    resources: all that its organisations live on; touched: what the levers act on. aside: the
    position in the scenario of each lever that acts on no resource.
    """

    resources: Floats
    touched: Floats
    aside: tuple[int, ...]

    @property
    def share(self) -> Floats:
        """(18,) part of the resources touched, 0 to 1; not a number where there are none."""
        return np.divide(
            self.touched,
            self.resources,
            out=np.full(N_REGIONS, np.nan),
            where=self.resources > 0,
        )


def exposure(
    scenario: Scenario, population: Population, parameters: Parameters, quarters: int
) -> Exposure:
    """Exposure of each région to the levers of a scenario over the quarters run."""
    table = population.organisations
    # Part of each resource of each row that is touched; where a lever reaches a share of the
    # organisations, drawn, it is that share.
    parts = {name: np.zeros(table[name].shape) for name in (*PUBLIC_RESOURCES, *PRIVATE_RESOURCES)}
    aside = []
    for position, lever in enumerate(scenario.levers):
        if not _touch(parts, lever.compile(quarters, parameters), population):
            aside.append(position)
    weight, region = table["weight"], table["region"]
    touched = np.zeros(table.rows)
    for name, part in parts.items():
        euros = table[name] * part
        touched += euros.sum(axis=0) if euros.ndim == 2 else euros
    return Exposure(
        np.asarray(np.bincount(region, weight * table["budget"], N_REGIONS), np.float64),
        np.asarray(np.bincount(region, weight * touched, N_REGIONS), np.float64),
        tuple(aside),
    )


def _touch(parts: dict[str, Floats], effects: Effects, population: Population) -> bool:
    """Mark what the effects of a lever act on; whether that is any resource at all."""
    found = False
    for vote in effects.votes:
        if np.all(vote.factor == 1.0) and np.isnan(vote.growth).all():
            continue
        for instrument in vote.instruments:
            _mark(parts[_OF_INSTRUMENT[INSTRUMENTS[instrument]]], vote.selector, population)
            found = True
    for modifier in effects.modifiers:
        if modifier.neutral.all():
            continue
        for name in TOUCHED.get(modifier.name, ()):
            _mark(parts[name], modifier.selector, population)
            found = True
    return found


def _mark(part: Floats, selector: Selector, population: Population) -> None:
    table = population.organisations
    rows = selector.of_table(table)
    reached = (1.0 if selector.share is None else selector.share) * np.asarray(rows, float)
    if part.ndim == 2:
        reached = selector.funder_mask()[:, None] * np.broadcast_to(reached, part.shape)
    np.maximum(part, reached, out=part)
