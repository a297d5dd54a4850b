"""An analysis of an experiment's results: tables, and what they say in plain words.

Which analysis applies is decided by the plan's design; one that does not is refused with what can
be done instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from experiments.analysis import frames
from experiments.analysis.seen import Seen, seen, unit_points
from experiments.design import Morris, Sobol
from simulator.cli.numbers import significant
from simulator.problems import InputError, did_you_mean

if TYPE_CHECKING:
    from experiments.plan.outcome import Outcome
    from experiments.results import ExperimentResults

SAMPLES: Final = ("latin_hypercube", "sobol", "grid", "factorial")
"""Kinds of design whose points stand for the ranges, so that shares of points mean something."""


@dataclass(frozen=True)
class Question:
    """What is asked of an experiment.

    outcome: name of an outcome. policies: scenarios compared with `reference`. better: which way
    of the outcome is good. thresholds: of a failing difference (the first), or of satisficing.
    """

    outcome: str
    policies: tuple[str, ...]
    reference: str
    better: Literal["higher", "lower"]
    thresholds: tuple[float, ...] = ()
    seed: int = 0


@dataclass(frozen=True)
class Answer:
    """Tables by name, each with its first column `policy` where it is about one, and sentences."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()


def question(
    results: ExperimentResults,
    outcome: str | None = None,
    policies: Sequence[str] = (),
    reference: str | None = None,
    better: Literal["higher", "lower"] | None = None,
    thresholds: Sequence[float] = (),
    seed: int = 0,
) -> Question:
    """A question with what was left open filled in from the plan.

    Defaults: the first outcome, every policy, the reference of the plan, and the direction of the
    indicator ("higher" where it has none). InputError for unknown names.
    """
    if results.outcomes.empty:
        raise InputError.single("folder", f"no unit of {results.folder} is done",
                                "`experiment status` tells why")  # fmt: skip
    outcome = outcome or results.outcome_names[0]
    reference = reference or results.reference
    _check("outcome", outcome, results.outcome_names)
    for scenario in (*policies, reference):
        _check("policy", scenario, results.scenario_ids)
    chosen = tuple(policies) or tuple(name for name in results.scenario_ids if name != reference)
    if not chosen:
        raise InputError.single("policy", "the plan compares nothing with the baseline",
                                "name policies in the plan")  # fmt: skip
    if reference in chosen:
        raise InputError.single("policy", f"{reference} is compared with itself",
                                "name a policy beside the reference")  # fmt: skip
    direction = _outcome(results, outcome).of.direction
    usual: Literal["higher", "lower"] = "lower" if direction == "lower" else "higher"
    return Question(outcome, chosen, reference, better or usual, tuple(thresholds), seed)


def answer(results: ExperimentResults, analysis: str, asked: Question) -> Answer:
    """The answer of one of `ANALYSES`; InputError where the design does not allow it.

    Points or replicates with failed units are left out, and replicates that are not whole; the
    sentences say so.
    """
    _check("analysis", analysis, list(ANALYSES))
    part = seen(results)
    return _with(ANALYSES[analysis](part, asked), part.said)


