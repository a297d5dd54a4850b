"""Two lists, never mixed: what the world does, and what somebody decides, with its payer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.account_names import payer_name
from dashboard.language import Texts
from dashboard.lever_costs import CostedLever
from dashboard.units import display_unit
from simulator.costing import LeverCost


def lever_lists(levers: Sequence[CostedLever], year: int, texts: Texts) -> html.Div:
    """Hypotheses beside decisions, each lever in a sentence, with its euros in a year."""
    return html.Div(
        [
            _list(
                "hypotheses",
                texts("Hypothèses : ce que le monde fait"),
                texts("Personne dans le scénario ne le choisit ; on le suppose."),
                texts("Ce scénario ne suppose rien de plus que la référence."),
                [costed for costed in levers if not costed.is_decision],
                year,
                texts,
            ),
            _list(
                "decisions",
                texts("Décisions : ce que quelqu'un choisit"),
                texts("Chaque décision a un payeur, ou ne coûte rien par elle-même."),
                texts("Ce scénario ne contient aucune décision."),
                [costed for costed in levers if costed.is_decision],
                year,
                texts,
            ),
        ],
        className="lever-lists",
    )


def _list(
    key: str,
    title: str,
    subtitle: str,
    empty: str,
    levers: Sequence[CostedLever],
    year: int,
    texts: Texts,
) -> html.Section:
    body: Any = html.P(empty, className="lever-none")
    if levers:
        body = html.Ul([_item(costed, year, texts) for costed in levers])
    return html.Section(
        [
            html.H3(title, id=f"{key}-title"),
            html.P(subtitle, className="note"),
            body,
        ],
        id=key,
        className="lever-list",
        **{"aria-labelledby": f"{key}-title"},
    )


def _item(costed: CostedLever, year: int, texts: Texts) -> html.Li:
    if costed.costs is None:
        told = [texts("Ses euros ne sont pas connus.")]
    else:
        told = [cost_words(cost, year, texts) for cost in costed.costs]
    if costed.moves_rates(year):
        told.append(texts("Ses euros dépendent de la hausse des prix ou des financements."))
    if not told:
        told = [texts("Ne déplace pas d'euros par lui-même.")]
    return html.Li(
        [
            html.Span(
                texts.spaced(costed.lever.sentence(texts.language)), className="lever-sentence"
            ),
            html.Ul([html.Li(words) for words in told], className="lever-costs"),
        ]
    )


def cost_words(cost: LeverCost, year: int, texts: Texts) -> str:
    """`Région : −36,4 M€ en 2026, sur 182,0 M€ par an`."""
    name = payer_name(cost.payer, texts)
    if cost.open_ended:
        return texts("{payer} : selon ce que feront les organisations", payer=name)
    euros = cost.change.get(year, 0.0)
    unit = display_unit("eur", 0.0, texts)
    if cost.modelled is None:
        return texts(
            "{payer} : {euros} en {year}",
            payer=name,
            euros=unit.difference(texts, euros),
            year=year,
        )
    return texts(
        "{payer} : {euros} en {year}, sur {whole} par an",
        payer=name,
        euros=unit.difference(texts, euros),
        year=year,
        whole=unit.value(texts, cost.modelled),
    )
