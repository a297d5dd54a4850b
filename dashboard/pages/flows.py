"""The page that says who pays whom, in one year of one future beside the reference line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from dash import html

from dashboard.address import SHOWN_FIRST, Address
from dashboard.components.controls import form, results_control
from dashboard.components.fields import choice
from dashboard.components.lever_lists import lever_lists
from dashboard.components.limits import limits, origin
from dashboard.components.other_version import other_version
from dashboard.components.panel_card import panel_card
from dashboard.language import Texts
from dashboard.lever_costs import costed_levers
from dashboard.money import years
from dashboard.page import Content, NotShown, Page
from dashboard.pair import PART, read_pair, scenario_choice
from dashboard.panels.flows import flows_panel
from dashboard.panels.panel import Panel
from dashboard.panels.payers import payers_panel
from dashboard.reading import Library
from dashboard.same_hypotheses import mixes, with_same_hypotheses
from dashboard.selection import read_selection
from dashboard.view import View
from dashboard.who_pays import question, who_pays
from simulator.results import Results

PATH: Final = "/flux"
FIRST_SHOWN: Final = 2030  # far enough for levers to be in force; the last year if it was not run


def page_title(texts: Texts) -> str:
    return texts("Qui paie quoi, et à qui")


def page_form(library: Library, address: Address) -> list[Any]:
    """What the page is for, and its controls."""
    texts = address.texts
    selection, _ = read_selection(address, library.choices)
    known = years(library.results[selection.results])
    controls = [*results_control(library, selection, texts), *scenario_choice(library, address)]
    if known:
        shown, _ = chosen_year(library.results[selection.results], address)
        options = [(str(year), str(year)) for year in known]
        default = str(default_year(known))
        controls.append(choice("year", texts("Année"), options, str(shown), default))
    return [
        html.P(
            texts(
                "Dans le modèle, aucun euro n'apparaît ni ne disparaît : chacun est payé par "
                "quelqu'un. On voit ici qui paie, ce que les organisations en font, et ce qui "
                "change par rapport à la même année de la référence."
            ),
            className="lead",
        ),
        form(controls, texts),
    ]


def default_year(known: list[int]) -> int:
    return FIRST_SHOWN if FIRST_SHOWN in known else known[-1]


def chosen_year(results: Results, address: Address) -> tuple[int, list[str]]:
    """Year of an address, and a sentence where it could not be followed; NotShown without one."""
    texts, known = address.texts, years(results)
    if not known:
        raise NotShown(texts("Ces résultats ne couvrent pas une année entière."))
    asked = address.asked("year")
    if asked is None or asked in map(str, known):
        return int(asked or default_year(known)), []
    told = texts(
        "Année absente de ces résultats : {name} (de {first} à {last}).",
        name=asked[:20],
        first=known[0],
        last=known[-1],
    )
    return default_year(known), [told]


def page_content(library: Library, address: Address) -> Content:
    """Everything under the controls."""
    texts = address.texts
    try:
        view, problems = read_pair(library, address)
        year, wrong = chosen_year(view.comparison.results, address)
        shown = _results(view, year, address)
    except NotShown as refused:
        told = html.P(str(refused), className="problem", id="refusal")
        return Content([told], texts("Rien à afficher."))
    parts = [html.P(problem, className="problem") for problem in (*problems, *wrong)]
    parts += other_version(view.comparison.results, texts)
    status = texts(
        "Flux de {year} affichés pour {scenario}.",
        year=year,
        scenario=view.quoted(view.others[0]),
    )
    return Content([*parts, *shown], status)


def page_problems(library: Library, address: Address) -> list[str]:
    """Sentences on what of an address could not be followed."""
    view, problems = read_pair(library, address)
    _, wrong = chosen_year(view.comparison.results, address)
    return [*problems, *wrong]


def page_panels(library: Library, address: Address) -> dict[str, Callable[[], Panel]]:
    """The findings of a view; raises NotShown where the page refuses it."""
    view, _ = read_pair(library, address)
    year, _ = chosen_year(view.comparison.results, address)
    return {"payers": partial(payers_panel, view, year), "flows": partial(flows_panel, view, year)}


def _results(view: View, year: int, address: Address) -> list[Any]:
    texts = view.texts
    levers = costed_levers(view.comparison.results, view.others[0])
    return [
        html.Section(
            [
                html.H2(
                    question(view, levers, year),
                    id="who-title",
                ),
                html.Div(
                    [html.P(told) for told in who_pays(view, levers, year)],
                    className="turnover",
                    id="who-pays",
                ),
                html.P(
                    texts(
                        "Référence : {title}, {note}. Les deux futurs ont les mêmes hypothèses et "
                        "le même hasard, sauf ce que dit la liste qui suit.",
                        title=view.quoted(view.selection.reference),
                        note=view.reference_note,
                    ),
                    className="note",
                    id="reference-line",
                ),
                *_decisions_alone(view, address),
            ],
            **{"aria-labelledby": "who-title"},
        ),
        html.H2(texts("Ce qui est supposé, ce qui est décidé")),
        lever_lists(levers, year, texts),
        html.P(
            texts(
                "Les euros d'un levier sont ceux de 2025, avant que personne ne réagisse, sur la "
                "population simulée (une somme fixée pour la France l'est pour toute la France) ; "
                "ceux des figures sont payés dans la simulation, où les uns et les autres ont "
                "réagi."
            ),
            className="note",
        ),
        html.H2(texts("Ce qui change pour chaque payeur")),
        panel_card(payers_panel(view, year), address),
        html.H2(texts("Tous les flux de l'année")),
        panel_card(flows_panel(view, year), address),
        limits(texts),
        origin(view),
    ]


def _decisions_alone(view: View, address: Address) -> list[Any]:
    """Where a future supposes and decides: the reference that supposes the same, or that none is.

    Against any other reference what the world does and what somebody decides cannot be told apart.
    """
    texts, results = view.texts, view.comparison.results
    reference, scenario = view.selection.scenarios
    if not mixes(results, scenario):
        return []
    same = with_same_hypotheses(results, scenario)
    if same == reference:
        told: list[Any] = [
            texts("Cette référence a les mêmes hypothèses : l'écart est celui des décisions.")
        ]
    else:
        told = [
            texts(
                "Ce futur suppose et décide ; cette référence n'a pas ses hypothèses : l'écart "
                "réunit ce que le monde fait et ce que quelqu'un choisit."
            )
        ]
        if same is not None:
            query = address.query(scenarios=f"{same},{SHOWN_FIRST}", scenario=scenario)
            words = texts(
                "Voir l'écart des seules décisions, avec {title}", title=view.quoted(same)
            )
            told += [" ", html.A(words, href=address.path + query)]
    return [html.P(told, className="note", id="same-hypotheses")]


PAGE = Page(
    path=PATH,
    name=lambda texts: texts("Flux"),
    title=page_title,
    content=page_content,
    form=page_form,
    panels=page_panels,
    problems=page_problems,
    keeps=("results", "scenarios", PART, "year"),
)
