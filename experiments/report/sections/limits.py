"""What the page does not say: the points of docs/limits.md that apply, and those of the design."""

from __future__ import annotations

from experiments.report.blocks import Bullets, Section
from experiments.report.pairs import Pairs
from experiments.report.sections.design import heaviest
from experiments.report.subject import Subject
from simulator import codes
from simulator.parameters import SPECS
from simulator.structures import DEFAULT


def section(subject: Subject, pairs: Pairs) -> Section:
    """The limits that apply to this plan."""
    say, plan = subject.say, subject.plan
    told = [say("limit_forecast"), *_population(subject), _parameters(subject)]
    if plan.uncertainties.sample == "accepted":
        told.append(say("limit_accepted"))
    elif plan.uncertainties.drawn:
        told.append(say("limit_ranges"))
    if len(subject.results.design) > 1 and plan.factors():
        told.append(say(f"limit_{plan.design.kind}"))
    if plan.structures == (DEFAULT,):
        told.append(say("limit_structure"))
    if plan.replicates.most == 1:
        told.append(say("limit_one_replicate"))
    if len(pairs.all if len(subject.outcomes) else ()) >= 5:
        told.append(say("limit_many", count=subject.count(len(pairs.all))))
    if subject.withheld(*subject.shown):
        told.append(say("limit_support"))
    told += [say("limit_outside"), say("limit_missing"), say("limit_quote")]
    return Section("limits", say("limits"), [Bullets(told)])


def _population(subject: Subject) -> list[str]:
    say, population = subject.say, subject.plan.population
    weight = heaviest(subject)
    told = [say("limit_weighted", weight=subject.number(weight)) if weight > 1
            else say("limit_synthetic")]  # fmt: skip
    if len(population.regions) < len(codes.REGIONS):
        names = [codes.label(code, subject.language) for code in population.regions]
        told.append(say("limit_region", regions=say.listed(names)))
    return told


def _parameters(subject: Subject) -> str:
    """How many of the parameters rest on judgement."""
    say, uncertainties = subject.say, subject.plan.uncertainties
    names = list(uncertainties.drawn)
    if uncertainties.sample == "accepted":
        from simulator import accepted_set

        names = list(accepted_set.shipped().names)
    fixed = not names
    names = names or list(SPECS)
    judged = sum(SPECS[name].kind == "judgement" for name in names)
    words = {"judgement": subject.count(judged), "count": subject.count(len(names))}
    return say("limit_judgement_fixed" if fixed else "limit_judgement", **words)
