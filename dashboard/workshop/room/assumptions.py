"""Assumptions that a room may question: parameters that rest on judgement and weigh on the result.

Each has one value for all organisations and funders, so that it can be set for a whole run; its
label, unit and range are those of the parameter file.
"""

from __future__ import annotations

from typing import Final

ASSUMPTIONS: Final = (
    "cofunding_withdrawal_public",
    "inertia",
    "withdrawal_slope",
    "multi_year_share",
    "application_cost",
    "gift_pool_expansion",
    "crowding_out",
    "quality_erosion",
    "merger_completion",
    "loan_to_receivable",
    "exit_low_cash_sensitivity",
    "entry_rate",
)


def assumed_value(parameter: str, toward: str) -> float:
    """Value at the low or high end of the range that ensembles draw from."""
    from simulator.parameters import SPECS

    span = SPECS[parameter].range
    assert span is not None
    return float(span[0] if toward == "low" else span[1])
