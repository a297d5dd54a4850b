"""The parameters that shape the initial state, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class ParameterValues(Protocol):
    """Anything that gives parameter values by name (`simulator.parameters.Parameters`)."""

    def __getitem__(self, name: str) -> float | Floats: ...


@dataclass(frozen=True)
class InitialParameters:
    """Values read from the parameter file under the same names; see `parameters.yaml`.

    Hashable, so that a population is built once per set of values.
    """

    employing_associations: float
    body_median: float
    body_spread: float
    tail_share: float
    tail_exponent: float
    resource_spread: float
    multi_year_share: float
    agreement_threshold: float
    membership_fee: float
    fundraising_share: float
    wage_mean: float
    staff_cost_share: float
    fixed_cost_share: float
    margin_mean: float
    margin_spread: float
    cash_zero_share: float
    cash_months_median: float
    cash_months_spread: float
    fixed_assets_share: tuple[float, ...]
    depreciation_rate: float
    restricted_base: float
    loans_share: float
    arrears_base: float
    interest_base: float
    interest_spread: float
    age_mean: float
    vulnerable_share: tuple[float, ...]
    tie_degree: float

    @classmethod
    def read(cls, values: ParameterValues) -> InitialParameters:
        """Take the values that the population needs; tables become tuples in code order."""
        return cls(**{field.name: _plain(values[field.name]) for field in fields(cls)})


def _plain(value: float | Floats) -> Any:
    if isinstance(value, np.ndarray) and value.ndim:
        return tuple(float(one) for one in value)
    return float(value)
