"""Totals of a population beside the published figures that they answer to.

Those figures are of employing associations. Foundations, cooperatives and mutuals come on top:
what they add is printed in a column of its own, compared with nothing.
"""

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
from simulator.population import tables
from simulator.population.forms import ASSOCIATION
from simulator.population.table import OrganisationTable, Population

Floats = NDArray[np.float64]

# FTE of the whole country, or what comes nearest to it.
PUBLISHED_JOBS = {
    "ASSO": "V4 1,400–1,600",
    "FOND": "T1-025 92",
    "SCOP": "T5-020 88 thousand employees, Scop and Scic together",
    "SCIC": "T5-020 same",
}


@dataclass(frozen=True)
class Total:
    """One line of the description.

    `published` is a figure of French employing associations: only `associations`, in a
    population of the whole country, answers to it.
    """

    name: str
    associations: float
    all_forms: float
    unit: str
    published: str = ""


@dataclass(frozen=True)
class _Measure:
    """A total over some organisations."""

    name: str
    value: float
    unit: str
    published: str = ""


def totals(population: Population) -> list[Total]:
    """Weighted totals in the units of the published figures, for associations and all forms."""
    everyone = population.organisations
    associations = everyone.take(everyone["form"] == ASSOCIATION)
    return [
        Total(one.name, one.value, every.value, one.unit, one.published)
        for one, every in zip(_measures(associations), _measures(everyone), strict=True)
    ]


def _measures(o: OrganisationTable) -> list[_Measure]:
    w = o["weight"]
    organisations = float(w.sum())
    resources = float(w @ o["budget"])
    grants, contracts, tariffs = o["grants"] @ w, o["contracts"] @ w, o["tariffs"] @ w
    public = float((grants + contracts + tariffs).sum() + w @ o["employment_aid"])
    months = 12 * o["cash"] / o["cost"]
    funders = (o["grants"] > 0).sum(axis=0)
    state = o["grants"][LEVELS.index("etat")]
    median_state = weighted_median(state[state > 0], w[state > 0])
    mean_state = float(w @ state / max(w @ (state > 0), 1))

    def share(euros: float) -> float:
        return 100 * euros / resources

    return [
        _Measure("rows", float(o.rows), "rows"),
        _Measure("organisations", organisations, "organisations", "144,000–170,000"),
        _Measure("resources", resources / 1e9, "€bn", "V2 95–115"),
        _Measure("share of organisations over €500k",
                 share(float((w * o["budget"])[o["budget"] >= 5e5].sum())), "%", "V1 74–82"),
        _Measure("organisations over €10m", _share_of(w, o["budget"] > 1e7), "%"),
        _Measure("their share of resources",
                 share(float((w * o["budget"])[o["budget"] > 1e7].sum())), "%"),
        _Measure("mean budget", resources / organisations / 1e3, "k€", "V3 600–750"),
        _Measure("median budget", weighted_median(o["budget"], w) / 1e3, "k€", "V3 90–150"),
        _Measure("salaried FTE", float(w @ o["staff"]) / 1e6, "million", "V4 1.4–1.6"),
        _Measure("payroll", float(w @ (o["staff"] * o["wage"])) / 1e9, "€bn"),
        _Measure("under 3 FTE", _share_of(w, o["staff"] < 3), "%"),
        _Measure("from 10 FTE", _share_of(w, o["staff"] >= 10), "%"),
        _Measure("from 50 FTE", _share_of(w, o["staff"] >= 50), "%"),
        _Measure("volunteer FTE", float(w @ o["volunteers"]) / 1e3, "thousand", "T7-003 230"),
        _Measure("users", share(float(w @ o["user_sales"])), "%", "V5 36 ± 2"),
        _Measure("public contracts and tariffs", share(float((contracts + tariffs).sum())), "%",
                 "V5 29 ± 2"),
        _Measure("tariffs, of public contracts",
                 100 * float(tariffs.sum() / (contracts + tariffs).sum()), "%"),
        _Measure("subventions", share(float(grants.sum())), "%", "V5 20 ± 2"),
        _Measure("memberships", share(float(w @ o["memberships"])), "%", "V5 7 ± 2"),
        _Measure("gifts and patronage", share(float(w @ (o["gifts"] + o["corporate_gifts"]))),
                 "%", "V5 5 ± 2"),
        _Measure("foundations", share(float(w @ o["foundation_grants"])), "%", "2 (remainder)"),
        _Measure("employment aid", share(float(w @ o["employment_aid"])), "%", "1 (remainder)"),
        _Measure("public money", public / 1e9, "€bn", "V6 49–58"),
        _Measure("under 3 months of cash", _share_of(w, months < 3), "%", "V7 29–33"),
        _Measure("up to 6 months of cash", _share_of(w, months <= 6), "%", "61"),
        _Measure("from 12 months of cash", _share_of(w, months >= 12), "%", "10"),
        _Measure("with a grant of a commune",
                 _share_of(w, o["grants"][LEVELS.index("bloc_communal")] > 0), "%", "T2-074 51"),
        _Measure("with a grant of the State", _share_of(w, state > 0), "%"),
        _Measure("with no public grant", _share_of(w, funders == 0), "%"),
        _Measure("with grants of one level", _share_of(w, funders == 1), "%"),
        _Measure("with grants of two levels", _share_of(w, funders == 2), "%"),
        _Measure("with grants of three levels", _share_of(w, funders == 3), "%"),
        _Measure("with grants of more levels", _share_of(w, funders > 3), "%"),
        _Measure("median State grant", median_state / 1e3, "k€", "V18 5.9 (a payment)"),
        _Measure("mean State grant", mean_state / 1e3, "k€", "V18 104 (a payment)"),
        _Measure("mean over median", mean_state / max(median_state, 1), "", "V18 18"),
        _Measure("grants under agreement",
                 100 * float((w * o["grants"])[o["agreement_years"] > 0].sum() / grants.sum()),
                 "%", "22 (assumed)"),
        _Measure("aided jobs", float(w @ o["aided_jobs"]) / 1e3, "thousand"),
    ]  # fmt: skip


