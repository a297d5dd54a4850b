"""A run while it is played: how far it is, and its first worlds; then the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.address import Address, read, written
from dashboard.components.limits import origin
from dashboard.components.panel_card import drawings, panel_card, source_line
from dashboard.components.run_progress import gone, run_of, unfinished
from dashboard.components.scenario_key import scenario_key
from dashboard.live.store import PREFIX
from dashboard.panels.difference import difference_panel
from dashboard.panels.headlines import (
    PUBLIC_MONEY,
    at_its_most,
    card_line,
    ordinary_turnover,
    survival_difference,
)
from dashboard.panels.panel import Panel
from dashboard.panels.survival import survival_panel
from dashboard.panels.trajectory import trajectory_panel
from dashboard.reading import BESIDE_SURVIVAL, Comparison, Library, Source
from dashboard.scenarios.together import shown
from dashboard.selection import MOST_SCENARIOS, Selection
from dashboard.view import View, read_view

if TYPE_CHECKING:
    from dashboard.live.run import Run

_PANELS = (survival_panel, trajectory_panel, difference_panel)


def live_run(library: Library, address: Address) -> list[Any]:
    """The run of an address; nothing where it names none."""
    key = address.asked("run")
    if key is None:
        return []
    texts, run = address.texts, run_of(library, address)
    if run is not None and run.state != "finished":
        return [*unfinished(library, run, texts), *_so_far(library, run, address)]
    name = PREFIX + key
    library.meet(name)
    if name not in library.results:
        return [gone(texts)]
    parts = {"results": name, "scenarios": shown(library, address)}
    seen = read("/comparer", written(parts, address.language))
    view, _ = read_view(library, seen)
    return [
        html.P(
            [
                texts("Simulation terminée : {count} mondes.", count=len(view.comparison.units)),
                " ",
                html.A(texts("Comparer en détail"), href="/comparer" + seen.query()),
                " · ",
                html.A(texts("Qui paie qui"), href="/flux" + seen.query()),
            ],
            className="run-state",
        ),
        *_summary(view),
        *(panel_card(panel(view), seen, scenario_key(view)) for panel in _PANELS),
        origin(view),
    ]


def _so_far(library: Library, run: Run, address: Address) -> list[Any]:
    """What the first worlds say, drawn again with each one that comes."""
    so_far = None if run.over else run.so_far()
    if so_far is None:
        return []
    texts = address.texts
    asked = (shown(library, address) or "").split(",")
    scenarios = tuple(s for s in asked if s in so_far.scenario_ids) or tuple(so_far.scenario_ids)
    selection = Selection(run.name, scenarios[:MOST_SCENARIOS], language=address.language)
    view = View(Comparison(Source(so_far), selection), selection, texts)
    provisional = texts(
        "Provisoire, sur {done} mondes de {total} : ces nombres vont encore bouger.",
        done=len(so_far.units),
        total=run.total,
    )
    return [
        html.P(provisional, className="problem", id="provisional"),
        *_summary(view),
        *(_light(panel(view), view) for panel in _PANELS),
    ]


def _summary(view: View) -> list[Any]:
    """What happens anyway, then the difference, service and money beside survival."""
    texts = view.texts
    several = len(view.others) > 1
    return [
        html.P(ordinary_turnover(view), className="turnover"),
        html.P(
            texts(
                "Par rapport à {reference}, {end} :",
                end=view.end,
                reference=view.quoted(view.selection.reference),
            )
        ),
        *(
            part
            for scenario in view.others
            for part in (
                *([html.H4(view.title(scenario), className="small-title")] if several else []),
                _lines(view, scenario),
            )
        ),
        html.P(view.chance_sentence, className="note"),
    ]


def _lines(view: View, scenario: str) -> html.Dl:
    texts, row = view.texts, view.difference("survival", scenario)
    verdict = "" if row is None else view.counted_verdict(row)
    lines: list[Any] = []
    survival = texts("Organisations qui poursuivent"), survival_difference(view, scenario), verdict
    for code, (name, value, word) in (
        ("survival", survival),
        *((code, card_line(view, scenario, code)) for code in (*BESIDE_SURVIVAL, PUBLIC_MONEY)),
    ):
        most = at_its_most(view, scenario, code)
        told = html.Dd(
            [
                html.Strong(value),
                html.Span(word, className="verdict"),
                *([html.Span(most, className="farthest")] if most else []),
            ]
        )
        lines.append(html.Div([html.Dt(name), told]))
    return html.Dl(lines, className="run-lines")


def _light(panel: Panel, view: View) -> html.Section:
    """A panel that is drawn again every moment: no table, no file yet."""
    source = [] if panel.origin is None else [source_line(panel.origin, view.texts)]
    return html.Section(
        [
            html.H3(panel.title, id=f"live-{panel.key}-title", className="panel-title"),
            html.P(panel.subtitle, className="panel-subtitle"),
            html.Figure(
                [
                    scenario_key(view, start=panel.first_line),
                    drawings(panel, view.texts),
                    html.Figcaption(panel.sentence),
                ],
                role="group",
                className="figure",
                **{"aria-labelledby": f"live-{panel.key}-title"},
            ),
            *(html.P(note, className="note") for note in panel.notes),
            *source,
        ],
        className="panel",
    )
