"""Links to comparisons that answer a question, and what computes those that are missing."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.address import Address, written
from dashboard.components.simulate_form import simulate_button
from dashboard.language import Texts
from dashboard.reading import Library
from dashboard.ready_made import READY_MADE, ReadyMade


def ready_made(library: Library, address: Address) -> html.Details:
    """Questions as links where results hold their futures, else as a run to be started."""
    texts, loaded = address.texts, _loaded(library, address)
    here = [one for one in READY_MADE if one.results(loaded) is not None]
    elsewhere = [one for one in READY_MADE if one.results(loaded) is None]
    parts: list[Any] = [html.Summary(texts("Comparaisons toutes faites"))]
    if here:
        parts.append(html.Ul([html.Li(_link(one, library, address)) for one in here]))
    if elsewhere:
        parts += [
            html.P(
                texts("D'autres questions, dont ces résultats n'ont pas les scénarios :"),
                className="note",
            ),
            html.Ul([html.Li(_run(one, library, texts)) for one in elsewhere]),
        ]
    return html.Details(parts, id="ready-made", open=False)


def _loaded(library: Library, address: Address) -> dict[str, tuple[str, ...]]:
    """Scenarios of the results that this reader may see."""
    known = library.choices.scenarios
    return {name: known[name] for name in library.visible(address.asked("results"))}


def _run(one: ReadyMade, library: Library, texts: Texts) -> list[Any]:
    """What computes the futures of a question: a button where this server simulates."""
    question = one.question(texts)
    if library.desk is None:
        return [question, html.Br(), html.Code(one.command)]
    label = texts("Simuler maintenant")
    return [question, " ", *simulate_button(library.desk, one.scenarios, label, texts)]


def _link(one: ReadyMade, library: Library, address: Address) -> html.A:
    name = one.results(_loaded(library, address))
    parts = {
        "results": None if name == library.choices.first else name,
        "scenarios": ",".join(one.scenarios),
    }
    return html.A(one.question(address.texts), href=address.path + written(parts, address.language))