def _check(name: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise InputError.single(name, f"unknown {name} {given!r}", did_you_mean(given, known))


def _outcome(results: ExperimentResults, name: str) -> Outcome:
    return next(one for one in results.plan.outcomes if one.name == name)


def _each(asked: Question, one: Callable[[str], Answer]) -> Answer:
    """The answers for every policy as one: tables stacked, sentences named."""
    tables: dict[str, list[pd.DataFrame]] = {}
    sentences: list[str] = []
    for policy in asked.policies:
        found = one(policy)
        for name, table in found.tables.items():
            named = table.assign(policy=policy)
            tables.setdefault(name, []).append(named[["policy", *table.columns]])
        sentences += [f"{policy}: {sentence}" for sentence in found.sentences]
    stacked = {name: _stacked(parts) for name, parts in tables.items()}
    return Answer(stacked, tuple(sentences))


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else parts[0]


def _response(part: Seen, asked: Question, policy: str) -> pd.DataFrame:
    return frames.response(
        part.design, part.outcomes, asked.outcome, policy, asked.reference
    )  # fmt: skip


def sample_of(part: Seen, analysis: str) -> pd.DataFrame:
    """Points that stand for the ranges, with the parameters of draws in place of their numbers."""
    from experiments.analysis.sobol import base_sample

    kind = part.results.plan.design.kind
    design = part.design
    draws = frames.DRAW in design
    if kind not in SAMPLES and not draws:
        raise InputError.single(
            "analysis", f"{analysis} needs points that stand for the ranges; a {kind} design has "
            "none", "use `design: {kind: latin_hypercube, n: …}`, or draws of the accepted set",
        )  # fmt: skip
    if kind == "sobol":
        return design.loc[base_sample(unit_points(part.results)).index.intersection(part.points)]
    if draws:
        from simulator import accepted_set

        known, seed = accepted_set.shipped(), part.results.plan.seed
        rows = [known.row(int(draw), seed) for draw in design[frames.DRAW]]
        names = [f"x_{name}" for name in known.names]
        return design.join(pd.DataFrame(known.numbers[rows], design.index, names))
    return design


def _sobol(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.sobol import sobol, sobol_convergence

    if not isinstance(part.results.plan.design, Sobol):
        raise _needs(part, "sobol", "{kind: sobol, n: 256}")
    design, dropped = _blocks(part, part.results.plan.design.n)

    def one(policy: str) -> Answer:
        values = _response(part, asked, policy)
        found = sobol(design, values, seed=asked.seed)
        settled = sobol_convergence(design, values, seed=asked.seed)
        said = [_settled(settled.verdict, settled.why, settled.rule), _chance(found)]
        return Answer({"indices": found, "convergence": settled.table}, tuple(filter(None, said)))

    return _with(_each(asked, one), dropped)


def _morris(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.morris import morris, morris_convergence

    kind = part.results.plan.design
    if not isinstance(kind, Morris):
        raise _needs(part, "morris", "{kind: morris, trajectories: 20}")
    design, dropped = _blocks(part, kind.trajectories)

    def one(policy: str) -> Answer:
        values = _response(part, asked, policy)
        found = morris(design, values, kind.levels, seed=asked.seed)
        settled = morris_convergence(design, values, kind.levels, seed=asked.seed)
        said = [_settled(settled.verdict, settled.why, settled.rule), _chance(found)]
        return Answer({"effects": found, "convergence": settled.table}, tuple(filter(None, said)))

    return _with(_each(asked, one), dropped)


def _blocks(part: Seen, count: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Unit points of the blocks that lack none, and what is said of the others."""
    design, lacking = part.whole_blocks(count)
    if not lacking:
        return design, ()
    told = f"{lacking} of {count} blocks of the design lack a point and are left out whole"
    return design, (told,)


def _with(found: Answer, said: tuple[str, ...]) -> Answer:
    return Answer(found.tables, (*said, *found.sentences))


def _settled(verdict: str, why: str, rule: str) -> str:
    return f"{verdict} ({why or 'rule met'}); {rule}"


def _chance(table: pd.DataFrame) -> str:
    share = float(table["chance_share"].iloc[0])
    if share != share:
        return "one replicate: the share of chance in these figures is not known"
    return f"{share:.1%} of the variance between points is chance of replicates"


def _needs(part: Seen, analysis: str, design: str) -> InputError:
    kind = part.results.plan.design.kind
    instead = "layers and convergence" + (", morris" if kind == "morris" else ", robustness")
    if kind in SAMPLES:
        instead += ", regional, discovery, vanishing"
    return InputError.single(
        "analysis", f"{analysis} cannot be read from a {kind} design",
        f"run a plan with `design: {design}`; this experiment allows {instead}",
    )  # fmt: skip


def _threshold(part: Seen, asked: Question) -> float:
    """Difference beyond which a policy fails: given, or harm of the smallest effect that counts."""
    if asked.thresholds:
        return asked.thresholds[0]
    smallest = _smallest(part, asked)
    return -smallest if asked.better == "higher" else smallest


def _smallest(part: Seen, asked: Question) -> float:
    rows = part.outcomes[part.outcomes["scenario"] == asked.reference]
    return _outcome(part.results, asked.outcome).threshold(float(rows[asked.outcome].mean()))


def _failing(
    part: Seen, asked: Question, policy: str, sample: pd.DataFrame
) -> tuple[pd.Series, str]:  # fmt: skip
    from experiments.analysis.discovery import failing

    side: Literal["below", "above"] = "below" if asked.better == "higher" else "above"
    threshold = _threshold(part, asked)
    values = _response(part, asked, policy)
    told = failing(sample, values, threshold, side)
    words = f"fails where its difference to {asked.reference} is {side} {threshold:.6g}"
    return told, f"{words}: at {told.mean():.1%} of {len(told)} points"


def _discovery(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.discovery import RULE, discover

    sample = sample_of(part, "discovery")

    def one(policy: str) -> Answer:
        cases, words = _failing(part, asked, policy, sample)
        found = discover(sample, cases, seed=asked.seed)
        said = "a box was found" if found.found else f"no box: {found.why}"
        tables = {"box": found.box, "quality": found.quality, "support": found.support,
                  "trajectory": found.trajectory}  # fmt: skip
        return Answer(tables, (words, f"{said}; {RULE}"))

    return _each(asked, one)


def _regional(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.regional import regional

    sample = sample_of(part, "regional")

    def one(policy: str) -> Answer:
        cases, words = _failing(part, asked, policy, sample)
        return Answer({"inputs": regional(sample, cases)}, (words,))

    return _each(asked, one)


def _robustness(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.robustness import agreement, disagreement, robustness

    kind, points = part.results.plan.design.kind, part.design
    if kind == "morris":
        raise _needs(part, "robustness", "{kind: latin_hypercube, n: 100}")
    if kind == "sobol":
        points = sample_of(part, "robustness")
    known = part.outcomes[part.outcomes["design_id"].isin(points.index)]
    table = robustness(
        points, known, asked.outcome, [asked.reference, *asked.policies], asked.better,
        asked.thresholds or None, asked.seed,
    )  # fmt: skip
    return Answer({"policies": table, "agreement": agreement(table)}, (disagreement(table),))


def _vanishing(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.vanishing import vanishing

    sample = sample_of(part, "vanishing")
    smallest = asked.thresholds[0] if asked.thresholds else _smallest(part, asked)

    def one(policy: str) -> Answer:
        values = _response(part, asked, policy)
        found = vanishing(sample, values, smallest, seed=asked.seed)
        fit = f"explains {found.r2:.2f} of the variance out of sample"
        surface = f"no response surface: {found.refused}" if found.refused else f"surface {fit}"
        joint = "joint region: " + ("see box" if found.box.found else f"no box, {found.box.why}")
        sign = "positive" if found.sign > 0 else "negative"
        said = f"the difference is {sign} on average; {found.answer} (size {smallest:.6g} or less)"
        tables = {"crossings": found.crossings, "structures": found.by_structure,
                  "box": found.box.box}  # fmt: skip
        return Answer(tables, (said, surface, joint))

    return _each(asked, one)


def _layers(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.variance import variance_by_layer
    from simulator.layers import reason

    def one(policy: str) -> Answer:
        table = variance_by_layer(part.design, _response(part, asked, policy))
        codes = dict.fromkeys(
            code for text in table["missing"].dropna() for code in str(text).split()
        )
        return Answer({"layers": table}, tuple(reason(code, "en") for code in codes))

    return _each(asked, one)


def _convergence(part: Seen, asked: Question) -> Answer:
    from experiments.analysis.convergence import along_replicates

    smallest = _smallest(part, asked)

    def one(policy: str) -> Answer:
        table = along_replicates(_response(part, asked, policy))
        last = table.iloc[-1]
        said = (
            f"with {last['replicates']:.0f} replicates the 90 % interval of the difference is "
            f"± {significant(last['half_width_median'])} at the median point, ± "
            f"{significant(last['half_width_largest'])} at the widest, "
            f"± {significant(last['half_width_overall'])} over all points; "
            f"the smallest effect of interest is {significant(smallest)}"
        )
        return Answer({"replicates": table}, (said,))

    return _each(asked, one)


ANALYSES: Final[dict[str, Callable[[Seen, Question], Answer]]] = {
    "sobol": _sobol, "morris": _morris, "discovery": _discovery, "robustness": _robustness,
    "vanishing": _vanishing, "regional": _regional, "layers": _layers,
    "convergence": _convergence,
}  # fmt: skip
