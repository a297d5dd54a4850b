"""Other resources: users, members, donors, markets, procurement, other legal forms."""

from __future__ import annotations

from typing import Literal

from simulator.levers import wording
from simulator.levers.base import Changes, Lever, Target
from simulator.levers.effects import Effects, Modifier, Programme
from simulator.levers.selection import DIMENSIONS, Payer
from simulator.parameters import SPECS, Parameters
from simulator.strict_model import Fault, doc
from simulator.units import Factor, Moment, Money, Points, Share

PUBLIC = ("funder", "region", "sector")
ORGANISATIONS = DIMENSIONS[1:]
SOCIAL_SCALE = 0.5
"""A social price scale halves what a price rise does to vulnerable users (modelling judgement)."""


class GrantsToProcurement(Lever):
    """Grants become public contracts."""

    family = "new_revenue"
    names = {"fr": "De la subvention à la commande", "en": "Grants into procurement"}
    about = {
        "fr": "Part des subventions votées qui devient de la commande publique.",
        "en": "Share of the grants voted that becomes public procurement.",
    }
    selects = PUBLIC
    targets = (Target("share", "procurement_conversion", "toward"),)
    ramps = False

    lever: Literal["grants_to_procurement"]
    share: Share | None = doc("part convertie : 40%", "share converted: 40%", default=None)
    by: Moment | None = doc(
        "année où cette part est atteinte", "year in which it is reached", default=None
    )

    def described(self, language: str) -> str:
        """See the base class."""
        share = wording.percent(self.share or 0.0, language)
        by = "" if self.by is None else wording.moment(self.by, language)
        if language == "fr":
            text = f"{share} des subventions deviennent des commandes publiques"
            text += f" d'ici {by}" if by else ""
        else:
            text = f"{share} of grants become public contracts" + (f" by {by}" if by else "")
        return text + self.tail(language, ())


class QuasiEquity(Lever):
    """Long money that is paid back late and little."""

    family = "new_revenue"
    names = {"fr": "Quasi-fonds propres", "en": "Quasi-equity"}
    about = {
        "fr": "Titres associatifs et participatifs : argent long, remboursé tard.",
        "en": "Associative and participating securities: long money, repaid late.",
    }
    selects = ORGANISATIONS
    pays = True

    lever: Literal["quasi_equity"]
    amount: Money | None = doc("somme par an : 100 M€", "sum a year: 100 M€", default=None)
    payer: Payer | None = doc("qui apporte l'argent", "who brings the money", default=None)

    def programmes(self, quarters: int) -> list[Programme]:
        """See the base class."""
        return [self.funded("quasi_equity", quarters, self.amount)]

    def described(self, language: str) -> str:
        """See the base class."""
        text = wording.spends(
            self.paid_by, self.amount or 0.0, "de quasi-fonds propres", "of quasi-equity", language
        )
        return text + self.tail(language)


class Philanthropy(Lever):
    """Gifts of households, companies and foundations."""

    family = "new_revenue"
    names = {"fr": "Philanthropie", "en": "Philanthropy"}
    about = {
        "fr": "Volume des dons et du mécénat, avantage fiscal, part laissée libre d'emploi.",
        "en": "Volume of giving, tax relief, share of gifts left free of purpose.",
    }
    selects = ("region",)
    targets = (
        Target("pool", "gift_pool_factor", "change"),
        Target("tax_relief", "tax_relief_points", "add"),
        Target("unrestricted", "restricted_share_private", "keep"),
    )

    lever: Literal["philanthropy"]
    pool: Changes | None = doc(
        "changement du volume des dons : +30%", "change of the volume of giving: +30%",
        default=None,
    )  # fmt: skip
    tax_relief: Points | None = doc(
        "points ajoutés à la réduction d'impôt : +10 pts", "points added to tax relief: +10 pts",
        default=None,
    )  # fmt: skip
    unrestricted: Share | None = doc(
        "part des dons fléchés rendue libre d'emploi : 50%",
        "share of restricted gifts made free of purpose: 50%",
        default=None,
    )

    def described(self, language: str) -> str:
        """See the base class."""
        french = language == "fr"
        parts = []
        if self.pool is not None:
            change = wording.changed(self.pool, language)
            parts.append(f"le volume des dons change : {change}" if french
                         else f"the volume of giving changes: {change}")  # fmt: skip
        if self.tax_relief is not None:
            points = wording.decimal(self.tax_relief * 100, language)
            parts.append(f"la réduction d'impôt sur les dons gagne {points} points" if french
                         else f"tax relief on gifts rises by {points} points")  # fmt: skip
        if self.unrestricted is not None:
            share = wording.percent(self.unrestricted, language)
            parts.append(f"{share} des dons fléchés deviennent libres d'emploi" if french
                         else f"{share} of restricted gifts become unrestricted")  # fmt: skip
        return wording.joined(parts, language) + self.tail(language)


class _Changed(Lever):
    """A lever that is one change of one quantity, with its name in two languages."""

    selects = ORGANISATIONS

    def described(self, language: str) -> str:
        """See the base class."""
        change = wording.changed(self.given("change"), language)
        colon = " : " if language == "fr" else ": "
        return self.names[language].lower() + colon + change + self.tail(language)


class FundraisingEffort(_Changed):
    """What organisations spend to raise gifts."""

    family = "new_revenue"
    names = {"fr": "Effort de collecte", "en": "Fundraising effort"}
    about = {
        "fr": "Change ce que les organisations dépensent pour collecter des dons.",
        "en": "Changes what organisations spend to raise gifts.",
    }
    targets = (Target("change", "fundraising_effort", "change"),)

    lever: Literal["fundraising_effort"]
    change: Changes | None = doc("changement : +50%", "change: +50%", default=None)


