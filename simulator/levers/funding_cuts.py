"""Public money voted: more, less, or frozen; and the aids to employment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from simulator import codes
from simulator.levers import paths, wording
from simulator.levers.base import Changes, Lever, Target
from simulator.levers.effects import Effects, VoteChange
from simulator.levers.selection import DIMENSIONS, Instruments
from simulator.parameters import Parameters
from simulator.strict_model import Fault, doc
from simulator.units import first_quarter, last_quarter


class PublicFunding(Lever):
    """What public funders vote, by level, région, sector and instrument."""

    family = "funding_cuts"
    names = {"fr": "Financement public", "en": "Public funding"}
    about = {
        "fr": "Change ce que les financeurs publics votent : subventions, commandes, tarifs.",
        "en": "Changes what public funders vote: grants, procurement, tariffs.",
    }
    selects = DIMENSIONS

    lever: Literal["public_funding"]
    instrument: Instruments = doc(
        "instruments (défaut : tous)", "instruments (default: all)", default=codes.INSTRUMENTS
    )
    change: Changes | None = doc(
        "changement, ou année → changement : -30%", "change, or year → change: -30%", default=None
    )
    mode: Literal["level", "nominal_growth"] = doc(
        "`nominal_growth` : la valeur est toute la croissance nominale de l'année (0% : gel)",
        "`nominal_growth`: the value is the whole nominal growth of the year (0%: a freeze)",
        default="level",
    )

    def reaches_a_share(self) -> bool:
        """Votes are cut by what organisations are, never by lot."""
        return False

    def more_faults(self) -> list[Fault]:
        """A growth belongs to whole years."""
        if self.mode != "nominal_growth":
            return []
        found: list[Fault] = []
        hint = "give whole years: from: 2026, until: 2030"
        if self.start % 4:
            found.append((("from",), f"nominal growth cannot start in {self.from_}", hint))
        if self.end is not None and self.end % 4 != 3:
            found.append((("until",), f"nominal growth cannot end in {self.until}", hint))
        if self.ramp:
            found.append((("ramp",), "nominal growth takes no ramp", "leave it out"))
        return found

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """A change of votes; see the base class."""
        changes = {} if self.change is None else self.change
        voted = paths.to_year_end(quarters)
        growth = np.full(voted // 4, np.nan)
        factor = np.ones(voted)
        if self.mode == "level":
            factor = self.changes_path(voted, changes)
        else:
            for index in range(len(growth)):
                year = codes.FIRST_YEAR + index
                inside = first_quarter(year) >= self.start and (
                    self.end is None or last_quarter(year) <= self.end
                )
                value = changes.get(year) if isinstance(changes, Mapping) else changes
                if inside and value is not None:
                    growth[index] = value
        instruments = frozenset(codes.INSTRUMENTS.index(name) for name in self.instrument)
        vote = VoteChange(
            self.where.selector(*DIMENSIONS), instruments, factor, growth, self.name, self.nature
        )
        return Effects(votes=(vote,))

    def described(self, language: str) -> str:
        """See the base class."""
        changes = {} if self.change is None else self.change
        subject, plural = wording.funders(self.where, language)
        what = self._what(language, plural)
        tail = self.tail(language)
        values = list(changes.values()) if isinstance(changes, Mapping) else [changes]
        if self.mode == "nominal_growth":
            if all(value == 0.0 for value in values):
                verb = wording.verb("gèle", "gèlent", "freezes", "freeze", language, plural)
                rest = " en euros courants" if language == "fr" else " in current euros"
                years = ""
                if isinstance(changes, Mapping):
                    inside = " en " if language == "fr" else " in "
                    years = inside + wording.joined([str(year) for year in changes], language)
                return f"{subject} {verb} {what}{rest}{years}{tail}"
            verb = wording.verb(
                "fait évoluer", "font évoluer", "changes", "change", language, plural
            )
            rest = " en euros courants : " if language == "fr" else " in current euros: "
            return f"{subject} {verb} {what}{rest}{wording.changed(changes, language)}{tail}"
        rises, falls = any(value > 0 for value in values), any(value < 0 for value in values)
        if rises and falls:
            verb = wording.verb("modifie", "modifient", "changes", "change", language, plural)
            colon = " : " if language == "fr" else ": "
            return f"{subject} {verb} {what}{colon}{wording.changed(changes, language)}{tail}"
        if not rises and not falls:
            verb = wording.verb(
                "maintient", "maintiennent", "maintains", "maintain", language, plural
            )
            return f"{subject} {verb} {what}{tail}"
        if rises:
            verb = wording.verb("augmente", "augmentent", "raises", "raise", language, plural)
        else:
            verb = wording.verb("réduit", "réduisent", "cuts", "cut", language, plural)
        amount = (
            {year: abs(value) for year, value in changes.items() if value}
            if isinstance(changes, Mapping)
            else abs(changes)
        )
        by = " de " if language == "fr" else " by "
        return f"{subject} {verb} {what}{by}{wording.changed(amount, language, False)}{tail}"

    def _what(self, language: str, plural: bool) -> str:
        if language == "en":
            owner = "their" if plural else "its"
            names = {"subvention": "grants", "commande": "procurement", "tarification": "tariffs"}
            if len(self.instrument) == len(codes.INSTRUMENTS):
                return f"{owner} funding"
            return f"{owner} {wording.joined([names[name] for name in self.instrument], language)}"
        owner = "leurs" if plural else "ses"
        names = {
            "subvention": "subventions", "commande": "commandes publiques",
            "tarification": "tarifs",
        }  # fmt: skip
        if len(self.instrument) == len(codes.INSTRUMENTS):
            return f"{owner} financements"
        return f"{owner} {wording.joined([names[name] for name in self.instrument], language)}"


class EmploymentAid(Lever):
    """Aids to employment: aided contracts and posts."""

    family = "funding_cuts"
    names = {"fr": "Aides à l'emploi", "en": "Employment aids"}
    about = {
        "fr": "Change les aides aux emplois (contrats aidés, postes d'insertion).",
        "en": "Changes the aids to jobs (aided contracts, integration posts).",
    }
    selects = DIMENSIONS[1:]
    targets = (Target("change", "employment_aid_factor", "change"),)

    lever: Literal["employment_aid"]
    change: Changes | None = doc(
        "changement, ou année → changement : -50%", "change, or year → change: -50%", default=None
    )

    def described(self, language: str) -> str:
        """See the base class."""
        assert self.change is not None
        values = wording.changed(self.change, language)
        tail = self.tail(language)
        if language == "fr":
            return f"les aides à l'emploi changent : {values}{tail}"
        return f"employment aids change: {values}{tail}"
