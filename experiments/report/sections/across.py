"""From point to point: how differences spread, and which policies stay good everywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import pandas as pd

from experiments.analysis.frames import DRAW
from experiments.report.asked import each, reference_mean
from experiments.report.blocks import Block, Paragraph, Section, Table
from experiments.report.figures.points import MOST, points, points_table
from experiments.report.figures.spread import spread
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from simulator.cli import numbers
from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.plan import Outcome


def section(subject: Subject, pairs: Pairs) -> Section | None:
    """Spread over draws or listed points; robustness where several policies are compared."""
    design, kind = subject.results.design, subject.plan.design.kind
    if len(design) < 2 or not subject.policies:
        return None
    drawn = DRAW in design or kind == "latin_hypercube"
    if not drawn and kind != "list":
        return None
    blocks: list[Block] = []
    if kind == "list" and not drawn and len(design) <= MOST:
        blocks.append(points_table(subject))
        blocks += each(subject, lambda outcome, policy: _points(subject, pairs, outcome, policy))
    else:
        blocks += [_spread(subject, pairs, outcome) for outcome in subject.plan.outcomes]
    blocks += _robustness(subject)
    return Section("across", subject.say("across"), blocks)


def _points(subject: Subject, pairs: Pairs, outcome: Outcome, policy: str) -> list[Block]:
    table = pairs.table(outcome, policy)
    if table.empty:
        return []
    return [points(subject, outcome, policy, table, reference_mean(subject, outcome))]


def _spread(subject: Subject, pairs: Pairs, outcome: Outcome) -> Block:
    means = {
        policy: pairs.table(outcome, policy).groupby("design_id")["difference"].mean()
        for policy in subject.policies
    }
    kept = {policy: found for policy, found in means.items() if len(found)}
    if not kept:
        return Paragraph(subject.say("not_possible", what=subject.label(outcome)), "note")
    return spread(subject, outcome, kept, reference_mean(subject, outcome))


def _robustness(subject: Subject) -> list[Block]:
    """Regret and satisficing side by side; support programmes are left out."""
    compared = [name for name in subject.shown if not subject.withheld(name)]
    judged = [o for o in subject.plan.outcomes if o.of.direction != "none"]
    if len(compared) < 3 or not judged:
        return []
    say = subject.say
    blocks: list[Block] = [Paragraph(say("robustness_intro"))]
    if len(compared) < len(subject.shown):
        blocks.append(Paragraph(say("robustness_support"), "note"))
    for outcome in judged:
        try:
            blocks.append(_measures(subject, outcome, compared))
        except InputError:
            blocks.append(Paragraph(say("not_possible", what=subject.label(outcome)), "note"))
    return blocks


def _measures(subject: Subject, outcome: Outcome, compared: list[str]) -> Table:
    from experiments.analysis.robustness import robustness

    say, language = subject.say, subject.language
    better: Literal["higher", "lower"] = "lower" if outcome.of.direction == "lower" else "higher"
    seen = subject.seen
    table = robustness(seen.design, seen.outcomes, outcome.name, compared, better)
    measures = table[["measure", "threshold"]].drop_duplicates()
    columns, cells = [say("scenario")], dict[str, list[str]]()
    for measure, threshold in measures.itertuples(index=False):
        same = table["threshold"].isna() if math.isnan(threshold) else (
            table["threshold"] == threshold)  # fmt: skip
        part = table[(table["measure"] == measure) & same].set_index("policy")
        if measure == "satisficing":
            level = numbers.level(float(threshold), outcome.of, language)
            columns.append(say(f"satisficing_{better}", threshold=level))
        else:
            columns.append(say(measure))
        for policy in compared:
            cells.setdefault(policy, []).append(_cell(subject, outcome, measure, part.loc[policy]))
    rows = [(subject.title(policy), *cells[policy]) for policy in compared]
    return Table(say("robustness_caption", outcome=subject.label(outcome)), columns, rows)


def _cell(subject: Subject, outcome: Outcome, measure: str, row: pd.Series) -> str:
    value = float(row["value"])
    if measure == "satisficing":
        shown = subject.share(value)
    elif measure == "worst_case":
        shown = numbers.level(value, outcome.of, subject.language)
    else:
        shown = numbers.amount(value, outcome.of, subject.language)
    return f"{shown} ●" if row["may_be_best"] else shown
