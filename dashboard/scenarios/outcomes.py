"""What a scenario's file expected, and what was found of it: in loaded results, or at large.

At large is the check of all scenarios, on the whole country with draws of the parameters: live runs
and results without such draws say less, and stand in only for what it does not hold.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from dashboard.live.store import PREFIX
from simulator import hypotheses
from simulator.cli.hypothesis_words import expected, measured, smallest
from simulator.cli.scenario_check_page import NAME
from simulator.problems import InputError
from simulator.scenario import list_scenarios, load_scenario

if TYPE_CHECKING:
    from dashboard.language import Texts
    from dashboard.reading import Library
    from simulator.results import Results
    from simulator.scenario import Scenario

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / f"{NAME}.md"


@dataclass(frozen=True)
class Line:
    """One expectation in words; `outcome` is a code of `hypotheses.WORDS`.

    `place`: the name of the results that say so, `check` for the check of all scenarios, or
    empty where nothing was run. `least`: the smallest difference that counts, where the one
    measured is below it, else empty.
    """

    expected: str
    outcome: str
    measured: str
    source: str
    built_in: bool
    place: str
    least: str = ""

    def outcome_in(self, language: str) -> str:
        """The outcome in words."""
        return hypotheses.WORDS[self.outcome][language]


@lru_cache(maxsize=1)
def french_sources() -> dict[str, str]:
    """English words of where an expectation comes from → French ones, of scenarios that ship."""
    text = (files("dashboard") / "data" / "expectation_sources.yaml").read_text(encoding="utf-8")
    return {str(english): str(french) for english, french in yaml.safe_load(text).items()}


def lines(
    library: Library, scenario: Scenario, texts: Texts, named: str | None = None
) -> list[Line]:
    """The expectations of a scenario, in the order of its file.

    named: results that the reader has the name of.
    """
    language = texts.language
    name, judged = _judged(library, scenario, named)
    at_large = _stored_check() if _ships(scenario) else {}
    weak = name != "" and _is_weak(name, library.results[name])
    found = []
    for hypothesis in scenario.hypotheses:
        entry = hypothesis.model_dump(mode="json", exclude_none=True)
        key = hypotheses.key(entry)
        entry.setdefault("at", scenario.horizon.last)
        row, least = judged.get(key), ""
        if weak and (scenario.id, key) in at_large:
            row = None
        if row is not None and row["outcome"] != "not_run":
            outcome, place, said = row["outcome"], name, measured(row, language)
            if row["reason"] == hypotheses.TOO_SMALL:
                least = smallest(row, language)
        elif (scenario.id, key) in at_large:
            (outcome, said, least), place = at_large[scenario.id, key], "check"
            if outcome != "not_found" or abs(_number(said)) > _number(least):
                least = ""
            if language == "fr":
                said, least = _in_french(said), _in_french(least)
        else:
            outcome, place, said = "not_run", "", ""
        told = expected(
            entry, lambda other: _title(library, other, language), language, texts.quarter
        )
        found.append(
            Line(told, outcome, said, entry.get("source", ""), entry["built_in"], place, least)
        )
    return found


def _in_french(written: str) -> str:
    """What the check wrote in English; its units are short, one is a word."""
    return written.replace(", ", " ; ").replace(".", ",").replace("months", "mois")


def _number(written: str) -> float:
    """The first number of what the check wrote, not a number where there is none."""
    found = _NUMBER.match(written.replace("−", "-").replace(",", ""))
    return float(found[0]) if found else math.nan


def _ships(scenario: Scenario) -> bool:
    """Whether it is one of those that come with the model, unchanged."""
    return scenario.id in list_scenarios() and load_scenario(scenario.id).digest == scenario.digest


def _is_weak(name: str, results: Results) -> bool:
    """Whether results say less than the check of all scenarios."""
    return name.startswith(PREFIX) or not results.parameters_varied


def _judged(
    library: Library, scenario: Scenario, named: str | None
) -> tuple[str, dict[str, Mapping[Any, Any]]]:
    """Rows of the first loaded results that ran this very scenario, by key; weak ones come last."""
    known = library.visible(named)
    for name in sorted(known, key=lambda name: _is_weak(name, known[name])):
        results = known[name]
        entry = results.manifest["scenarios"].get(scenario.id)
        if entry is not None and entry["sha256"] == scenario.digest:
            table = _checked(results)
            return name, table.get(scenario.id, {})
    return "", {}


@lru_cache(maxsize=32)
def _checked(results: Results) -> dict[str, dict[str, Mapping[Any, Any]]]:
    found: dict[str, dict[str, Mapping[Any, Any]]] = {}
    for row in hypotheses.check(results).to_dict("records"):
        found.setdefault(row["scenario"], {})[row["key"]] = _plain(row)
    return found


def _plain(row: Mapping[Any, Any]) -> dict[Any, Any]:
    return {
        key: None if isinstance(value, float) and math.isnan(value) and key in _TEXTS else value
        for key, value in row.items()
    }


_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_TEXTS: Final = ("group", "since", "versus", "parts", "than", "source", "reason", "verdict")


@lru_cache(maxsize=1)
def _stored_check() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Outcome, measure and smallest difference that counts of each expectation, as written down.

    The page is that of the check of all scenarios.
    """
    try:
        page = PAGE.read_text(encoding="utf-8")
    except OSError:
        return {}
    codes = {words["en"]: code for code, words in hypotheses.WORDS.items()}
    found = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if len(cells) != 7 or not cells[0].startswith("`"):
            continue
        scenario, key, _, measure, least, _, outcome = cells
        if outcome in codes:
            name = (scenario.strip("`"), key.strip("`").replace("·", "|"))
            found[name] = (codes[outcome], measure, least)
    return found


def _title(library: Library, scenario: str, language: str) -> str:
    for results in library.visible().values():
        if scenario in results.scenario_ids:
            return results.title(scenario, language)
    try:
        return load_scenario(scenario).title.in_language(language)
    except InputError:
        return scenario
