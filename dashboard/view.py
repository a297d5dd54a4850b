"""A comparison together with the language it is told in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

from dashboard.address import Address
from dashboard.figures.bands import MOST_PATHS
from dashboard.language import Texts
from dashboard.reading import Comparison, Library, Row, narrative
from dashboard.selection import ALONE, DEFAULT_BY, GROUPINGS, Selection, read_selection
from dashboard.units import DisplayUnit, display_unit
from simulator.codes import REGION_NAMES, label
from simulator.indicators import INDICATORS
from simulator.intervals import band_kind

BASELINE: Final = "fil-de-l-eau"
# Verdicts that say a direction; what the others say is not ranked.
SIGN_HOLDS: Final = ("robust", "likely", "sign_stable")
# Verdicts that count signs over draws of the parameters.
COUNTED: Final = ("robust", "likely", "ambiguous")


def code_name(grouping: str, code: str, texts: Texts) -> str:
    """Name of a group: of a région, a sector, a size…"""
    return REGION_NAMES[code] if grouping == "region" else label(code, texts.language)


@dataclass(frozen=True)
class View:
    """What a panel needs to write itself."""

    comparison: Comparison
    selection: Selection
    texts: Texts

    def title(self, scenario: str) -> str:
        return self.texts.spaced(self.comparison.results.title(scenario, self.texts.language))

    def quoted(self, scenario: str) -> str:
        return self.texts.quoted(self.title(scenario))

    @property
    def end(self) -> str:
        """The last quarter as it is read: `fin 2035`."""
        return self.texts.quarter(self.comparison.last_quarter)

    @property
    def others(self) -> tuple[str, ...]:
        return self.selection.scenarios[1:]

    def unit(self, indicator: str, largest: float) -> DisplayUnit:
        return display_unit(INDICATORS[indicator].unit, largest, self.texts)

    @property
    def place(self) -> str:
        """The group of organisations in words."""
        texts, chosen = self.texts, self.selection.chosen
        parts = [
            self.code("region", chosen["region"])
            if "region" in chosen
            else texts("toutes les régions simulées"),
            self.code("sector", chosen["sector"])
            if "sector" in chosen
            else texts("tous les secteurs"),
            texts("budget annuel : {size}", size=self.code("size", chosen["size"]))
            if "size" in chosen
            else texts("toutes les tailles"),
            *(self.code(name, chosen[name]) for name in ALONE if name in chosen),
        ]
        return " · ".join(parts)

    @property
    def breakable_by(self) -> list[str]:
        """Groupings that this group is broken down by in these results."""
        held, chosen = self.comparison.results.dimensions, self.selection.chosen
        return [
            name
            for name in self.selection.breakable_by
            if "_".join(one for one in GROUPINGS if one in chosen or one == name) in held
        ]

    @property
    def broken_by(self) -> str:
        """Grouping that the difference is broken down by; empty where there is none."""
        allowed = self.breakable_by
        asked = [name for name in (self.selection.by, DEFAULT_BY) if name in allowed]
        return next(iter([*asked, *allowed]), "")

    def code(self, grouping: str, code: str) -> str:
        """Name of a group of a grouping."""
        return code_name(grouping, code, self.texts)

    @property
    def spread_sentence(self) -> str:
        """What the shaded areas are, with the number of worlds behind them."""
        texts, count = self.texts, len(self.comparison.units)
        if band_kind(count) == "quantiles":
            worlds = (
                " " + texts("Traits fins : {count} mondes un à un.", count=min(count, MOST_PATHS))
                if self.selection.all_worlds
                else ""
            )
            bands = texts(
                "Zones : la moitié centrale, puis 90 % des {count} mondes simulés (du 5e au 95e "
                "centile).",
                count=count,
            )
            return bands + worlds
        return texts(
            "Zone : du plus bas au plus haut des {count} mondes simulés ; traits fins : "
            "chacun d'eux (20 au plus).",
            count=count,
        )

    @property
    def spread_of_means(self) -> str:
        """What lines and areas are where the line is a mean and no single path is drawn."""
        texts, count = self.texts, len(self.comparison.units)
        if band_kind(count) == "quantiles":
            return texts("Trait : moyenne ; zone : 90 % des {count} mondes simulés.", count=count)
        return texts(
            "Trait : moyenne ; zone : du plus bas au plus haut des {count} mondes simulés.",
            count=count,
        )

    @property
    def spread_name(self) -> str:
        """What a range of values over the worlds is, in words."""
        if band_kind(len(self.comparison.units)) == "quantiles":
            return self.texts("90 % des mondes simulés")
        return self.texts("du plus bas au plus haut des mondes simulés")

    @property
    def chance_sentence(self) -> str:
        """What was varied between the worlds."""
        texts = self.texts
        if self.comparison.draws > 1:
            return texts(
                "Chaque monde a son propre hasard et ses propres paramètres : {count} tirages "
                "{sample}.",
                count=self.comparison.draws,
                sample=self.sample_name,
            )
        return texts(
            "Seul le hasard change d'un monde à l'autre ; les paramètres gardent leurs valeurs "
            "par défaut."
        )

    @property
    def sample_name(self) -> str:
        """Where the draws of the parameters come from, after the word draws."""
        if self.comparison.results.parameter_source == "accepted":
            return self.texts("de l'ensemble calibré des paramètres")
        return self.texts("des paramètres dans leurs plages")

    def subtitle(self, scenario: str) -> str:
        """What the scenario's file adds to its title; empty where it adds nothing."""
        written = self.comparison.results.subtitle(scenario, self.texts.language) or ""
        return self.texts.spaced(written)

    def narrative(self, scenario: str) -> str:
        """What the scenario supposes, in the words of its file."""
        language = self.texts.language
        return self.texts.spaced(narrative(self.comparison.results, scenario, language))

    @property
    def reference_note(self) -> str:
        """What the reference line is: constant funding is not the trend."""
        if self.selection.reference == BASELINE:
            return self.texts("financement constant en euros réels, pas la tendance")
        own = self.subtitle(self.selection.reference)
        return own or self.texts("ligne de référence choisie, qui n'est pas « Au fil de l'eau »")

    @property
    def interval_name(self) -> str:
        """What stands between brackets: an interval over chance, or a range over parameters."""
        if self.comparison.draws > 1:
            return self.texts(
                "étendue 5–95 % de {count} tirages {sample}",
                count=self.comparison.draws,
                sample=self.sample_name,
            )
        return self.texts("intervalle à 90 % de l'écart moyen")

    @property
    def interval_heading(self) -> str:
        texts = self.texts
        varied = self.comparison.draws > 1
        return texts("Étendue 5–95 %") if varied else texts("Intervalle à 90 %")

    def holds(self, row: Row) -> bool:
        """True where a difference may be ranked.

        Its sign is stable, it is large enough to count, and the mean shown has that sign.
        """
        if row["verdict"] not in SIGN_HOLDS or self.small(row):
            return False
        return bool(row["difference"] * row["median"] > 0)

    def small(self, row: Row) -> bool:
        """True where a difference is too small to count, also where chance alone was varied."""
        return bool(abs(row["median"]) <= row["smallest_effect"])

    def ranks(self, indicator: str) -> bool:
        """True where the difference of some two of these futures at the end may be ranked."""
        pairs = (
            self.comparison.between(scenario, other, indicator)
            for other, scenario in combinations(self.selection.scenarios, 2)
        )
        return any(row is not None and self.holds(row) for row in pairs)

    def turned(self, row: Row) -> bool:
        """True where the mean, which is shown, and most worlds, which a word counts, differ."""
        return bool(row["difference"] * row["median"] < 0)

    def turned_words(self, row: Row, counted: str) -> str:
        """`14 tirages sur 20 disent moins, la moyenne dit plus`; `counted`: how many say so."""
        texts = self.texts
        words = (
            texts("{counted} disent moins, la moyenne dit plus")
            if row["median"] < 0
            else texts("{counted} disent plus, la moyenne dit moins")
        )
        return words.format(counted=counted)

    def verdict(self, row: Row) -> str:
        """The word of a row as it stands beside its mean difference."""
        word = str(row[f"verdict_{self.texts.language}"])
        if row["verdict"] in SIGN_HOLDS and self.turned(row):
            return self.texts("{word}, dans l'autre sens que la moyenne", word=word)
        return word

    def counted_verdict(self, row: Row) -> str:
        """The word with the count behind it, where it counts draws of the parameters."""
        texts, word = self.texts, str(row[f"verdict_{self.texts.language}"])
        if row["verdict"] not in COUNTED:
            return self.verdict(row)
        share = texts.number(100 * row["sign_share"])
        if self.turned(row):
            return texts.said(
                word, self.turned_words(row, texts("{share} % des tirages", share=share))
            )
        return texts("{word} : même sens dans {share} % des tirages", word=word, share=share)

    def path_rows(self, indicator: str) -> list[Row]:
        """Paired differences of an indicator in every quarter; none where nothing can be paired."""
        return self.comparison.difference_path(indicator)

    def end_rows(self, indicator: str) -> list[Row]:
        """Paired differences of an indicator at the end, one for each scenario."""
        last = self.comparison.last_quarter
        return [row for row in self.path_rows(indicator) if row["quarter"] == last]

    def difference(self, indicator: str, scenario: str) -> Row | None:
        """Row of the paired difference at the end, None where nothing can be paired."""
        return self._differences.get((indicator, scenario))

    @cached_property
    def _differences(self) -> dict[tuple[str, str], Row]:
        return {(row["indicator"], row["scenario"]): row for row in self.comparison.differences}


def read_view(library: Library, address: Address) -> tuple[View, list[str]]:
    """View of an address, and a sentence for each part that could not be followed."""
    selection, problems = read_selection(address, library.choices)
    return View(library.comparison(selection), selection, address.texts), problems
