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
from dashboard.components.fields import choice
from dashboard.components.gloss import glossed
from dashboard.components.headline_cards import headline_cards
from dashboard.components.limits import limits, origin
from dashboard.components.other_version import other_version
from dashboard.components.panel_card import panel_card
from dashboard.components.ready_made import ready_made
from dashboard.components.run_progress import watched
from dashboard.components.scenario_key import scenario_key
from dashboard.components.vanishing import vanishing
from dashboard.evidence import checked_facts, in_range
from dashboard.handover.routes import add_routes, handover_links
from dashboard.language import Texts
from dashboard.page import Content, Later, NotShown, Page
from dashboard.panels.certainty import certainty_panel
from dashboard.panels.difference import difference_panel
from dashboard.panels.fates import fates_panel
from dashboard.panels.groups import grouping_names, groups_panel
from dashboard.panels.headlines import headlines_panel
from dashboard.panels.panel import Panel
from dashboard.panels.survival import survival_panel
from dashboard.panels.tradeoffs import tradeoffs_panel
from dashboard.panels.trajectory import trajectory_panel
from dashboard.panels.vanishing import vanishing_panel
from dashboard.reading import Library
from dashboard.selection import DEFAULT_BY, FEWEST_SCENARIOS, GROUPINGS, Selection, read_selection
from dashboard.view import View, read_view
from simulator.compare import SHOWN_FROM_ROWS
from simulator.indicators import INDICATORS
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
    if view.selection.dimension not in view.comparison.results.dimensions:
        return texts(
            "Cet essai de beaucoup de mondes ne garde pas les croisements : choisissez une région, "
            "un secteur ou une taille, un seul à la fois."
        )
    if view.comparison.is_thin:
        rows, quarter = view.comparison.fewest_rows
        return texts(
            "Groupe trop petit : {place} ne compte que {rows} fiches, {quarter}, dans la "
            "population synthétique ; il en faut {needed} pour en dire quelque chose. Élargissez "
            "la région, le secteur ou la taille, ou simulez une population plus grande.",
            place=view.place,
            rows=texts.number(int(rows)),  # 29.7 are not yet 30
            quarter=texts.quarter(quarter),
            needed=SHOWN_FROM_ROWS,
        )
    code = view.selection.indicator
    if not view.comparison.is_measured(code):
        return texts(
            "{indicator} : cela se mesure par région et par secteur seulement. Choisissez un autre "
            "indicateur, ou retirez la taille, la forme juridique ou la ressource principale.",
            indicator=INDICATORS[code].label(texts.language),
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
    shown = [*_waiting(library, address), *results(view, library, address, problems)]
    return Content(shown, status(view, refusal(view)))


def _waiting(library: Library, address: Address) -> list[Any]:
    """The place of a run that was asked for from here; how far it is comes with the first look."""
    if library.desk is None or address.asked("run") is None:
        return []
    return [watched([], "", "/scenarios/essais/attente")]


def page_panels(library: Library, address: Address) -> dict[str, Callable[[], Panel]]:
    """The findings of a view; raises NotShown where the page refuses it."""
    view, _ = read_view(library, address)
    refused = refusal(view)
    if refused is not None:
        raise NotShown(refused)
    return {key: partial(made, view) for key, made in PANELS.items()}


def results(view: View, library: Library, address: Address, problems: Sequence[str]) -> list[Any]:
    """Panels of a view, or why they are not shown."""
    texts = view.texts
    told = [html.P(problem, className="problem") for problem in problems]
    told += other_version(view.comparison.results, texts)
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
        _contents(texts),
        html.P(view.place[:1].upper() + view.place[1:], className="place", id="place"),
        Later("in-brief", partial(headline_cards, view, address)),
        _panel("headlines", view, address),
        _panel("tradeoffs", view, address),
        html.H2(texts("Qui tient, qui s'arrête"), id="survivors"),
        _panel("survival", view, address),
        _panel("fates", view, address),
        html.H2(texts("Trajectoires et écarts"), id="paths"),
        *yearly,
        _panel("trajectory", view, address),
        _panel("difference", view, address),
        html.H2(texts("Pour qui, où"), id="for-whom"),
        *_groups(view, address),
        html.H2(texts("Ce qui rend l'écart plus ou moins sûr"), id="how-sure"),
        _panel("certainty", view, address),
        _validation(address),
        Later("panel-vanishing", partial(vanishing, view, library.desk, address)),
        limits(texts),
        origin(view),
    ]


def _contents(texts: Texts) -> html.Nav:
    """Links to the parts of a long page."""
    parts = (
        ("headline-title", texts("En bref")),
        ("tradeoffs-title", texts("Gains et pertes")),
        ("survivors", texts("Qui tient, qui s'arrête")),
        ("paths", texts("Trajectoires et écarts")),
        ("for-whom", texts("Pour qui, où")),
        ("how-sure", texts("À quel point c'est sûr")),
        ("vanishing-title", texts("Ce qui ferait disparaître l'écart")),
        ("limits-title", texts("Limites")),
    )
    links = [html.Li(html.A(name, href=f"#{anchor}")) for anchor, name in parts]
    return html.Nav(html.Ul(links), className="contents", **{"aria-label": texts("Sommaire")})


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
    texts, allowed = view.texts, view.breakable_by
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
            choice("by", texts("Découper par"), options, view.broken_by, DEFAULT_BY),
            className="controls",
        ),
        _panel("groups", view, address),
    ]


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
    problems=lambda library, address: read_selection(address, library.choices)[1],
    routes=page_routes,
    keeps=("results", "scenarios", *GROUPINGS, "indicator"),
)
