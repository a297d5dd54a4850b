"""What the analyses of a report are asked: which outcomes and policies, on which points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.analysis.frames import response
from experiments.report.blocks import Block, Paragraph
from experiments.report.subject import Subject
from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.plan import Outcome

MOST: Final = 6
"""Pairs of outcome and policy that a section looks into."""


def asked(subject: Subject) -> Iterator[tuple[Outcome, str]]:
    """The first pairs of outcome and policy, every policy of an outcome before the next outcome."""
    pairs = [(outcome, policy) for outcome in subject.plan.outcomes for policy in subject.policies]
    yield from pairs[:MOST]


def each(
    subject: Subject, answer: Callable[[Outcome, str], list[Block]]
) -> list[Block]:  # fmt: skip
    """The answers for all that is asked; a note where the data do not allow one."""
    blocks: list[Block] = []
    for outcome, policy in asked(subject):
        try:
            blocks += answer(outcome, policy)
        except InputError:
            what = f"{subject.label(outcome)}, {subject.quoted(policy)}"
            blocks.append(Paragraph(subject.say("not_possible", what=what), "note"))
    if len(subject.plan.outcomes) * len(subject.policies) > MOST:
        blocks.append(Paragraph(subject.say("beyond", count=subject.count(MOST)), "note"))
    return blocks


def paired_response(
    subject: Subject, outcome: Outcome, policy: str, design: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Differences from the reference, points × replicates, of a design or a part of it."""
    design = subject.results.design if design is None else design
    rows = subject.outcomes[subject.outcomes["design_id"].isin(design.index)]
    return response(design, rows, outcome.name, policy, subject.reference)


def present(subject: Subject, design: pd.DataFrame) -> pd.DataFrame:
    """The points of a design that have outcomes; a part of a sample is a sample."""
    return design[design.index.isin(subject.outcomes["design_id"].unique())]


def reference_mean(subject: Subject, outcome: Outcome) -> float:
    """Mean of an outcome in the reference over all units."""
    rows = subject.outcomes[subject.outcomes["scenario"] == subject.reference]
    return float(rows[outcome.name].mean())
