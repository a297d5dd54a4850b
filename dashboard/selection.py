"""Futures, group and indicator that a reader looks at, as the address of the page says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dashboard.address import OWN_REFERENCE, SHOWN_FIRST, Address
from dashboard.language import DEFAULT_LANGUAGE, Language, Texts
from simulator.codes import FORMS, FUNDING_PROFILES, REGIONS, SECTORS, SIZES
from simulator.indicators import RECORDED

FEWEST_SCENARIOS: Final = 2
MOST_SCENARIOS: Final = 5
DEFAULT_INDICATOR: Final = "jobs_fte"
DEFAULT_BY: Final = "sector"
# Groupings and their codes; results hold every crossing of the first three, none of the others.
GROUPINGS: Final = {
    "region": REGIONS,
    "sector": SECTORS,
    "size": SIZES,
    "form": FORMS,
    "funding_profile": FUNDING_PROFILES,
}
ALONE: Final = ("form", "funding_profile")


@dataclass(frozen=True)
class Selection:
    """One view of the page; `scenarios` starts with the reference line."""

    results: str
    scenarios: tuple[str, ...]
    region: str | None = None
    sector: str | None = None
    size: str | None = None
    form: str | None = None
    funding_profile: str | None = None
    indicator: str = DEFAULT_INDICATOR
    by: str = DEFAULT_BY  # grouping asked for, to break the difference down by
    all_worlds: bool = False  # single paths beside bands
    language: Language = DEFAULT_LANGUAGE

    @property
    def reference(self) -> str:
        return self.scenarios[0]

    @property
    def chosen(self) -> dict[str, str]:
        """Grouping → code, for the groupings that are restricted."""
        given = {name: getattr(self, name) for name in GROUPINGS}
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

    @property
    def breakable_by(self) -> list[str]:
        """Groupings that this group can be broken down by."""
        free = [name for name in GROUPINGS if name not in self.chosen]
        return free if not self.chosen else [name for name in free if self._crosses(name)]

    def _crosses(self, name: str) -> bool:
        return not {name, *self.chosen} & set(ALONE)

    @property
    def compared(self) -> Selection:
        """The futures and the group alone, without how they are looked at."""
        return Selection(self.results, self.scenarios).of_group(self.chosen)

    def of_group(self, chosen: Mapping[str, str]) -> Selection:
        """The same view of another group: grouping → code."""
        given = {name: chosen.get(name) for name in GROUPINGS}
        return replace(
            self,
            region=given["region"],
            sector=given["sector"],
            size=given["size"],
            form=given["form"],
            funding_profile=given["funding_profile"],
        )

    def with_language(self, language: Language) -> Selection:
        return replace(self, language=language)


@dataclass(frozen=True)
class Choices:
    """What a set of results allows: names of the sets, scenarios of each, reference of each.

    unlisted: sets that are shown to whoever names them, and never otherwise.
    """

    scenarios: dict[str, tuple[str, ...]]
    references: dict[str, str]
    unlisted: frozenset[str] = frozenset()

    @property
    def first(self) -> str | None:
        """The set that an address means where it names none."""
        return next((name for name in self.scenarios if name not in self.unlisted), None)

    def default(self, results: str | None = None) -> Selection:
        """What is shown first of a set; LookupError where none is named and none is listed."""
        name = results if results in self.scenarios else self.first
        if name is None:
            raise LookupError("no results are listed")
        reference = self.references[name]
        others = [s for s in self.scenarios[name] if s != reference]
        return Selection(name, (reference, *others)[:MOST_SCENARIOS])


def read_selection(address: Address, choices: Choices) -> tuple[Selection, list[str]]:
    """Selection of an address, and a sentence for each part that could not be followed."""
    texts = address.texts
    problems = list(address.problems)
    results = address.asked("results")
    if results is not None and results not in choices.scenarios:
        problems.append(texts("Résultats inconnus ici : {name}. En voici d'autres.", name=results))
    default = choices.default(results)
    scenarios = _scenarios(address, default, choices.scenarios[default.results], texts, problems)
    codes = {
        name: code
        for name, allowed in GROUPINGS.items()
        if (code := _code(address.asked(name), allowed, texts, problems)) is not None
    }
    for name in ALONE:
        if name in codes and len(codes) > 1:
            del codes[name]
            problems.append(
                texts(
                    "La forme juridique et les ressources principales ne se croisent avec aucun "
                    "autre choix dans les résultats : elles sont laissées de côté."
                )
            )
    indicator = address.asked("indicator") or DEFAULT_INDICATOR
    if indicator not in RECORDED:
        problems.append(texts("Indicateur inconnu : {name}. En voici un autre.", name=indicator))
        indicator = DEFAULT_INDICATOR
    selection = Selection(
        default.results,
        scenarios,
        indicator=indicator,
        all_worlds=address.asked("worlds") == "all",
        language=address.language,
    )
    selection = selection.of_group(codes)
    by = _code(address.asked("by"), tuple(GROUPINGS), texts, problems)
    return replace(selection, by=by or DEFAULT_BY), problems


def _scenarios(
    address: Address,
    default: Selection,
    known: Sequence[str],
    texts: Texts,
    problems: list[str],
) -> tuple[str, ...]:
    asked: list[str] = []
    unknown: list[str] = []
    for name in dict.fromkeys((address.asked("scenarios") or SHOWN_FIRST).split(",")):
        if name == SHOWN_FIRST:
            asked += default.scenarios
        elif name == OWN_REFERENCE:
            asked.append(default.reference)
        elif name in known:
            asked.append(name)
        elif name:
            unknown.append(name[:80])
    if unknown:
        listed = ", ".join(unknown[:MOST_SCENARIOS])
        problems.append(texts("Scénario absent de ces résultats : {name}.", name=listed))
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
        problems.append(texts.left_out(asked))
        return None
    return asked


def selection_parts(selection: Selection, choices: Choices) -> dict[str, str]:
    """Parts of the address of a selection, without what is the default."""
    default = choices.default(selection.results)
    parts: dict[str, str] = {}
    if selection.results != choices.first:
        parts["results"] = selection.results
    if selection.scenarios != default.scenarios:
        parts["scenarios"] = ",".join(selection.scenarios)
    parts.update(selection.chosen)
    if selection.indicator != DEFAULT_INDICATOR:
        parts["indicator"] = selection.indicator
    if selection.by != DEFAULT_BY:
        parts["by"] = selection.by
    if selection.all_worlds:
        parts["worlds"] = "all"
    return parts
