"""Values in every scenario, and differences from the reference."""

from __future__ import annotations

from experiments.report.blocks import Block, Paragraph, Section, Table
from experiments.report.figures.differences import differences
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from simulator.cli import numbers


def section(subject: Subject, pairs: Pairs) -> Section:
    """The table of outcomes and the picture of differences."""
    say, language = subject.say, subject.language
    rows = []
    for outcome in subject.plan.outcomes:
        for one in pairs.of(outcome):
            level = numbers.level(one.reference_value, outcome.of, language)
            value = numbers.level(one.value, outcome.of, language)
            rows.append((subject.label(outcome), subject.title(one.policy), level, value,
                         *one.written, one.word))  # fmt: skip
        if not subject.policies:
            values = subject.outcomes.loc[
                subject.outcomes["scenario"] == subject.reference, outcome.name
            ]
            level = numbers.level(float(values.mean()), outcome.of, language)
            rows.append((subject.label(outcome), "–", level, "–", "–", "–", "–"))
    columns = [say(n) for n in ("outcome", "policy", "in_reference", "in_policy", "difference",
                                "interval_90", "verdict")]  # fmt: skip
    blocks: list[Block] = [Table(say("outcomes_caption"), columns, rows, numbers_from=2)]
    if pairs.all:
        over_draws = any(one.over_draws for one in pairs.all)
        blocks.append(Paragraph(say("interval_draws" if over_draws else "interval_replicates")))
        blocks.append(Paragraph(say("words" if over_draws else "no_words")))
        if any(one.withheld for one in pairs.all):
            blocks.append(Paragraph(say("withheld"), "note"))
        groups = [found for outcome in subject.plan.outcomes if (found := pairs.of(outcome))]
        blocks.append(differences(subject, groups))
    return Section("outcomes", say("outcomes"), blocks)
