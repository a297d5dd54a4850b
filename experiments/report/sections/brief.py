"""What comes out, in sentences for somebody who runs an association."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.report.blocks import Bullets, Paragraph, Section
from experiments.report.pairs import Difference, Pairs
from experiments.report.subject import Subject

_ALIKE = ("unchanged", "ambiguous", "sign_unstable")


def section(subject: Subject, pairs: Pairs) -> Section:
    """The headline reading."""
    say = subject.say
    found = Section("brief", say("brief"))
    if not len(subject.outcomes):
        found.blocks.append(Paragraph(say("nothing_yet"), "warning"))
    elif not subject.policies:
        found.blocks.append(Paragraph(say("nothing_compared")))
    else:
        groups = [pairs.of(outcome) for outcome in subject.plan.outcomes]
        found.blocks.append(Bullets([one for group in groups for one in sentences(subject, group)]))
        if not pairs.sampled and len(subject.results.design) > 1:
            points = subject.count(len(subject.results.design))
            found.blocks.append(Paragraph(say("brief_mean", points=points), "note"))
        if len(subject.policies) > 1:
            found.blocks.append(Paragraph(say("brief_order"), "note"))
    return found


def sentences(subject: Subject, group: Sequence[Difference]) -> list[str]:
    """What is said of one outcome: what is alike for several policies in one sentence."""
    say = subject.say
    by_word: dict[str, list[Difference]] = {}
    for one in group:
        word = _word(one)
        by_word.setdefault(word if word in _ALIKE else f"{word} {one.policy}", []).append(one)
    told = []
    for word, alike in by_word.items():
        if len(alike) == 1:
            told.append(sentence(subject, alike[0]))
            continue
        policies = [
            say("brief_in_group", policy=subject.quoted(one.policy), span=_span(subject, one))
            for one in alike
        ]
        told.append(say(
            f"brief_group_{word}", outcome=subject.label(alike[0].outcome),
            policies=say.listed(policies), reference=subject.quoted(subject.reference),
        ))  # fmt: skip
    return told


def _word(one: Difference) -> str:
    """What is said of a difference, as a part of the names of sentences."""
    if one.withheld:
        return "withheld"
    if one.side == "alone":
        return "alone"
    # The mean is clear where single worlds are not.
    mixed = one.row["verdict"] == "sign_unstable" and one.side != "unclear"
    return "sign_mixed" if mixed else str(one.row["verdict"])


def _shown(subject: Subject, one: Difference, value: float, signed: bool = True) -> str:
    factor, digits, unit = one.scale
    return subject.measure(value * factor, digits, unit, signed)


def _span(subject: Subject, one: Difference) -> str:
    return subject.span(*(_shown(subject, one, one.row[end]) for end in ("low", "high")))


def sentence(subject: Subject, one: Difference) -> str:
    """What is said of one outcome of one policy."""
    say, name = subject.say, _word(one)
    range_of = "range_draws" if one.over_draws else "range_replicates"
    if one.side == "alone":
        range_of = "range_none"
    direction = "lead_lower" if one.middle < 0 else "lead_higher"
    signed = name in ("withheld", "too_few_draws", "alone")
    return say(
        f"brief_{name}", outcome=subject.label(one.outcome), policy=subject.quoted(one.policy),
        reference=subject.quoted(subject.reference), direction=say(direction),
        size=_shown(subject, one, one.middle if signed else abs(one.middle), signed),
        range=say(range_of, span=_span(subject, one)),
        share=subject.share(one.row["sign_share"]),
    )  # fmt: skip
