"""How it was run: the design, the units, and those that failed."""

from __future__ import annotations

from typing import Final

from experiments.execution.rounds import half_widths
from experiments.report.blocks import Block, Heading, Paragraph, Section, Table
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject

_FAILURES: Final = 20  # failed units told one by one


def section(subject: Subject, pairs: Pairs) -> Section:
    """The design and its units."""
    say, plan = subject.say, subject.plan
    done = len(subject.runs) - len(subject.failed)
    rows = [
        (say("plan_of"), say(_kind(subject))),
        (say("design_points"), subject.count(len(subject.results.design))),
        (say("replicates"), _replicates(subject)),
        *_rule(subject),
        (say("scenarios_per_unit"), subject.count(len(plan.scenario_ids))),
        (say("units_done"), say("units_written", done=subject.count(done),
                                failed=subject.count(len(subject.failed)))),
        (say("horizon"), subject.count(plan.horizon)),
        (say("population"), _population(subject)),
    ]  # fmt: skip
    blocks: list[Block] = [
        Table(say("design_caption"), [say("item"), say("value")], rows, numbers_from=2),
        Paragraph(say("paired")),
    ]
    if len(subject.failed):
        listed = subject.failed.head(_FAILURES)
        told = [
            (subject.count(row["design_id"]), subject.count(row["replicate"]), str(row["error"]))
            for row in listed.to_dict("records")
        ]
        columns = [say("design_id"), say("replicate"), say("error")]
        title = say("failed_units")
        blocks += [Heading(title), Table(title, columns, told, 3, in_english=(2,))]
        if len(subject.failed) > _FAILURES:
            more = subject.count(len(subject.failed) - _FAILURES)
            blocks.append(Paragraph(say("failed_more", count=more), "note"))
    return Section("design", say("design"), blocks)


def _kind(subject: Subject) -> str:
    """Name of what the design is called."""
    plan = subject.plan
    drawn = plan.uncertainties.sample == "accepted" and not plan.factors()
    return "design_draws" if drawn else f"design_{plan.design.kind}"


def _replicates(subject: Subject) -> str:
    say, rule = subject.say, subject.plan.replicates
    if rule.fixed is not None:
        return say("replicates_fixed", count=subject.count(rule.fixed))
    reached = subject.runs.groupby("design_id").size() if len(subject.runs) else None
    low, high = (0, 0) if reached is None else (int(reached.min()), int(reached.max()))
    labels = [subject.label(one) for one in subject.plan.outcomes if one.name in rule.outcomes]
    ends = subject.count(low), subject.count(high)
    return say(
        "replicates_rule", width=subject.number(rule.half_width or 0.0),
        outcomes=say.listed(labels), start=subject.count(rule.start),
        maximum=subject.count(rule.most),
        reached=ends[0] if low == high else say("from_to", low=ends[0], high=ends[1]),
    )  # fmt: skip


def _rule(subject: Subject) -> list[tuple[str, str]]:
    """At how many points the stopping rule was met; nothing where there is none."""
    say, rule = subject.say, subject.plan.replicates
    if rule.half_width is None or not len(subject.outcomes) or not subject.policies:
        return []
    found = half_widths(subject.outcomes, rule.outcomes, subject.reference)
    kept = (found["half_width"] <= rule.half_width).groupby(found["design_id"]).all()
    points = subject.count(len(subject.results.design))
    return [(say("enough"), say("rule_kept", kept=subject.count(int(kept.sum())), points=points))]


def _population(subject: Subject) -> str:
    population = subject.plan.population
    weight = heaviest(subject)
    if weight <= 1:
        return subject.say("population_whole", name=population.id)
    return subject.say("population_weighted", name=population.id, weight=subject.number(weight))


def heaviest(subject: Subject) -> float:
    """Organisations that a row of the population stands for at most."""
    return max(float(weight) for weight in subject.plan.population.weights.model_dump().values())
