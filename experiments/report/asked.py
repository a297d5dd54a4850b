"""What the analyses of a report are asked: which outcomes and policies, on which points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.analysis.frames import response
from experiments.report.blocks import Block, Folded, Paragraph
from experiments.report.subject import Subject
from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.plan import Outcome

MOST: Final = 6
"""Answers of a section that are open; those beyond are folded."""


def asked(subject: Subject) -> Iterator[tuple[Outcome, str]]:
    """Pairs of outcome and policy, every policy of an outcome before the next outcome."""
    for outcome in subject.plan.outcomes:
        for policy in subject.policies:
            yield outcome, policy


def each(
    subject: Subject, answer: Callable[[Outcome, str], list[Block]]
) -> list[Block]:  # fmt: skip
    """The answers for all that is asked; a note where the data do not allow one."""
    answers: list[list[Block]] = []
    for outcome, policy in asked(subject):
        try:
            answers.append(answer(outcome, policy))
        except InputError:
            what = f"{subject.label(outcome)}, {subject.quoted(policy)}"
            answers.append([Paragraph(subject.say("not_possible", what=what), "note")])
    return opened(subject, answers)


def opened(subject: Subject, answers: Sequence[list[Block]], most: int = MOST) -> list[Block]:
    """The first answers open, the others folded."""
    shown = [block for answer in answers[:most] for block in answer]
    beyond = [block for answer in answers[most:] for block in answer]
    if not beyond:
        return shown
    count = subject.count(len(answers) - most)
    return [*shown, Folded(subject.say("beyond", count=count), beyond)]


def paired_response(subject: Subject, outcome: Outcome, policy: str) -> pd.DataFrame:
    """Differences from the reference, points × replicates, of what analyses look at."""
    seen = subject.seen
    return response(seen.design, seen.outcomes, outcome.name, policy, subject.reference)


def reference_mean(subject: Subject, outcome: Outcome) -> float:
    """Mean of an outcome in the reference over all units."""
    rows = subject.outcomes[subject.outcomes["scenario"] == subject.reference]
    return float(rows[outcome.name].mean())
