"""When the policy fails: the region where failures are frequent, and inputs one by one."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Literal

import pandas as pd

from experiments.analysis.answers import sample_of
from experiments.report.asked import each, paired_response, reference_mean
from experiments.report.blocks import Block, Paragraph, Section, Table
from experiments.report.figures.distances import distances
from experiments.report.figures.failing import failing as failing_picture
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from simulator.cli import numbers
from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.analysis.discovery import Discovery
    from experiments.plan import Outcome


def section(subject: Subject, pairs: Pairs) -> Section | None:
    """Scenario discovery and regional sensitivity, where points fill the ranges."""
    if subject.plan.design.kind != "latin_hypercube" or not subject.policies:
        return None
    blocks = each(subject, lambda outcome, policy: _answer(subject, outcome, policy))
    return Section("failure", subject.say("failure"), blocks)


def _answer(subject: Subject, outcome: Outcome, policy: str) -> list[Block]:
    from experiments.analysis.discovery import discover, failing
    from experiments.analysis.regional import regional

    say, sample = subject.say, sample_of(subject.seen, "discovery")
    reference = reference_mean(subject, outcome)
    side: Literal["below", "above"] = "above" if outcome.of.direction == "lower" else "below"
    threshold = outcome.threshold(reference) * (1 if side == "above" else -1)
    cases = failing(sample, paired_response(subject, outcome, policy), threshold, side)
    factor, digits, unit = numbers.scale(outcome.of, reference, subject.language)
    words = dict(policy=subject.quoted(policy), outcome=subject.label(outcome))
    blocks: list[Block] = [Paragraph(say(
        f"fails_where_{side}", threshold=subject.measure(threshold * factor, digits, unit),
        share=subject.share(float(cases.mean())), points=subject.count(len(cases)), **words,
    ))]  # fmt: skip
    found = discover(sample, cases)
    blocks += _box(subject, outcome, policy, sample, cases, found)
    with contextlib.suppress(InputError):  # too few points of one kind, as the box has told
        blocks.append(distances(subject, outcome, policy, regional(sample, cases)))
    return blocks


def _box(
    subject: Subject, outcome: Outcome, policy: str, sample: pd.DataFrame, cases: pd.Series,
    found: Discovery,
) -> list[Block]:  # fmt: skip
    say = subject.say
    if not found.found:
        return [Paragraph(say("box_none", why=_why(subject, cases)))]
    quality = found.quality.iloc[0]
    rows = []
    for row in found.box.to_dict("records"):
        name = str(row["input"])
        if isinstance(row["categories"], str):
            codes = row["categories"].split(", ")
            ends = [", ".join(subject.input_value("structure", code) for code in codes), "–"]
        else:
            ends = [
                subject.input_value(name, row[end]) if math.isfinite(row[end]) else say("open_end")
                for end in ("low", "high")
            ]
        support = say("support_of", share=subject.share(float(row["support"])))
        rows.append((subject.input_label(name), *ends, support))
    caption = say("box_caption", policy=subject.quoted(policy), outcome=subject.label(outcome))
    columns = [say(n) for n in ("input", "box_low", "box_high", "support")]
    told = say(
        "box_quality",
        **{n: subject.share(float(quality[n])) for n in ("coverage", "density", "base", "mass")},
        held=subject.share(float(quality["held_out_density"])),
        held_base=subject.share(float(quality["held_out_base"])),
    )
    picture = failing_picture(subject, outcome, policy, sample, cases, found)
    blocks: list[Block] = [] if picture is None else [picture]
    return [*blocks, Table(caption, columns, rows), Paragraph(told)]


def _why(subject: Subject, cases: pd.Series) -> str:
    """Why there is no box, by the counts that `discover` looks at."""
    from experiments.analysis.discovery import FEWEST

    failed, others = int(cases.sum()), int((~cases).sum())
    if failed == 0:
        return subject.say("why_never")
    if others == 0:
        return subject.say("why_always")
    if min(failed, others) < FEWEST:
        return subject.say("why_few", fewest=subject.count(FEWEST))
    return subject.say("why_unstable")
