"""The page that tells what became of simulated organisations like the one described.

It never predicts one organisation. Help comes first; below six months of cash frequencies come only
when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from dash import html

from dashboard.address import Address
from dashboard.alike import CODES, UNDER_SIX_MONTHS, Alike
from dashboard.components.contacts import contacts_in_full, contacts_in_short
from dashboard.components.controls import form, results_control, scenarios_control
from dashboard.components.fields import choice
from dashboard.components.limits import limits, origin
from dashboard.components.other_version import other_version
from dashboard.components.panel_card import panel_card
from dashboard.components.scenario_key import dot_key
from dashboard.description import code_name, everything, field_name, in_words, read_description
from dashboard.language import Texts
from dashboard.page import Content, NotShown, Page
from dashboard.panels.alike import AlikeView
from dashboard.panels.causes import causes_panel
from dashboard.panels.outcomes import outcomes_panel
from dashboard.panels.panel import Panel
from dashboard.panels.widening import widening_panel
from dashboard.reading import Library
from dashboard.selection import read_selection
from dashboard.view import read_view
from simulator.codes import REGION_NAMES
from simulator.compare import SHOWN_FROM_ROWS

PATH: Final = "/organisations"
RATES: Final = "rates"  # part of the address that asks for frequencies below six months of cash
ASKED: Final = "1"
MOST_WAYS: Final = 8  # ways to widen a description that are offered


def page_title(texts: Texts) -> str:
    return texts("Des organisations comme la mienne")


def page_form(library: Library, address: Address) -> list[Any]:
    """What the page does not do, whom to turn to, and the six points."""
    texts = address.texts
    selection, _ = read_selection(address, library.choices)
    chosen, _ = read_description(address, selection.chosen)
    regions = library.cohort(selection.results).regions
    return [
        html.P(
            texts(
                "Cette page ne prédit l'avenir d'aucune organisation. Elle compte ce que sont "
                "devenues, dans des futurs simulés, des organisations inventées qui ressemblent à "
                "celle que vous décrivez sur six points. Deux organisations semblables sur ces "
                "points peuvent avoir des avenirs opposés."
            ),
            className="lead",
            id="no-prediction",
        ),
        html.Section(
            [
                html.H2(texts("Si le moment est difficile"), id="contacts-title"),
                html.P(texts("En parler tôt laisse plus de choix. Voici à qui.")),
                contacts_in_short(library.contacts, texts),
                html.Details(
                    [
                        html.Summary(texts("Ce que chacun fait, comment le joindre, sources")),
                        *contacts_in_full(library.contacts, texts),
                    ]
                ),
            ],
            id="contacts",
            className="help",
            **{"aria-labelledby": "contacts-title"},
        ),
        form(
            [
                *results_control(library, selection, texts),
                *(_field(field, chosen, regions, texts) for field in CODES),
                scenarios_control(library, selection, texts),
            ],
            texts,
        ),
    ]


def _field(field: str, chosen: dict[str, str], regions: list[str], texts: Texts) -> html.Div:
    name, codes = field_name(field, texts), CODES[field]
    if field == "region":
        codes = tuple(code for code in codes if code in regions)
        if len(codes) == 1:
            name = texts(
                "Région (ces résultats n'en simulent qu'une : {region})",
                region=REGION_NAMES[codes[0]],
            )
    options = [("", everything(field, texts)), *((c, code_name(field, c, texts)) for c in codes)]
    return choice(field, name, options, chosen.get(field))


def read_alike(library: Library, address: Address) -> tuple[AlikeView, list[str]]:
    """Organisations like the one described, and a sentence for what could not be followed."""
    view, problems = read_view(library, address)
    chosen, further = read_description(address, view.selection.chosen)
    cohort = library.cohort(view.selection.results)
    return AlikeView(view, Alike(cohort, chosen)), [*problems, *further]


def asks_first(seen: AlikeView, address: Address) -> bool:
    """True where frequencies wait until they are asked for."""
    return seen.alike.chosen.get("cash") in UNDER_SIX_MONTHS and address.asked(RATES) != ASKED


def page_panels(library: Library, address: Address) -> dict[str, Callable[[], Panel]]:
    """The findings of a view; raises NotShown for too few rows and where nobody asked yet."""
    seen, _ = read_alike(library, address)
    if seen.alike.is_thin:
        raise NotShown(_too_few(seen))
    if asks_first(seen, address):
        raise NotShown(_waiting(address.texts))
    made = {"outcomes": outcomes_panel, "causes": causes_panel}
    if seen.alike.chosen:
        made["widening"] = widening_panel
    return {key: partial(panel, seen) for key, panel in made.items()}


def page_content(library: Library, address: Address) -> Content:
    """Everything under the controls."""
    texts = address.texts
    seen, problems = read_alike(library, address)
    told = [html.P(problem, className="problem") for problem in problems]
    parts: list[Any] = [*told, *other_version(seen.view.comparison.results, texts)]
    if seen.alike.chosen.get("cash") in UNDER_SIX_MONTHS:
        parts += _years_not_months(library, address)
    parts.append(_described(seen))
    try:
        panels = page_panels(library, address)
    except NotShown as refusal:
        parts += _refused(seen, address, refusal)
        waits = texts("Contacts affichés ; fréquences sur demande.")
        return Content(parts, texts("Rien à afficher.") if seen.alike.is_thin else waits)
    for key, made in panels.items():
        own_names = key == "outcomes"  # each line of that figure bears the name of its scenario
        parts.append(panel_card(made(), address, None if own_names else dot_key(seen.view)))
    parts += [limits(texts), origin(seen.view)]
    rows = texts.number(seen.alike.rows)
    return Content(parts, texts("{rows} fiches semblables trouvées.", rows=rows))


def _described(seen: AlikeView) -> html.P:
    texts, alike = seen.view.texts, seen.alike
    return html.P(
        [
            html.Strong(in_words(alike.chosen, texts)),
            html.Span(_rows(seen), id="rows"),
        ],
        className="described",
        id="described",
    )


def _rows(seen: AlikeView) -> str:
    texts, alike = seen.view.texts, seen.alike
    count = texts.number(alike.organisations)
    if alike.rows == 0:
        return texts("Aucune fiche de la population synthétique")
    if alike.rows == 1:
        return texts(
            "1 fiche de la population synthétique, qui représente environ {count} organisations",
            count=count,
        )
    return texts(
        "{rows} fiches de la population synthétique, qui représentent environ {count} "
        "organisations",
        rows=texts.number(alike.rows),
        count=count,
    )


def _years_not_months(library: Library, address: Address) -> list[Any]:
    texts = address.texts
    return [
        html.Section(
            [
                html.H2(texts("D'abord, les prochains mois"), id="months-title"),
                html.P(
                    texts(
                        "Cet outil raisonne en années : avec moins de six mois de trésorerie, il "
                        "ne peut pas éclairer les décisions des prochains mois. Les personnes "
                        "ci-dessous le peuvent, en confidence."
                    ),
                    id="years-not-months",
                ),
                *contacts_in_full(library.contacts, texts),
            ],
            className="help",
            **{"aria-labelledby": "months-title"},
        )
    ]


def _refused(seen: AlikeView, address: Address, refusal: NotShown) -> list[Any]:
    texts = address.texts
    if not seen.alike.is_thin:
        return [
            html.P(str(refusal), id="waiting"),
            html.P(
                html.A(
                    texts("Voir quand même les fréquences"),
                    href=PATH + address.query(**{RATES: ASKED}),
                    className="chip",
                    id="ask-rates",
                )
            ),
        ]
    refused, ways = html.P(str(refusal), className="problem", id="refusal"), seen.alike.enough()
    if not ways:
        return [refused, limits(texts)]
    return [
        refused,
        html.P(
            texts("Élargir un point :")
            if len(ways[0]) == 1
            else texts(
                "Un seul ne suffit pas : élargir {count} points à la fois.", count=len(ways[0])
            )
        ),
        html.Ul([html.Li(_wider(seen, way, address)) for way in ways[:MOST_WAYS]], id="widen"),
        limits(texts),
    ]


def _wider(seen: AlikeView, fields: tuple[str, ...], address: Address) -> list[Any]:
    """A link to the same description with some points widened, and the rows that it has."""
    texts = seen.view.texts
    words = texts.listing([everything(field, texts).lower() for field in fields])
    rows = texts.number(seen.alike.widened(*fields).rows)
    return [
        html.A(words[:1].upper() + words[1:], href=PATH + address.query(**dict.fromkeys(fields))),
        html.Span(texts(" ({rows} fiches)", rows=rows)),
    ]


def _too_few(seen: AlikeView) -> str:
    texts = seen.view.texts
    return texts(
        "Trop peu de fiches semblables : {rows} dans la population synthétique ; il en faut "
        "{needed} pour en dire quelque chose.",
        rows=texts.number(seen.alike.rows),
        needed=SHOWN_FROM_ROWS,
    )


def _waiting(texts: Texts) -> str:
    return texts(
        "Les fréquences à l'horizon de plusieurs années ne sont montrées que si vous les demandez."
    )


PAGE = Page(
    path=PATH,
    name=lambda texts: texts("Organisations"),
    title=page_title,
    content=page_content,
    form=page_form,
    panels=page_panels,
    problems=lambda library, address: read_alike(library, address)[1],
    keeps=("results", "scenarios", "sector", "region", "size"),
)
