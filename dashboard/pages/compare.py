"""The page that compares futures: survival and what it never goes without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from dash import html
from fastapi import FastAPI

from dashboard.address import Address
from dashboard.components.controls import (
    form,
    group_controls,
    indicator_control,
    lone_group_controls,
    results_control,
    scenarios_control,
)
from dashboard.components.exports import panel_link
from dashboard.components.fields import choice
from dashboard.components.gloss import glossed
from dashboard.components.limits import limits, origin
from dashboard.components.panel_card import panel_card
from dashboard.components.ready_made import ready_made
from dashboard.components.scenario_key import line_sample, scenario_key
from dashboard.evidence import checked_facts, in_range
from dashboard.figures.theme import LETTERS
from dashboard.handover.routes import add_routes, handover_links
from dashboard.language import Texts
from dashboard.page import Content, Later, NotShown, Page
from dashboard.panels.certainty import certainty_panel
from dashboard.panels.difference import difference_panel
from dashboard.panels.fates import fates_panel
from dashboard.panels.groups import grouping_names, groups_panel
from dashboard.panels.headlines import (
    PUBLIC_MONEY,
    beside_survival,
    card_line,
    headlines_panel,
    ordinary_turnover,
    reference_levels,
    survival_difference,
)
from dashboard.panels.panel import Panel
from dashboard.panels.survival import survival_panel
from dashboard.panels.tradeoffs import tradeoffs_panel
from dashboard.panels.trajectory import trajectory_panel
from dashboard.panels.vanishing import vanishing_panel, vanishing_words
from dashboard.reading import Library
from dashboard.selection import DEFAULT_BY, FEWEST_SCENARIOS, GROUPINGS, Selection, read_selection
from dashboard.view import View, read_view
from dashboard.words import verdict_words
from simulator.compare import SHOWN_FROM_ROWS
from simulator.intervals import band_kind

PATH = "/comparer"
PANELS = {
    "headlines": headlines_panel,
    "tradeoffs": tradeoffs_panel,
    "survival": survival_panel,
    "fates": fates_panel,
    "trajectory": trajectory_panel,
    "difference": difference_panel,
    "groups": groups_panel,
    "certainty": certainty_panel,
    "vanishing": vanishing_panel,
}


def page_title(texts: Texts) -> str:
    return texts("Comparer des futurs de l'économie sociale et solidaire")


def page_form(library: Library, address: Address) -> list[Any]:
    """What the page is for, and its controls."""
    texts = address.texts
    selection, _ = read_selection(address, library.choices)
    return [
        html.P(
            glossed(
                texts(
                    "Que deviennent les organisations, les emplois et le service rendu si leurs "
                    "financements changent ? Chaque scénario est simulé plusieurs fois, dans "
                    "autant de « mondes » où le hasard tombe autrement ; on lit d'abord ce qui "
                    "arrive de toute façon, puis l'écart."
                ),
                texts,
                "lead",
            ),
            className="lead",
        ),
        form(
            [
                *results_control(library, selection, texts),
                scenarios_control(library, selection, texts),
                *group_controls(selection, texts),
                *lone_group_controls(selection, texts),
                indicator_control(selection, texts),
                *_worlds_control(library, selection, texts),
            ],
            texts,
        ),
        ready_made(library, address),
    ]


def _worlds_control(library: Library, selection: Selection, texts: Texts) -> list[Any]:
    """Single paths beside bands, where there are enough worlds for bands."""
    if band_kind(len(library.results[selection.results].units)) != "quantiles":
        return []
    options = [("", texts("zones seules")), ("all", texts("zones et traits fins"))]
    shown = "all" if selection.all_worlds else ""
    return [choice("worlds", texts("Mondes simulés"), options, shown)]


def refusal(view: View) -> str | None:
    """Why a selection is not shown, None where it is."""
    texts = view.texts
    if len(view.selection.scenarios) < FEWEST_SCENARIOS:
        return texts("Choisissez au moins deux scénarios à comparer.")
    if view.comparison.is_thin:
        return texts(
            "Groupe trop petit : {place} ne compte que {rows} lignes dans la population "
            "synthétique ; il en faut {needed} pour en dire quelque chose. Élargissez la région, "
            "le secteur ou la taille, ou simulez une population plus grande.",
            place=view.place,
            rows=texts.number(view.comparison.rows_at_start),
            needed=SHOWN_FROM_ROWS,
        )
    return None


def status(view: View, refused: str | None) -> str:
    """Short text that screen readers announce after each change."""
    texts = view.texts
    if refused is not None:
        return texts("Rien à afficher.")
    return texts("{count} scénarios affichés.", count=len(view.selection.scenarios))


def page_content(library: Library, address: Address) -> Content:
    """Everything under the controls."""
    view, problems = read_view(library, address)
    return Content(results(view, address, problems), status(view, refusal(view)))


def page_panels(library: Library, address: Address) -> dict[str, Callable[[], Panel]]:
    """The findings of a view; raises NotShown where the page refuses it."""
    view, _ = read_view(library, address)
    refused = refusal(view)
    if refused is not None:
        raise NotShown(refused)
    return {key: partial(made, view) for key, made in PANELS.items()}


def results(view: View, address: Address, problems: Sequence[str]) -> list[Any]:
    """Panels of a view, or why they are not shown."""
    texts = view.texts
    told = [html.P(problem, className="problem") for problem in problems]
    refused = refusal(view)
    if refused is not None:
        return [*told, html.P(refused, className="problem", id="refusal"), limits(texts)]
    yearly = (
        [
            html.P(
                texts(
                    "Pour un croisement, les résultats sont gardés au 4e trimestre de chaque "
                    "année : les trajectoires et les écarts ont un point par an."
                ),
                className="note",
                id="yearly-points",
            )
        ]
        if view.selection.is_crossing
        else []
    )
    return [
        *told,
        handover_links(address),
        html.P(view.place[:1].upper() + view.place[1:], className="place", id="place"),
        Later("in-brief", partial(_headlines, view)),
        _panel("headlines", view, address),
        _panel("tradeoffs", view, address),
        html.H2(texts("Qui tient, qui s'arrête")),
        _panel("survival", view, address),
        _panel("fates", view, address),
        html.H2(texts("Trajectoires et écarts")),
        *yearly,
        _panel("trajectory", view, address),
        _panel("difference", view, address),
        html.H2(texts("Pour qui, où")),
        *_groups(view, address),
        html.H2(texts("Ce qui rend l'écart plus ou moins sûr")),
        _panel("certainty", view, address),
        _validation(address),
        Later("panel-vanishing", partial(_vanishing, view, address)),
        limits(texts),
        origin(view),
    ]


def _validation(address: Address) -> html.P:
    """What the intervals do not say: how the model does beside what was observed."""
    texts = address.texts
    inside, shown = in_range(checked_facts(texts.language), "held_out")
    return html.P(
        [
            texts(
                "Ces intervalles supposent que le modèle est le bon. Face aux chiffres publiés "
                "gardés pour le vérifier, il tombe juste {inside} fois sur {shown} : il sert à "
                "comparer des futurs, pas à annoncer un nombre de fermetures.",
                inside=inside,
                shown=shown,
            ),
            " ",
            html.A(
                texts("Ce que le modèle retrouve du passé, et pour quoi ne pas s'en servir"),
                href=address.link("/modele") + "#facts",
            ),
        ],
        id="validation",
    )


def _panel(key: str, view: View, address: Address) -> Later:
    def made() -> html.Section:
        panel = PANELS[key](view)
        return panel_card(panel, address, scenario_key(view, start=panel.first_line))

    return Later(f"panel-{key}", made)


def _groups(view: View, address: Address) -> list[Any]:
    """Choice of the groups, and the difference in each; nothing where no crossing is recorded."""
    texts, allowed = view.texts, view.selection.breakable_by
    if not allowed:
        return [
            html.P(
                texts(
                    "Les résultats ne croisent ce groupe avec aucun autre découpage : choisissez "
                    "un groupe plus large pour voir l'écart par région, secteur ou taille."
                ),
                className="note",
                id="no-groups",
            )
        ]
    names = grouping_names(texts)
    options = [(name, names[name]) for name in allowed]
    return [
        html.Div(
            choice("by", texts("Découper par"), options, view.selection.broken_by, DEFAULT_BY),
            className="controls",
        ),
        _panel("groups", view, address),
    ]


def _vanishing(view: View, address: Address) -> html.Section:
    """Counts at once, parameters when they are asked for: fitting a surface takes seconds."""
    texts = view.texts
    table = panel_link("vanishing", "html", address)
    return html.Section(
        [
            html.H3(
                texts("Que faudrait-il pour que cet écart disparaisse ?"),
                id="vanishing-title",
                className="panel-title",
            ),
            html.Ul([html.Li(words) for words in vanishing_words(view)], id="vanishing-words"),
            html.Details(
                [
                    html.Summary(texts("Quels paramètres, un à la fois (quelques secondes)")),
                    html.Div(
                        html.P(texts("Calcul en cours…"), className="note"),
                        id="vanishing-table",
                        className="table-scroll",
                        tabIndex="0",
                        role="region",
                        **{
                            "aria-labelledby": "vanishing-title",
                            "data-place": "true",
                            "data-failed": texts("Le tableau n'a pas pu être calculé."),
                        },
                    ),
                ],
                key=table,
                **{"data-table": table},
            ),
            html.P(
                [
                    html.A(
                        name,
                        href=panel_link("vanishing", "csv", address, format=form_of_file),
                        download=True,
                    )
                    for name, form_of_file in (
                        (texts("CSV pour tableur (; et virgule)"), "tableur"),
                        (texts("CSV simple"), "simple"),
                    )
                ],
                className="downloads",
            ),
        ],
        id="panel-vanishing",
        className="panel",
    )


def _headlines(view: View) -> html.Section:
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
                [_scenario_card(view, rank, s) for rank, s in enumerate(view.others, start=1)],
                className="cards",
            ),
        ],
        id="in-brief",
        **{"aria-labelledby": "headline-title"},
    )


def _scenario_card(view: View, rank: int, scenario: str) -> html.Article:
    texts = view.texts
    row = view.difference("survival", scenario)
    lines: list[Any] = [
        html.Dt(texts("Organisations qui poursuivent")),
        html.Dd(
            [
                html.Strong(survival_difference(view, scenario)),
                html.Span("" if row is None else view.counted_verdict(row), className="verdict"),
            ]
        ),
    ]
    for name, written, verdict in (
        *beside_survival(view, scenario),
        card_line(view, scenario, PUBLIC_MONEY),
    ):
        lines += [
            html.Dt(name),
            html.Dd([html.Strong(written), html.Span(verdict, className="verdict")]),
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
            html.Dl(lines),
            *_supposed(view, scenario),
        ],
        className="card",
        id=f"card-{scenario}",
    )


def _supposed(view: View, scenario: str) -> list[Any]:
    """The scenario in its own words, folded: a title alone does not say what is supposed."""
    narrative = view.narrative(scenario)
    if not narrative:
        return []
    heading = view.texts("Ce que suppose ce scénario")
    return [html.Details([html.Summary(heading), html.P(narrative, className="supposed")])]


def page_routes(server: FastAPI, library: Library) -> None:
    """Documents of a comparison."""
    add_routes(server, library, PATH, refusal)


PAGE = Page(
    path=PATH,
    name=lambda texts: texts("Comparer"),
    title=page_title,
    content=page_content,
    form=page_form,
    panels=page_panels,
    routes=page_routes,
    keeps=("results", "scenarios", *GROUPINGS, "indicator"),
)
