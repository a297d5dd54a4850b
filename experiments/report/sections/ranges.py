"""The difference over the settings of a grid or a factorial design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.report.asked import each, paired_response, reference_mean
from experiments.report.blocks import Block, Section
from experiments.report.figures.surface import surface
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject

if TYPE_CHECKING:
    from experiments.plan import Outcome


def section(subject: Subject, pairs: Pairs) -> Section | None:
    """A picture for each outcome and policy."""
    if subject.plan.design.kind not in ("grid", "factorial") or not subject.policies:
        return None
    if len(subject.results.design[list(subject.plan.columns())].drop_duplicates()) < 2:
        return None

    def answer(outcome: Outcome, policy: str) -> list[Block]:
        values = paired_response(subject, outcome, policy)
        return [surface(subject, outcome, policy, values, reference_mean(subject, outcome))]

    return Section("ranges", subject.say("ranges"), each(subject, answer))
