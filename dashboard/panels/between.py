"""The futures of a comparison beside each other, without the reference between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from dashboard.panels.headlines import farthest_difference, survival_words
from dashboard.view import View


@dataclass(frozen=True)
class Between:
    """A future beside another one, in words; `other` is what it is compared with.

    `farthest`: when they differ most, empty where that is the end.
    """

    scenario: str
    other: str
    sentence: str
    verdict: str
    farthest: str


def between_futures(view: View) -> list[Between]:
    """Paired difference of survival of every two futures; none where only one is compared."""
    texts, found = view.texts, []
    for other, scenario in combinations(view.others, 2):
        row = view.comparison.between(scenario, other, "survival")
        if row is None:
            continue
        sentence = texts(
            "{scenario} à côté de {other} : organisations qui poursuivent, {difference}",
            scenario=view.quoted(scenario),
            other=view.quoted(other),
            difference=survival_words(row, texts),
        )
        farthest = farthest_difference(view, scenario, other, "survival")
        found.append(Between(scenario, other, sentence, view.counted_verdict(row), farthest))
    return found
