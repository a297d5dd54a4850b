"""What the reader chose to look at, kept in the address of the page and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs, urlencode

from dashboard.language import DEFAULT_LANGUAGE, Language, Texts, language_of_name, texts_in
from simulator.codes import REGIONS, SECTORS, SIZES
from simulator.indicators import RECORDED

ADDRESS_VERSION: Final = "1"
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


def language_of(query: str) -> Language:
    """Language asked by an address, French unless it says otherwise."""
    return language_of_name(parse_qs(query.lstrip("?")).get("lang", [""])[0])


def read_address(query: str, choices: Choices) -> tuple[Selection, list[str]]:
    """Selection of a query string, and a sentence for each part that could not be followed."""
    given = {name: values[0] for name, values in parse_qs(query.lstrip("?")).items()}
    language = language_of(query)
    texts = texts_in(language)
    problems: list[str] = []
    version = given.get("v", ADDRESS_VERSION)
    if version != ADDRESS_VERSION:
        problems.append(
            texts("Cette adresse vient d'une version inconnue ({version}).", version=version)
        )
    results = given.get("results")
    if results is not None and results not in choices.scenarios:
        problems.append(texts("Résultats inconnus : {name}.", name=results))
    default = choices.default(results)
    scenarios = _scenarios(given, default, choices.scenarios[default.results], texts, problems)
    codes = {
        name: _code(given.get(name), allowed, texts, problems)
        for name, allowed in GROUPINGS.items()
    }
    indicator = given.get("indicator", DEFAULT_INDICATOR)
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
            language,
        ),
        problems,
    )


def _scenarios(
    given: dict[str, str],
    default: Selection,
    known: Sequence[str],
    texts: Texts,
    problems: list[str],
) -> tuple[str, ...]:
    asked = [s for s in given.get("scenarios", "").split(",") if s]
    reference = given.get("reference") or default.reference
    for name in (*asked, reference):
        if name not in known:
            problems.append(texts("Scénario absent de ces résultats : {name}.", name=name))
    if reference not in known:
        reference = default.reference
    kept = [s for s in dict.fromkeys(asked) if s in known]
    if not kept:
        kept = list(default.scenarios)
    ordered = (reference, *(s for s in kept if s != reference))
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


def write_address(selection: Selection, choices: Choices) -> str:
    """Query string of a selection, without what is the default; empty for the first view."""
    default = choices.default()
    parts: dict[str, str] = {}
    if selection.results != default.results:
        parts["results"] = selection.results
        default = choices.default(selection.results)
    if selection.scenarios != default.scenarios:
        parts["scenarios"] = ",".join(selection.scenarios)
    if selection.reference != default.reference:
        parts["reference"] = selection.reference
    parts.update(selection.chosen)
    if selection.indicator != DEFAULT_INDICATOR:
        parts["indicator"] = selection.indicator
    if selection.language != DEFAULT_LANGUAGE:
        parts["lang"] = selection.language
    if not parts:
        return ""
    return "?" + urlencode({"v": ADDRESS_VERSION, **parts}, safe=",")
