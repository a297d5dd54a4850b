"""Organisations whose fate differs between two worlds, and what that does to a sum over them.

The worlds of a pair start with the same organisations, and an entrant has the same identity
wherever it is founded. Each organisation therefore has at most two lives, one in the scenario
("here") and one in the reference ("there"), and a sum over organisations differs by the sum of what
each of them is here less what it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.codes import EXIT_CAUSES, quarter_index
from simulator.trajectories import BASE_QUARTER

if TYPE_CHECKING:
    from simulator.results import Results

Floats = NDArray[np.float64]
# Kinds of organisations whose fate differs by the end of a quarter.
KINDS: Final = (
    "left_only_here", "left_only_there", "left_earlier_here", "left_later_here", "other_cause",
    "born_only_here", "born_only_there",
)  # fmt: skip
# Where a difference of a sum over organisations is: who left in one world only, who is in both,
# who was founded since 2025.
SOURCES: Final = ("left_only_here", "left_only_there", "in_both", "entrants")
SUMMED: Final = ("jobs_fte", "organisations", "survival", "survival_job_weighted")
_LATER: Final = 2**30  # quarter of an exit that has not happened
_TRAITS: Final = ["sector", "region", "size", "form", "funding_profile"]
_NEVER: Final = {"weight": 0.0, "jobs_0": 0.0, "jobs": 0.0, "entry": _LATER, "exit": _LATER}
_KEYS: Final = ["scenario", "draw", "structure", "replicate"]


def lives(results: Results, scenario: str, reference: str, quarter: str) -> Iterator[pd.DataFrame]:
    """Both lives of every organisation of each unit, at the end of a quarter.

    One frame per unit, in the order of the units, one row per organisation that either world has
    had by then: `organisation`, traits at entry, and with the suffixes `_here` and `_there`:
    `weight`, `jobs_0`, `entry` and `exit` (quarter indices, very late where it has not happened),
    `exit_cause`, `primary_cause` (None where alive), `alive`, `jobs` (nan where not known).
    """
    table, at = results.lifetimes, quarter_index(quarter)
    positions = table.groupby(_KEYS, observed=True, sort=False).indices
    staff = _staff(results, quarter)
    for unit in results.units:
        worlds = []
        for name in (scenario, reference):
            life = table.iloc[positions.get((name, *unit), [])]
            worlds.append(_world(life, at, staff.get((name, *unit))))
        yield _joined(worlds[0], worlds[1])


def jobs_known(results: Results, quarter: str) -> bool:
    """True where the jobs of every organisation are known at the end of a quarter."""
    if quarter == results.quarters[-1]:
        return "jobs_end" in results.lifetimes
    return results.follows_everybody and "staff" in results.organisations


def _staff(results: Results, quarter: str) -> dict[Any, pd.Series]:
    """(scenario, unit) → staff by organisation, from the panel or from the ends of lives."""
    if not jobs_known(results, quarter):
        return {}
    if quarter == results.quarters[-1]:
        table, column = results.lifetimes, "jobs_end"
    else:
        panel = results.organisations
        table, column = panel[panel["quarter"] == quarter], "staff"
    positions = table.groupby(_KEYS, observed=True, sort=False).indices
    names, values = table["organisation"].to_numpy(), table[column].to_numpy(float)
    return {key: pd.Series(values[at], names[at]) for key, at in positions.items()}


def _world(life: pd.DataFrame, at: int, staff: pd.Series | None) -> pd.DataFrame:
    """One row per organisation that a world has had by the end of a quarter."""
    entry, left = _index(life["entry_quarter"], BASE_QUARTER), _index(life["exit_quarter"], _LATER)
    gone = left <= at
    jobs = np.nan if staff is None else staff.reindex(life["organisation"]).to_numpy(float)
    found = life[["organisation", *_TRAITS, "weight", "jobs_0"]].assign(
        entry=entry,
        exit=np.where(gone, left, _LATER),
        exit_cause=_known(life["exit_cause"], gone),
        primary_cause=_known(life["primary_cause"], gone),
        alive=~gone,
        jobs=np.where(gone, 0.0, jobs),
    )
    return found[entry <= at]


def _known(causes: pd.Series, gone: NDArray[np.bool_]) -> NDArray[Any]:
    """Causes of those who are gone, None for the others."""
    found = np.full(len(causes), None, object)
    found[gone] = causes.astype(object).to_numpy()[gone]
    return found


def _index(quarters: pd.Series, null: int) -> NDArray[np.int64]:
    """Quarter indices of a categorical column of labels."""
    of_category = [quarter_index(str(c)) for c in quarters.cat.categories]
    return np.array([*of_category, null], np.int64)[quarters.cat.codes.to_numpy()]


def _joined(here: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """Both lives side by side; where a world never had an organisation it weighs nothing there."""
    both = here.merge(there, "outer", "organisation", suffixes=("_here", "_there"))
    for name in _TRAITS:
        both[name] = both.pop(f"{name}_here").astype(object).fillna(both.pop(f"{name}_there"))
    for side in ("here", "there"):
        never = both[f"alive_{side}"].isna()
        for name, null in _NEVER.items():
            both[f"{name}_{side}"] = both[f"{name}_{side}"].mask(never, null)
        both[f"alive_{side}"] = both[f"alive_{side}"].eq(True)
    return both


def kinds(both: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Kind of each organisation whose fate differs (of KINDS, else None), and the exit cause told.

    The cause is that of the exit here, or of the exit there where it left only there.
    """
    born = {side: both[f"entry_{side}"].to_numpy() < _LATER for side in ("here", "there")}
    left = {side: both[f"exit_{side}"].to_numpy() for side in ("here", "there")}
    gone = {side: exits < _LATER for side, exits in left.items()}
    cause = {side: both[f"exit_cause_{side}"].to_numpy(object) for side in ("here", "there")}
    everywhere, twice = born["here"] & born["there"], gone["here"] & gone["there"]
    conditions = (
        everywhere & gone["here"] & ~gone["there"],
        everywhere & gone["there"] & ~gone["here"],
        twice & (left["here"] < left["there"]),
        twice & (left["here"] > left["there"]),
        twice & (left["here"] == left["there"]) & (cause["here"] != cause["there"]),
        ~born["there"],
        ~born["here"],
    )
    kind = np.full(len(both), None, object)
    for name, found in zip(KINDS, conditions, strict=True):
        kind[found] = name
    told = cause["here"].copy()
    only_there = kind == "left_only_there"
    told[only_there] = cause["there"][only_there]
    told[conditions[-2] | conditions[-1]] = None
    return kind, told


