"""Where scenarios that ship are found, and which there are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.problems import InputError, did_you_mean
from simulator.scenario.hypothesis import REFERENCE

STARTING_SET: Final = (REFERENCE, "tendance-2025", "choc-regional", "fusionner", "virage-marchand")
"""Scenarios of a run that names none."""


def scenario_folder() -> Path:
    """`scenarios/` of the repository, else the copy inside the installed package."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package.parent / "scenarios", package / "_scenarios"):
        if (folder / f"{REFERENCE}.yaml").is_file():
            return folder
    return package / "_scenarios"


def list_scenarios() -> list[str]:
    """Ids of the scenarios that ship: the starting set first, the others by name."""
    found = {path.stem for path in scenario_folder().glob("*.yaml")}
    first = [name for name in STARTING_SET if name in found]
    return [*first, *sorted(found - set(first))]


def scenario_path(identifier: str) -> Path:
    """File of a scenario that ships; InputError, with what was probably meant, if unknown."""
    known = list_scenarios()
    if identifier not in known:
        raise InputError.single(
            "scenario", f"{identifier!r} is no scenario and no YAML file",
            did_you_mean(identifier, known),
        )  # fmt: skip
    return scenario_folder() / f"{identifier}.yaml"
