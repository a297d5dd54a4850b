"""Explaining a number: where a paired difference comes from.

    results.explain("jobs_fte", "choc-regional").text("fr")

Four answers to one question, each of which stands alone: which sectors, régions and sizes hold the
difference; through which exits it came, beside what changed in those that stayed and in entrants;
whose fate changed; and in which process of which quarter the two worlds part. An answer that
cannot be given is missing with a reason (`refused`), never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulator import fates
from simulator.codes import quarter_label
from simulator.compare import compare, known_indicator
from simulator.explain_groups import DIMENSIONS, Refused, group_parts, table
from simulator.indicators import INDICATORS
from simulator.parting import Parting, parting
from simulator.problems import InputError

if TYPE_CHECKING:
    from simulator.results import Results

REFUSALS: Final[dict[str, dict[str, str]]] = {
    "median": {
        "fr": "les médianes de groupes ne s'ajoutent pas",
        "en": "medians of groups do not add up",
    },
    "unknown_by_dimension": {
        "fr": "ce dont il est fait n'est connu que par région et par secteur",
        "en": "what it is made of is known by région and sector only",
    },
    "not_by_organisation": {
        "fr": "cet indicateur n'est pas suivi organisation par organisation ; le sont : "
        + " ; ".join(INDICATORS[code].label_fr for code in fates.SUMMED),
        "en": "this indicator is not followed organisation by organisation; these are: "
        + "; ".join(INDICATORS[code].label_en for code in fates.SUMMED),
    },
    "jobs_at_the_end_only": {
        "fr": "les emplois de chaque organisation ne sont gardés qu'au dernier trimestre ; "
        "enregistrer les organisations (--record organisations) ou arrêter le calcul plus tôt "
        "(--quarters)",
        "en": "the jobs of each organisation are kept for the last quarter only; record the "
        "organisations (--record organisations) or stop the run earlier (--quarters)",
    },
    "not_asked": {"fr": "non demandé", "en": "not asked for"},
    "other_code": {
        "fr": "ces résultats viennent d'une autre version du code : les mondes ne peuvent être "
        "rejoués",
        "en": "these results come from another version of the code: the worlds cannot be played "
        "again",
    },
    "processes_replaced": {
        "fr": "un processus a été remplacé : les mondes ne peuvent être rejoués",
        "en": "a process was replaced: the worlds cannot be played again",
    },
    "population_unknown": {
        "fr": "la population de ces résultats n'est plus là", "en": "the population of these "
        "results is no longer there",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """A paired difference taken apart; money, jobs and shares in the unit of the indicator.

    `groups`: dimension → columns `group part low high share`, adding up to the difference (group
    `rest` is what no group holds). `sources`: columns `source cause part low high share`, adding up
    to it too (`fates.SOURCES`). `fates`: columns `kind cause organisations jobs`, weighted numbers
    of those whose fate differs by then (`fates.KINDS`) and of the jobs they held at entry, mean
    over units. `changed`: one row per unit and organisation whose fate differs, with the quarter
    since when. `refused`: what is not answered (a dimension, `sources`, `parting`) → code of
    REFUSALS.
    """

    indicator: str
    scenario: str
    reference: str
    quarter: str
    value: float
    reference_value: float
    difference: float
    low: float
    high: float
    interval: str
    units: int
    groups: dict[str, pd.DataFrame]
    sources: pd.DataFrame | None
    fates: pd.DataFrame
    changed: pd.DataFrame
    parting: Parting | None
    titles: dict[str, dict[str, str]]
    refused: dict[str, str] = field(default_factory=dict)

    def text(self, language: str = "fr") -> str:
        """The explanation as a page of text, French or English."""
        from simulator.cli.explanation import lines

        return "\n".join(lines(self, language))

    def __str__(self) -> str:
        return self.text("en")

    def as_dict(self) -> dict[str, Any]:
        """Plain form, for JSON (`docs/json/run.schema.json`)."""
        found = self.parting
        return {
            "indicator": self.indicator, "scenario": self.scenario, "reference": self.reference,
            "quarter": self.quarter, "value": self.value, "reference_value": self.reference_value,
            "difference": self.difference, "low": self.low, "high": self.high,
            "interval": self.interval, "units": self.units,
            "groups": {name: rows.to_dict("records") for name, rows in self.groups.items()},
            "sources": None if self.sources is None else self.sources.to_dict("records"),
            "fates": self.fates.to_dict("records"),
            "parting": None if found is None else {
                "unit": list(found.unit),
                "first": None if found.first is None else vars(found.first),
                "fate": None if found.fate is None else vars(found.fate),
            },
            "refused": {
                name: {"code": code, **REFUSALS[code]} for name, code in self.refused.items()
            },
        }  # fmt: skip


def explain(
    results: Results,
    indicator: str,
    scenario: str,
    at: str | None = None,
    reference: str | None = None,
    rerun: bool = True,
) -> Explanation:
    """Take the paired difference of a scenario and its reference apart; see `Results.explain`."""
    known = known_indicator(indicator)
    reference = results.known_scenario(reference or results.reference)
    if results.known_scenario(scenario) == reference:
        raise InputError.single("scenario", f"{scenario} is the reference itself", "name another")
    (quarter,) = results.known_quarters(at, "all")
    whole = compare(results, indicator, at=quarter, reference=reference)
    whole = whole[whole["scenario"] == scenario] if len(whole) else whole
    if whole.empty:
        raise InputError.single("indicator", f"{indicator} has no value in {quarter}", "another")
    row = whole.iloc[0]
    difference = float(row["difference"])
    refused: dict[str, str] = {}
    groups: dict[str, pd.DataFrame] = {}
    for by in DIMENSIONS:
        parts = group_parts(results, known, scenario, reference, quarter, by)
        if isinstance(parts, Refused):
            refused[by] = parts.reason
            continue
        groups[by] = table(parts.values, results.units, difference)
        groups[by].insert(0, "group", parts.groups)
    sources, changed = _lives(results, indicator, scenario, reference, quarter, difference, refused)
    found = parting(results, scenario, reference, quarter) if rerun else Refused("not_asked")
    if isinstance(found, Refused):
        refused["parting"] = found.reason
    return Explanation(
        indicator, scenario, reference, quarter, float(row["value"]),
        float(row["reference_value"]), difference, float(row["low"]), float(row["high"]),
        str(row["interval"]), len(results.units), groups, sources,
        _counted(changed, len(results.units)), changed,
        None if isinstance(found, Refused) else found,
        {name: results.manifest["scenarios"][name]["title"] for name in (scenario, reference)},
        refused,
    )  # fmt: skip


def _lives(
    results: Results, indicator: str, scenario: str, reference: str, quarter: str,
    difference: float, refused: dict[str, str],
) -> tuple[pd.DataFrame | None, pd.DataFrame]:  # fmt: skip
    """Sources of the difference (None and a refusal where unknown), and the changed fates."""
    if indicator not in fates.SUMMED:
        refused["sources"] = "not_by_organisation"
    elif indicator == "jobs_fte" and not fates.jobs_known(results, quarter):
        refused["sources"] = "jobs_at_the_end_only"
    parts, changed = [], []
    for unit, both in zip(
        results.units, fates.lives(results, scenario, reference, quarter), strict=True
    ):
        changed.append(_changed(unit, both))
        if "sources" not in refused:
            parts.append(fates.source_parts(both, indicator))
    every = pd.concat(changed, ignore_index=True)
    if not parts:
        return None, every
    sources = table(np.array(parts), results.units, difference)
    names, causes = zip(*fates.source_columns(), strict=True)
    sources.insert(0, "source", names)
    sources.insert(1, "cause", np.array(causes, object))
    return sources, every


def _changed(unit: tuple[int, str, int], both: pd.DataFrame) -> pd.DataFrame:
    """The organisations whose fate differs, with their weight and the jobs they held at entry."""
    kind, cause = fates.kinds(both)
    weight = both[["weight_here", "weight_there"]].max(axis=1)
    jobs = both[["jobs_0_here", "jobs_0_there"]].max(axis=1)
    since = [quarter_label(q) for q in fates.since(both)]
    named = both.assign(kind=kind, cause=cause, weight=weight, jobs_0=jobs, since=since)
    columns = ["organisation", "kind", "cause", "since", "sector", "region", "size", "form",
               "funding_profile", "weight", "jobs_0"]  # fmt: skip
    found = named.loc[named["kind"].notna(), columns]
    draw, structure, replicate = unit
    found.insert(0, "draw", draw)
    found.insert(1, "structure", structure)
    found.insert(2, "replicate", replicate)
    return found


def _counted(changed: pd.DataFrame, units: int) -> pd.DataFrame:
    """Weighted organisations and jobs by kind and cause, mean over units."""
    sums = (
        changed.assign(organisations=changed["weight"], jobs=changed["weight"] * changed["jobs_0"])
        .groupby(["kind", "cause"], dropna=False, sort=False)[["organisations", "jobs"]]
        .sum()
    )
    table = (sums / units).reset_index()
    order = {kind: number for number, kind in enumerate(fates.KINDS)}
    table["cause"] = table["cause"].astype(object).where(table["cause"].notna(), None)
    return table.sort_values(
        ["kind", "organisations"], ascending=[True, False], ignore_index=True,
        key=lambda column: column.map(order) if column.name == "kind" else column,
    )  # fmt: skip
