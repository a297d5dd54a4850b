"""What analyses look at: points that have outcomes, in replicates that all of them have.

Units fail, and experiments are looked at before they are finished. Points with a failed unit are
left out, or else replicates in which units failed: whichever leaves more to look at. Units that
are still to be played only cost the replicates that are not whole; units are played replicate by
replicate, so that whole replicates are balanced.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from experiments.store import parcel
from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.results import ExperimentResults

_LEFT_OUT: Final = "left out: units of theirs failed (play them again with --resume --retry-failed)"


@dataclass(frozen=True)
class Seen:
    """A part of an experiment in which every point has every replicate.

    points: design_ids in their order. replicates: those that all of them have. failing_points,
    failing_replicates: how many were left out because units failed.
    """

    results: ExperimentResults
    points: pd.Index
    replicates: tuple[int, ...]
    failing_points: int
    failing_replicates: int

    @cached_property
    def design(self) -> pd.DataFrame:
        """The design, of these points."""
        return self.results.design.loc[self.points]

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes of these points in these replicates."""
        table = self.results.outcomes
        here = table["design_id"].isin(self.points) & table["replicate"].isin(self.replicates)
        return table[here]

    def whole_blocks(self, count: int) -> tuple[pd.DataFrame, int]:
        """Unit points of the blocks (of `count` equal ones) that lack no point; how many do lack.

        For analyses that need blocks of points as the sampler made them; InputError under two.
        """
        every = unit_points(self.results)
        block = np.arange(len(every)) // (len(every) // count)
        whole = pd.Series(every.index.isin(self.points)).groupby(block).transform("all")
        kept = every[whole.to_numpy()]
        there = len(kept) * count // len(every)
        if there < 2:
            raise InputError.single(
                "folder", f"{there} of {count} blocks of the design lack no point; two are needed",
                "play what failed again: `experiment run … --resume --retry-failed`",
            )  # fmt: skip
        return kept, count - there

    @property
    def said(self) -> tuple[str, ...]:
        """What is left out, in sentences."""
        told = []
        if not self.results.complete:
            told.append(
                f"unfinished: {self.results.missing_words}; this is about the replicates that are "
                f"whole ({len(self.replicates)}), and will change"
            )
        if self.failing_points:
            every = len(self.results.design)
            told.append(f"{self.failing_points} of {every} points are {_LEFT_OUT}")
        if self.failing_replicates:
            told.append(f"{self.failing_replicates} replicates are {_LEFT_OUT}")
        return tuple(told)


def unit_points(results: ExperimentResults) -> pd.DataFrame:
    """All points as the sampler gave them: in the unit cube, by design_id."""
    plan, index = results.plan, results.design.index.sort_values()
    return pd.DataFrame(plan.unit_points(), index, list(plan.columns()))


def seen(results: ExperimentResults) -> Seen:
    """The part of an experiment that analyses look at; InputError where there is none."""
    runs, points = results.runs, results.design.index.sort_values()
    status = runs.pivot(index="design_id", columns="replicate", values="status").reindex(points)
    done, failed = (status == parcel.DONE).to_numpy(), (status == parcel.FAILED).to_numpy()
    sound = np.logical_not(failed.any(axis=1))
    smooth = np.logical_not(failed.any(axis=0))
    fewer_points = (sound, done[sound].all(axis=0) & bool(sound.any()))
    fewer_replicates = (np.ones_like(sound), smooth & done.all(axis=0))
    sizes = [int(rows.sum() * columns.sum()) for rows, columns in (fewer_points, fewer_replicates)]
    of_points = sizes[0] >= sizes[1]
    rows, columns = fewer_points if of_points else fewer_replicates
    if not columns.any():
        there = f"{int(done.sum()):,} units are done and {int(failed.sum()):,} failed"
        raise InputError.single(
            "folder", f"no replicate of {results.folder} is there at every design point: {there}",
            "go on with --resume, and --retry-failed for units that failed; "
            "`experiment status` tells why they did",
        )  # fmt: skip
    return Seen(
        results, points[rows], tuple(int(r) for r in status.columns[np.asarray(columns)]),
        int(failed.any(axis=1).sum()) if of_points else 0,
        0 if of_points else int(failed.any(axis=0).sum()),
    )  # fmt: skip
