"""Help in hard times: emergency money and reserves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.levers import wording
from simulator.levers.base import Lever, Target
from simulator.levers.effects import Programme
from simulator.levers.selection import DIMENSIONS, Payer
from simulator.strict_model import doc
from simulator.units import Money

ORGANISATIONS = DIMENSIONS[1:]


class EmergencyFund(Lever):
    """Grants to sound organisations that run out of cash."""

    family = "support"
    names = {"fr": "Fonds d'urgence", "en": "Emergency fund"}
    about = {
        "fr": "Aides aux organisations saines qui n'ont presque plus de trésorerie.",
        "en": "Grants to sound organisations that have almost no cash left.",
    }
    selects = ORGANISATIONS
    pays = True

    lever: Literal["emergency_fund"]
    amount: Money | None = doc("somme par an : 100 M€", "sum a year: 100 M€", default=None)
    payer: Payer | None = doc("qui paie", "who pays", default=None)

    def programmes(self, quarters: int) -> list[Programme]:
        """See the base class."""
        return [self.funded("emergency_fund", quarters, self.amount)]

    def described(self, language: str) -> str:
        """See the base class."""
        text = wording.spends(
            self.paid_by, self.amount or 0.0, "de fonds d'urgence", "of emergency fund", language
        )
        return text + self.tail(language)


class Reserves(Lever):
    """How much cash organisations try to keep."""

    family = "support"
    names = {"fr": "Réserves", "en": "Reserves"}
    about = {
        "fr": "Mois de trésorerie que les organisations gardent avant de dépenser davantage.",
        "en": "Months of cash that organisations keep before they spend more.",
    }
    selects = ORGANISATIONS
    ramps = False
    targets = (Target("target_months", "cash_ceiling_months", "set"),)

    lever: Literal["reserves"]
    target_months: Annotated[float, Field(ge=0, le=60)] | None = doc(
        "mois de dépenses gardés en trésorerie : 9", "months of costs kept in cash: 9",
        default=None,
    )  # fmt: skip

    def described(self, language: str) -> str:
        """See the base class."""
        months = wording.decimal(self.target_months or 0.0, language)
        if language == "fr":
            text = f"les organisations visent {months} mois de trésorerie"
        else:
            text = f"organisations aim at {months} months of cash"
        return text + self.tail(language)
