"""The page about the model itself: what it does, what it rests on, what it misses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from dash import html

from dashboard.address import Address
from dashboard.components.about_model import (
    least_evidence,
    not_for,
    what_it_is,
    who_builds,
)
from dashboard.components.badge import badge, badge_meaning, badge_word
from dashboard.components.exports import downloads, panel_link
from dashboard.components.fields import choice
from dashboard.components.folded_table import folded_table
from dashboard.components.limits import limits
from dashboard.components.panel_card import panel_card
from dashboard.evidence import checked_facts, facts_run, hindcast_run, in_range, replays
from dashboard.language import Texts
from dashboard.page import Content, Page
from dashboard.panels.beside import beside_panel
from dashboard.panels.indicators import indicators_panel
from dashboard.panels.learnt import learnt_panel
from dashboard.panels.panel import Panel
from dashboard.panels.parameters import (
    KINDS,
    all_parameters_panel,
    family_key,
    family_panel,
    family_specs,
)
from dashboard.population_names import population_name
from dashboard.reading import Library
from simulator.parameters import SPECS, process_groups

PATH: Final = "/modele"
KIND: Final = "kind"


def page_title(texts: Texts) -> str:
    return texts("Le modèle")


def asked_kind(address: Address) -> tuple[str | None, list[str]]:
    """Kind of parameters that the reader asks for, and a sentence where it is not known."""
    kind = address.asked(KIND)
    if kind is None or kind in KINDS:
        return kind, []
    return None, [address.texts.left_out(kind)]


def page_panels(library: Library, address: Address) -> dict[str, Callable[[], Panel]]:
    """Tables and figures of the page; parameters have one for each family and one for all."""
    texts = address.texts
    kind, _ = asked_kind(address)
    made: dict[str, Callable[[], Panel]] = {
        "parameters": partial(all_parameters_panel, texts),
        "facts": partial(facts_panel, texts),
        "calibration": partial(learnt_panel, texts),
        "indicators": partial(indicators_panel, texts),
    }
    for replay in replays(texts.language):
        made[replay_key(replay.id)] = partial(replay_panel, replay.id, texts)
    for group in process_groups():
        made[family_key(group.code)] = partial(family_panel, group.code, kind, texts)
    return made


def page_form(library: Library, address: Address) -> list[Any]:
    """What does not follow the address, down to the choice of a kind of parameters."""
    texts = address.texts
    panels = page_panels(library, address)
    kind, _ = asked_kind(address)
    return [
        _contents(texts),
        *what_it_is(library, texts),
        html.H2(texts("Un trimestre, étape par étape"), id="quarter"),
        *_schedule(texts),
        html.H2(texts("Face aux chiffres publiés"), id="facts"),
        panel_card(panels["facts"](), address),
        html.H2(texts("Le passé rejoué"), id="replays"),
        *_replays(panels, address),
        html.H2(texts("Ce que la calibration apprend"), id="learnt"),
        panel_card(panels["calibration"](), address),
        html.H2(texts("Les paramètres et leurs sources"), id="parameters"),
        *_kinds(kind, texts),
    ]


def page_content(library: Library, address: Address) -> Content:
    """The parameters of the kind chosen, and what stands under them."""
    texts = address.texts
    kind, problems = asked_kind(address)
    parts: list[Any] = [
        *(html.P(problem, className="problem") for problem in (*address.problems, *problems)),
        html.Div(_families(kind, address), id="families"),
        html.P(texts("Télécharger tous les paramètres :"), className="note"),
        downloads(all_parameters_panel(texts), address),
        html.H2(texts("Les indicateurs"), id="indicators"),
        panel_card(indicators_panel(texts), address),
        html.Div(id="limits"),
        limits(texts),
        *not_for(texts),
        *least_evidence(texts),
        *who_builds(texts),
    ]
    count = sum(kind in (None, spec.kind) for spec in SPECS.values())
    return Content(parts, texts("{count} paramètres affichés.", count=count))


def _contents(texts: Texts) -> html.Nav:
    links = {
        "what": texts("Ce que c'est"),
        "quarter": texts("Un trimestre"),
        "facts": texts("Chiffres publiés"),
        "replays": texts("Passé rejoué"),
        "learnt": texts("Calibration"),
        "parameters": texts("Paramètres"),
        "indicators": texts("Indicateurs"),
        "limits": texts("Limites"),
        "builders": texts("Qui construit, qui finance"),
    }
    return html.Nav(
        html.Ul([html.Li(html.A(name, href=f"#{place}")) for place, name in links.items()]),
        className="contents",
        **{"aria-label": texts("Sur cette page")},
    )


def _schedule(texts: Texts) -> list[Any]:
    # The model comes with compiled code that a page about results does without.
    from simulator.model import SCHEDULE
    from simulator.process_names import described

    steps = [described(step.__name__, texts.language) for step in SCHEDULE]
    return [
        html.P(
            texts(
                "Le modèle refait ces {count} étapes chaque trimestre, toujours dans cet ordre. "
                "Les comptes sont vérifiés à la dernière : aucun euro ne naît ni ne se perd.",
                count=len(steps),
            )
        ),
        html.Ol([html.Li(step) for step in steps], className="schedule", id="schedule"),
    ]


def facts_panel(texts: Texts) -> Panel:
    """Published facts over the calibrated set."""
    beside, run = checked_facts(texts.language), facts_run()["run"]
    inside, shown = in_range(beside, "held_out")
    return beside_panel(
        "facts",
        texts(
            "Chiffres tenus à part dans leur plage publiée : {inside} sur {shown}. Le modèle "
            "compare des futurs, il ne date pas une crise",
            inside=inside,
            shown=shown,
        ),
        texts(
            "Médianes de {draws} tirages acceptés, population « {population} », graine {seed}, "
            "version {version}. Les chiffres qui ont servi ne valident rien.",
            draws=run["draws"],
            population=population_name(run["population"], texts),
            seed=run["seed"],
            version=run["version"],
        ),
        beside,
        f'checked_facts("{texts.language}")',
        texts,
    )


def replay_key(identifier: str) -> str:
    """Key of the panel of a replay."""
    return f"replay-{identifier}"


def replay_panel(identifier: str, texts: Texts) -> Panel:
    """One past that was played again, beside what was observed."""
    place, replay = next(
        (place, one) for place, one in enumerate(replays(texts.language)) if one.id == identifier
    )
    inside, shown = in_range(replay.beside, "held_out")
    run = hindcast_run()
    return beside_panel(
        replay_key(identifier),
        texts(
            "{title} : {inside} sur {shown} des chiffres tenus à part dans leur plage",
            title=replay.title,
            inside=inside,
            shown=shown,
        ),
        texts(
            "Médianes de {draws} tirages acceptés, graine {seed}, version {version}. Donné au "
            "modèle : {fed}.",
            draws=run["draws"],
            seed=run["seed"],
            version=run["version"],
            fed=texts.series(list(replay.fed)),
        ),
        replay.beside,
        f'replays("{texts.language}")[{place}].beside',
        texts,
    )


def _replays(panels: dict[str, Callable[[], Panel]], address: Address) -> list[Any]:
    texts = address.texts
    return [
        html.P(
            texts(
                "Des passés sont rejoués depuis une population datée de leur début. Ce qui est "
                "manqué reste affiché."
            )
        ),
        *(
            panel_card(panels[replay_key(replay.id)](), address)
            for replay in replays(texts.language)
        ),
    ]


def _kinds(kind: str | None, texts: Texts) -> list[Any]:
    """How many parameters rest on what, and the choice of a kind."""
    count = {k: sum(spec.kind == k for spec in SPECS.values()) for k in KINDS}
    return [
        html.P(
            texts(
                "{count} paramètres, chacun avec son unité, sa source et, s'il est tiré, sa plage. "
                "Un jugement est dit jugement. Unités et sources sont écrites en anglais dans le "
                "registre.",
                count=len(SPECS),
            )
        ),
        html.Ul(
            [
                html.Li(
                    [
                        badge(k, texts),
                        texts(
                            " {count} : {meaning}", count=count[k], meaning=badge_meaning(k, texts)
                        ),
                    ]
                )
                for k in KINDS
            ],
            className="kinds",
            id="kinds",
        ),
        html.Div(
            choice(
                KIND,
                texts("Montrer"),
                [("", texts("Tous les paramètres")), *((k, badge_word(k, texts)) for k in KINDS)],
                kind,
            ),
            className="controls kind-control",
        ),
    ]


def _families(kind: str | None, address: Address) -> list[Any]:
    """A folded table for each process of the quarter that has such parameters."""
    texts = address.texts
    families = []
    for group in process_groups():
        found = len(family_specs(group.code, kind))
        if found == 0:
            continue
        name = group.label_fr if texts.language == "fr" else group.label_en
        key = family_key(group.code)
        summary = texts("{name} ({count})", name=name, count=found)
        families.append(folded_table(key, name, summary, panel_link(key, "html", address), texts))
    return families


PAGE = Page(
    path=PATH,
    name=page_title,
    title=page_title,
    content=page_content,
    form=page_form,
    panels=page_panels,
    problems=lambda library, address: [*address.problems, *asked_kind(address)[1]],
)
