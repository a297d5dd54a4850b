"""Parameters that the Mesa twin reads, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.codes import N_LEVELS
from simulator.parameters import SPECS
from simulator.processes.payment import hazards

if TYPE_CHECKING:
    from tests.reference.reduced_engine import ReducedEngine

KERNELS = ("payment_kernel", "payment_kernel_procurement", "payment_kernel_tariff")
GROWTH = (
    ("grant_growth", "indexation_grants"),
    ("procurement_growth", "indexation_procurement"),
    ("tariff_growth", "indexation_tariffs"),
)


@dataclass(frozen=True)
class Terms:
    """Parameters that are the same for all organisations."""

    inflation: float
    income_growth: float
    wage_growth: float
    public_growth: tuple[float, ...]  # by instrument
    aid_growth: float
    need_growth: tuple[float, ...]  # by sector
    usual_inflation: float
    usual_income_growth: float
    restricted_share: float
    odds: tuple[tuple[tuple[float, ...], ...], ...]  # payment by instrument, level and age
    noise: float
    noise_size: float
    noise_persistence: float
    user_growth: float
    sales_protection: float
    income_elasticity: float
    user_quality: float
    membership_growth: float
    membership_price: float
    membership_quality: float
    membership_fee: float
    depreciation: float
    interest: float
    corporate_tax: float
    vacancy: float
    exit_hazard: tuple[float, ...]  # by size at entry
    age_factor: tuple[float, ...]  # by age class
    gap_sensitivity: float
    low_cash_sensitivity: float
    vacancy_sensitivity: float
    dissolution_share: tuple[float, ...]  # by size at entry

    @classmethod
    def of(cls, engine: ReducedEngine) -> Terms:
        """Terms of a world without levers."""
        p: Any = engine.parameters
        odds = []

        def usual(name: str) -> float:
            return float(np.asarray(SPECS[name].default))

        for name in KERNELS:
            kernels = np.atleast_2d(p[name])
            rows = [kernels[level if len(kernels) > 1 else 0] for level in range(N_LEVELS)]
            odds.append(tuple(tuple(hazards(row, 0.0, 0.0).tolist()) for row in rows))
        return cls(
            inflation=p["inflation"],
            income_growth=p["income_growth"],
            wage_growth=p["wage_growth"],
            # Growth parameters hold at the reference inflation; the indexed share follows prices.
            public_growth=tuple(
                p[growth] + p[index] * p["inflation"] - usual(index) * usual("inflation")
                for growth, index in GROWTH
            ),
            aid_growth=p["grant_growth"],
            need_growth=tuple(p["need_growth"].tolist()),
            usual_inflation=usual("inflation"),
            usual_income_growth=usual("income_growth"),
            restricted_share=p["restricted_share"],
            odds=tuple(odds),
            noise=p["revenue_noise"],
            noise_size=p["revenue_noise_size"],
            noise_persistence=p["revenue_noise_persistence"],
            user_growth=p["user_growth"],
            sales_protection=p["sales_protection"],
            income_elasticity=p["income_elasticity_users"],
            user_quality=p["user_quality"],
            membership_growth=p["membership_growth"],
            membership_price=p["membership_price"],
            membership_quality=p["membership_quality"],
            membership_fee=p["membership_fee"],
            depreciation=p["depreciation_rate"],
            interest=p["interest_base"] + p["interest_spread"],
            corporate_tax=p["corporate_tax"],
            vacancy=p["leadership_vacancy"],
            exit_hazard=tuple(p["exit_hazard"].tolist()),
            age_factor=tuple(p["age_factor"].tolist()),
            gap_sensitivity=p["exit_gap_sensitivity"],
            low_cash_sensitivity=p["exit_low_cash_sensitivity"],
            vacancy_sensitivity=p["exit_vacancy_sensitivity"],
            dissolution_share=tuple(p["dissolution_share"].tolist()),
        )
