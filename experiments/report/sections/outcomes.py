"""Values in every scenario, and differences from the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.report.asked import reference_mean
from experiments.report.blocks import Block, Paragraph, Section, Table
from experiments.report.figures.differences import differences
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from simulator.cli import numbers

if TYPE_CHECKING:
    from experiments.plan import Outcome


def section(subject: Subject, pairs: Pairs) -> Section:
    """The table of outcomes and the picture of differences."""
    say = subject.say
    blocks: list[Block] = [_values(subject, pairs, outcome) for outcome in subject.plan.outcomes]
    if pairs.all:
        over_draws = any(one.over_draws for one in pairs.all)
        blocks.append(Paragraph(say("interval_draws" if over_draws else "interval_replicates")))
        blocks.append(Paragraph(say("words" if over_draws else "no_words")))
        if any(one.withheld for one in pairs.all):
            blocks.append(Paragraph(say("withheld"), "note"))
        groups = [found for outcome in subject.plan.outcomes if (found := pairs.of(outcome))]
        blocks.append(differences(subject, groups))
    return Section("outcomes", say("outcomes"), blocks)


def _values(subject: Subject, pairs: Pairs, outcome: Outcome) -> Table:
    """The value of an outcome in the reference, as a caption, and in each policy."""
    say, found = subject.say, pairs.of(outcome)
    reference = found[0].reference_value if found else reference_mean(subject, outcome)
    caption = say(
        "outcome_caption", outcome=subject.label(outcome),
        reference=subject.quoted(subject.reference),
        level=numbers.level(reference, outcome.of, subject.language),
    )  # fmt: skip
    # A column of words where there are some: over draws, or where one is withheld.
    worded = any(one.over_draws or one.withheld for one in found)
    rows = [
        (
            subject.title(one.policy), numbers.level(one.value, outcome.of, subject.language),
            *one.written, *([one.word] if worded else []),
        )
        for one in found
    ]  # fmt: skip
    columns = [say(n) for n in ("policy", "value", "difference", "interval_90")]
    columns += [say("verdict")] if worded else []
    return Table(caption, columns, rows, numbers_to=4)
