"""A run that a comparison waits for: how far it is, then the way to its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.components.run_progress import gone, run_of, unfinished
from dashboard.live.request import WORLDS
from dashboard.live.store import PREFIX
from dashboard.scenarios.together import DRAWS, FUTURES, shown

if TYPE_CHECKING:
    from dashboard.address import Address
    from dashboard.reading import Library


def waiting_run(library: Library, address: Address) -> list[Any]:
    """The run of an address; once it is over, a link that `assets/scenarios.js` follows."""
    key = address.asked("run")
    if key is None:
        return []
    texts, run = address.texts, run_of(library, address)
    name = PREFIX + key
    if run is None or run.state == "finished":
        library.meet(name)
    if name in library.results:
        words = texts("Simulation terminée : ouvrir la comparaison")
        link = html.A(words, href=_comparison(library, address, name), **{"data-goes": "true"})
        return [html.P(link, className="run-state")]
    if run is None:
        return [gone(texts)]
    title = run.request.title[texts.language]
    parts = [html.P(html.Strong(title)), *unfinished(library, run, texts)]
    if not run.over:
        words = texts("La comparaison s'ouvrira d'elle-même à la fin ; vous pouvez lire la suite.")
        parts.append(html.P(words, className="note"))
    return [html.Section(parts, className="waiting-run", **{"aria-label": title})]


def _comparison(library: Library, address: Address, name: str) -> str:
    """The same view of the results; a run of many draws was asked for what only they can say."""
    many = len(library.results[name].units) > WORLDS
    query = address.query(
        **{"results": name, "scenarios": shown(library, address), "run": None, FUTURES: None,
           DRAWS: None},
    )  # fmt: skip
    return "/comparer" + query + ("#panel-vanishing" if many else "")
