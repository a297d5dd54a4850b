"""Survival curves of the simulated organisations, per replicate and over replicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from simulator import codes, intervals
from simulator.codes import quarter_index, quarter_label
from simulator.compare import SHOWN_FROM_ROWS
from simulator.problems import InputError
from simulator.survival import Curves, curves
from simulator.trajectories import BASE_QUARTER

if TYPE_CHECKING:
    from simulator.results import Results

COHORTS: Final = ("initial", "entrants", "by_age")
CAUSES: Final = {"exit_cause": codes.EXIT_CAUSES, "primary_cause": codes.PRIMARY_CAUSES}
GROUPINGS: Final = ("sector", "region", "size", "form", "funding_profile")
_SUMMARY: Final = (
    "survival", "low", "high", "low_50", "high_50", "mean_low", "mean_high", "band", "at_risk",
    "rows", "shown",
)  # fmt: skip
_LONGEST_AGE: Final = 160  # quarters; older organisations say nothing on ages below


def survival_paths(
    results: Results, by: str | None = None, cohort: str = "initial", causes: str = "exit_cause"
) -> pd.DataFrame:
    """One curve per scenario, group, draw and replicate.

    Columns `scenario dimension group cohort draw structure replicate time quarter survival at_risk
    rows` and one `incidence_<cause>` per cause; `time` is in quarters since 2025Q4 (`initial`),
    since birth (`entrants`) or of age (`by_age`); `quarter` is null but for `initial`.
    """
    table = _prepared(results, by, cohort, causes)
    keys = ["scenario", "draw", "structure", "replicate"]
    positions = table.groupby(keys, observed=True, sort=False).indices
    frames = []
    for scenario in results.scenario_ids:
        for draw, structure, replicate in results.units:
            run = table.iloc[positions.get((scenario, draw, structure, replicate), [])]
            groups = _groups(table, by)
            found = _run_curves(run, groups, cohort, causes, len(results.quarters) - 1)
            part = _tidy(found, groups, cohort, causes)
            part.insert(0, "scenario", scenario)
            part.insert(1, "dimension", by or "all")
            part.insert(3, "cohort", cohort)
            part.insert(4, "draw", draw)
            part.insert(5, "structure", structure)
            part.insert(6, "replicate", replicate)
            frames.append(part)
    return pd.concat(frames, ignore_index=True)


def survival(
    results: Results, by: str | None = None, cohort: str = "initial", causes: str = "exit_cause"
) -> pd.DataFrame:
    """Mean curve and pointwise band over replicates.

    Columns `scenario dimension group cohort time quarter survival low high low_50 high_50
    mean_low mean_high band rmst at_risk rows` and one `incidence_<cause>` per cause (means).
    `low`, `high`: the spread of outcomes, 5–95 % from 50 replicates, lowest to highest below
    (`band` says which). `mean_low`, `mean_high`: 90 % t interval of the mean over replicates.
    `rmst`: quarters lived on average up to that time. `shown` is false under 30 rows at risk.
    Without a row where there is nobody to follow, such as entrants where nobody entered.
    """
    table = survival_paths(results, by, cohort, causes)
    keys = ["scenario", "dimension", "group", "cohort", "time"]
    rows = []
    incidences = [name for name in table.columns if name.startswith("incidence_")]
    for key, part in table.groupby(keys, sort=False, observed=True):
        values = part["survival"].to_numpy(float)
        known = values[~np.isnan(values)]
        if len(known) == 0:
            continue
        mean, mean_low, mean_high = intervals.student(known)
        band = intervals.band(known)
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "quarter": part["quarter"].iloc[0],
                "survival": float(mean),
                "low": float(band["low"]),
                "high": float(band["high"]),
                "low_50": float(band["low_50"]),
                "high_50": float(band["high_50"]),
                "mean_low": float(mean_low),
                "mean_high": float(mean_high),
                "band": intervals.band_kind(len(known)),
                "at_risk": float(part["at_risk"].mean()),
                "rows": float(part["rows"].mean()),
                "shown": bool(part["rows"].mean() >= SHOWN_FROM_ROWS),
                **{name: float(part[name].mean()) for name in incidences},
                "replicates": len(known),
            }
        )
    columns = [*keys, "quarter", *_SUMMARY, *incidences, "replicates"]
    frame = pd.DataFrame(rows, columns=columns).astype({"survival": float})
    lived = frame.groupby(keys[:-1], sort=False, observed=True)["survival"]
    frame.insert(len(keys) + 9, "rmst", lived.cumsum() - frame["survival"])
    return frame


def _prepared(results: Results, by: str | None, cohort: str, causes: str) -> pd.DataFrame:
    """Lifetimes with integer `_entry`, `_duration` and `_cause` for the cohort asked for."""
    for name, value, allowed in (
        ("cohort", cohort, COHORTS),
        ("causes", causes, tuple(CAUSES)),
        ("by", by or GROUPINGS[0], GROUPINGS),
    ):
        if value not in allowed:
            raise InputError.single(name, f"unknown {value!r}", "one of " + ", ".join(allowed))
    table = results.lifetimes
    entered, left = _index(table["entry_quarter"]), _index(table["exit_quarter"])
    initial = entered <= BASE_QUARTER
    horizon = quarter_index(results.quarters[-1])
    gone = table["exit_quarter"].notna().to_numpy()
    end = np.where(gone, left, horizon)
    start = np.maximum(entered, BASE_QUARTER)
    if cohort == "by_age":
        age = np.where(initial, np.round(table["age_0"].to_numpy(float) * 4), 0).astype(np.int64)
        entry, duration = age, age + end - start
        kept = np.ones(len(table), bool)
    else:
        entry, duration = np.zeros(len(table), np.int64), end - start
        kept = initial if cohort == "initial" else ~initial
        # A birth and an exit in one quarter last a quarter: time is not finer.
        duration = np.where(gone, np.maximum(duration, 1), duration)
    names = {cause: i for i, cause in enumerate(CAUSES[causes])}
    categories = [names.get(str(c), -1) for c in table[causes].cat.categories]
    code = table[causes].cat.codes.to_numpy()
    cause = np.where(gone & (code >= 0), np.array([*categories, -1])[code], -1)
    if (gone & (cause < 0)).any():
        raise ValueError(f"an organisation left without a known {causes}")
    columns = ["scenario", "draw", "structure", "replicate", "weight", *([by] if by else [])]
    return table[columns].assign(_entry=entry, _duration=duration, _cause=cause).loc[kept]


def _index(quarters: pd.Series) -> np.ndarray:
    """Quarter index of a categorical column of labels; null gives a very early quarter."""
    of_category = np.array(
        [*(quarter_index(str(c)) for c in quarters.cat.categories), -(10**6)], np.int64
    )
    return of_category[quarters.cat.codes.to_numpy()]


def _groups(table: pd.DataFrame, by: str | None) -> list[str]:
    return ["all"] if by is None else [str(c) for c in table[by].cat.categories]


def _run_curves(
    run: pd.DataFrame, groups: list[str], cohort: str, causes: str, horizon: int
) -> Curves:
    column = None if groups == ["all"] else run.columns[5]
    return curves(
        run["_duration"].to_numpy(),
        run["_cause"].to_numpy(),
        len(CAUSES[causes]),
        _LONGEST_AGE if cohort == "by_age" else horizon,
        weight=run["weight"].to_numpy(float),
        group=None if column is None else run[column].cat.codes.to_numpy(),
        groups=len(groups),
        entry=run["_entry"].to_numpy(),
    )


def _tidy(found: Curves, groups: list[str], cohort: str, causes: str) -> pd.DataFrame:
    """Long frame of the curves; empty groups are left out, a curve ends with its risk set."""
    times = found.survival.shape[1]
    time = np.tile(np.arange(times), len(groups))
    at_risk = found.at_risk.ravel()
    frame = pd.DataFrame(
        {
            "group": np.repeat(groups, times),
            "time": time,
            "quarter": [quarter_label(BASE_QUARTER + t) for t in time]
            if cohort == "initial"
            else None,
            "survival": found.survival.ravel(),
            "at_risk": at_risk,
            "rows": found.rows.ravel(),
        }
    )
    for number, cause in enumerate(CAUSES[causes]):
        frame[f"incidence_{cause}"] = found.incidence[:, number].ravel()
    present = np.repeat(found.at_risk.max(axis=1) > 0, times)
    if cohort == "entrants":
        present &= at_risk > 0
    return frame[present].reset_index(drop=True)