class Prices(Lever):
    """Prices that users pay."""

    family = "new_revenue"
    names = {"fr": "Tarifs aux usagers", "en": "Prices to users"}
    about = {
        "fr": "Change les prix payés par les usagers, avec ou sans barème social.",
        "en": "Changes the prices that users pay, with or without a social scale.",
    }
    selects = ORGANISATIONS
    targets = (Target("change", "price_factor", "change"),)

    lever: Literal["prices"]
    change: Changes | None = doc(
        "changement réel : +15%", "change in real terms: +15%", default=None
    )
    social_scale: bool | None = doc(
        "barème social : la hausse écarte moitié moins d'usagers vulnérables",
        "social scale: the rise keeps away half as many vulnerable users",
        default=None,
        strict=True,
    )

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """A social scale also softens what prices do to vulnerable users."""
        effects = super().compile(quarters, parameters)
        if not self.social_scale:
            return effects
        name = "vulnerable_price_elasticity"
        path = 1.0 + (SOCIAL_SCALE - 1.0) * (self.in_force(quarters) > 0.0)
        selector = self.where.selector(*SPECS[name].varies_by)
        scale = Modifier(name, "multiply", path, selector, self.name, self.nature)
        return Effects(modifiers=(*effects.modifiers, scale))

    def described(self, language: str) -> str:
        """See the base class."""
        french = language == "fr"
        parts = []
        if self.change is not None:
            change = wording.changed(self.change, language)
            parts.append(f"les tarifs aux usagers changent : {change} hors inflation" if french
                         else f"prices to users change: {change} above inflation")  # fmt: skip
        if self.social_scale is not None:
            if french:
                word = "avec" if self.social_scale else "sans"
                parts.append(f"les tarifs sont fixés {word} barème social")
            else:
                word = "with" if self.social_scale else "without"
                parts.append(f"prices are set {word} a social scale")
        return wording.joined(parts, language) + self.tail(language)


class Membership(_Changed):
    """Members and their fees."""

    family = "new_revenue"
    names = {"fr": "Adhésions", "en": "Membership"}
    about = {
        "fr": "Change le nombre d'adhérents et ce qu'ils apportent.",
        "en": "Changes the number of members and what they bring.",
    }
    targets = (Target("change", "membership_factor", "change"),)

    lever: Literal["membership"]
    change: Changes | None = doc("changement : +20%", "change: +20%", default=None)


class MarketActivity(Lever):
    """New activities that are sold."""

    family = "new_revenue"
    names = {"fr": "Activité marchande", "en": "Market activity"}
    about = {
        "fr": "Plus de projets d'activité marchande, leur soutien, la hausse de prix permise.",
        "en": "More attempts at market activity, their support, the price rise allowed.",
    }
    selects = ORGANISATIONS
    pays = True
    targets = (
        Target("attempts", "diversification_attempts", "factor"),
        Target("price_cap", "price_cap", "set"),
    )

    lever: Literal["market_activity"]
    attempts: Factor | None = doc(
        "facteur sur les projets lancés : 2.5x", "factor on attempts: 2.5x", default=None
    )
    support: Share | None = doc(
        "part du coût d'un projet prise en charge : 30%",
        "share of the cost of an attempt that is paid for: 30%",
        default=None,
    )
    price_cap: Share | None = doc(
        "hausse de prix réelle la plus forte : 40%", "largest price rise in real terms: 40%",
        default=None,
    )  # fmt: skip
    payer: Payer | None = doc("qui paie le soutien", "who pays the support", default=None)

    def programmes(self, quarters: int) -> list[Programme]:
        """Support, if the lever brings any."""
        if self.support is None:
            return []
        return [self.funded("market_support", quarters, share=self.support)]

    def more_faults(self) -> list[Fault]:
        """A price cap is not spread in time."""
        if self.ramp and self.price_cap is not None:
            return [(("ramp",), "a price cap takes no ramp", "give it in a lever of its own")]
        return []

    def described(self, language: str) -> str:
        """See the base class."""
        french = language == "fr"
        parts = []
        if self.attempts is not None:
            factor = wording.decimal(self.attempts, language)
            parts.append(f"les organisations lancent {factor} fois plus de projets marchands"
                         if french else
                         f"organisations start {factor} times as many market projects")  # fmt: skip
        if self.support is not None:
            share = wording.percent(self.support, language)
            what = f"{share} de leur coût" if french else f"{share} of their cost"
            parts.append(wording.pays(self.paid_by, what, language))
        if self.price_cap is not None:
            cap = wording.percent(self.price_cap, language)
            parts.append(f"les prix peuvent monter jusqu'à {cap} hors inflation" if french
                         else f"prices may rise by up to {cap} above inflation")  # fmt: skip
        return wording.joined(parts, language) + self.tail(language)


class Scic(Lever):
    """Associations that become multi-stakeholder cooperatives."""

    family = "new_revenue"
    names = {"fr": "Passage en Scic", "en": "Becoming a Scic"}
    about = {
        "fr": "Encourage la transformation d'associations en coopératives d'intérêt collectif.",
        "en": "Encourages associations to become cooperatives of collective interest.",
    }
    selects = ORGANISATIONS
    targets = (Target("encouragement", "scic_rate", "factor"),)

    lever: Literal["scic"]
    encouragement: Factor | None = doc(
        "facteur sur les transformations : 20x", "factor on transformations: 20x", default=None
    )

    def described(self, language: str) -> str:
        """See the base class."""
        factor = wording.decimal(
            1.0 if self.encouragement is None else self.encouragement, language
        )
        if language == "fr":
            text = f"{factor} fois plus d'associations éligibles deviennent des Scic"
        else:
            text = f"{factor} times as many eligible associations become Scic cooperatives"
        return text + self.tail(language)
