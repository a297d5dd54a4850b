"""Folders of experiments without a simulator: a known function gives every number.

They are written through the functions of the store, so that a report reads what a run leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.plan import Plan
from experiments.plan.loading import parse_plan
from experiments.runner import identity
from experiments.store import parcel, reading
from experiments.store.folder import ExperimentFolder
from simulator.codes import quarter_label
from simulator.indicators import RECORDED

Effect = Callable[[Mapping[str, Any]], float]
"""Relative difference of a policy at a design point."""

TEXT = """
format: 1
id: essai
title: {{fr: "Une baisse à l'essai", en: "A cut on trial"}}
question: {{fr: "Que change la baisse ?", en: "What does the cut change?"}}
levers: {levers}
uncertainties: {uncertainties}
outcomes: [{{indicator: jobs_fte, at: 2026Q4}}, {{indicator: survival, at: 2026Q4}}]
design: {design}
replicates: {replicates}
quarters: 4
population: demo
{more}
"""
PARAMETERS = "{parameters: {layoff_rate: {}, crowding_out: {}, stickiness_down: {}}}"


def plan(
    design: str = "{kind: list}",
    uncertainties: str = "{}",
    levers: str = "{policies: [rabot-10]}",
    replicates: str = "3",
    more: str = "",
) -> Plan:
    """A plan over four quarters."""
    return parse_plan(TEXT.format(design=design, uncertainties=uncertainties, levers=levers,
                                  replicates=replicates, more=more))  # fmt: skip


def steady(_: Mapping[str, Any]) -> float:
    """A tenth less, at every point."""
    return -0.10


def write(
    path: Path,
    given: Plan,
    effects: Mapping[str, Effect] | Effect = steady,
    noise: float = 0.01,
    failed: Collection[tuple[int, int]] = (),
    units: int | None = None,
) -> Path:
    """Write the experiment of a plan.

    effects: of every policy, or by id. noise: spread of the differences over replicates. failed:
    units (design_id, replicate) that failed. units: how many are there; all, and the experiment is
    finished, where it is None.
    """
    design = given.design_points()
    order = [(r, d) for r in range(given.replicates.most) for d in design.index]
    texts = {reading.PLAN: given.to_yaml(), reading.RESOLVED: given.to_yaml()}
    manifest = {**identity(given), "command": None, "started": "2026-01-01T00:00:00+00:00"}
    with ExperimentFolder.opened(path, manifest, texts, design) as folder:
        folder.extend(order)
        for replicate, design_id in order[:units]:
            point = design.loc[design_id].to_dict()
            run: dict[str, Any] = {"design_id": design_id, "replicate": replicate, "seconds": 0.1,
                                   "status": parcel.DONE, "seed": given.seed}  # fmt: skip
            tables = _tables(given, int(design_id), replicate, point, effects, noise)
            if (design_id, replicate) in failed:
                run |= {"status": parcel.FAILED, "error": "ValueError: <no> world & no luck"}
                tables = {}
            file = folder.journal / parcel.file_name(replicate, design_id)
            parcel.write(file, parcel.pack(run, tables))
        # As a run that goes on: what is there is found in the folder.
    with ExperimentFolder.opened(path, manifest, texts, design) as folder:
        folder.extend(order[:units])
        if units is None:
            folder.finish(given.title.en, 1.0)
    return path


def _tables(
    given: Plan, design_id: int, replicate: int, point: Mapping[str, Any],
    effects: Mapping[str, Effect] | Effect, noise: float,
) -> dict[str, pa.Table]:  # fmt: skip
    luck = np.random.default_rng([replicate]).standard_normal(2)
    reference = 10_000.0 * (1 + 0.02 * luck[0])
    levels = {"fil-de-l-eau": reference}
    for number, name in enumerate(given.scenario_ids[1:]):
        effect = effects if callable(effects) else effects[name]
        levels[name] = reference * (1 + effect(point) + noise * luck[1] / (number + 1))
    rows: list[dict[str, Any]] = []
    keys = {"design_id": design_id, "replicate": replicate}
    for name, level in levels.items():
        for time in range(-1, 4):
            share = (time + 1) / 4
            rows.append(
                {
                    **dict.fromkeys(RECORDED, float("nan")), **keys,
                    "scenario": name, "quarter": quarter_label(time), "dimension": "all",
                    "group": "all", "jobs_fte": 10_000 + share * (level - 10_000),
                    "survival": 1 - 0.1 * share * 10_000 / level,
                }
            )  # fmt: skip
    outcomes = [
        {**keys, "scenario": row["scenario"], "jobs_fte_2026Q4": row["jobs_fte"],
         "survival_2026Q4": row["survival"]}
        for row in rows if row["quarter"] == "2026Q4"
    ]  # fmt: skip
    return {
        "outcomes": pa.Table.from_pylist(outcomes),
        "trajectories": pa.Table.from_pylist(rows),
    }
