"""The Frictionless description of an experiment's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from simulator.results_folder import write_json
from simulator.results_schema import data_package

_TITLES: Final = {
    "design": "Design points",
    "runs": "One row per unit: a design point in a replicate, all scenarios",
    "outcomes": "Outcomes of the plan in each scenario",
}
_COLUMNS: Final = {
    "design_id": "Design point, a row of `design`.",
    "status": "`done` or `failed`; a failed unit has no rows in the other tables.",
    "error": "What went wrong; null where nothing did.",
    "traceback": "Where it went wrong; null where nothing did.",
    "seed": "Seed of the worlds; with the replicate it gives all random numbers.",
    "fates": "Digest of who lived, left, why and when, in all scenarios of the unit.",
    "seconds": "Time that the unit took; not the same when it is run again.",
    "started": "When the unit was begun (UTC); not the same when it is run again.",
    "host": "Machine that the unit was run on; not the same when it is run again.",
    "draw": "Draw of the parameters from the calibrated set; 0 is the default values.",
}
_PREFIXES: Final = {"x_": "Value of the parameter ", "l_": "Value of the plan's range "}


def write_package(
    path: Path, schemas: dict[str, pa.Schema], files: dict[str, dict[str, Any]], title: str
) -> None:
    """Write `datapackage.json`."""
    package = data_package(schemas, files, title)
    package["name"] = "penser-demain-experiment"
    for resource in package["resources"]:
        name = resource["name"]
        resource["title"] = _TITLES.get(name, resource["title"])
        for field in resource["schema"]["fields"]:
            description = _description(name, field["name"])
            if description is not None:
                field.setdefault("description", description)
        if name != "design":
            key = {
                "fields": "design_id",
                "reference": {"resource": "design", "fields": "design_id"},
            }
            resource["schema"]["foreignKeys"] = [key]
    write_json(path / "datapackage.json", package)


def _description(table: str, column: str) -> str | None:
    for prefix, text in _PREFIXES.items():
        if table == "design" and column.startswith(prefix):
            return f"{text}`{column.removeprefix(prefix)}`."
    if table == "outcomes" and column not in _COLUMNS:
        return "Outcome of the plan, in the unit of its indicator."
    return _COLUMNS.get(column)
