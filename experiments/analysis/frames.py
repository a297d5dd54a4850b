"""From outcomes to what every analysis starts from: a response, points × replicates.

Runs of one replicate share every random number, so a policy is compared with its reference pair
by pair, and every point is looked at through the same replicates. Nothing is joined by position,
and what is missing or not finite is refused by name: a library that is given NaN may answer zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from simulator.compare import paired
from simulator.problems import InputError, did_you_mean

STRUCTURE: Final = "structure"
DRAW: Final = "draw"
_NAMED: Final = 5  # faults named one by one in a message


def response(
    design: pd.DataFrame,
    outcomes: pd.DataFrame,
    outcome: str,
    scenario: str,
    reference: str | None = None,
) -> pd.DataFrame:
    """Values of an outcome at every design point, in the order of the design.

    Returns a frame with the index of `design` (`design_id`) and one column per replicate: the
    outcome in `scenario`, or the paired difference `scenario` − `reference`, in the outcome's
    unit. Only replicates that every point has are kept, so that a run that was cut short, or
    replicates of unequal number, leave every point seen through the same luck.

    Raises InputError for unknown names, repeated units, values that are not finite, points
    without outcomes, outcomes of points that the design lacks, and no replicate in common.
    """
    _known(outcome, [c for c in outcomes.columns if c not in _KEYS], "outcome")
    check_design(design)
    table = _table(outcomes, outcome, scenario)
    if reference is not None:
        other = _table(outcomes, outcome, reference)
        _same_units(table, other, scenario, reference)
        values = paired(table.to_numpy(float, copy=True), other.to_numpy(float))
        table = pd.DataFrame(values, table.index, table.columns)
    strangers = table.index.difference(design.index)
    if len(strangers):
        raise _refused("design_id", f"outcomes of points that the design lacks: {_some(strangers)}",
                       "give the design that these outcomes were run on")  # fmt: skip
    missing = design.index.difference(table.index)
    if len(missing):
        raise _refused(
            "design_id",
            f"{len(missing)} of {len(design)} design points have no outcome in {scenario!r}: "
            f"{_some(missing)}",
            "go on with what was stopped (--resume), and with what failed (--retry-failed)",
        )
    table = table.reindex(design.index)
    common = table.notna().all(axis=0)
    if not common.any():
        raise _refused("replicate", "no replicate was run at every design point",
                       "finish the experiment (--resume)")  # fmt: skip
    return table.loc[:, common]


_KEYS: Final = ("design_id", "replicate", "scenario")


def scenarios_of(outcomes: pd.DataFrame) -> list[str]:
    """Scenario ids in order of appearance."""
    return [str(name) for name in outcomes["scenario"].unique()]


def inputs_of(design: pd.DataFrame, names: Sequence[str] | None = None) -> list[str]:
    """Columns of the design that vary, in its order; those of `names` only, if given.

    `structure` is among them where several were run. InputError for an unknown name, and where
    nothing varies.
    """
    for name in names or ():
        _known(name, [str(c) for c in design.columns], "input")
    wanted = [str(c) for c in design.columns if names is None or c in names]
    varied = [name for name in wanted if design[name].nunique(dropna=False) > 1]
    if not varied:
        raise _refused("design", "no column of the design varies", "use a design with two points "
                       "or more")  # fmt: skip
    return varied


def regions_of(design: pd.DataFrame, names: Sequence[str] | None = None) -> list[str]:
    """Inputs that a region can be told in: those that vary, without the numbers of draws.

    Draw 12 is not between draws 11 and 13: InputError where nothing else varies.
    """
    usable = [name for name in inputs_of(design, names) if name != DRAW]
    if not usable:
        raise _refused(
            "design", "only the number of the draw varies, and numbers of draws have no order",
            "join the parameters of the draws to the design, or vary parameters in the plan",
        )  # fmt: skip
    return usable


def is_text(column: pd.Series) -> bool:
    """Whether a design column holds categories, such as structures, rather than numbers."""
    return not pd.api.types.is_numeric_dtype(column)


def check_design(design: pd.DataFrame) -> None:
    """Refuse a design with repeated `design_id`s or values that are not finite."""
    if not design.index.is_unique:
        raise _refused("design_id", f"repeated in the design: {_some(_twice(design.index))}",
                       "one row per point")  # fmt: skip
    for name in design.columns:
        column = design[name]
        bad = column.isna() if is_text(column) else ~np.isfinite(column.to_numpy(float))
        if np.asarray(bad).any():
            raise _refused(f"design.{name}", f"not finite at design_id "
                           f"{_some(design.index[np.asarray(bad)])}", "finite numbers")  # fmt: skip


def joined(design: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """The design with `value` (mean over replicates), `sd` (over replicates) and `replicates`.

    Joined by `design_id`: the order of rows of either does not matter.
    """
    summary = pd.DataFrame(
        {
            "value": values.mean(axis=1),
            "sd": values.std(axis=1, ddof=1) if values.shape[1] > 1 else np.nan,
            "replicates": values.shape[1],
        }
    )
    return design.join(summary, validate="one_to_one")


def means(design: pd.DataFrame, values: pd.DataFrame) -> np.ndarray:
    """(points,) means over replicates in the order of `design`; InputError where one is missing."""
    missing = design.index.difference(values.index)
    if len(missing):
        raise _refused("design_id", f"no response at {_some(missing)}",
                       "take the response of this design")  # fmt: skip
    result = values.reindex(design.index).to_numpy(float).mean(axis=1)
    if not np.isfinite(result).all():
        raise _refused("response", f"not finite at design_id "
                       f"{_some(design.index[~np.isfinite(result)])}",
                       "every point needs a finite value")  # fmt: skip
    return np.asarray(result)


def _table(outcomes: pd.DataFrame, outcome: str, scenario: str) -> pd.DataFrame:
    """(points, replicates) of one scenario; NaN only where a unit was not run."""
    _known(scenario, scenarios_of(outcomes), "scenario")
    rows = outcomes.loc[outcomes["scenario"] == scenario, ["design_id", "replicate", outcome]]
    twice = rows.duplicated(["design_id", "replicate"])
    if twice.any():
        raise _refused("outcomes", f"repeated units in {scenario!r}: {_units(rows[twice])}",
                       "one row per design_id, replicate and scenario")  # fmt: skip
    bad = ~np.isfinite(rows[outcome].to_numpy(float))
    if bad.any():
        raise _refused(
            outcome, f"{bad.sum()} values of {scenario!r} are not finite: {_units(rows[bad])}",
            "leave these units out on purpose, or choose an outcome that always exists",
        )  # fmt: skip
    return rows.pivot(index="design_id", columns="replicate", values=outcome)


def _same_units(own: pd.DataFrame, other: pd.DataFrame, scenario: str, reference: str) -> None:
    """Refuse units that were run in one scenario only: nothing to pair them with."""
    here, there = (set(table.stack().index) for table in (own, other))
    alone = sorted(here ^ there)
    if alone:
        told = pd.DataFrame(alone, columns=["design_id", "replicate"])
        raise _refused(
            "outcomes", f"units in one of {scenario!r} and {reference!r} only: {_units(told)}",
            "a pair needs both scenarios of a unit",
        )  # fmt: skip


def _units(rows: pd.DataFrame) -> str:
    pairs = rows[["design_id", "replicate"]].itertuples(index=False)
    return _some([f"design_id {d} replicate {r}" for d, r in pairs])


def _some(items: Any) -> str:
    """The first few, and how many more."""
    listed = [str(item) for item in items]
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more


def _twice(index: pd.Index) -> pd.Index:
    return index[index.duplicated()].unique()


def _known(name: str, known: Sequence[str], field: str) -> None:
    if name not in known:
        raise _refused(field, f"unknown {field} {name!r}", did_you_mean(name, known))


def _refused(field: str, message: str, hint: str) -> InputError:
    return InputError.single(field, message, hint, file="analysis")
