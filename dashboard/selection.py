"""Futures, group and indicator that a reader looks at, as the address of the page says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dashboard.address import OWN_REFERENCE, SHOWN_FIRST, Address
from dashboard.language import DEFAULT_LANGUAGE, Language, Texts
from simulator.codes import REGIONS, SECTORS, SIZES
from simulator.indicators import RECORDED

FEWEST_SCENARIOS: Final = 2
MOST_SCENARIOS: Final = 5
DEFAULT_INDICATOR: Final = "jobs_fte"
GROUPINGS: Final = {"region": REGIONS, "sector": SECTORS, "size": SIZES}


@dataclass(frozen=True)
class Selection:
    """One view of the page; `scenarios` starts with the reference line."""

    results: str
    scenarios: tuple[str, ...]
    region: str | None = None
    sector: str | None = None
    size: str | None = None
    indicator: str = DEFAULT_INDICATOR
    language: Language = DEFAULT_LANGUAGE

    @property
    def reference(self) -> str:
        return self.scenarios[0]

    @property
    def chosen(self) -> dict[str, str]:
        """Grouping → code, for the groupings that are restricted."""
        given = {"region": self.region, "sector": self.sector, "size": self.size}
        return {name: code for name, code in given.items() if code is not None}

    @property
    def dimension(self) -> str:
        """Dimension of the results that holds this group: `all`, `region`, `region_sector`…"""
        return "_".join(self.chosen) or "all"

    @property
    def group(self) -> str:
        return "|".join(self.chosen.values()) or "all"

    @property
    def is_crossing(self) -> bool:
        """True where the results hold the fourth quarters only."""
        return len(self.chosen) > 1

    def with_language(self, language: Language) -> Selection:
        return replace(self, language=language)


@dataclass(frozen=True)
class Choices:
    """What a set of results allows: names of the sets, scenarios of each, reference of each."""

    scenarios: dict[str, tuple[str, ...]]
    references: dict[str, str]

    def default(self, results: str | None = None) -> Selection:
        name = results if results in self.scenarios else next(iter(self.scenarios))
        reference = self.references[name]
        others = [s for s in self.scenarios[name] if s != reference]
        return Selection(name, (reference, *others)[:MOST_SCENARIOS])


def read_selection(address: Address, choices: Choices) -> tuple[Selection, list[str]]:
    """Selection of an address, and a sentence for each part that could not be followed."""
    texts = address.texts
    problems = list(address.problems)
    results = address.asked("results")
    if results is not None and results not in choices.scenarios:
        problems.append(texts("Résultats inconnus : {name}.", name=results))
    default = choices.default(results)
    scenarios = _scenarios(address, default, choices.scenarios[default.results], texts, problems)
    codes = {
        name: _code(address.asked(name), allowed, texts, problems)
        for name, allowed in GROUPINGS.items()
    }
    indicator = address.asked("indicator") or DEFAULT_INDICATOR
    if indicator not in RECORDED:
        problems.append(texts("Indicateur inconnu : {name}.", name=indicator))
        indicator = DEFAULT_INDICATOR
    return (
        Selection(
            default.results,
            scenarios,
            codes["region"],
            codes["sector"],
            codes["size"],
            indicator,
            address.language,
        ),
        problems,
    )


def _scenarios(
    address: Address,
    default: Selection,
    known: Sequence[str],
    texts: Texts,
    problems: list[str],
) -> tuple[str, ...]:
    asked: list[str] = []
    for name in (address.asked("scenarios") or SHOWN_FIRST).split(","):
        if name == SHOWN_FIRST:
            asked += default.scenarios
        elif name == OWN_REFERENCE:
            asked.append(default.reference)
        elif name in known:
            asked.append(name)
        elif name:
            problems.append(texts("Scénario absent de ces résultats : {name}.", name=name[:80]))
    ordered = tuple(dict.fromkeys(asked)) or default.scenarios
    if len(ordered) > MOST_SCENARIOS:
        problems.append(
            texts(
                "Au plus {count} scénarios à la fois : les derniers sont laissés de côté.",
                count=MOST_SCENARIOS,
            )
        )
    return ordered[:MOST_SCENARIOS]


def _code(
    asked: str | None, allowed: Sequence[str], texts: Texts, problems: list[str]
) -> str | None:
    if not asked:
        return None
    if asked not in allowed:
        problems.append(texts("Code inconnu : {name}.", name=asked))
        return None
    return asked


def selection_parts(selection: Selection, choices: Choices) -> dict[str, str]:
    """Parts of the address of a selection, without what is the default."""
    default = choices.default()
    parts: dict[str, str] = {}
    if selection.results != default.results:
        parts["results"] = selection.results
        default = choices.default(selection.results)
    if selection.scenarios != default.scenarios:
        parts["scenarios"] = ",".join(selection.scenarios)
    parts.update(selection.chosen)
    if selection.indicator != DEFAULT_INDICATOR:
        parts["indicator"] = selection.indicator
    return parts
