"""What decides the outcome: Sobol indices or Morris effects, where the design gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.design import Morris, Sobol
from experiments.report.asked import each, paired_response, reference_mean
from experiments.report.blocks import Block, Paragraph, Section
from experiments.report.figures.effects import effects
from experiments.report.figures.indices import indices
from experiments.report.pairs import Pairs
from experiments.report.sections.enough import is_settled
from experiments.report.subject import Subject

if TYPE_CHECKING:
    from experiments.plan import Outcome


def section(subject: Subject, pairs: Pairs) -> Section | None:
    """A picture for each outcome and policy."""
    kind = subject.plan.design
    if not isinstance(kind, Sobol | Morris) or not subject.policies:
        return None

    def answer(outcome: Outcome, policy: str) -> list[Block]:
        values = paired_response(subject, outcome, policy)
        if isinstance(kind, Sobol):
            from experiments.analysis.sobol import sobol

            table = sobol(subject.blocks, values)
            picture = indices(subject, outcome, policy, table, is_settled(subject, values))
        else:
            from experiments.analysis.morris import morris

            table = morris(subject.blocks, values, kind.levels)
            reference = reference_mean(subject, outcome)
            picture = effects(subject, outcome, policy, table, reference)
        share = float(table["chance_share"].iloc[0])
        if share == share:
            note = subject.say("chance_inside", share=subject.share(share, 1))
            return [picture, Paragraph(note, "note")]
        return [picture]

    return Section("decisive", subject.say("decisive"), each(subject, answer))