def shares(population: Population) -> dict[str, dict[str, tuple[float, float]]]:
    """Per dimension and code: share of organisations and of resources (0–1)."""
    o = population.organisations
    return {
        "sector": _by(o, o["sector"], SECTORS, N_SECTORS),
        "region": _by(o, o["region"], REGIONS, N_REGIONS),
        "size": _by(o, size_class(o["budget"]), SIZES, N_SIZES),
        "form": _by(o, o["form"], FORMS, N_FORMS),
    }


def jobs(population: Population) -> dict[str, dict[str, float]]:
    """Salaried FTE per dimension and code, all forms, thousands."""
    o = population.organisations
    staff = o["weight"] * o["staff"] / 1e3

    def by(codes: NDArray[np.int8], names: tuple[str, ...]) -> dict[str, float]:
        found = np.bincount(codes, staff, minlength=len(names))
        return dict(zip(names, found.tolist(), strict=True))

    return {
        "sector": by(o["sector"], SECTORS),
        "region": by(o["region"], REGIONS),
        "size": by(size_class(o["budget"]), SIZES),
        "form": by(o["form"], FORMS),
    }


def subventions_by_level(population: Population) -> dict[str, tuple[float, float, float]]:
    """By funder level, billions of euros a year: associations, all forms, published."""
    o = population.organisations
    associations = o["form"] == ASSOCIATION
    published = [float(row["subventions_billion"]) for row in tables.rows("level_totals.csv")]
    every = (o["grants"] @ o["weight"] / 1e9).tolist()
    own = (o["grants"][:, associations] @ o["weight"][associations] / 1e9).tolist()
    return dict(zip(LEVELS, zip(own, every, published, strict=True), strict=True))


def describe(population: Population) -> str:
    """Totals of associations beside the published figures, all forms, then shares; as text."""
    lines = [
        f"Population {population.name}", "",
        f"{'':<34}{'associations':>13}{'all forms':>11} {'':<14}published for associations",
    ]  # fmt: skip
    for total in totals(population):
        pair = f"{_short(total.associations):>13}{_short(total.all_forms):>11}"
        lines.append(f"{total.name:<34}{pair} {total.unit:<14}{total.published}".rstrip())
    lines += ["", f"{'subventions, €bn':<34}{'associations':>13}{'all forms':>11}{'':<16}published"]
    for level, (own, every, published) in subventions_by_level(population).items():
        lines.append(f"{level:<34}{_short(own):>13}{_short(every):>11}{'':<16}{published:.3g}")
    staff = jobs(population)
    for dimension, codes in shares(population).items():
        lines += [
            "",
            f"{dimension:<10}{'organisations %':>17}{'resources %':>14}"
            f"{'thousand FTE':>15}" + ("  published" if dimension == "form" else ""),
        ]
        for code, (count, euros) in codes.items():
            line = f"{code:<10}{100 * count:>17.1f}{100 * euros:>14.1f}"
            line += f"{staff[dimension][code]:>15,.1f}"
            lines.append(f"{line}  {PUBLISHED_JOBS.get(code, '')}".rstrip())
    lines += ["", "Shares by sector, région, size and form are those of all forms."]
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


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
