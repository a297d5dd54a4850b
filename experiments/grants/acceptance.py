"""Which requests are granted, and for how much of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from experiments.grants.bootstrap import Statistics

CLASSES: Final[Mapping[str, tuple[float, float]]] = {
    "to_2k": (0, 2_000),
    "2k_to_5k": (2_000, 5_000),
    "5k_to_10k": (5_000, 10_000),
    "10k_to_23k": (10_000, 23_000),
    "23k_to_100k": (23_000, 100_000),
    "above_100k": (100_000, np.inf),
}
_KINDS: Final = {"in_calls": True, "outside_calls": False}
_ITERATIONS: Final = 50


def acceptance(requests: pd.DataFrame) -> Statistics:
    """Share granted, granted over asked, by kind of request and by amount asked; weight of calls.

    Classes hold their upper bound. `acceptance_log_amount` and `acceptance_call` are the
    coefficients of a logit of being granted on ln(asked) and on being in a call.
    """
    funded, call = requests["funded"].to_numpy(), requests["call"].to_numpy()
    asked, voted = requests["asked"].to_numpy(), requests["amount"].to_numpy()
    found = {
        "acceptance_share": float(funded.mean()),
        "call_share_of_requests": float(call.mean()),
        "call_share_of_granted": float(call[funded].mean()),
        "call_share_of_euros": float(voted[call].sum() / voted.sum()),
        "granted_over_asked_euros": float(voted.sum() / asked.sum()),
    }
    for kind, of_calls in _KINDS.items():
        here = call == of_calls
        ratio = requests.loc[here & funded, "ratio"].to_numpy()
        found[f"acceptance_share_{kind}"] = float(funded[here].mean())
        found[f"granted_over_asked_median_{kind}"] = float(np.median(ratio))
        euros = float(voted[here].sum() / asked[here & funded].sum())
        found[f"granted_over_asked_euros_{kind}"] = euros
        found[f"granted_in_full_share_{kind}"] = float((ratio >= 1).mean())
        for name, (low, high) in CLASSES.items():
            inside = here & (asked > low) & (asked <= high)
            share = float(funded[inside].mean()) if inside.any() else np.nan
            found[f"acceptance_share_{kind}_{name}"] = share
    design = np.column_stack([np.ones(len(asked)), np.log(asked), call])
    _, by_amount, by_call = logit(design, funded.astype(float))
    return {**found, "acceptance_log_amount": by_amount, "acceptance_call": by_call}


def acceptance_counts(requests: pd.DataFrame) -> dict[str, int]:
    """Requests behind each statistic that does not rest on all."""
    asked = requests["asked"]
    found = {"call_share_of_granted": int(requests["funded"].sum())}
    for kind, of_calls in _KINDS.items():
        here = requests["call"] == of_calls
        granted = int((here & requests["funded"]).sum())
        found[f"acceptance_share_{kind}"] = int(here.sum())
        for name in ("granted_over_asked_median", "granted_over_asked_euros"):
            found[f"{name}_{kind}"] = granted
        found[f"granted_in_full_share_{kind}"] = granted
        for name, (low, high) in CLASSES.items():
            inside = here & (asked > low) & (asked <= high)
            found[f"acceptance_share_{kind}_{name}"] = int(inside.sum())
    return found


def answers(requests: pd.DataFrame) -> pd.DataFrame:
    """Organisations that answered calls: `recipient`, and `won`, at least once."""
    calls = requests[requests["call"]]
    return calls.groupby("recipient")["funded"].any().rename("won").reset_index()


def winners(organisations: pd.DataFrame) -> Statistics:
    """Of the organisations that answered calls in the year, share that won at least once."""
    return {"call_winners_share": float(organisations["won"].mean())}


def logit(design: np.ndarray, outcome: np.ndarray) -> list[float]:
    """Maximum-likelihood coefficients of a logit by Newton's method (reweighted least squares)."""
    coefficients = np.zeros(design.shape[1])
    for _ in range(_ITERATIONS):
        probability = 1.0 / (1.0 + np.exp(-design @ coefficients))
        weight = probability * (1.0 - probability)
        step = np.linalg.solve(
            (design * weight[:, None]).T @ design, design.T @ (outcome - probability)
        )
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-10:
            break
    return [float(one) for one in coefficients]
