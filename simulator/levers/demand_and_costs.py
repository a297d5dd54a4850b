"""What the world does to organisations: prices, wages, needs, volunteers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.levers import wording
from simulator.levers.base import Changes, Lever, Rates, Target
from simulator.levers.selection import DIMENSIONS
from simulator.strict_model import doc


class WagesAndPrices(Lever):
    """Inflation and the cost of jobs."""

    family = "demand_and_costs"
    names = {"fr": "Salaires et prix", "en": "Wages and prices"}
    about = {
        "fr": "Hausse annuelle des prix et du coût des emplois.",
        "en": "Yearly rise of prices and of the cost of jobs.",
    }
    selects = ("sector",)
    ramps = False
    targets = (Target("inflation", "inflation", "rate"), Target("wages", "wage_growth", "rate"))

    lever: Literal["wages_and_prices"]
    inflation: Rates | None = doc(
        "hausse des prix par an, constante ou par année : 3.5%",
        "rise of prices a year, constant or by year: 3.5%",
        default=None,
    )
    wages: Rates | None = doc(
        "hausse du coût d'un emploi par an, constante ou par année : 3.5%",
        "rise of the cost of a job a year, constant or by year: 3.5%",
        default=None,
    )

    def described(self, language: str) -> str:
        """See the base class."""
        french = language == "fr"
        parts = []
        if self.inflation is not None:
            rate = _a_year(self.inflation, language)
            parts.append(f"les prix évoluent de {rate}" if french
                         else f"prices change by {rate}")  # fmt: skip
        if self.wages is not None:
            rate = _a_year(self.wages, language)
            parts.append(f"le coût d'un emploi évolue de {rate}" if french
                         else f"the cost of a job changes by {rate}")  # fmt: skip
        return wording.joined(parts, language) + self.tail(language)


def _a_year(rates: float | Mapping[int, float], language: str) -> str:
    words = wording.changed(rates, language)
    if isinstance(rates, Mapping):
        return words
    return words + (" par an" if language == "fr" else " a year")


class Demand(Lever):
    """How many people need the services."""

    family = "demand_and_costs"
    names = {"fr": "Demande", "en": "Demand"}
    about = {
        "fr": "Change le nombre de personnes qui ont besoin des services.",
        "en": "Changes how many people need the services.",
    }
    selects = ("region", "sector")
    targets = (Target("change", "demand_factor", "change"),)

    lever: Literal["demand"]
    change: Changes | None = doc("changement : +25%", "change: +25%", default=None)

    def described(self, language: str) -> str:
        """See the base class."""
        assert self.change is not None
        change = wording.changed(self.change, language)
        if language == "fr":
            return f"les besoins changent : {change}" + self.tail(language)
        return f"needs change: {change}" + self.tail(language)


class Volunteers(Lever):
    """How many volunteers give time."""

    family = "demand_and_costs"
    names = {"fr": "Bénévoles", "en": "Volunteers"}
    about = {
        "fr": "Change le nombre de bénévoles.",
        "en": "Changes the number of volunteers.",
    }
    selects = DIMENSIONS[1:]
    targets = (Target("change", "volunteer_factor", "change"),)

    lever: Literal["volunteers"]
    change: Changes | None = doc("changement : -10%", "change: -10%", default=None)

    def described(self, language: str) -> str:
        """See the base class."""
        assert self.change is not None
        change = wording.changed(self.change, language)
        if language == "fr":
            return f"le bénévolat change : {change}" + self.tail(language)
        return f"volunteering changes: {change}" + self.tail(language)
