"""Help in hard times: emergency money and reserves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.levers import wording
from simulator.levers.base import Lever, Target
from simulator.levers.effects import Effects, Programme
from simulator.levers.pot import pot_faults, with_pot
from simulator.levers.selection import DIMENSIONS, Payer
from simulator.parameters import Parameters
from simulator.strict_model import Fault, doc
from simulator.units import Money, Share

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
    pot_share: Share | None = doc(
        "part prise sur les subventions du payeur : 5%",
        "share taken from the payer's own grants: 5%",
        default=None,
    )
    payer: Payer | None = doc("qui paie", "who pays", default=None)

    def more_faults(self) -> list[Fault]:
        """New money, or money of the pot; whose pot."""
        found = pot_faults(self)
        if self.amount is not None and self.pot_share is not None:
            found.append((("pot_share",), "stands beside amount", "keep one of them"))
        return found

    def programmes(self, quarters: int) -> list[Programme]:
        """See the base class."""
        return [self.funded("emergency_fund", quarters, self.amount)]

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """See the base class."""
        return with_pot(self, super().compile(quarters, parameters), quarters)

    def described(self, language: str) -> str:
        """See the base class."""
        if self.pot_share is not None:
            text = wording.spends_of_pot(
                self.paid_by, self.pot_share, "au fonds d'urgence", "on the emergency fund",
                language,
            )  # fmt: skip
        else:
            text = wording.spends(
                self.paid_by, self.amount or 0.0, "de fonds d'urgence", "of emergency fund",
                language,
            )  # fmt: skip
        return text + self.tail(language)


class Administration(Lever):
    """What it costs a funder to run a scheme."""

    family = "support"
    names = {"fr": "Frais de gestion d'un dispositif", "en": "Running costs of a scheme"}
    about = {
        "fr": "Part de ses subventions qu'un financeur dépense à faire fonctionner un dispositif.",
        "en": "Share of its grants that a funder spends on running a scheme.",
    }
    selects = ("region",)
    pays = True

    lever: Literal["administration"]
    pot_share: Share | None = doc(
        "part prise sur les subventions du payeur : 1%",
        "share taken from the payer's own grants: 1%",
        default=None,
    )
    payer: Payer | None = doc("qui paie", "who pays", default=None)

    def more_faults(self) -> list[Fault]:
        """Whose pot."""
        return pot_faults(self)

    def programmes(self, quarters: int) -> list[Programme]:
        """See the base class."""
        return [self.funded("administration", quarters)]

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """See the base class."""
        return with_pot(self, super().compile(quarters, parameters), quarters)

    def described(self, language: str) -> str:
        """See the base class."""
        text = wording.spends_of_pot(
            self.paid_by, self.pot_share or 0.0, "à la gestion d'un dispositif",
            "on running a scheme", language,
        )  # fmt: skip
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
    target_months: Annotated[float, Field(ge=0, le=60, strict=True)] | None = doc(
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
