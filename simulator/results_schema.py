"""What each column of a results folder holds, as a Frictionless data package."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

from simulator import indicators, panel

_KEYS: Final = {
    "scenario": "Scenario id.",
    "draw": "Draw of the parameters; 0 is the default values.",
    "structure": "Structural variant of the model.",
    "replicate": "Replicate: one world, shared by all scenarios (common random numbers).",
    "quarter": "Quarter, written 2026Q1; 2025Q4 is the base of the indices.",
    "dimension": "How organisations are grouped; `all` is everybody.",
    "group": "Code in the dimension; codes of a crossing are joined by `|`.",
    "rows": "Rows of the synthetic population behind the value (unweighted).",
}
_AT_ENTRY: Final = (
    " Only the cohort of 2025Q4, grouped by what each organisation was then; divided by its value "
    "in 2025Q4 it is the share that survives."
)
_SUM_NOTES: Final = {"sum_cohort": _AT_ENTRY, "sum_cohort_jobs": _AT_ENTRY}
_LIFETIMES: Final = {
    "organisation": "Identifier of the synthetic organisation (53 bits).",
    "weight": "Number of real organisations represented.",
    "sector": "Sector code.",
    "region": "Région, Insee code.",
    "size": "Size class by yearly budget in 2025 euros, at entry.",
    "form": "Legal form at entry.",
    "funding_profile": "What the organisation lives on, at entry.",
    "budget_0": "Yearly budget at entry, euros of 2025.",
    "cash_months_0": "Months of costs in free cash, at entry.",
    "public_share_0": "Share of public money in resources, at entry.",
    "top_funder_share_0": "Share of the largest funder in resources, at entry.",
    "age_0": "Years since creation, at entry.",
    "jobs_0": "Jobs at entry, full-time equivalents.",
    "entry_quarter": "First quarter seen; 2025Q4 for the initial cohort.",
    "exit_quarter": "Quarter of exit; null for survivors.",
    "exit_cause": "How it ended; null for survivors.",
    "primary_cause": "What brought it there; null for survivors.",
    "absorbed_by": "Identifier of the absorber; null unless absorbed.",
    "jobs_end": "Jobs when it left or, for survivors, in the last quarter, full-time equivalents.",
}
_FLOWS: Final = {
    "flow": "Kind of flow.",
    "from": "Account that pays.",
    "to": "Account that receives.",
    "amount": "Amount in the quarter, current euros, weighted.",
}
_TITLES: Final = {
    "trajectories": "Indicators by quarter and group",
    "lifetimes": "One row per organisation, draw and replicate",
    "organisations": "State of the organisations followed, in every quarter",
    "flows": "Transaction-flow matrix by quarter",
}


def _type(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return "string"
    if pa.types.is_integer(kind):
        return "integer"
    return "boolean" if pa.types.is_boolean(kind) else "number"


def field(name: str, kind: pa.DataType, table: str = "trajectories") -> dict[str, Any]:
    """Frictionless field of one column of a table."""
    described: dict[str, Any] = {"name": name, "type": _type(kind)}
    if table == "organisations" and name in panel.choosable():
        # Of one organisation: an indicator of the same name is a mean or a sum.
        return described | {"description": panel.choosable()[name]}
    indicator = indicators.INDICATORS.get(name)
    if indicator is not None:
        return described | {
            "title": indicator.label_en,
            "description": indicator.definition_en,
            "unit": indicator.unit,
            "title_fr": indicator.label_fr,
            "description_fr": indicator.definition_fr,
        }
    if name.startswith("sum_"):
        note = _SUM_NOTES.get(name, "")
        return described | {"description": f"Weighted sum over the group: {name[4:]}.{note}"}
    for known in (_KEYS, _LIFETIMES, _FLOWS):
        if name in known:
            return described | {"description": known[name]}
    return described


def known_columns(table: str) -> tuple[str, ...]:
    """Columns that every table of events or flows holds; the first folders knew nothing of jobs."""
    known = {"lifetimes": _LIFETIMES, "flows": _FLOWS}.get(table, {})
    return tuple(name for name in known if not name.startswith("jobs_"))


def data_package(
    schemas: dict[str, pa.Schema], files: dict[str, dict[str, Any]], title: str
) -> dict[str, Any]:
    """The data package of a results folder; `files` gives path, bytes and hash of each table."""
    return {
        "profile": "data-package",
        "name": "penser-demain-results",
        "title": title,
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": [
            {
                "name": name,
                "title": _TITLES.get(name, name),
                "path": files[name]["path"],
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": files[name]["bytes"],
                "hash": f"sha256:{files[name]['sha256']}",
                "schema": {
                    "fields": [field(f.name, f.type, name) for f in schema],
                    "missingValues": [""],
                },
            }
            for name, schema in schemas.items()
        ],
    }
