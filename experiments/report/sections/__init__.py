"""Parts of the page, in their order; each is a function of the experiment, or leaves itself out."""

from __future__ import annotations

from experiments.report.blocks import Section
from experiments.report.pairs import Pairs
from experiments.report.sections import (
    across,
    brief,
    compared,
    decisive,
    design,
    enough,
    failure,
    hypotheses,
    limits,
    outcomes,
    provenance,
    ranges,
    time,
    variance,
)
from experiments.report.subject import Subject

_OF_RESULTS = (outcomes, enough, decisive, failure, ranges, across, time, variance, hypotheses)


def sections(subject: Subject) -> list[Section]:
    """All parts that have something to say."""
    pairs = Pairs(subject)
    parts = [brief, compared, design]
    if len(subject.outcomes):
        parts += _OF_RESULTS
    parts += [limits, provenance]
    found = [part.section(subject, pairs) for part in parts]
    return [section for section in found if section is not None and section.blocks]
