"""Doing together: mergers and shared means."""

from __future__ import annotations

from typing import Literal

from simulator.levers import wording
from simulator.levers.base import Lever, Target
from simulator.levers.effects import Effects, Programme
from simulator.levers.pot import pot_faults, with_pot
from simulator.levers.selection import DIMENSIONS, Payer
from simulator.parameters import Parameters
from simulator.strict_model import Fault, doc
from simulator.units import Factor, Money, Share

ORGANISATIONS = DIMENSIONS[1:]


class Mergers(Lever):
    """Organisations that join."""

    family = "mergers"
    names = {"fr": "Fusions", "en": "Mergers"}
    about = {
        "fr": "Encourage les fusions, aide leur coût, fixe ce que les financeurs reprennent.",
        "en": "Encourages mergers, helps with their cost, sets what funders take back.",
    }
    selects = ORGANISATIONS
    pays = True
    targets = (
        Target("encouragement", "merger_completion", "factor"),
        Target("funder_haircut", "merger_funder_haircut", "set"),
    )

    lever: Literal["mergers"]
    encouragement: Factor | None = doc(
        "facteur sur les fusions conclues : 4x", "factor on mergers completed: 4x", default=None
    )
    integration_support: Share | None = doc(
        "part du coût de la fusion prise en charge : 50%",
        "share of the cost of merging that is paid for: 50%",
        default=None,
    )
    funder_haircut: Share | None = doc(
        "part des subventions que les financeurs reprennent après fusion : 10%",
        "share of the joint grants that funders take back after a merger: 10%",
        default=None,
    )
    pot_share: Share | None = doc(
        "part des subventions du payeur réservée à cette aide, qui la borne : 2%",
        "share of the payer's own grants kept for this support, which bounds it: 2%",
        default=None,
    )
    payer: Payer | None = doc("qui paie l'aide", "who pays the support", default=None)

    def programmes(self, quarters: int) -> list[Programme]:
        """Support for integration, if the lever brings any."""
        if self.integration_support is None:
            return []
        return [self.funded("merger_support", quarters, share=self.integration_support)]

    def more_faults(self) -> list[Fault]:
        """What funders take back is not spread in time; a pot is kept for support."""
        found = pot_faults(self)
        if self.ramp and self.funder_haircut is not None:
            found.append((("ramp",), "a haircut takes no ramp", "give it in a lever of its own"))
        if self.pot_share is not None and self.integration_support is None:
            message, hint = "there is no support to pay for", "add integration_support: 50%"
            found.append((("pot_share",), message, hint))
        return found

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """See the base class."""
        return with_pot(self, super().compile(quarters, parameters), quarters)

    def described(self, language: str) -> str:
        """See the base class."""
        french = language == "fr"
        parts = []
        if self.encouragement is not None:
            factor = wording.decimal(self.encouragement, language)
            parts.append(f"les rapprochements aboutissent {factor} fois plus souvent" if french
                         else f"mergers are completed {factor} times as often")  # fmt: skip
        if self.integration_support is not None:
            share = wording.percent(self.integration_support, language)
            what = f"{share} du coût des fusions" if french else f"{share} of the cost of merging"
            if self.pot_share is not None:
                pot = wording.percent(self.pot_share, language)
                what += (f", dans la limite de {pot} de l'enveloppe de subventions" if french
                         else f", up to {pot} of the payer's grants")  # fmt: skip
            parts.append(wording.pays(self.paid_by, what, language))
        if self.funder_haircut is not None:
            share = wording.percent(self.funder_haircut, language)
            parts.append(f"les financeurs reprennent {share} des subventions réunies" if french
                         else f"funders take back {share} of the joint grants")  # fmt: skip
        return wording.joined(parts, language) + self.tail(language)


class Mutualisation(Lever):
    """Means held in common, identities kept."""

    family = "mergers"
    names = {"fr": "Mutualisation", "en": "Pooling of means"}
    about = {
        "fr": "Aide les organisations à partager des moyens en restant elles-mêmes.",
        "en": "Helps organisations to share means while remaining themselves.",
    }
    selects = ORGANISATIONS
    pays = True
    targets = (Target("encouragement", "mutualisation_rate", "factor"),)

    lever: Literal["mutualisation"]
    subsidy: Share | None = doc(
        "aide en part des subventions votées : 1%", "support as a share of grants voted: 1%",
        default=None,
    )  # fmt: skip
    amount: Money | None = doc(
        "aide en euros par an, au lieu d'une part : 100 M€",
        "support in euros a year, instead of a share: 100 M€",
        default=None,
    )
    encouragement: Factor | None = doc(
        "facteur sur les mutualisations engagées : 2x", "factor on poolings started: 2x",
        default=None,
    )  # fmt: skip
    payer: Payer | None = doc("qui paie l'aide", "who pays the support", default=None)

    def programmes(self, quarters: int) -> list[Programme]:
        """A subsidy, if the lever brings one."""
        if self.subsidy is None and self.amount is None:
            return []
        return [self.funded("mutualisation_subsidy", quarters, self.amount, self.subsidy)]

    def more_faults(self) -> list[Fault]:
        """One way to give money."""
        if self.subsidy is not None and self.amount is not None:
            return [(("amount",), "stands beside subsidy", "keep one of them")]
        return []

    def described(self, language: str) -> str:
        """See the base class."""
        french = language == "fr"
        parts = []
        if self.encouragement is not None:
            factor = wording.decimal(self.encouragement, language)
            parts.append(f"les mutualisations sont {factor} fois plus fréquentes" if french
                         else f"organisations pool means {factor} times as often")  # fmt: skip
        if self.subsidy is not None:
            share = wording.percent(self.subsidy, language)
            what = (f"une aide à la mutualisation de {share} des subventions votées" if french
                    else f"support for pooling worth {share} of grants voted")  # fmt: skip
            parts.append(wording.pays(self.paid_by, what, language))
        if self.amount is not None:
            parts.append(
                wording.spends(
                    self.paid_by, self.amount, "d'aide à la mutualisation",
                    "of support for pooling", language,
                )
            )  # fmt: skip
        return wording.joined(parts, language) + self.tail(language)
