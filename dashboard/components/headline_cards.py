"""The first answer of a comparison: what happens anyway, then a card for each future."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboard.address import Address
from dashboard.components.gloss import glossed
from dashboard.components.region_links import region_links
from dashboard.components.scenario_key import line_sample
from dashboard.figures.theme import LETTERS
from dashboard.panels.between import between_futures
from dashboard.panels.headlines import (
    PUBLIC_MONEY,
    at_its_most,
    card_line,
    ordinary_turnover,
    reference_levels,
    survival_difference,
)
from dashboard.reading import BESIDE_SURVIVAL
from dashboard.view import View
from dashboard.words import verdict_words

MOST_PAIRS: Final = 3  # pairs of futures that are told without being asked for


def headline_cards(view: View, address: Address) -> html.Section:
    """What the reference does, a card for each future, then the futures beside each other."""
    texts = view.texts
    return html.Section(
        [
            html.H2(texts("En bref"), id="headline-title"),
            html.P(ordinary_turnover(view), className="turnover", id="turnover"),
            html.P(reference_levels(view), id="reference-levels"),
            html.P(
                texts(
                    "Par rapport à {reference}, {end} :",
                    end=view.end,
                    reference=view.quoted(view.selection.reference),
                )
            ),
            *(
                html.P(glossed(words, texts, f"verdict-{n}"), className="note")
                for n, words in enumerate(verdict_words(view))
            ),
            html.Div(
                [
                    _scenario_card(view, rank, s, address)
                    for rank, s in enumerate(view.others, start=1)
                ],
                className="cards",
            ),
            *_between(view, address),
        ],
        id="in-brief",
        **{"aria-labelledby": "headline-title"},
    )


def _between(view: View, address: Address) -> list[Any]:
    """Every two futures, with a link that takes one of them for the reference."""
    texts, pairs = view.texts, between_futures(view)
    if not pairs:
        return []
    items = []
    for pair in pairs:
        kept = [s for s in view.selection.scenarios if s not in (pair.other, pair.scenario)]
        scenarios = ",".join([pair.other, pair.scenario, *kept])
        items.append(
            html.Li(
                [
                    pair.sentence,
                    " ",
                    html.Em(f"({pair.verdict})"),
                    ". ",
                    *([f"{pair.farthest} "] if pair.farthest else []),
                    html.A(
                        texts("Voir en détail cet écart"),
                        href=address.path + address.query(scenarios=scenarios),
                        **{
                            "aria-label": texts(
                                "Voir en détail l'écart entre {scenario} et {other}",
                                scenario=view.quoted(pair.scenario),
                                other=view.quoted(pair.other),
                            )
                        },
                    ),
                ]
            )
        )
    heading = texts("Ces futurs entre eux, dans les mêmes mondes")
    listed = html.Ul(items, id="between")
    if len(items) > MOST_PAIRS:
        return [html.Details([html.Summary(heading), listed])]
    return [html.H3(heading), listed]


def _scenario_card(view: View, rank: int, scenario: str, address: Address) -> html.Article:
    texts = view.texts
    row = view.difference("survival", scenario)
    lines: list[Any] = [
        html.Dt(texts("Organisations qui poursuivent")),
        html.Dd(
            [
                html.Strong(survival_difference(view, scenario)),
                html.Span("" if row is None else view.counted_verdict(row), className="verdict"),
                *_farthest(view, scenario, "survival"),
            ]
        ),
    ]
    for code in (*BESIDE_SURVIVAL, PUBLIC_MONEY):
        name, written, verdict = card_line(view, scenario, code)
        lines += [
            html.Dt(name),
            html.Dd(
                [
                    html.Strong(written),
                    html.Span(verdict, className="verdict"),
                    *_farthest(view, scenario, code),
                ]
            ),
        ]
    return html.Article(
        [
            html.H3(
                [
                    line_sample(rank),
                    html.Span(LETTERS[rank], className=f"letter letter-{rank}"),
                    view.title(scenario),
                ]
            ),
            *(
                [html.P(view.subtitle(scenario), className="note")]
                if view.subtitle(scenario)
                else []
            ),
            *(html.P(link) for link in region_links(view, scenario, address)),
            html.Dl(lines),
            *_supposed(view, scenario),
        ],
        className="card",
        id=f"card-{scenario}",
    )


def _farthest(view: View, scenario: str, code: str) -> list[Any]:
    """When a future is farthest from the reference, where that is not the end."""
    words = at_its_most(view, scenario, code)
    return [html.Span(words, className="farthest")] if words else []


def _supposed(view: View, scenario: str) -> list[Any]:
    """The scenario in its own words, folded: a title alone does not say what is supposed."""
    narrative = view.narrative(scenario)
    if not narrative:
        return []
    heading = view.texts("Ce que suppose ce scénario")
    return [html.Details([html.Summary(heading), html.P(narrative, className="supposed")])]
