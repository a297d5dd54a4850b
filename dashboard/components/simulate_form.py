"""Asking for a run: which futures, which population, what varies; then the run itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from dash import html

from dashboard.components.controls import form as controls
from dashboard.components.fields import Options, chips, choice
from dashboard.components.live_run import live_run
from dashboard.components.run_progress import about, state_of, watched
from dashboard.language import Texts
from dashboard.live import request as live
from dashboard.scenarios.together import FUTURES, listed
from dashboard.selection import MOST_SCENARIOS
from simulator.plan import BASELINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.address import Address
    from dashboard.live.desk import Desk
    from dashboard.reading import Library
    from simulator.scenario import Scenario

START: Final = "/scenarios/essais"
TITLE: Final = "simulate-title"


def simulate_alone(
    library: Library, scenario: Scenario, others: Sequence[Scenario], address: Address
) -> list[Any]:
    """One scenario beside the baseline, or beside others of the list as well."""
    if library.desk is None or scenario.id == BASELINE:
        return []
    texts, names = address.texts, listed(address)
    offered = [one for one in others if one.digest != scenario.digest]
    further = html.Details(
        [
            html.Summary(texts("Ajouter d'autres futurs au même essai")),
            html.P(texts("Tous sont simulés dans les mêmes mondes."), className="note"),
            _futures(offered, address, MOST_SCENARIOS - 1),
        ],
        open=bool(names),
    )
    return [
        _section(
            library.desk,
            html.H3(texts("Simuler"), id=TITLE),
            texts("Simuler ensemble") if len(names) > 1 else texts("Simuler"),
            [further],
            max(2, len({BASELINE, *names}) + 1),
            library,
            address,
        )
    ]


def simulate_together(
    library: Library, scenarios: Sequence[Scenario], address: Address
) -> list[Any]:
    """Several futures of the list in one run, folded until somebody chooses one."""
    if library.desk is None:
        return []
    texts, names = address.texts, listed(address)
    words = texts(
        "Choisissez la ligne de référence, puis jusqu'à quatre futurs : ils sont simulés dans les "
        "mêmes mondes, et comparés deux à deux."
    )
    section = _section(
        library.desk,
        html.H2(texts("Simuler plusieurs futurs ensemble"), id=TITLE, className="visually-hidden"),
        texts("Simuler ensemble"),
        [html.P(words, className="note"), _futures(scenarios, address, MOST_SCENARIOS)],
        max(2, len({BASELINE, *names})),
        library,
        address,
    )
    return [
        html.Details(
            [html.Summary(texts("Simuler plusieurs futurs ensemble")), section],
            id="together",
            open=bool(names) or address.asked("run") is not None,
        )
    ]


def simulate_button(
    desk: Desk, futures: Sequence[str], label: str, texts: Texts, **parts: str
) -> list[Any]:
    """A button that starts a run of futures, the reference first, wherever it stands.

    parts: `draws` and `population`, where they are not the usual ones.
    """
    seconds = desk.seconds(
        parts.get("population", live.POPULATIONS[0]),
        len({BASELINE, *futures}) - 1,
        int(parts.get("draws", live.WORLDS)),
    )
    asked = urlencode({FUTURES: ",".join(futures), **parts}, safe=",")
    return [
        html.Button(
            f"{label} ({about(seconds, texts)})",
            className="button",
            **{
                "type": "button",
                "data-post": START,
                "data-with": asked,
            },
        ),
        html.Span("", className="fault", **{"role": "alert", "data-answer": "true"}),
    ]


def _futures(scenarios: Sequence[Scenario], address: Address, most: int) -> Any:
    texts = address.texts
    titles: Options = [
        (one.id, texts.spaced(one.title.in_language(address.language))) for one in scenarios
    ]
    names = listed(address) or (BASELINE,)
    return html.Div(
        chips(
            FUTURES,
            texts("Futurs simulés ensemble"),
            titles,
            names,
            texts,
            [BASELINE],
            most,
            (texts("Ligne de référence"), names[0]),
        ),
        className="controls",
    )


def _section(
    desk: Desk,
    heading: Any,
    button: str,
    first: list[Any],
    scenarios: int,
    library: Library,
    address: Address,
) -> html.Section:
    texts = address.texts
    population = address.asked("population")
    known = population if population in live.POPULATIONS else live.POPULATIONS[0]
    seconds = desk.seconds(known, scenarios - 1, live.WORLDS)
    return html.Section(
        [
            heading,
            *first,
            controls([*_choices(address), _button(button, about(seconds, texts))], texts),
            html.P("", className="fault", **{"role": "alert", "data-answer": "true"}),
            watched(live_run(library, address), state_of(library, address), f"{START}/regard"),
        ],
        className="simulate",
        **{"aria-labelledby": TITLE},
    )


def _button(label: str, duration: str) -> html.Div:
    return html.Div(
        html.Button(
            f"{label} ({duration})",
            className="button main-button",
            id="simulate",
            **{"type": "button", "data-post": START},
        ),
        className="control align-end",
    )


def _choices(address: Address) -> list[Any]:
    texts = address.texts
    populations = {
        "workshop": texts("Atelier : environ 2 700 organisations types"),
        "demo": texts("Démonstration : plus petite, plus rapide"),
    }
    varied, fixed = live.sources()
    sources = {
        varied: texts("Les paramètres et le hasard ({count} mondes)", count=live.WORLDS),
        fixed: texts("Le hasard seul ({count} mondes)", count=live.WORLDS),
    }
    return [
        choice(
            "population",
            texts("Population"),
            [(name, populations[name]) for name in live.POPULATIONS],
            address.asked("population"),
            live.POPULATIONS[0],
        ),
        choice(
            "source",
            texts("Ce qui change d'un monde à l'autre"),
            list(sources.items()),
            address.asked("source"),
            varied,
        ),
    ]
