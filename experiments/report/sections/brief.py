"""What comes out, in sentences for somebody who runs an association."""

from __future__ import annotations

from experiments.report.blocks import Bullets, Paragraph, Section
from experiments.report.pairs import Difference, Pairs
from experiments.report.subject import Subject
from simulator.cli import numbers


def section(subject: Subject, pairs: Pairs) -> Section:
    """The headline reading."""
    say = subject.say
    found = Section("brief", say("brief"))
    if not len(subject.outcomes):
        found.blocks.append(Paragraph(say("nothing_yet"), "warning"))
    elif not subject.policies:
        found.blocks.append(Paragraph(say("nothing_compared")))
    else:
        found.blocks.append(Bullets([sentence(subject, one) for one in pairs.all]))
        if len(subject.policies) > 1:
            found.blocks.append(Paragraph(say("brief_order"), "note"))
    return found


def sentence(subject: Subject, one: Difference) -> str:
    """What is said of one outcome of one policy."""
    say, language = subject.say, subject.language
    factor, digits, unit = one.scale

    def shown(value: float, signed: bool) -> str:
        written = numbers.decimal(value * factor, digits, language, signed)
        return f"{written}\u202f{unit}".rstrip()

    name = "withheld" if one.withheld else str(one.row["verdict"])
    range_of = "range_draws" if one.over_draws else "range_replicates"
    if one.side == "alone":
        name, range_of = name if one.withheld else "alone", "range_none"
    direction = "lead_lower" if one.middle < 0 else "lead_higher"
    signed = name in ("withheld", "too_few_draws", "alone")
    return say(
        f"brief_{name}", outcome=subject.label(one.outcome), policy=subject.quoted(one.policy),
        reference=subject.quoted(subject.reference), direction=say(direction),
        size=shown(one.middle if signed else abs(one.middle), signed),
        range=say(range_of, low=shown(one.row["low"], True), high=shown(one.row["high"], True)),
        share=subject.share(one.row["sign_share"]),
    )  # fmt: skip
