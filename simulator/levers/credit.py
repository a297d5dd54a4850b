"""Loans that wait for public money, and guarantees."""

from __future__ import annotations

from typing import Literal

from simulator.levers import wording
from simulator.levers.base import Lever, Target
from simulator.levers.effects import Effects, Programme
from simulator.levers.pot import pot_faults, with_pot
from simulator.levers.selection import DIMENSIONS, Payer
from simulator.parameters import Parameters
from simulator.strict_model import Fault, doc
from simulator.units import Money, Share

ORGANISATIONS = DIMENSIONS[1:]


class BridgeCredit(Lever):
    """Loans that wait for public money, and guarantees."""

    family = "contracts_and_cash"
    names = {"fr": "Crédit relais et garantie", "en": "Bridge credit and guarantee"}
    about = {
        "fr": "Prêts en attente de l'argent public promis, plus faciles et mieux garantis.",
        "en": "Loans that wait for promised public money, easier and better guaranteed.",
    }
    selects = ORGANISATIONS
    pays = True
    ramps = False
    targets = (
        Target("loan_to_receivable", "loan_to_receivable", "set"),
        Target("acceptance", "credit_acceptance", "set"),
        Target("guarantee", "guarantee_share", "set"),
    )

    lever: Literal["bridge_credit"]
    loan_to_receivable: Share | None = doc(
        "part de l'argent promis qui peut être prêtée : 95%",
        "share of promised money that may be lent: 95%",
        default=None,
    )
    acceptance: Share | None = doc(
        "probabilité qu'un prêt soit accordé : 90%", "probability that a loan is granted: 90%",
        default=None,
    )  # fmt: skip
    guarantee: Share | None = doc(
        "part de la perte prise en charge : 80%", "share of the loss that is covered: 80%",
        default=None,
    )  # fmt: skip
    amount: Money | None = doc(
        "argent ajouté par an au fonds de garantie : 100 M€",
        "money added a year to the guarantee fund: 100 M€",
        default=None,
    )
    pot_share: Share | None = doc(
        "part des subventions du payeur mise en provision : 10%",
        "share of the payer's own grants put aside as provision: 10%",
        default=None,
    )
    payer: Payer | None = doc("qui paie la garantie", "who pays the guarantee", default=None)

    def more_faults(self) -> list[Fault]:
        """New money, or money of the pot; whose pot."""
        found = pot_faults(self)
        if self.amount is not None and self.pot_share is not None:
            found.append((("pot_share",), "stands beside amount", "keep one of them"))
        return found

    def programmes(self, quarters: int) -> list[Programme]:
        """Money put behind guarantees, if the lever brings any."""
        if self.amount is None and self.pot_share is None:
            return []
        return [self.funded("guarantee", quarters, self.amount, self.guarantee)]

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """See the base class."""
        return with_pot(self, super().compile(quarters, parameters), quarters)

    def described(self, language: str) -> str:
        """See the base class."""
        french = language == "fr"
        parts = []
        if self.loan_to_receivable is not None:
            share = wording.percent(self.loan_to_receivable, language)
            parts.append(f"les prêts relais couvrent jusqu'à {share} de l'argent public attendu"
                         if french else
                         f"bridge loans cover up to {share} of awaited public money")  # fmt: skip
        if self.acceptance is not None:
            share = wording.percent(self.acceptance, language)
            parts.append(f"{share} des demandes de prêt aboutissent" if french
                         else f"{share} of loan requests succeed")  # fmt: skip
        if self.guarantee is not None:
            share = wording.percent(self.guarantee, language)
            parts.append(f"{share} des pertes des prêteurs sont garanties" if french
                         else f"{share} of lenders' losses are guaranteed")  # fmt: skip
        if self.amount is not None:
            parts.append(
                wording.spends(
                    self.paid_by, self.amount, "au fonds de garantie", "into the guarantee fund",
                    language,
                )
            )  # fmt: skip
        if self.pot_share is not None:
            parts.append(
                wording.spends_of_pot(
                    self.paid_by, self.pot_share, "au fonds de garantie", "on the guarantee fund",
                    language,
                )
            )  # fmt: skip
        return wording.joined(parts, language) + self.tail(language, ("funder",))
