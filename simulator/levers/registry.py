"""All levers by the name they have in files. A new lever is one class here and nothing else."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from simulator.levers.base import Lever
from simulator.levers.contracts_and_cash import (
    AdvancePayment,
    Cofunding,
    GrantsToCalls,
    Indexation,
    LateVote,
    MultiYearAgreements,
    PaymentDelay,
)  # fmt: skip
from simulator.levers.credit import BridgeCredit
from simulator.levers.demand_and_costs import Demand, Volunteers, WagesAndPrices
from simulator.levers.expert import ParameterLever
from simulator.levers.funding_cuts import EmploymentAid, PublicFunding
from simulator.levers.mergers import Mergers, Mutualisation
from simulator.levers.new_revenue import (
    FundraisingEffort,
    GrantsToProcurement,
    MarketActivity,
    Membership,
    Philanthropy,
    Prices,
    QuasiEquity,
    Scic,
)  # fmt: skip
from simulator.levers.support import Administration, EmergencyFund, Reserves
from simulator.levers.support_programme import SupportProgramme
from simulator.problems import did_you_mean
from simulator.strict_model import faults
from simulator.units import fault, shown

_CLASSES: Final[tuple[type[Lever], ...]] = (
    PublicFunding, EmploymentAid, PaymentDelay, AdvancePayment, LateVote, MultiYearAgreements,
    Indexation, Cofunding, GrantsToCalls, GrantsToProcurement, EmergencyFund, BridgeCredit,
    QuasiEquity, Philanthropy, FundraisingEffort, Prices, Membership, MarketActivity, Scic,
    Mergers, Mutualisation, WagesAndPrices, Demand, Volunteers, Reserves, SupportProgramme,
    Administration,
    ParameterLever,
)  # fmt: skip


def _name(lever: type[Lever]) -> str:
    return str(typing.get_args(lever.model_fields["lever"].annotation)[0])


LEVERS: Final[Mapping[str, type[Lever]]] = {_name(lever): lever for lever in _CLASSES}
FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    family: tuple(name for name, lever in LEVERS.items() if lever.family == family)
    for family in dict.fromkeys(lever.family for lever in _CLASSES)
}


def _named(value: object) -> object:
    """Tell an unknown or missing lever before its fields are looked at."""
    if isinstance(value, Lever):
        return value
    if not isinstance(value, dict):
        raise fault(f"{shown(value)} is not a lever", "write {lever: public_funding, change: -10%}")
    if "lever" not in value:
        raise faults([(("lever",), "is missing", f"name one of {', '.join(LEVERS)}")])
    name = value["lever"]
    if not isinstance(name, str) or name not in LEVERS:
        hint = did_you_mean(name, list(LEVERS))
        raise faults([(("lever",), f"{shown(name)} is no lever", hint)])
    return value


_Union: Any = reduce(or_, _CLASSES)
AnyLever = Annotated[Annotated[_Union, Field(discriminator="lever")], BeforeValidator(_named)]
"""Any lever, told apart by its `lever` key."""
