"""A run while it is played: how far it is, and its first worlds; then the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.address import Address, read, written
from dashboard.components.limits import origin
from dashboard.components.panel_card import drawings, panel_card, source_line
from dashboard.components.scenario_key import scenario_key
from dashboard.language import Texts
from dashboard.live.store import PREFIX
from dashboard.panels.difference import difference_panel
from dashboard.panels.headlines import (
    PUBLIC_MONEY,
    beside_survival,
    card_line,
    ordinary_turnover,
    survival_difference,
)
from dashboard.panels.panel import Panel
from dashboard.panels.survival import survival_panel
from dashboard.panels.trajectory import trajectory_panel
from dashboard.reading import Comparison, Library, Source
from dashboard.selection import Selection
from dashboard.view import View, read_view

if TYPE_CHECKING:
    from dashboard.live.run import Run

CLOCK = 400  # milliseconds between two looks at a run
_PANELS = (survival_panel, trajectory_panel, difference_panel)


def state_of(library: Library, address: Address) -> str:
    """What would change the parts below; a final one begins with `over`."""
    key = address.asked("run")
    if key is None or library.desk is None:
        return "over"
    run = library.desk.run(key)
    if run is None:
        return "over"
    told = f"{run.state} {run.done} {run.restarts} {library.desk.before(run)}"
    return f"over {told}" if run.over else told


def live_run(library: Library, address: Address) -> list[Any]:
    """The run of an address; nothing where it names none."""
    key = address.asked("run")
    if key is None:
        return []
    texts = address.texts
    run = None if library.desk is None else library.desk.run(key)
    if run is not None and run.state != "finished":
        return _unfinished(library, run, address)
    name = PREFIX + key
    library.meet(name)
    if name not in library.results:
        words = texts(
            "Cet essai n'est pas gardé ici : il n'a pas encore été simulé sur ce serveur, ou il a "
            "été retiré pour faire de la place. Vous pouvez le simuler."
        )
        return [html.P(words, className="problem")]
    seen = read("/comparer", written({"results": name}, address.language))
    view, _ = read_view(library, seen)
    to_compare = written({"results": name}, address.language)
    return [
        html.P(
            [
                texts("Simulation terminée : {count} mondes.", count=len(view.comparison.units)),
                " ",
                html.A(texts("Comparer en détail"), href=f"/comparer{to_compare}"),
                " · ",
                html.A(texts("Qui paie qui"), href=f"/flux{to_compare}"),
            ],
            className="run-state",
        ),
        *_summary(view),
        *(panel_card(panel(view), seen, scenario_key(view)) for panel in _PANELS),
        origin(view),
    ]


def _unfinished(library: Library, run: Run, address: Address) -> list[Any]:
    texts = address.texts
    assert library.desk is not None
    if run.state == "cancelled":
        return [html.P(texts("Simulation annulée. Rien n'a été gardé."), className="problem")]
    if run.state == "failed":
        words = texts(
            "La simulation a échoué : {reason}. Rien n'a été gardé ; votre scénario est toujours "
            "dans l'adresse. Vous pouvez réessayer.",
            reason=run.error,
        )
        return [html.P(words, className="problem")]
    parts: list[Any] = [
        html.Div(
            [
                html.P(_progress_words(library, run, texts), id="run-words"),
                html.Progress(
                    value=str(run.done),
                    max=str(run.total),
                    **{"aria-label": texts("Mondes simulés")},
                ),
                html.Button(
                    texts("Annuler"),
                    className="button",
                    **{"type": "button", "data-post": "/scenarios/essais/annuler"},
                ),
            ],
            className="run-state",
        )
    ]
    if run.restarts:
        words = texts(
            "Un processus de calcul s'est arrêté : le monde qu'il simulait a été recommencé."
        )
        parts.append(html.P(words, className="note"))
    so_far = run.so_far()
    if so_far is None:
        return parts
    scenarios = tuple(so_far.scenario_ids)
    selection = Selection(run.name, scenarios, language=address.language)
    view = View(Comparison(Source(so_far), selection), selection, texts)
    provisional = texts(
        "Provisoire, sur {done} mondes de {total} : ces nombres vont encore bouger.",
        done=run.done,
        total=run.total,
    )
    return [
        *parts,
        html.P(provisional, className="problem", id="provisional"),
        *_summary(view),
        *(_light(panel(view), view) for panel in _PANELS),
    ]


def _progress_words(library: Library, run: Run, texts: Texts) -> str:
    assert library.desk is not None
    if run.state == "waiting":
        before = library.desk.before(run)
        return texts("En attente : {count} devant vous.", count=before)
    return texts("{done} mondes simulés sur {total}.", done=run.done, total=run.total)


def _summary(view: View) -> list[Any]:
    """What happens anyway, then the difference, service and money beside survival."""
    texts = view.texts
    scenario = view.others[0]
    row = view.difference("survival", scenario)
    verdict = "" if row is None else view.counted_verdict(row)
    lines: list[Any] = []
    for name, value, word in (
        (texts("Organisations qui poursuivent"), survival_difference(view, scenario), verdict),
        *beside_survival(view, scenario),
        card_line(view, scenario, PUBLIC_MONEY),
    ):
        told = html.Dd([html.Strong(value), html.Span(word, className="verdict")])
        lines.append(html.Div([html.Dt(name), told]))
    return [
        html.P(ordinary_turnover(view), className="turnover"),
        html.P(
            texts(
                "Par rapport à {reference}, {end} :",
                end=view.end,
                reference=view.quoted(view.selection.reference),
            )
        ),
        html.Dl(lines, className="run-lines"),
        html.P(view.chance_sentence, className="note"),
    ]


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
