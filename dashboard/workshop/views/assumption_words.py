"""Assumptions that a room may question, as questions that anybody can have an opinion on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from dashboard.language import Texts
from dashboard.workshop.room.assumptions import assumed_value


@dataclass(frozen=True)
class Question:
    """What is asked, what the two ends mean, and how a value is written with its unit."""

    asks: str
    low: str
    high: str
    written: Callable[[float], str]

    def supposed(self, parameter: str, texts: Texts) -> str:
        """`Le modèle suppose : 35 % de risque par an.`"""
        from simulator.parameters import SPECS

        default = SPECS[parameter].default
        assert isinstance(default, int | float)
        return texts("Le modèle suppose : {default}.", default=self.written(float(default)))

    def end(self, parameter: str, toward: str) -> str:
        """`plus rarement (0 % par an)`."""
        meaning = self.low if toward == "low" else self.high
        return f"{meaning} ({self.written(assumed_value(parameter, toward))})"

    def changed(self, parameter: str, toward: str) -> str:
        """The question with what is supposed instead, in one text."""
        return f"{self.asks} {self.end(parameter, toward)}"


def questions(texts: Texts) -> dict[str, Question]:
    """Parameter → its question; for every one of `ASSUMPTIONS`."""

    def percent(of: str = "", decimals: int = 0) -> Callable[[float], str]:
        sign = "\N{NO-BREAK SPACE}%" if texts.language == "fr" else "%"

        def written(value: float) -> str:
            return f"{texts.number(100 * value, decimals)}{sign}{' ' if of else ''}{of}"

        return written

    def losers(value: float) -> str:
        return texts("{count} sur 100 pour 10 % de baisse", count=texts.number(10 * value))

    def gifts(value: float) -> str:
        return texts("{count} % de dons quand on perd 10 % de son budget",
                     count=texts.number(10 * value, signed=True))  # fmt: skip

    def times(value: float) -> str:
        return texts("{factor} fois", factor=texts.number(exp(value), 1))

    return {
        "cofunding_withdrawal_public": Question(
            texts("Quand un financeur public se retire, un autre le suit-il ?"),
            texts("jamais"), texts("souvent"), percent(texts("de risque par an"))),
        "inertia": Question(
            texts("D'une année à l'autre, les subventions vont-elles aux mêmes ?"),
            texts("moins souvent"), texts("presque toujours"), percent(texts("des subventions"))),
        "withdrawal_slope": Question(
            texts("Quand une enveloppe baisse, combien d'organisations perdent tout ?"),
            texts("aucune de plus"), texts("davantage"), losers),
        "multi_year_share": Question(
            texts("Quelle part des subventions est promise pour plusieurs années ?"),
            texts("presque rien"), texts("plus de la moitié"), percent(texts("des subventions"))),
        "application_cost": Question(
            texts("Combien coûte le temps passé à demander une subvention ?"),
            texts("peu"), texts("beaucoup"), percent(texts("de la somme demandée"))),
        "gift_pool_expansion": Question(
            texts("Quand les organisations collectent plus, donne-t-on plus en tout ?"),
            texts("non, on se partage les mêmes dons"), texts("oui, pour l'essentiel"),
            percent(texts("de dons nouveaux"))),
        "crowding_out": Question(
            texts("Quand une subvention baisse, les donateurs compensent-ils ?"),
            texts("non, ils donnent moins"), texts("oui, en partie"), gifts),
        "quality_erosion": Question(
            texts("Quand une équipe est surchargée, la qualité baisse-t-elle vite ?"),
            texts("plus lentement"), texts("plus vite"),
            percent(texts("par trimestre à pleine surcharge"))),
        "merger_completion": Question(
            texts("Une organisation qui cherche à fusionner y arrive-t-elle ?"),
            texts("jamais"), texts("plus souvent"), percent(texts("de chances par trimestre"), 1)),
        "loan_to_receivable": Question(
            texts("Les banques avancent-elles l'argent public promis ?"),
            texts("peu"), texts("presque tout"), percent(texts("de la somme promise"))),
        "exit_low_cash_sensitivity": Question(
            texts("Avec moins d'un mois de trésorerie, le risque de fermer est multiplié par :"),
            texts("rien de plus"), texts("davantage"), times),
        "entry_rate": Question(
            texts("Combien d'organisations se mettent à employer chaque année ?"),
            texts("moins"), texts("plus"), percent(texts("des organisations"), 1)),
    }  # fmt: skip
