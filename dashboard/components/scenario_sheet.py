"""One scenario in plain words: what it supposes, what is decided, what was expected of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.scenarios import outcomes
from dashboard.scenarios.form import family_names
from dashboard.scenarios.outcomes import Line, french_sources

if TYPE_CHECKING:
    from dashboard.language import Texts
    from dashboard.reading import Library
    from simulator.scenario import Scenario


def supposed(scenario: Scenario, texts: Texts) -> list[Any]:
    """Title, narrative, hypotheses and decisions apart."""
    language = texts.language
    subtitle = scenario.subtitle
    return [
        html.H2(texts.spaced(scenario.title.in_language(language)), id="scenario-title"),
        *(
            []
            if subtitle is None
            else [html.P(texts.spaced(subtitle.in_language(language)), className="subtitle")]
        ),
        html.P(texts.spaced(scenario.narrative.in_language(language)), className="narrative"),
        html.P(
            texts(
                "Famille : {family}. Période : {start}–{end}.",
                family=family_names(texts)[scenario.family],
                start=scenario.horizon.start[:4],
                end=scenario.horizon.last[:4],
            ),
            className="note",
        ),
        *_levers_by_nature(scenario, texts),
        *_support(scenario, texts),
    ]


def expected(
    library: Library, scenario: Scenario, texts: Texts, named: str | None = None
) -> list[Any]:
    """Expectations and their outcome, those that are built in apart, and sources.

    named: results that the reader has the name of.
    """
    lines = outcomes.lines(library, scenario, texts, named)
    return [
        *_expectations(library, [line for line in lines if not line.built_in], texts),
        *_built_in([line for line in lines if line.built_in], texts),
        *_sources(scenario, texts),
    ]


def _levers_by_nature(scenario: Scenario, texts: Texts) -> list[Any]:
    """What the world does and what somebody decides, never mixed."""
    parts: list[Any] = []
    for nature, heading in (
        ("hypothesis", texts("Hypothèses : ce que fait le monde")),
        ("decision", texts("Décisions : ce que quelqu'un décide")),
    ):
        told = [
            html.Li(texts.spaced(lever.sentence(texts.language)))
            for lever in scenario.levers
            if lever.nature == nature
        ]
        parts += [
            html.H3(heading),
            html.Ul(told) if told else html.P(texts("Aucune."), className="note"),
        ]
    return parts


def _support(scenario: Scenario, texts: Texts) -> list[Any]:
    if not scenario.support:
        return []
    words = texts(
        "Ce scénario suppose l'effet d'un accompagnement. Ce qu'on y lit est ce qu'on y a mis, et "
        "ne prouve rien : aucun mot de jugement n'est donné."
    )
    return [html.P(words, className="problem")]


def _expectations(library: Library, lines: list[Line], texts: Texts) -> list[Any]:
    heading = html.H3(texts("Ce qu'on en attendait, et ce que le modèle montre"))
    if not lines:
        return [heading, html.P(texts("Aucune attente n'a été écrite."), className="note")]
    return [
        heading,
        html.P(
            texts(
                "L'attente est écrite avant la simulation. Retrouvé : le sens attendu apparaît, "
                "l'écart compte et tient d'un tirage à l'autre. Retrouvé n'est pas vrai : le "
                "modèle dit ce qui suit de ses hypothèses."
            ),
            className="note",
        ),
        _table(lines, texts),
        *(html.P(words, className="note") for words in _places(library, lines, texts)),
    ]


def _built_in(lines: list[Line], texts: Texts) -> list[Any]:
    if not lines:
        return []
    return [
        html.Details(
            [
                html.Summary(
                    texts("À part : ce que le modèle contient déjà ({count})", count=len(lines))
                ),
                html.P(
                    texts(
                        "Ces lignes redisent un mécanisme du modèle : les retrouver ne prouve rien."
                    ),
                    className="note",
                ),
                _table(lines, texts),
            ]
        )
    ]


def _table(lines: list[Line], texts: Texts) -> html.Div:
    headings = (texts("Attente, et d'où elle vient"), texts("Mesuré"), texts("Résultat"))
    rows = [
        html.Tr(
            [
                html.Th([texts.spaced(line.expected), _source_of(line, texts)], scope="row"),
                html.Td(texts.spaced(line.measured) or "–"),
                html.Td(_outcome(line, texts), className=f"outcome {line.outcome}"),
            ]
        )
        for line in lines
    ]
    head = html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings]))
    return html.Div(
        html.Table([html.Caption(texts("Attentes")), head, html.Tbody(rows)]),
        className="table-scroll expectations",
        tabIndex="0",
        role="region",
        **{"aria-label": texts("Attentes")},
    )


def _source_of(line: Line, texts: Texts) -> html.Span:
    """Where an expectation comes from; in English where it was not translated."""
    french = french_sources().get(line.source) if texts.language == "fr" else None
    if french is None:
        return html.Span(line.source, className="source", lang="en")
    return html.Span(texts.spaced(french), className="source")


def _outcome(line: Line, texts: Texts) -> list[Any]:
    """The word, and why where what is measured seems to say otherwise."""
    told: list[Any] = [line.outcome_in(texts.language)]
    if line.least:
        words = texts("trop petit pour compter : moins de {least}", least=line.least)
        told.append(html.Span(words, className="source"))
    return told


def _places(library: Library, lines: list[Line], texts: Texts) -> list[str]:
    """Where the outcomes come from."""
    told = []
    for place in dict.fromkeys(line.place for line in lines):
        if place == "check":
            told.append(
                texts(
                    "Résultats de l'épreuve de tous les scénarios : population nationale, 50 "
                    "tirages de l'ensemble calibré (docs/scenarios-check.md)."
                )
            )
        elif place:
            results = library.results[place]
            told.append(
                texts(
                    "Résultats de « {name} » : {count} mondes simulés. Sans tirages de "
                    "paramètres, un signe stable ne dit encore rien.",
                    name=library.title(place, texts.language),
                    count=len(results.units),
                )
                if not results.parameters_varied
                else texts(
                    "Résultats de « {name} » : {count} mondes simulés.",
                    name=library.title(place, texts.language),
                    count=len(results.units),
                )
            )
    return told


def _sources(scenario: Scenario, texts: Texts) -> list[Any]:
    if not scenario.sources:
        return []
    return [
        html.H3(texts("Sources")),
        html.Ul([html.Li(_source(text)) for text in scenario.sources], className="sources"),
    ]


def _source(text: str) -> list[Any]:
    """A source, its address as a link."""
    before, found, address = text.partition("http")
    if not found or " " in address.strip():
        return [text]
    url = found + address
    return [before, html.A(url, href=url, rel="noreferrer")]
