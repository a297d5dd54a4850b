"""The registry of indicators: what each one is called, means, and is computed from.

An indicator is a formula over weighted sums of a group of organisations (`recording.SUM_NAMES`).
Sums add up across groups; a ratio, an index or a kept share is computed after adding. The sums
are written beside the indicators, so that anybody can add groups up again: a total is its own
sum, every other sum has its name behind `sum_`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from simulator.indicator import Index, Indicator, Kept, MeanSurvival, Median, Ratio, Total


def _headline() -> tuple[Indicator, ...]:
    return (
        Indicator(
            "organisations", "organisations", "Organisations employeuses",
            "Employing organisations", "none",
            "Organisations employeuses en activité, redressement compris.",
            "Employing organisations alive, those under court protection included.",
            Total("organisations"), 0.005, True, True),
        Indicator(
            "survival", "share", "Survie des organisations de 2025", "Survival of 2025 cohort",
            "higher",
            "Part des organisations de fin 2025 toujours en vie ; à lire à côté du renouvellement "
            "ordinaire de la référence, des emplois, du service et des besoins non couverts.",
            "Share of the organisations of late 2025 still alive; to be read beside the ordinary "
            "turnover of the reference, jobs, service and unmet need.",
            Kept("cohort"), 0.005, False, True),
        Indicator(
            "survival_job_weighted", "share", "Survie pondérée par l'emploi",
            "Job-weighted survival", "higher",
            "Part des emplois de fin 2025 qui étaient dans des organisations toujours en vie.",
            "Share of the jobs of late 2025 that were in organisations still alive.",
            Kept("cohort_jobs"), 0.005, False, True),
        Indicator(
            "jobs_fte", "fte", "Emplois (ETP)", "Jobs (FTE)", "higher",
            "Emplois salariés en équivalent temps plein.",
            "Salaried jobs in full-time equivalents.",
            Total("jobs_fte"), 0.005, True, True),
        Indicator(
            "beneficiaries_index", "index", "Service rendu (indice)", "Service volume (index)",
            "higher",
            "Personnes servies, 2025T4 = 100 ; moyenne des indices de secteur pondérée par les "
            "budgets 2025 : des personnes de secteurs différents ne s'ajoutent jamais.",
            "Persons served, 2025Q4 = 100; mean of sector indices weighted by 2025 budgets: "
            "persons of different sectors are never added.",
            Index("service_index"), 0.5, False, True),
        Indicator(
            "quality_adjusted_service_index", "index", "Service corrigé de la qualité (indice)",
            "Quality-adjusted service (index)", "higher",
            "Service rendu multiplié par sa qualité, 2025T4 = 100 ; à lire à côté du volume, "
            "qui baisse plus tard.",
            "Service times its quality, 2025Q4 = 100; to be read beside the volume, which falls "
            "later.",
            Index("service_quality_index"), 0.5, False, True),
        Indicator(
            "vulnerable_share", "share", "Part de publics vulnérables", "Vulnerable share",
            "higher",
            "Part des personnes vulnérables parmi les personnes servies, dérive de mission et "
            "exclusion par le prix déduites.",
            "Share of vulnerable persons among the persons served, net of mission drift and of "
            "exclusion by price.",
            Ratio("service_vulnerable", "service"), 0.005, False, True),
        Indicator(
            "unmet_need", "share", "Besoins non couverts", "Unmet need", "lower",
            "Part des besoins exprimés qui ne trouvent pas de service.",
            "Share of expressed need that finds no service.",
            Ratio("served", "need", complement=True), 0.005, False, True),
        Indicator(
            "volunteers_index", "index", "Bénévolat (indice)", "Volunteers (index)", "higher",
            "Bénévoles en équivalent temps plein, 2025T4 = 100.",
            "Volunteers in full-time equivalents, 2025Q4 = 100.",
            Index("volunteers"), 0.5, False, True),
        Indicator(
            "cash_months_median", "months", "Trésorerie médiane (mois)", "Median cash (months)",
            "higher",
            "Médiane pondérée de la trésorerie libre, en mois de charges.",
            "Weighted median of free cash, in months of costs.",
            Median("cash_months_median"), 0.1, False, True),
        Indicator(
            "share_below_3_months", "share", "Organisations sous 3 mois de trésorerie",
            "Organisations below 3 months of cash", "lower",
            "Part des organisations avec moins de trois mois de charges en trésorerie libre.",
            "Share of organisations with free cash under three months of costs.",
            Ratio("cash_below_3", "organisations"), 0.005, False, True),
        Indicator(
            "share_in_deficit", "share", "Organisations en déficit",
            "Organisations in deficit", "lower",
            "Part des organisations dont le résultat des quatre derniers trimestres est négatif.",
            "Share of organisations whose result over the last four quarters is negative.",
            Ratio("deficit", "organisations"), 0.005, False, True),
        Indicator(
            "public_euros", "eur", "Argent public versé", "Public euros paid", "none",
            "Euros publics versés sur quatre trimestres, aides, programmes et dépense fiscale "
            "compris, en euros de 2025.",
            "Public euros paid over four quarters, aids, programmes and tax relief included, in "
            "2025 euros.",
            Total("public_euros"), 0.005, True, True),
        Indicator(
            "top_funder_share", "share", "Poids du premier financeur", "Top funder's share",
            "lower",
            "Part moyenne du premier financeur dans les ressources.",
            "Mean share of the largest funder in resources.",
            Ratio("top_funder_share", "organisations"), 0.005, False, True),
        Indicator(
            "deserts", "share", "Population mal desservie (déserts)",
            "Underserved population (deserts)", "lower",
            "Part des couples région-secteur, pondérés par la population, sans aucune "
            "organisation ou dont plus de 30 % du besoin n'est pas couvert.",
            "Share of région-sector pairs, weighted by population, with no provider or with more "
            "than 30 % of need unmet.",
            Ratio("desert_population", "population"), 0.005, False, True),
    )  # fmt: skip


def _further() -> tuple[Indicator, ...]:
    return (
        Indicator(
            "rmst", "quarters", "Durée de vie moyenne restreinte",
            "Restricted mean survival time", "higher",
            "Trimestres vécus en moyenne par une organisation de 2025 jusqu'au trimestre lu.",
            "Quarters lived on average by an organisation of 2025 up to the quarter read.",
            MeanSurvival(), 0.1),
        Indicator(
            "exits", "organisations", "Sorties", "Exits", "lower",
            "Organisations sorties dans le trimestre, toutes causes, absorptions comprises.",
            "Organisations that left in the quarter, all causes, absorptions included.",
            Total("exits"), 0.05, True),
        Indicator(
            "liquidations", "organisations", "Liquidations", "Liquidations", "lower",
            "Liquidations judiciaires prononcées dans le trimestre.",
            "Court-ordered liquidations in the quarter.",
            Total("exits_liquidation"), 0.05, True),
        Indicator(
            "procedures", "organisations", "Procédures collectives", "Insolvency procedures",
            "lower",
            "Redressements et liquidations ouverts dans le trimestre.",
            "Court protections and liquidations opened in the quarter.",
            Total("procedures"), 0.05, True),
        Indicator(
            "dissolutions", "organisations", "Dissolutions", "Dissolutions", "none",
            "Dissolutions volontaires dans le trimestre, fermetures préparées comprises.",
            "Voluntary dissolutions in the quarter, orderly closures included.",
            Total("exits_dissolution"), 0.05, True),
        Indicator(
            "stopped_employing", "organisations", "Fins de l'emploi salarié",
            "Stopped employing", "none",
            "Organisations redevenues purement bénévoles dans le trimestre.",
            "Organisations that went back to volunteers only in the quarter.",
            Total("exits_stopped_employing"), 0.05, True),
        Indicator(
            "absorptions", "organisations", "Absorptions", "Absorptions", "none",
            "Organisations absorbées par une autre dans le trimestre.",
            "Organisations absorbed by another in the quarter.",
            Total("exits_absorbed"), 0.05, True),
        Indicator(
            "entries", "organisations", "Créations", "Entries", "none",
            "Organisations nées dans le trimestre.",
            "Organisations born in the quarter.",
            Total("entries"), 0.05, True),
        Indicator(
            "layoffs", "fte", "Licenciements (ETP)", "Layoffs (FTE)", "lower",
            "Emplois supprimés par licenciement dans le trimestre, en équivalent temps plein.",
            "Jobs cut by layoff in the quarter, in full-time equivalents.",
            Total("layoffs"), 0.05, True),
        Indicator(
            "leadership_strain", "share", "Usure des dirigeants", "Leadership strain", "lower",
            "Usure moyenne des dirigeants (0 = aucune, 1 = extrême), échelle du modèle et de lui "
            "seul.",
            "Mean strain of those who lead (0 = none, 1 = extreme), on a scale of the model alone.",
            Ratio("strain", "organisations"), 0.01),
        Indicator(
            "leadership_vacancy_share", "share", "Directions vacantes depuis moins d'un an",
            "Heads who left within a year", "lower",
            "Part des organisations dont le dirigeant est parti depuis moins d'un an.",
            "Share of organisations whose head left within a year.",
            Ratio("vacant", "organisations"), 0.005),
        Indicator(
            "supported", "organisations", "Organisations entrées en accompagnement",
            "Organisations taken into support", "none",
            "Organisations qu'un programme d'accompagnement a accueillies dans le trimestre.",
            "Organisations that a support programme took in during the quarter.",
            Total("supported"), 0.05, True),
        Indicator(
            "support_euros", "eur", "Coût des accompagnements", "Cost of support programmes",
            "none",
            "Coût des accompagnements commencés dans le trimestre, quel qu'en soit le payeur.",
            "Cost of the support begun in the quarter, whoever pays.",
            Total("support_euros"), 0.05, True),
        Indicator(
            "creditor_losses", "eur", "Pertes des créanciers", "Losses of creditors", "lower",
            "Ce que prêteurs, fournisseurs et organismes sociaux ont perdu dans le trimestre : "
            "dettes impayées des organisations fermées et abandons des plans de redressement.",
            "What lenders, suppliers and social bodies lost in the quarter: unpaid debts of closed "
            "organisations, and what plans under court protection give up.",
            Total("creditor_losses"), 0.05, True),
        Indicator(
            "quality", "number", "Qualité du service", "Service quality", "higher",
            "Qualité moyenne par organisation (1 = celle de départ).",
            "Mean quality per organisation (1 = the initial one).",
            Ratio("quality", "organisations"), 0.005),
        Indicator(
            "overload", "number", "Surcharge des équipes", "Staff overload", "lower",
            "Surcharge moyenne, pondérée par l'emploi (0 = aucune, 2 = au plus).",
            "Mean overload weighted by jobs (0 = none, 2 = the most).",
            Ratio("overload", "jobs_fte"), 0.01),
        Indicator(
            "application_waste", "share", "Coût des candidatures", "Application waste", "lower",
            "Coût des réponses aux appels à projets, gagnées ou perdues, rapporté aux sommes "
            "mises au concours.",
            "Cost of answering calls, won or lost, over the money put up.",
            Ratio("application_cost", "calls_pot"), 0.01),
        Indicator(
            "execution_rate", "share", "Taux d'exécution", "Execution rate", "higher",
            "Part des crédits votés qui sont attribués.",
            "Share of the money voted that is committed.",
            Ratio("committed", "voted"), 0.005),
        Indicator(
            "induced_withdrawals", "share", "Retraits en chaîne", "Induced withdrawals", "lower",
            "Subventions que des financeurs ont retirées dans l'année parce que d'autres s'étaient "
            "retirés, rapportées à l'argent public voté.",
            "Grants that funders withdrew in the year because others had withdrawn, over the "
            "public money voted.",
            Ratio("cofunding_withdrawn", "voted"), 0.0005),
        Indicator(
            "concentration", "number", "Concentration", "Concentration", "lower",
            "Indice de Herfindahl des budgets dans les couples région-secteur.",
            "Herfindahl index of budgets within région-sector pairs.",
            Ratio("concentration", "organisations"), 0.005),
        Indicator(
            "public_euros_per_job_kept", "eur_per_fte", "Euros publics par emploi maintenu",
            "Public euros per job kept", "none",
            "Euros publics de l'année par emploi en équivalent temps plein maintenu ; n'est pas "
            "un coût marginal.",
            "Public euros of the year per full-time job kept; not a marginal cost.",
            Ratio("public_euros", "jobs_fte"), 0.005, True),
        Indicator(
            "served_per_public_euro", "number", "Service par euro public",
            "Service per public euro", "none",
            "Service rendu par euro public ; peut monter quand on coupe, parce que le volume "
            "baisse après les euros : pour mémoire seulement.",
            "Service per public euro; it can rise under cuts because volume falls later than "
            "euros: a memo only.",
            Ratio("service", "public_euros"), 0.01, True),
    )  # fmt: skip


INDICATORS: Final[Mapping[str, Indicator]] = {i.code: i for i in (*_headline(), *_further())}
HEADLINES: Final = tuple(code for code, i in INDICATORS.items() if i.headline)
RECORDED: Final = tuple(code for code, i in INDICATORS.items() if i.recorded)


def sum_columns(sum_names: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Sum name → column of the trajectories that holds it (a total is its own sum)."""
    own = {i.formula.sum: code for code, i in INDICATORS.items() if isinstance(i.formula, Total)}
    return {name: own.get(name, f"sum_{name}") for name in sum_names if name != "rows"}


def divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Elementwise ratio; nothing over nothing is not a number, which a table shows as empty."""
    result = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result


def evaluate(
    indicator: Indicator,
    sums: Callable[[str], np.ndarray],
    base: Callable[[str], np.ndarray],
    medians: Callable[[str], np.ndarray],
) -> np.ndarray:
    """Values of one indicator.

    `sums(name)` gives arrays of any shape; `base(name)` the same sum in 2025Q4, in a shape that
    broadcasts against it; `medians(name)` the medians taken by the recorder.
    """
    formula = indicator.formula
    match formula:
        case Total(name):
            return sums(name)
        case Ratio(numerator, denominator, complement):
            ratio = divide(sums(numerator), sums(denominator))
            return 1.0 - ratio if complement else ratio
        case Index(name):
            return 100.0 * divide(sums(name), base(name))
        case Kept(name):
            return divide(sums(name), base(name))
        case Median(name):
            return medians(name)
        case _:
            raise ValueError(f"{indicator.code} is not computed from sums")
