"""Where the variance of differences comes from: chance, design points, structures."""

from __future__ import annotations

from experiments.analysis.variance import variance_by_layer
from experiments.report.asked import asked, paired_response
from experiments.report.blocks import Block, Paragraph, Section
from experiments.report.figures.layers import layers
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from simulator.problems import InputError


def section(subject: Subject, pairs: Pairs) -> Section | None:
    """One picture of all that is asked, and what keeps layers apart from being told."""
    say, found, missing = subject.say, [], list[str]()
    for outcome, policy in asked(subject):
        try:
            values = paired_response(subject, outcome, policy)
            table = variance_by_layer(subject.seen.design, values)
        except InputError:
            continue
        codes = " ".join(str(text) for text in table["missing"].dropna()).split()
        missing += [code for code in codes if code not in missing]
        if table["share"].notna().any():
            found.append((outcome, policy, table))
    blocks: list[Block] = []
    if found:
        blocks += [layers(subject, found), Paragraph(say("layers_intro"))]
    if set(missing) - {"structure_not_varied", "parameters_not_varied"}:
        blocks.append(Paragraph(say("layers_mixed"), "note"))
    return Section("variance", say("variance"), blocks)
