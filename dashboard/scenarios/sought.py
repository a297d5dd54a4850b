"""Which scenario an address means: one that ships, one that was shared, or a draft."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.live.store import is_digest
from dashboard.scenarios.draft import unpacked
from simulator.problems import InputError, Problem
from simulator.scenario import list_scenarios, parse_scenario, scenario_folder

if TYPE_CHECKING:
    from dashboard.address import Address
    from dashboard.reading import Library
    from simulator.scenario import Scenario

LONGEST_TITLE: Final = 200  # characters
_BREAKS: Final = ("Cc", "Zl", "Zp")  # control characters, and what ends a line
BLANK = """\
format: 1
id: essai-mon-scenario
title:
  fr: Mon scénario
  en: My scenario
narrative:
  fr: Ce que ce scénario suppose, en deux phrases.
  en: What this scenario supposes, in two sentences.
family: combined
horizon:
  start: 2026Q1
  quarters: 40
levers: []
"""


@dataclass(frozen=True)
class Sought:
    """The text of a scenario, and the scenario itself unless the text has faults.

    `ships`: it is one of those that come with the model.
    """

    name: str
    text: str
    scenario: Scenario | None
    faults: InputError | None = None
    ships: bool = False


def read_text(text: str, name: str = "", ships: bool = False) -> Sought:
    """A text, checked by the loader; it may extend scenarios that ship, and no file."""
    try:
        return Sought(name, text, parse_scenario(text, "scenario"), None, ships)
    except InputError as error:
        return Sought(name, text, None, error, ships)
    except RecursionError:
        deep = InputError.single("", "is nested too deep", "simplify it", "scenario")
        return Sought(name, text, None, deep, ships)


def read_draft(text: str, name: str = "") -> Sought:
    """What anybody wrote, checked; its titles stand in files that others open: one short line."""
    found = read_text(text, name)
    faults = [] if found.scenario is None else list(_title_faults(found.scenario))
    return Sought(name, text, None, InputError(faults)) if faults else found


def _title_faults(scenario: Scenario) -> Iterator[Problem]:
    for key in ("title", "subtitle"):
        written = getattr(scenario, key)
        for language in () if written is None else ("fr", "en"):
            words = getattr(written, language)
            if any(unicodedata.category(character) in _BREAKS for character in words):
                fault = ("holds a line break or a control character", "write it in one line")
            elif len(words) > LONGEST_TITLE:
                fault = (f"has {len(words)} characters", f"at most {LONGEST_TITLE}")
            else:
                continue
            yield Problem("scenario", None, None, f"{key}.{language}", *fault)


def sought(library: Library, address: Address) -> Sought | None:
    """What `s` or `y` of an address mean; None where neither is given.

    Raises InputError where what they name is not there.
    """
    draft, name = address.asked("y"), address.asked("s")
    if draft is not None:
        return read_draft(unpacked(draft))
    return None if name is None else named(library, name, address.asked("results"))


def named(library: Library, name: str, among: str | None = None) -> Sought:
    """The scenario of an id or of a digest; InputError where there is none.

    among: results that the address names.
    """
    if name in list_scenarios():
        text = (scenario_folder() / f"{name}.yaml").read_text(encoding="utf-8")
        return read_text(text, name, ships=True)
    if library.desk is not None and is_digest(name):
        kept = library.desk.store.text(name)
        if kept is not None:
            return read_draft(kept, name)
    for results in library.visible(among).values():
        if name in results.scenario_ids:
            return read_text(results.scenario_text(name), name)
    raise InputError.single("", f"{name[:80]!r} is no scenario here", "choose one of the list")
