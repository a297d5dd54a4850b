"""What was compared: policies, what varied, what was looked at."""

from __future__ import annotations

from collections import Counter

from experiments.analysis.frames import STRUCTURE
from experiments.plan.levers import LeverRange
from experiments.plan.uncertainties import Settled
from experiments.report.blocks import Block, Bullets, Heading, Paragraph, Section, Table
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from simulator.parameters import SPECS
from simulator.structures import STRUCTURES


def section(subject: Subject, pairs: Pairs) -> Section:
    """Policies, uncertainties and outcomes of the plan."""
    say = subject.say
    blocks: list[Block] = [Heading(say("policies"))]
    blocks.append(Paragraph(say("reference_is", reference=subject.quoted(subject.reference))))
    for name in subject.shown:
        blocks += _policy(subject, name)
    blocks += [Heading(say("varied")), *_varied(subject)]
    blocks += [Heading(say("looked_at")), _outcomes(subject)]
    return Section("compared", say("compared"), blocks)


def _policy(subject: Subject, name: str) -> list[Block]:
    say, scenario = subject.say, subject.scenarios[name]
    narrative = say.spaced(str(getattr(scenario.narrative, subject.language)))
    blocks: list[Block] = [Paragraph(narrative, "policy", lead=subject.title(name))]
    sentences = [say.spaced(one) for one in scenario.sentences(subject.language)]
    shared = subject.scenarios[subject.reference].sentences(subject.language)
    if name != subject.reference and shared and len(sentences) > len(shared) and (
        scenario.levers[: len(shared)] == subject.scenarios[subject.reference].levers
    ):  # fmt: skip
        blocks.append(Paragraph(say("as_reference", reference=subject.quoted(subject.reference))))
        sentences = sentences[len(shared) :]
    blocks.append(Bullets(sentences) if sentences else Paragraph(say("no_levers")))
    ranges = [key for key, one in subject.plan.levers.ranges.items() if name in one.at]
    if ranges:
        labels = [say.quoted(subject.input_label(f"l_{key}")) for key in ranges]
        blocks.append(Paragraph(say("lever_from_design", ranges=say.listed(labels)), "note"))
    return blocks


def _varied(subject: Subject) -> list[Block]:
    say, plan = subject.say, subject.plan
    blocks: list[Block] = []
    if plan.uncertainties.sample == "accepted":
        from simulator import accepted_set

        names = accepted_set.shipped().names
        judged = sum(SPECS[name].kind == "judgement" for name in names)
        blocks.append(Paragraph(say(
            "accepted_varied", draws=subject.count(plan.uncertainties.draws or 0),
            count=subject.count(len(names)), judgement=subject.count(judged),
        )))  # fmt: skip
    rows = []
    for name, factor in plan.factors().items():
        if isinstance(factor, Settled):
            rows.append(_parameter(subject, name, factor))
        else:
            column = f"l_{name}"
            low, high = (subject.input_value(column, bound.number) for bound in factor.range)
            rows.append((subject.input_label(column), "–", say("from_to", low=low, high=high),
                         say("setting"), _places(subject, factor)))  # fmt: skip
    if rows:
        columns = [say(n) for n in ("input", "unit_of", "range", "rests_on", "evidence")]
        many = len(rows) > 12
        caption = say("varied_caption")
        blocks.append(Table(caption, columns, rows, 5, in_english=(4,), folded=many))
        if plan.uncertainties.drawn:
            blocks.append(Paragraph(say("in_english"), "note"))
        if many:
            kinds = Counter(row[3] for row in rows)
            told = [f"{kind}{say('colon')}{subject.count(n)}" for kind, n in kinds.most_common()]
            blocks.insert(0, Paragraph(say.joined(told)))
    if STRUCTURE in subject.results.design:
        blocks.append(Paragraph(say("structures_varied")))
        blocks.append(Bullets([
            f"{STRUCTURES[s].label(subject.language)}{say('colon')}"
            f"{STRUCTURES[s].definition(subject.language)}" for s in plan.structures
        ]))  # fmt: skip
    return blocks or [Paragraph(say("nothing_varied"))]


def _parameter(subject: Subject, name: str, settled: Settled) -> tuple[str, ...]:
    say, spec = subject.say, settled.spec
    low, high = subject.number(settled.low), subject.number(settled.high)
    shown = say("from_to", low=low, high=high)
    if spec.axis is not None and spec.range_mode != "value":
        shown += " " + say(f"as_{spec.range_mode}")
    unit = say.spaced(spec.unit_in(subject.language))
    return spec.label(subject.language), unit, shown, say(f"kind_{spec.kind}"), spec.source


def _places(subject: Subject, given: LeverRange) -> str:
    """Where a range acts: the policy and the place in its file."""
    return subject.say.joined([
        f"{subject.quoted(policy)}, {', '.join(places)}" for policy, places in given.at.items()
    ])  # fmt: skip


def _outcomes(subject: Subject) -> Table:
    say = subject.say
    rows = []
    for outcome in subject.plan.outcomes:
        label = subject.label(outcome)
        if outcome.of.counts_events:
            label += " " + say("in_the_quarter")
        if outcome.smallest is None and outcome.of.smallest_effect_is_relative:
            counts = say("counts_relative", share=subject.share(outcome.of.smallest_effect, 1))
        else:
            value = outcome.threshold(0.0)
            counts = (
                f"{subject.number(100 * value)}\u202fpt"
                if outcome.of.unit == "share"
                else subject.number(value)
            )
        rows.append((label, say.spaced(outcome.of.definition(subject.language)), counts))
    columns = [say("outcome"), say("definition"), say("counts")]
    return Table(say("looked_at_caption"), columns, rows, numbers_from=2)
