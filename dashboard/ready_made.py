"""Comparisons that answer a question somebody asks, ready to be opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.language import Texts


@dataclass(frozen=True)
class ReadyMade:
    """A question and its futures, the reference first."""

    question: Callable[[Texts], str]
    scenarios: tuple[str, ...]

    @property
    def command(self) -> str:
        """What simulates these futures."""
        reference, *others = self.scenarios
        given = "" if reference == "fil-de-l-eau" else f" --reference {reference}"
        return f"penser-demain run {' '.join(others)}{given} --parameters accepted"

    def results(self, loaded: Mapping[str, tuple[str, ...]]) -> str | None:
        """Name of the first results that hold all of these futures."""
        return next((n for n, known in loaded.items() if set(self.scenarios) <= set(known)), None)


# The four `egal-` scenarios spend the same 100 M€ a year on top of the cuts of the trend.
READY_MADE: Final = (
    ReadyMade(
        lambda texts: texts("Pour le même argent public, lequel de quatre usages ?"),
        (
            "tendance-2025", "egal-fonds-urgence", "egal-conventions", "egal-garantie",
            "egal-mutualisation",
        ),
    ),
    ReadyMade(
        lambda texts: texts("Vote et versements en retard de deux trimestres, ou 10 % de moins ?"),
        ("fil-de-l-eau", "annee-blanche", "rabot-10"),
    ),
    ReadyMade(
        lambda texts: texts("L'année blanche, avec et sans relais de trésorerie"),
        ("fil-de-l-eau", "annee-blanche", "annee-blanche-relais"),
    ),
    ReadyMade(
        lambda texts: texts("Une tempête, et la réponse qu'on y prépare"),
        ("fil-de-l-eau", "tempete-parfaite", "rebond-organise"),
    ),
    ReadyMade(
        lambda texts: texts("S'engager sur plusieurs années, avec ou sans baisse"),
        ("fil-de-l-eau", "contrat-de-confiance", "austerite-sous-convention"),
    ),
    ReadyMade(
        lambda texts: texts("Fusionner, mutualiser ou se tourner vers le marché"),
        ("fil-de-l-eau", "fusionner", "mutualiser", "virage-marchand"),
    ),
    ReadyMade(
        lambda texts: texts("Couper de 10, 20 ou 40 %"),
        ("fil-de-l-eau", "rabot-10", "rabot-20", "rabot-40"),
    ),
)  # fmt: skip
