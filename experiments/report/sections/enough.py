"""Was enough run? Intervals along replicates; indices along the design."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.analysis.convergence import Convergence, along_replicates
from experiments.report.asked import each, opened, paired_response, reference_mean
from experiments.report.blocks import Block, Paragraph, Section
from experiments.report.figures.narrowing import narrowing
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from simulator.cli import numbers
from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.plan import Outcome

MOST: Final = 2  # outcomes that are open


def section(subject: Subject, pairs: Pairs) -> Section | None:
    """Convergence over replicates, and of the indices where the design gives some."""
    if not subject.policies:
        return None
    say = subject.say
    blocks: list[Block] = []
    if int(subject.outcomes["replicate"].nunique()) < 2:
        blocks.append(Paragraph(say("one_replicate"), "note"))
    else:
        answers = [_replicates(subject, outcome) for outcome in subject.plan.outcomes]
        blocks += opened(subject, answers, MOST)
    if subject.plan.design.kind in ("sobol", "morris"):
        blocks += each(subject, lambda outcome, policy: _indices(subject, outcome, policy))
    return Section("enough", say("enough"), blocks)


def _replicates(subject: Subject, outcome: Outcome) -> list[Block]:
    try:
        tables = {
            policy: along_replicates(paired_response(subject, outcome, policy))
            for policy in subject.policies
        }
    except InputError:
        return [Paragraph(subject.say("not_possible", what=subject.label(outcome)), "note")]
    picture = narrowing(subject, outcome, tables, reference_mean(subject, outcome))
    if max(len(table) for table in tables.values()) < 2:
        return [Paragraph(picture.title)]  # two replicates: a number, not a line
    return [picture]


def _indices(subject: Subject, outcome: Outcome, policy: str) -> list[Block]:
    say, values = subject.say, paired_response(subject, outcome, policy)
    found = settled(subject, values)
    last = found.table[found.table["size"] == found.table["size"].max()]
    scale = 1.0
    if found.unit != "of the variance":
        scale = float(last["value"].max()) or 1.0

    def shown(value: float) -> str:
        return numbers.decimal(value, 2, subject.language)

    told = say(
        "indices_settled", outcome=subject.label(outcome), policy=subject.quoted(policy),
        verdict=say("converged" if found.converged else "not_converged"),
        width=shown(float(last["half_width"].max()) / scale),
        change=shown(float(last["change"].abs().max()) / scale), limit=shown(found.limit),
        unit=say("unit_variance" if found.unit == "of the variance" else "unit_star"),
    )  # fmt: skip
    return [Paragraph(told)]


def is_settled(subject: Subject, values: pd.DataFrame) -> bool:
    """Whether indices have converged; False where the design is too small to tell."""
    try:
        return settled(subject, values).converged
    except InputError:
        return False


def settled(subject: Subject, values: pd.DataFrame) -> Convergence:
    """Indices along growing parts of the design."""
    from experiments.analysis.morris import morris_convergence
    from experiments.analysis.sobol import sobol_convergence
    from experiments.design import Morris

    kind = subject.plan.design
    if isinstance(kind, Morris):
        return morris_convergence(subject.blocks, values, kind.levels)
    return sobol_convergence(subject.blocks, values)
