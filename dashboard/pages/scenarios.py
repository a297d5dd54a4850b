"""The page of scenarios: what there is, one of them, one's own, simulated while one looks on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.components.scenario_sheet import expected, supposed
from dashboard.components.simulate_form import simulate_alone, simulate_together
from dashboard.language import Texts
from dashboard.live.store import PREFIX
from dashboard.page import Content, Page
from dashboard.reading import Library
from dashboard.scenarios.draft import packed
from dashboard.scenarios.faults import told
from dashboard.scenarios.form import family_names
from dashboard.scenarios.posted import copy_text
from dashboard.scenarios.routes import PATH, add_routes
from dashboard.scenarios.sought import BLANK, Sought, sought
from simulator.problems import InputError
from simulator.scenario import Scenario, list_scenarios, load_scenario, parse_scenario


def page_title(texts: Texts) -> str:
    return texts("Scénarios : les lire, en bâtir un, le simuler")


def page_form(library: Library, address: Address) -> list[Any]:
    """What the page is for; whoever comes here may simulate, so that processes get ready."""
    if library.desk is not None:
        library.desk.warm()
    texts = address.texts
    return [
        html.P(
            texts(
                "Un scénario est un récit et des leviers : ce que fait le monde (hypothèses) et ce "
                "que quelqu'un décide (décisions). On peut lire ceux qui sont fournis, en bâtir "
                "un à partir des mêmes leviers, et le simuler ici."
            ),
            className="lead",
        ),
        # Outside of what is drawn again with every address: what is being typed stays.
        _builder(texts),
    ]


def page_content(library: Library, address: Address) -> Content:
    """The list, or the scenario that the address names or holds."""
    texts = address.texts
    problems = list(address.problems)
    found: Sought | None = None
    try:
        found = sought(library, address)
    except InputError as error:
        problems += [one.text[:1].upper() + one.text[1:] for one in told(error, texts.language)]
    warnings = [html.P(problem, className="problem") for problem in problems]
    if found is None:
        shown, status = _catalogue(library, address)
        return Content([*warnings, *shown], status)
    parts: list[Any] = [_back(address)]
    if address.asked("y") is not None or found.scenario is None:
        parts.append(html.Div(id="builder-wanted"))
    if found.scenario is None:
        return Content([*warnings, *parts], texts("Ce scénario est à corriger."))
    scenario = found.scenario
    parts += [
        *supposed(scenario, texts),
        _actions(found, address),
        *simulate_alone(library, scenario, [*_shipped(), *_of_results(library)], address),
        *expected(library, scenario, texts, _named(address)),
    ]
    return Content([*warnings, *parts], scenario.title.in_language(texts.language))


def _named(address: Address) -> str | None:
    """The results that an address names: those of its run, before others."""
    run = address.asked("run")
    return address.asked("results") if run is None else PREFIX + run


def _catalogue(library: Library, address: Address) -> tuple[list[Any], str]:
    texts = address.texts
    names = family_names(texts)
    scenarios = [*_shipped(), *_of_results(library)]
    cards: list[Any] = []
    places: list[Any] = []
    for family, name in names.items():
        some = [s for s in scenarios if s.family == family]
        if some:
            place = f"family-{family}"
            places.append(html.Li(html.A(name, href=f"#{place}")))
            cards += [
                html.H2(name, id=place),
                html.Div([_card(s, address) for s in some], className="cards scenario-cards"),
            ]
    start = address.query(y=packed(BLANK), s=None)
    return [
        html.P(
            html.A(texts("Bâtir un scénario"), href=PATH + start, className="button"),
            className="buttons",
        ),
        *simulate_together(library, scenarios, address),
        html.Nav(html.Ul(places), className="contents", **{"aria-label": texts("Sur cette page")}),
        *cards,
    ], texts("{count} scénarios.", count=len(scenarios))


@lru_cache(maxsize=1)
def _shipped() -> tuple[Scenario, ...]:
    return tuple(load_scenario(name) for name in list_scenarios())


def _of_results(library: Library) -> list[Scenario]:
    """Scenarios that only loaded results have."""
    known = set(list_scenarios())
    found: dict[str, Scenario] = {}
    for results in library.visible().values():
        for name in results.scenario_ids:
            if name in known or name in found:
                continue
            try:
                found[name] = parse_scenario(results.scenario_text(name))
            except (InputError, OSError):
                continue  # of another version, or its text is gone: the results still show it
    return list(found.values())


def _card(scenario: Scenario, address: Address) -> html.Article:
    texts, language = address.texts, address.language
    href = PATH + address.query(s=scenario.id, y=None, run=None)
    subtitle = scenario.subtitle
    return html.Article(
        [
            html.H3(html.A(texts.spaced(scenario.title.in_language(language)), href=href)),
            *(
                []
                if subtitle is None
                else [html.P(subtitle.in_language(language), className="note")]
            ),
            html.P(texts.spaced(scenario.narrative.in_language(language))),
        ],
        className="card",
    )


def _back(address: Address) -> html.P:
    texts = address.texts
    href = PATH + address.query(s=None, y=None, run=None)
    return html.P(html.A(texts("Tous les scénarios"), href=href), className="back")


def _builder(texts: Texts) -> html.Section:
    """The place of the form; `assets/scenarios.js` fills it and shows it where it is wanted."""
    return html.Section(
        [
            html.H2(texts("Votre scénario"), id="builder-title"),
            html.P(
                texts(
                    "Tout ce que vous écrivez est dans l'adresse de cette page : gardez le lien, "
                    "ou partagez-le. Ce serveur n'en garde rien tant que vous ne simulez pas et ne "
                    "demandez pas de lien court."
                ),
                className="note",
            ),
            html.Div(
                id="builder",
                className="builder",
                **{
                    "data-builder": f"{PATH}/formulaire.html",
                    "data-failed": texts("Le serveur ne répond pas. Ce que vous avez écrit reste."),
                    "data-too-large": texts("Ce fichier est trop long : 256 ko au plus."),
                    "data-not-text": texts(
                        "Ce fichier n'est pas du texte en UTF-8 : enregistrez-le avec cet encodage."
                    ),
                },
            ),
        ],
        className="builder-section",
        id="builder-section",
        hidden=True,
        **{"aria-labelledby": "builder-title"},
    )


def _actions(found: Sought, address: Address) -> html.P:
    """Download, share, change."""
    texts = address.texts
    assert found.scenario is not None
    query = address.query(run=None)
    items: list[Any] = [
        html.A(texts("Télécharger (YAML)"), href=f"{PATH}/scenario.yaml{query}", download=True)
    ]
    if address.asked("y") is None:
        text = copy_text(found.scenario) if found.ships else found.text
        draft = packed(text)
        if draft is not None:
            href = PATH + address.query(y=draft, s=None, run=None)
            items.append(html.A(texts("En faire une variante"), href=href))
    else:
        items.append(
            html.Button(
                texts("Lien court à partager"),
                className="link-button",
                **{"type": "button", "data-post": f"{PATH}/partager"},
            )
        )
    return html.P([*items, html.Span("", className="fault", **_alert())], className="downloads")


def _alert() -> dict[str, str]:
    return {"role": "alert", "data-answer": "true"}


PAGE = Page(
    path=PATH,
    name=lambda texts: texts("Scénarios"),
    title=page_title,
    content=page_content,
    form=page_form,
    routes=add_routes,
    keeps_still=False,  # runs are being played
    keeps=("results",),
)
