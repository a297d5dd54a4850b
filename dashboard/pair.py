"""One future against the reference line, as the pages that look at one future read it."""

from __future__ import annotations

from dataclasses import replace

from dashboard.address import Address
from dashboard.components.controls import scenario_options
from dashboard.components.fields import choice
from dashboard.language import Texts
from dashboard.page import NotShown
from dashboard.reading import Library
from dashboard.selection import Selection, read_selection
from dashboard.view import View

PART = "scenario"


def read_pair(library: Library, address: Address) -> tuple[View, list[str]]:
    """View of two scenarios, the reference first, of all organisations.

    The future is the one of the address, else the first that is compared with the reference.
    Raises NotShown where the results hold the reference line only.
    """
    selection, problems = read_selection(address, library.choices)
    others = _others(library, selection)
    asked = address.asked(PART)
    if asked is not None and asked not in others:
        problems = [*problems, _not_compared(library, selection, asked, address.texts)]
    if not others:
        raise NotShown(
            address.texts("Ces résultats n'ont qu'un scénario : il en faut deux pour comparer.")
        )
    chosen = asked if asked in others else others[0]
    pair = replace(selection.of_group({}), scenarios=(selection.reference, chosen))
    return View(library.comparison(pair), pair, address.texts), problems


def scenario_choice(library: Library, address: Address) -> list[object]:
    """The list of futures, without the reference line."""
    selection, _ = read_selection(address, library.choices)
    others = _others(library, selection)
    if not others:
        return []
    texts = address.texts
    options = [o for o in scenario_options(library, selection, texts) if o[0] in others]
    asked = address.asked(PART)
    value = asked if asked in others else others[0]
    return [choice(PART, texts("Scénario"), options, value, others[0])]


def _not_compared(library: Library, selection: Selection, asked: str, texts: Texts) -> str:
    if asked != selection.reference:
        return texts("Scénario absent de ces résultats : {name}.", name=asked[:80])
    title = library.results[selection.results].title(asked, texts.language)
    return texts(
        "{scenario} est la référence à laquelle les autres sont comparés : en voici un autre.",
        scenario=texts.quoted(title),
    )


def _others(library: Library, selection: Selection) -> list[str]:
    """Futures of the results, those that are compared first."""
    known = library.choices.scenarios[selection.results]
    ordered = dict.fromkeys([*selection.scenarios[1:], *known])
    return [name for name in ordered if name != selection.reference]