def since(both: pd.DataFrame) -> NDArray[np.int64]:
    """Quarter index of the first exit of each organisation, or of its entry where born once."""
    first = np.minimum(both["exit_here"].to_numpy(), both["exit_there"].to_numpy())
    entries = np.stack([both["entry_here"].to_numpy(), both["entry_there"].to_numpy()])
    once = entries.max(axis=0) == _LATER
    return np.asarray(np.where(once, entries.min(axis=0), first), np.int64)


def source_columns() -> list[tuple[str, str | None]]:
    """(source, exit cause) of the columns of `source_parts`."""
    columns: list[tuple[str, str | None]] = [
        (source, cause) for source in SOURCES[:2] for cause in EXIT_CAUSES
    ]
    return [*columns, *((source, None) for source in SOURCES[2:])]


def source_parts(both: pd.DataFrame, indicator: str) -> Floats:
    """(sources,) parts of the difference of an indicator of SUMMED, in its unit.

    Organisations of 2025 that only one world still has count by the cause of their exit in the
    other; those that both have by how much they differ; organisations founded since, all together.
    What an absorbed organisation brought is with its absorber, which is in both.
    """
    here, there = _summed(both, indicator, "here"), _summed(both, indicator, "there")
    apart = here - there
    entry = np.minimum(both["entry_here"].to_numpy(), both["entry_there"].to_numpy())
    initial = entry <= BASE_QUARTER
    alive = {side: both[f"alive_{side}"].to_numpy(bool) for side in ("here", "there")}
    masks = {
        "left_only_here": initial & alive["there"] & ~alive["here"],
        "left_only_there": initial & alive["here"] & ~alive["there"],
        "in_both": initial & alive["here"] & alive["there"],
        "entrants": ~initial,
    }
    parts = []
    for source, cause in source_columns():
        mask = masks[source]
        if cause is not None:
            side = "here" if source == "left_only_here" else "there"
            mask = mask & (both[f"exit_cause_{side}"] == cause).to_numpy()
        parts.append(float(apart[mask].sum()))
    return np.array(parts)


def _summed(both: pd.DataFrame, indicator: str, side: str) -> Floats:
    """What each organisation is worth in the sum of one world."""
    weight = both[f"weight_{side}"].to_numpy(float)
    alive = both[f"alive_{side}"].to_numpy(bool)
    if indicator == "jobs_fte":
        return np.asarray(weight * both[f"jobs_{side}"].to_numpy(float))
    if indicator == "organisations":
        return weight * alive
    initial = both[f"entry_{side}"].to_numpy() <= BASE_QUARTER
    if indicator == "survival_job_weighted":
        weight = weight * both[f"jobs_0_{side}"].to_numpy(float)
    return np.asarray(weight * (initial & alive) / weight[initial].sum())
