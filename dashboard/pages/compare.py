"""The page that compares futures: survival and what it never goes without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.components.controls import (
    form,
    group_controls,
    indicator_control,
    results_control,
    scenarios_control,
)
from dashboard.components.gloss import glossed
from dashboard.components.limits import limits, origin
from dashboard.components.panel_card import panel_card
from dashboard.components.scenario_key import line_sample, scenario_key
from dashboard.figures.theme import LETTERS
from dashboard.language import Texts
from dashboard.page import Content, NotShown, Page
from dashboard.panels.difference import difference_panel
from dashboard.panels.fates import fates_panel
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
from dashboard.panels.trajectory import trajectory_panel
from dashboard.reading import Library
from dashboard.selection import FEWEST_SCENARIOS, read_selection
from dashboard.view import View, read_view
from simulator.compare import SHOWN_FROM_ROWS

PATH = "/comparer"
PANELS = {
    "headlines": headlines_panel,
    "survival": survival_panel,
    "fates": fates_panel,
    "trajectory": trajectory_panel,
    "difference": difference_panel,
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
                indicator_control(selection, texts),
            ],
            texts,
        ),
    ]


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
        html.P(view.place[:1].upper() + view.place[1:], className="place", id="place"),
        _headlines(view),
        panel_card(headlines_panel(view), address),
        html.H2(texts("Qui tient, qui s'arrête")),
        _card(survival_panel(view), view, address),
        _card(fates_panel(view), view, address),
        html.H2(texts("Trajectoires et écarts")),
        *yearly,
        _card(trajectory_panel(view), view, address),
        _card(difference_panel(view), view, address),
        limits(texts),
        origin(view),
    ]


def _card(panel: Panel, view: View, address: Address) -> html.Section:
    return panel_card(panel, address, scenario_key(view, start=panel.first_line))


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
                for n, words in enumerate(_verdict_words(view))
            ),
            *(html.P(words, className="note") for words in _withheld_words(view)),
            html.Div(
                [_scenario_card(view, rank, s) for rank, s in enumerate(view.others, start=1)],
                className="cards",
            ),
        ],
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
                html.Span("" if row is None else view.verdict(row), className="verdict"),
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


def _withheld_words(view: View) -> list[str]:
    """Why some differences have no word, where a support programme is compared."""
    table = view.comparison.differences
    if table.empty or not table["verdict"].isna().any():
        return []
    return [
        view.texts(
            "« Mot retenu » : ce scénario suppose l'effet d'un accompagnement. Ce qu'on y lit est "
            "ce qu'on y a mis, et ne prouve rien de l'accompagnement."
        )
    ]


def _verdict_words(view: View) -> list[str]:
    texts = view.texts
    points = texts("pt : points (de pourcentage, ou d'indice quand c'est dit).")
    if view.comparison.draws > 1:
        return [
            texts(
                "Entre parenthèses ou entre crochets : {interval}, c'est-à-dire {count} jeux "
                "d'hypothèses plausibles du modèle.",
                interval=view.interval_name,
                count=view.comparison.draws,
            )
            + " "
            + points,
            texts(
                "Le mot dit si le sens de l'écart tient, pas s'il est bon ou mauvais. Robuste : le "
                "même sens dans au moins 90 % des tirages (les autres peuvent dire le contraire) ; "
                "probable : 66 à 90 % ; ambigu : moins ; inchangé : écart trop petit pour compter. "
                "Un effet ambigu ne se classe pas."
            ),
        ]
    return [
        texts(
            "Entre parenthèses ou entre crochets, l'intervalle à 90 % de l'écart moyen. Seul le "
            "hasard a varié : un signe stable ne dit encore rien des hypothèses du modèle."
        )
        + " "
        + points
    ]


PAGE = Page(
    path=PATH,
    name=lambda texts: texts("Comparer"),
    title=page_title,
    content=page_content,
    form=page_form,
    panels=page_panels,
    keeps=("results", "scenarios", "region", "sector", "size", "indicator"),
)
