"""Paired differences from the reference, as far as units are there, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.analysis.frames import DRAW, STRUCTURE
from experiments.analysis.seen import unit_points
from experiments.report.words import Words
from simulator import compare, paired_summary
from simulator.cli import numbers
from simulator.layers import Unit
from simulator.verdicts import WITHHELD

if TYPE_CHECKING:
    from experiments.plan import Outcome
    from experiments.report.subject import Subject

_SAMPLES = ("latin_hypercube", "sobol")
"""Kinds of design whose points are draws of the parameters, so that signs may be counted."""


@dataclass(frozen=True)
class Difference:
    """An outcome of a policy beside the reference; `row`: `simulator.paired_summary.summary`.

    `chosen_points`: parameters vary, but over points that are no sample of their ranges.
    """

    outcome: Outcome
    policy: str
    value: float
    reference_value: float
    row: dict[str, Any]
    points: int
    replicates: int
    withheld: bool
    chosen_points: bool
    language: str

    @property
    def scale(self) -> tuple[float, int, str]:
        """Factor, decimals and unit that differences are written in."""
        return numbers.scale(self.outcome.of, self.reference_value, self.language)

    @property
    def middle(self) -> float:
        """The difference told: the median over draws of the parameters, else the mean."""
        return float(self.row["median" if self.over_draws else "difference"])

    @property
    def written(self) -> tuple[str, str]:
        """The difference with its unit, and its interval."""
        row = self.row
        return numbers.difference(
            self.middle, row["low"], row["high"], self.outcome.of, self.reference_value,
            self.language,
        )  # fmt: skip

    @property
    def over_draws(self) -> bool:
        """True where the interval is over draws of the parameters."""
        return bool(self.row["interval"] == "draws_5_95")

    @property
    def side(self) -> str:
        """`below` or `above` where the whole interval is, `unclear` where it is not, or `alone`."""
        low, high = self.row["low"], self.row["high"]
        if low != low:
            return "alone"
        return "below" if high < 0 else "above" if low > 0 else "unclear"

    @property
    def word(self) -> str:
        """The verdict in words, or why there is none."""
        if self.withheld:
            return WITHHELD[self.language]
        if self.chosen_points and self.row["verdict"] not in ("identical",):
            return Words(self.language)("no_word")
        return str(self.row[f"verdict_{self.language}"])


class Pairs:
    """All paired differences of an experiment."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    @cached_property
    def keys(self) -> pd.DataFrame:
        """Draw of the parameters and structure of each design point; draw 0 where none is drawn.

        Only points that stand for the ranges are there, where verdicts count signs.
        """
        design = self.subject.results.design
        structure = design.get(STRUCTURE, pd.Series("default", design.index)).astype(str)
        found = pd.DataFrame({"draw": 0, "structure": structure})
        if DRAW in design:
            found["draw"] = design[DRAW]
        elif self.sampled:
            if self.subject.plan.design.kind == "sobol":
                from experiments.analysis.sobol import base_sample

                points = base_sample(unit_points(self.subject.results))
                design, found = design.loc[points.index], found.loc[points.index]
            others = design.drop(columns=STRUCTURE, errors="ignore")
            found["draw"] = others.groupby(list(others.columns), sort=False).ngroup() + 1
        return found

    @property
    def sampled(self) -> bool:
        """True where parameters were drawn, so that verdict words may be used."""
        plan = self.subject.plan
        return DRAW in self.subject.results.design or (
            plan.design.kind in _SAMPLES and bool(plan.uncertainties.drawn)
        )

    def table(self, outcome: Outcome, policy: str) -> pd.DataFrame:
        """Every pair: `design_id replicate value reference difference`; without missing values."""
        sides = [
            self.subject.outcomes.loc[
                self.subject.outcomes["scenario"] == scenario,
                ["design_id", "replicate", outcome.name],
            ].rename(columns={outcome.name: name})
            for scenario, name in ((policy, "value"), (self.subject.reference, "reference"))
        ]
        found = sides[0].merge(sides[1], on=["design_id", "replicate"], validate="one_to_one")
        found = found[np.isfinite(found["value"]) & np.isfinite(found["reference"])]
        differences = compare.paired(
            found["value"].to_numpy(float, copy=True), found["reference"].to_numpy(float)
        )
        return found.assign(difference=differences).sort_values(["design_id", "replicate"])

    def difference(self, outcome: Outcome, policy: str) -> Difference | None:
        """What is said of an outcome of a policy; None where no pair is there."""
        table = self.table(outcome, policy)
        table = table[table["design_id"].isin(self.keys.index)]
        table = table if self.sampled else _balanced(table)
        if table.empty:
            return None
        keys = self.keys.loc[table["design_id"]]
        units: list[Unit] = list(
            zip(keys["draw"].tolist(), keys["structure"].tolist(), table["replicate"].tolist(),
                strict=True)
        )  # fmt: skip
        reference = float(table["reference"].mean())
        row = paired_summary.summary(
            table["difference"].to_numpy(float), units, outcome.threshold(reference)
        )
        subject = self.subject
        return Difference(
            outcome, policy, float(table["value"].mean()), reference, row,
            int(table["design_id"].nunique()), int(table["replicate"].nunique()),
            subject.withheld(policy, subject.reference),
            bool(subject.plan.uncertainties.drawn) and not self.sampled, subject.language,
        )  # fmt: skip

    @cached_property
    def all(self) -> list[Difference]:
        """Differences of all outcomes and policies, in the order of the plan."""
        found = [
            self.difference(outcome, policy)
            for outcome in self.subject.plan.outcomes
            for policy in self.subject.policies
        ]
        return [one for one in found if one is not None]

    def of(self, outcome: Outcome) -> list[Difference]:
        """Differences of one outcome, policies in the order of the plan."""
        return [one for one in self.all if one.outcome == outcome]


def _balanced(table: pd.DataFrame) -> pd.DataFrame:
    """Pairs of the replicates that all points have, where there are any: their means compare."""
    points = table["design_id"].nunique()
    everywhere = table.groupby("replicate")["design_id"].nunique() == points
    common = everywhere.index[everywhere.to_numpy()]
    return table[table["replicate"].isin(common)] if len(common) else table
