"""P8: service within capacity, overload and quality; volunteers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

QUALITY_FLOOR, QUALITY_CEILING = 0.4, 1.2
OVERLOAD_CEILING = 2.0


def produce(model: TwinModel) -> None:
    """Serve demand within capacity, offer the overflow to others, wear staff and quality."""
    for org in model.organisations:
        _serve(org)
    for cell in model.cells:
        _offer_overflow(model, cell.members)
    helpers = [0.0] * len(model.crisis)
    for org in model.organisations:
        _move_volunteers(model, org)
        helpers[org.region] += org.weight * org.volunteers
    cap = model.terms.volunteer_pool_cap
    for org in model.organisations:
        limit = cap * model.volunteers_2025[org.region]
        if helpers[org.region] > limit:
            org.volunteers *= limit / helpers[org.region]
    model.crisis = [max(quarters - 1, 0) for quarters in model.crisis]


def _serve(org: Organisation) -> None:
    terms, staff = org.terms, org.staff
    direct = (staff - org.overhead_staff) * (1.0 - org.application_time)
    if org.dip > 0:
        direct *= 1.0 - terms.merger_dip
    helpers = min(org.volunteers * terms.volunteer_factor, terms.volunteer_span * max(staff, 1.0))
    helpers *= terms.volunteer_productivity
    rested = (max(direct, 0.0) + helpers) * org.productivity
    tired = direct * (1.0 - terms.overload_capacity * org.overload)
    org.capacity = (max(tired, 0.0) + helpers) * org.productivity
    org.service = min(org.capacity, org.demand)
    pressure = org.demand / rested if rested > 0 else 0.0
    overload = terms.overload_persistence * org.overload
    overload += min(max(pressure - terms.overload_threshold, 0.0), 1.0)
    org.overload = overload = min(max(overload, 0.0), OVERLOAD_CEILING)
    quality = org.quality + terms.quality_recovery * (1.0 - org.quality)
    quality -= terms.quality_erosion * overload
    org.quality = min(max(quality, QUALITY_FLOOR), QUALITY_CEILING)


def _offer_overflow(model: TwinModel, members: list[Organisation]) -> None:
    """Part of the demand turned away is offered to providers with room."""
    overflow = sum([org.weight * (org.demand - org.service) for org in members])
    if overflow <= 0:
        return
    room = sum([org.weight * (org.capacity - org.service) for org in members])
    if room > 0:
        taken = min(model.terms.overflow_share * overflow, room) / room
        for org in members:
            org.service += (org.capacity - org.service) * taken


def _move_volunteers(model: TwinModel, org: Organisation) -> None:
    terms = org.terms
    change = terms.volunteer_growth * 0.25 - terms.volunteer_overload * org.overload * 0.25
    change -= terms.volunteer_drift * (org.drift - org.previous_drift)
    if model.crisis[org.region] > 0:
        change += terms.volunteer_mobilisation / 2.0
    org.volunteers *= max(1.0 + change, 0.0)
    org.previous_drift = org.drift
