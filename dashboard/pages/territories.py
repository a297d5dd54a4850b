"""The page of the régions: what future touches them, what is published, what the model says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from dash import html

from dashboard.address import Address
from dashboard.components.controls import form, indicator_options, results_control
from dashboard.components.fields import choice
from dashboard.components.limits import limits, origin
from dashboard.components.other_version import other_version
from dashboard.components.panel_card import panel_card
from dashboard.components.region_legend import region_legend
from dashboard.language import Texts
from dashboard.page import Content, NotShown, Page
from dashboard.pair import PART, read_pair, scenario_choice
from dashboard.panels.panel import Panel
from dashboard.panels.region_context import context_panel, figure_name
from dashboard.panels.region_map import EXPOSURE, map_panel, measure_of
from dashboard.reading import Library
from dashboard.region_figures import CONTEXT
from dashboard.selection import read_selection
from dashboard.view import View
from simulator.indicators import RECORDED

PATH: Final = "/territoires"
SHOWN: Final = "show"


def page_title(texts: Texts) -> str:
    return texts("Les régions face aux futurs")


def page_form(library: Library, address: Address) -> list[Any]:
    """What the page is for, and its controls."""
    texts = address.texts
    selection, _ = read_selection(address, library.choices)
    shown, _ = chosen_measure(address)
    options = [
        (texts("Exposition aux leviers"), [(EXPOSURE, texts("Part des ressources touchée"))]),
        (texts("Chiffres publiés"), [(code, figure_name(code, texts)) for code in CONTEXT]),
        *(
            (texts("Écart simulé – {group}", group=group), codes)
            for group, codes in indicator_options(texts)
        ),
    ]
    return [
        html.P(
            texts(
                "Quelles régions un futur touche-t-il d'abord, que sait-on d'elles par ailleurs, "
                "et qu'y change la simulation ?"
            ),
            className="lead",
        ),
        form(
            [
                *results_control(library, selection, texts),
                *scenario_choice(library, address),
                choice(SHOWN, texts("Ce que montre la carte"), options, shown, EXPOSURE),
            ],
            texts,
        ),
    ]


def chosen_measure(address: Address) -> tuple[str, list[str]]:
    """What the map of an address shows, and a sentence where it could not be followed."""
    asked = address.asked(SHOWN) or EXPOSURE
    if asked == EXPOSURE or asked in CONTEXT or asked in RECORDED:
        return asked, []
    return EXPOSURE, [address.texts("La carte ne connaît pas : {name}.", name=asked[:80])]


def page_content(library: Library, address: Address) -> Content:
    """Everything under the controls."""
    texts = address.texts
    try:
        view, problems = read_pair(library, address)
        shown, wrong = chosen_measure(address)
        parts = _results(view, shown, address)
    except NotShown as refused:
        told = html.P(str(refused), className="problem", id="refusal")
        return Content([told], texts("Rien à afficher."))
    told = [html.P(problem, className="problem") for problem in (*problems, *wrong)]
    told += other_version(view.comparison.results, texts)
    return Content([*told, *parts], texts("Carte des 18 régions affichée."))


def page_problems(library: Library, address: Address) -> list[str]:
    """Sentences on what of an address could not be followed."""
    return [*read_pair(library, address)[1], *chosen_measure(address)[1]]


def page_panels(library: Library, address: Address) -> dict[str, Callable[[], Panel]]:
    """The findings of a view; raises NotShown where the page refuses it."""
    view, _ = read_pair(library, address)
    shown, _ = chosen_measure(address)
    return {
        "map": partial(map_panel, view, shown),
        "context": partial(context_panel, address.texts),
    }


def _results(view: View, shown: str, address: Address) -> list[Any]:
    texts = view.texts
    measure = measure_of(view, shown)
    return [
        html.P(
            texts(
                "Les organisations simulées sont synthétiques : tirées de tableaux publiés, "
                "plausibles région par région, pas observées. Les régions vont dans l'ordre de "
                "leur code Insee ; elles ne sont jamais classées."
            ),
            className="note",
            id="synthetic",
        ),
        html.H2(texts("La carte")),
        panel_card(map_panel(view, shown, measure), address, region_legend(measure, texts)),
        html.H2(texts("Ce qui est publié")),
        panel_card(context_panel(texts), address),
        limits(texts),
        origin(view),
    ]


PAGE = Page(
    path=PATH,
    name=lambda texts: texts("Territoires"),
    title=page_title,
    content=page_content,
    form=page_form,
    panels=page_panels,
    problems=page_problems,
    keeps=("results", "scenarios", PART, SHOWN),
)
