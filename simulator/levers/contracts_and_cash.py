"""How public money is promised and paid: same euros, other rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from simulator import codes
from simulator.levers import paths, wording
from simulator.levers.base import Lever, Target
from simulator.levers.effects import Effects, Modifier, Programme
from simulator.levers.selection import Payer
from simulator.parameters import SPECS, Parameters
from simulator.strict_model import Fault, doc
from simulator.units import Factor, Moment, Money, Share, Year

PUBLIC = ("funder", "region", "sector")


def _quarters(value: float, language: str) -> str:
    number = wording.decimal(abs(value), language)
    if language == "fr":
        return f"{number} trimestre{'s' if abs(value) >= 2 else ''}"
    return f"{number} quarter{'s' if abs(value) != 1 else ''}"


class PaymentDelay(Lever):
    """Public money comes later, or sooner."""

    family = "contracts_and_cash"
    names = {"fr": "Délai de paiement", "en": "Payment delay"}
    about = {
        "fr": "Décale le versement de l'argent public déjà promis, de −2 à 4 trimestres.",
        "en": "Moves the payment of public money already promised, by −2 to 4 quarters.",
    }
    selects = PUBLIC
    targets = (Target("quarters", "payment_shift", "add"),)

    lever: Literal["payment_delay"]
    quarters: Annotated[float, Field(ge=-2, le=4, strict=True)] | None = doc(
        "trimestres de retard (négatif : plus tôt)", "quarters of delay (negative: sooner)",
        default=None,
    )  # fmt: skip

    def described(self, language: str) -> str:
        """See the base class."""
        shift = self.quarters or 0.0
        if language == "fr":
            word = "plus tard" if shift >= 0 else "plus tôt"
            return f"l'argent public promis est versé {_quarters(shift, 'fr')} {word}" + self.tail(
                language
            )
        word = "later" if shift >= 0 else "sooner"
        return f"promised public money is paid {_quarters(shift, 'en')} {word}" + self.tail(
            language
        )


class AdvancePayment(Lever):
    """A share of public money is paid on notification."""

    family = "contracts_and_cash"
    names = {"fr": "Avance", "en": "Advance payment"}
    about = {
        "fr": "Part de l'argent public versée dès la notification.",
        "en": "Share of public money paid as soon as it is notified.",
    }
    selects = PUBLIC
    ramps = False
    targets = (Target("share", "advance_share", "set"),)

    lever: Literal["advance_payment"]
    share: Share | None = doc("part avancée : 30%", "share advanced: 30%", default=None)

    def described(self, language: str) -> str:
        """See the base class."""
        share = wording.percent(self.share or 0.0, language)
        if language == "fr":
            text = f"{share} de l'argent public est versé dès la notification"
        else:
            text = f"{share} of public money is paid on notification"
        return text + self.tail(language)


def _year_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


Years = Annotated[tuple[Year, ...], BeforeValidator(_year_list), Field(min_length=1)]


class LateVote(Lever):
    """Budgets are voted late in some years."""

    family = "contracts_and_cash"
    names = {"fr": "Vote tardif", "en": "Late vote"}
    about = {
        "fr": "Les budgets sont votés en retard : d'ici là, seules les conventions courent.",
        "en": "Budgets are voted late: until then only running agreements are paid.",
    }
    selects = PUBLIC
    ramps = False

    lever: Literal["late_vote"]
    quarters: Annotated[int, Field(ge=0, le=3, strict=True)] | None = doc(
        "trimestres de retard du vote, 0 à 3", "quarters of delay of the vote, 0 to 3",
        default=None,
    )  # fmt: skip
    years: Years | None = doc(
        "années concernées : [2026, 2027] (défaut : toutes)",
        "years concerned: [2026, 2027] (default: all)",
        default=None,
    )

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """The delay is set in the quarters of the years named."""
        value = float(self.quarters or 0)
        years = self.years
        if years is None:
            years = tuple(codes.FIRST_YEAR + index for index in range(-(-quarters // 4)))
        path = paths.yearly_path(quarters, dict.fromkeys(years, value), self.start, self.end)
        if value == 0.0:
            path[:] = float("nan")
        selector = self.where.selector(*SPECS["late_vote_quarters"].varies_by)
        return Effects(
            modifiers=(
                Modifier("late_vote_quarters", "set", path, selector, self.name, self.nature),
            )
        )

    def described(self, language: str) -> str:
        """See the base class."""
        subject, plural = wording.funders(self.where, language)
        late = _quarters(self.quarters or 0, language)
        years = ""
        if self.years:
            inside = " en " if language == "fr" else " in "
            years = inside + wording.joined([str(year) for year in self.years], language)
        if language == "fr":
            text = f"{subject} {'votent' if plural else 'vote'} le budget avec {late} de retard"
        else:
            text = f"{subject} {'vote' if plural else 'votes'} the budget {late} late"
        return text + years + self.tail(language, ("funder",))


class MultiYearAgreements(Lever):
    """Grants promised for several years."""

    family = "contracts_and_cash"
    names = {"fr": "Conventions pluriannuelles", "en": "Multi-year agreements"}
    about = {
        "fr": "Part des subventions promise pour plusieurs années, sans ou avec argent nouveau.",
        "en": "Share of grants promised for several years, with or without new money.",
    }
    selects = PUBLIC
    pays = True
    targets = (Target("share", "multi_year_share", "toward"),)

    lever: Literal["multi_year_agreements"]
    share: Share | None = doc(
        "part des subventions visée : 60%", "share of grants aimed at: 60%", default=None
    )
    by: Moment | None = doc(
        "année où la cible est atteinte (défaut : tout de suite)",
        "year in which the target is reached (default: at once)",
        default=None,
    )
    amount: Money | None = doc(
        "argent nouveau versé par an en financement de fonctionnement pluriannuel : 100 M€",
        "new money paid a year as multi-year core funding: 100 M€",
        default=None,
    )
    payer: Payer | None = doc("qui paie l'argent nouveau", "who pays the new money", default=None)

    def programmes(self, quarters: int) -> list[Programme]:
        """New money as core funding, if the lever brings any."""
        if self.amount is None:
            return []
        return [self.funded("core_funding", quarters, self.amount)]

    def more_faults(self) -> list[Fault]:
        """A date needs a target."""
        if self.by is not None and self.share is None:
            return [(("by",), "there is no share to reach by then", "add share: 60%")]
        if self.ramp and self.share is not None:
            return [(("ramp",), "a share moves evenly by itself", "give by: 2029 instead")]
        return []

    def described(self, language: str) -> str:
        """See the base class."""
        parts = []
        by = "" if self.by is None else wording.moment(self.by, language)
        if self.share is not None:
            share = wording.percent(self.share, language)
            if language == "fr":
                parts.append(f"{share} des subventions deviennent pluriannuelles")
                parts[-1] += f" d'ici {by}" if by else ""
            else:
                parts.append(f"{share} of grants become multi-year")
                parts[-1] += f" by {by}" if by else ""
        if self.amount is not None:
            parts.append(
                wording.spends(
                    self.paid_by, self.amount, "de financement de fonctionnement pluriannuel",
                    "of multi-year core funding", language,
                )
            )  # fmt: skip
        return wording.joined(parts, language) + self.tail(language)


class Indexation(Lever):
    """Public money follows prices."""

    family = "contracts_and_cash"
    names = {"fr": "Indexation", "en": "Indexation"}
    about = {
        "fr": "Part de l'inflation que les financements publics suivent d'eux-mêmes.",
        "en": "Share of inflation that public funding follows by itself.",
    }
    selects = PUBLIC
    ramps = False
    targets = (
        Target("share", "indexation_grants", "set"),
        Target("share", "indexation_procurement", "set"),
        Target("share", "indexation_tariffs", "set"),
    )

    lever: Literal["indexation"]
    share: Share | None = doc(
        "part de l'inflation répercutée : 100%", "share of inflation passed on: 100%", default=None
    )

    def described(self, language: str) -> str:
        """See the base class."""
        share = wording.percent(self.share or 0.0, language)
        if language == "fr":
            text = f"les financements publics suivent {share} de l'inflation"
        else:
            text = f"public funding follows {share} of inflation"
        return text + self.tail(language)


class Cofunding(Lever):
    """How much funders make their money depend on that of others."""

    family = "contracts_and_cash"
    names = {"fr": "Cofinancement", "en": "Co-funding"}
    about = {
        "fr": "Probabilité qu'un financeur se retire quand un autre baisse ; taux maximal.",
        "en": "Probability that a funder withdraws when another cuts; maximum rate.",
    }
    selects = PUBLIC
    ramps = False
    targets = (
        Target("withdrawal", "cofunding_withdrawal_public", "set"),
        Target("max_rate", "cofunding_max_rate", "set"),
    )

    lever: Literal["cofunding"]
    withdrawal: Share | None = doc(
        "probabilité de retrait en chaîne : 0%", "probability of a chain withdrawal: 0%",
        default=None,
    )  # fmt: skip
    max_rate: Share | None = doc(
        "part maximale d'un projet payée par les financeurs publics : 80%",
        "largest share of a project that public funders pay: 80%",
        default=None,
    )

    def described(self, language: str) -> str:
        """See the base class."""
        parts = []
        if self.withdrawal is not None:
            rate = wording.percent(self.withdrawal, language)
            parts.append(
                f"quand un financeur baisse, un autre se retire avec une probabilité de {rate}"
                if language == "fr"
                else f"when a funder cuts, another withdraws with probability {rate}"
            )
        if self.max_rate is not None:
            rate = wording.percent(self.max_rate, language)
            parts.append(
                f"l'argent public couvre au plus {rate} d'un projet"
                if language == "fr"
                else f"public money covers at most {rate} of a project"
            )
        return wording.joined(parts, language) + self.tail(language)


class GrantsToCalls(Lever):
    """Renewed grants become calls for projects."""

    family = "contracts_and_cash"
    names = {"fr": "Subventions en appels à projets", "en": "Grants into calls for projects"}
    about = {
        "fr": "Part des subventions reconduites mise en concurrence ; coût d'un dossier.",
        "en": "Share of renewed grants put out to competition; cost of an application.",
    }
    selects = PUBLIC
    targets = (
        Target("share", "inertia", "keep"),
        Target("application_cost", "application_cost", "factor"),
    )

    lever: Literal["grants_to_calls"]
    share: Share | None = doc(
        "part des subventions reconduites qui passe en appels : 47%",
        "share of renewed grants that moves to calls: 47%",
        default=None,
    )
    by: Moment | None = doc(
        "année où cette part est atteinte", "year in which it is reached", default=None
    )
    application_cost: Factor | None = doc(
        "facteur sur le coût d'un dossier : 1.5x", "factor on the cost of an application: 1.5x",
        default=None,
    )  # fmt: skip

    def described(self, language: str) -> str:
        """See the base class."""
        parts = []
        if self.share is not None:
            share = wording.percent(self.share, language)
            by = "" if self.by is None else wording.moment(self.by, language)
            if language == "fr":
                parts.append(f"{share} des subventions reconduites passent en appels à projets")
                parts[-1] += f" d'ici {by}" if by else ""
            else:
                parts.append(f"{share} of renewed grants become calls for projects")
                parts[-1] += f" by {by}" if by else ""
        if self.application_cost is not None:
            factor = wording.decimal(self.application_cost, language)
            parts.append(
                f"le coût d'un dossier est multiplié par {factor}"
                if language == "fr"
                else f"the cost of an application is multiplied by {factor}"
            )
        return wording.joined(parts, language) + self.tail(language)
