"""What happens when the address or a control of the page changes.

The address is the state: controls write it, results are drawn from it, and going back sets the
controls again. Work goes to a thread, or the whole server would wait for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State, no_update, set_props

from dashboard.components.controls import CONTROLS, control_values, scenario_options
from dashboard.components.frame import page_frame
from dashboard.language import LANGUAGES, texts_in
from dashboard.pages import compare
from dashboard.reading import Library
from dashboard.selection import Selection, read_address, write_address
from dashboard.view import View


def register(app: Dash, library: Library) -> None:
    """Declare the callbacks of the page on one application."""

    @app.callback(
        Output("frame", "children"), Input("address", "pathname"), State("address", "search")
    )
    async def open_page(pathname: str | None, search: str | None) -> Any:
        selection, _ = read_address(search or "", library.choices)
        content = compare.page(library, selection)
        return page_frame(content, texts_in(selection.language))

    @app.callback(
        Output("results", "children"),
        Output("status", "children"),
        Output("language-switch", "href"),
        Input("address", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, str, str]:
        return await asyncio.to_thread(drawn, library, search or "")

    # The address is set from the side: as an output, it would make `draw` wait for this callback
    # and be dropped when there is nothing to write.
    @app.callback(
        Output("written", "children"),
        *(Input(control, "value") for control in CONTROLS),
        State("address", "search"),
        prevent_initial_call=True,
    )
    async def write(*values: Any) -> Any:
        *chosen, search = values
        wanted = chosen_address(library, search or "", dict(zip(CONTROLS, chosen, strict=True)))
        if wanted != (search or ""):
            set_props("address", {"search": wanted})
        return no_update

    # The output stays empty: it ties the callback to the page, which must be there first.
    @app.callback(
        Output("followed", "children"),
        Input("address", "search"),
        *(State(control, "value") for control in CONTROLS),
        prevent_initial_call=True,
    )
    async def follow(search: str | None, *values: Any) -> Any:
        selection, _ = read_address(search or "", library.choices)
        known = dict(zip(CONTROLS, values, strict=True))
        if known["control-results"] != selection.results:
            options = scenario_options(library, selection, texts_in(selection.language))
            for control in ("control-scenarios", "control-reference"):
                set_props(control, {"data": options})
        for control, value in control_values(selection).items():
            if known[control] is None and value is None:
                continue
            if known[control] != value:
                set_props(control, {"value": value})
        return no_update


def drawn(library: Library, search: str) -> tuple[list[Any], str, str]:
    """Results, status text and address of the same view in the other language."""
    selection, problems = read_address(search, library.choices)
    view = View(library.comparison(selection), selection, texts_in(selection.language))
    other = next(known for known in LANGUAGES if known != selection.language)
    elsewhere = write_address(selection.with_language(other), library.choices)
    return (
        compare.results(view, library, problems),
        compare.status(view, compare.refusal(view)),
        compare.PATH + elsewhere,
    )


def chosen_address(library: Library, search: str, values: dict[str, Any]) -> str:
    """Address of what the controls say; the language stays that of the page."""
    current, _ = read_address(search, library.choices)
    results = values["control-results"] or current.results
    known = library.choices.scenarios[results]
    if results != current.results:
        return write_address(
            replace(library.choices.default(results), language=current.language),
            library.choices,
        )
    reference = values["control-reference"] or current.reference
    picked = [s for s in values["control-scenarios"] or [] if s in known]
    return write_address(
        Selection(
            results,
            (reference, *(s for s in picked if s != reference)),
            values["control-region"] or None,
            values["control-sector"] or None,
            values["control-size"] or None,
            values["control-indicator"] or current.indicator,
            current.language,
        ),
        library.choices,
    )
