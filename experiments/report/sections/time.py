"""The main indicators along time, in every scenario compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.report.asked import opened
from experiments.report.blocks import Block, Paragraph, Section
from experiments.report.figures.fan import Paths, fan
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from experiments.report.trajectories import Place, Trajectories

if TYPE_CHECKING:
    from experiments.plan import Outcome

MOST: Final = 4  # indicators that are open


def section(subject: Subject, pairs: Pairs) -> Section | None:
    """A picture for each indicator and group of the outcomes."""
    needs: dict[Place, list[str]] = {}
    shown: dict[tuple[str, str, str], Outcome] = {}
    for outcome in subject.plan.outcomes:
        key = (outcome.indicator, outcome.by, outcome.group)
        if key not in shown:
            shown[key] = outcome
            needs.setdefault((outcome.by, outcome.group), []).append(outcome.indicator)
    kept = Trajectories(subject.results.folder, needs, subject.shown, subject.units)
    pictures: list[list[Block]] = []
    for outcome in shown.values():
        place = (outcome.by, outcome.group)
        values = {name: kept.of(name, outcome.indicator, place) for name in subject.shown}
        # A place may be kept in fourth quarters only, and a world may lack it.
        quarters = np.all([np.isfinite(found).any(axis=0) for found in values.values()], axis=0)
        units = np.all(
            [np.isfinite(found[:, quarters]).all(axis=1) for found in values.values()], axis=0
        )
        if not quarters.any() or not units.any():
            continue
        labels = [label for label, here in zip(kept.quarters, quarters, strict=True) if here]
        clean = {name: found[units][:, quarters] for name, found in values.items()}
        pictures.append([fan(subject, outcome, Paths(labels, clean))])
    blocks = opened(subject, pictures, MOST)
    if blocks:
        blocks.append(Paragraph(subject.say("spread_of_worlds"), "note"))
    return Section("time", subject.say("time"), blocks)
