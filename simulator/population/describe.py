"""Totals of a population beside the published figures they answer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    FORMS,
    LEVELS,
    N_FORMS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
    REGIONS,
    SECTORS,
    SIZES,
    size_class,
)  # fmt: skip
from simulator.population.table import OrganisationTable, Population

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Total:
    """One line of the description; `published` holds for the whole country."""

    name: str
    value: float
    unit: str
    published: str = ""


def totals(population: Population) -> list[Total]:
    """Weighted totals, in the units of the published figures."""
    o = population.organisations
    w = o["weight"]
    organisations = float(w.sum())
    resources = float(w @ o["budget"])
    grants, contracts, tariffs = o["grants"] @ w, o["contracts"] @ w, o["tariffs"] @ w
    public = float((grants + contracts + tariffs).sum() + w @ o["employment_aid"])
    months = 12 * o["cash"] / o["cost"]
    state = o["grants"][0]

    def share(euros: float) -> float:
        return 100 * euros / resources

    lines = [
        Total("rows", float(o.rows), "rows"),
        Total("organisations", organisations, "organisations", "150,000 associations and others"),
        Total("resources", resources / 1e9, "€bn", "V2 95–115"),
        Total("share of organisations over €500k",
              share(float((w * o["budget"])[o["budget"] >= 5e5].sum())), "%", "V1 74–82"),
        Total("mean budget", resources / organisations / 1e3, "k€", "V3 600–750"),
        Total("median budget", weighted_median(o["budget"], w) / 1e3, "k€", "V3 90–150"),
        Total("salaried FTE", float(w @ o["staff"]) / 1e6, "million", "V4 1.4–1.6"),
        Total("volunteer FTE", float(w @ o["volunteers"]) / 1e3, "thousand", "T7-003 230"),
        Total("users", share(float(w @ o["user_sales"])), "%", "V5 36 ± 2"),
        Total("public contracts and tariffs", share(float((contracts + tariffs).sum())), "%",
              "V5 29 ± 2"),
        Total("subventions", share(float(grants.sum())), "%", "V5 20 ± 2"),
        Total("memberships", share(float(w @ o["memberships"])), "%", "V5 7 ± 2"),
        Total("gifts and patronage", share(float(w @ (o["gifts"] + o["corporate_gifts"]))), "%",
              "V5 5 ± 2"),
        Total("foundations", share(float(w @ o["foundation_grants"])), "%", "2 (remainder)"),
        Total("employment aid", share(float(w @ o["employment_aid"])), "%", "1 (remainder)"),
        Total("public money", public / 1e9, "€bn", "V6 49–58"),
        Total("under 3 months of cash", 100 * float(w @ (months < 3)) / organisations, "%",
              "V7 29–33"),
        Total("with a grant of a commune", _share_of(w, o["grants"][3] > 0), "%", "T2-074 51"),
        Total("with a grant of the State", _share_of(w, state > 0), "%", ""),
        Total("with no public grant", _share_of(w, o["grants"].max(axis=0) == 0), "%", ""),
        Total("median State grant", weighted_median(state[state > 0], w[state > 0]) / 1e3, "k€",
              "V18 5.9 (a payment)"),
        Total("mean State grant", float(grants[0] / max(w @ (state > 0), 1)) / 1e3, "k€",
              "V18 104 (a payment)"),
        Total("grants under agreement",
              100 * float((w * o["grants"])[o["agreement_years"] > 0].sum() / grants.sum()), "%",
              "22 (assumed)"),
        Total("aided jobs", float(w @ o["aided_jobs"]) / 1e3, "thousand", ""),
    ]  # fmt: skip
    return lines


def shares(population: Population) -> dict[str, dict[str, tuple[float, float]]]:
    """Per dimension and code: share of organisations and of resources (0–1)."""
    o = population.organisations
    return {
        "sector": _by(o, o["sector"], SECTORS, N_SECTORS),
        "region": _by(o, o["region"], REGIONS, N_REGIONS),
        "size": _by(o, size_class(o["budget"]), SIZES, N_SIZES),
        "form": _by(o, o["form"], FORMS, N_FORMS),
    }


def grants_by_level(population: Population) -> dict[str, float]:
    """Subventions by funder level, euros a year."""
    o = population.organisations
    return dict(zip(LEVELS, (o["grants"] @ o["weight"]).tolist(), strict=True))


def describe(population: Population) -> str:
    """Table of totals and shares, as text."""
    lines = [f"Population {population.name}", ""]
    for total in totals(population):
        value = f"{total.value:,.0f}" if total.value >= 1000 else f"{total.value:.3g}"
        lines.append(f"{total.name:<34}{value:>12} {total.unit:<14}{total.published}")
    for dimension, codes in shares(population).items():
        lines += ["", f"{dimension:<10}{'organisations %':>17}{'resources %':>14}"]
        for code, (count, euros) in codes.items():
            lines.append(f"{code:<10}{100 * count:>17.1f}{100 * euros:>14.1f}")
    return "\n".join(lines)


def weighted_median(values: Floats, weight: Floats) -> float:
    """Value at half of the weight; 0 where there is none."""
    if not len(values):
        return 0.0
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _share_of(weight: Floats, flag: NDArray[Any]) -> float:
    return 100 * float(weight @ flag) / float(weight.sum())


def _by(
    o: OrganisationTable, codes: NDArray[np.int8], names: tuple[str, ...], length: int
) -> dict[str, tuple[float, float]]:
    count = np.bincount(codes, o["weight"], minlength=length)
    euros = np.bincount(codes, o["weight"] * o["budget"], minlength=length)
    pairs = zip((count / count.sum()).tolist(), (euros / euros.sum()).tolist(), strict=True)
    return {name: pair for name, pair in zip(names, pairs, strict=True) if pair[0] > 0}
