"""Which plans ship."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.problems import InputError, did_you_mean

FOLDER: Final = Path(__file__).resolve().parents[1] / "plans"


def list_plans() -> list[str]:
    """Ids of the plans that ship, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def plan_path(identifier: str) -> Path:
    """File of a plan that ships; InputError, with what was probably meant, if unknown."""
    known = list_plans()
    if identifier not in known:
        raise InputError.single(
            "plan", f"{identifier!r} is no plan and no YAML file", did_you_mean(identifier, known)
        )
    return FOLDER / f"{identifier}.yaml"
