"""The experiment that a report tells, with the names that its language gives to things."""

from __future__ import annotations

from functools import cached_property
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

import pandas as pd

from experiments.analysis.seen import Seen, seen
from experiments.design import Morris, Sobol
from experiments.report.words import Words
from experiments.results import ExperimentResults
from experiments.store import parcel
from simulator import codes
from simulator.cli import numbers
from simulator.indicators import RECORDED
from simulator.parameters import SPECS
from simulator.plan import BASELINE
from simulator.problems import InputError
from simulator.scenario import Scenario, load_scenario
from simulator.structures import STRUCTURES

if TYPE_CHECKING:
    from experiments.plan import Outcome, Plan
    from experiments.plan.levers import LeverRange


class Subject:
    """Results of an experiment, finished or not, told in a language."""

    def __init__(self, results: ExperimentResults, language: str) -> None:
        self.results = results
        self.language = language
        self.say = Words(language)

    @cached_property
    def plan(self) -> Plan:
        """The plan of the experiment."""
        return self.results.plan

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Scenarios by id, the baseline first, as they are before the design varies them."""
        written = (load_scenario(BASELINE), *self.plan.levers.policies)
        return {scenario.id: scenario for scenario in written}

    @cached_property
    def seen(self) -> Seen:
        """The points and replicates that analyses look at; InputError where there are none."""
        return seen(self.results)

    @cached_property
    def blocks(self) -> pd.DataFrame:
        """Points of the whole blocks of a `sobol` or `morris` design, in the unit cube."""
        kind = self.plan.design
        assert isinstance(kind, Sobol | Morris)
        count = kind.n if isinstance(kind, Sobol) else kind.trajectories
        return self.seen.whole_blocks(count)[0]

    @property
    def reference(self) -> str:
        """Id of the scenario that differences are taken from."""
        return self.results.reference

    @cached_property
    def policies(self) -> list[str]:
        """Ids of what is compared with the reference, in the order of the plan."""
        named = [policy.id for policy in self.plan.levers.policies]
        return [name for name in named if name != self.reference]

    @property
    def shown(self) -> list[str]:
        """The reference, then the policies."""
        return [self.reference, *self.policies]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per unit that is there."""
        return self.results.runs

    @cached_property
    def failed(self) -> pd.DataFrame:
        """Rows of the units that failed."""
        return self.runs[self.runs["status"] == parcel.FAILED] if len(self.runs) else self.runs

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes, scenario as text, of every unit that is done; where units failed or are still
        missing, of those that analyses look at too, so that a page is about one set of worlds.
        """
        table = self.results.outcomes
        if not self.results.complete or len(self.failed):
            try:
                table = self.seen.outcomes
            except InputError:  # failures everywhere: values are told, and nothing is analysed
                table = table if self.results.complete else table[:0]
        return table.assign(scenario=table["scenario"].astype(str)) if len(table) else table

    @property
    def units(self) -> pd.MultiIndex:
        """Keys (design_id, replicate) of the units that `outcomes` has, sorted."""
        keys = self.outcomes[["design_id", "replicate"]].drop_duplicates()
        return pd.MultiIndex.from_frame(keys.sort_values(["design_id", "replicate"]))

    def recorded(self, dimension: str) -> list[str]:
        """Indicators that trajectories are kept of in a dimension."""
        kept = {"all", *(outcome.by for outcome in self.plan.outcomes)}
        return list(RECORDED) if dimension in kept else []

    # -- names --------------------------------------------------------------------------

    def title(self, scenario: str) -> str:
        """Title of a scenario."""
        return self.say.spaced(str(getattr(self.scenarios[scenario].title, self.language)))

    def quoted(self, scenario: str) -> str:
        """Title of a scenario in quotation marks."""
        return self.say.quoted(self.title(scenario))

    def label(self, outcome: Outcome) -> str:
        """`Emplois (ETP), Culture, fin 2029`."""
        words = [outcome.of.label(self.language)]
        if outcome.group != "all":
            words += [codes.label(code, self.language) for code in outcome.group.split("|")]
        return self.say.spaced(", ".join([*words, self.quarter(outcome.at)]))

    def quarter(self, label: str) -> str:
        """`fin 2029` for a fourth quarter, `2029T2` otherwise."""
        if label.endswith("Q4"):
            return self.say("end_of", year=label[:4])
        return numbers.quarter(label, self.language)

    def input_label(self, column: str) -> str:
        """What a column of the design is called."""
        if column == "structure":
            return self.say("structure")
        if column.startswith("x_"):
            return self.say.spaced(SPECS[column[2:]].label(self.language))
        given = self.plan.levers.ranges[column[2:]].label
        named = getattr(given, self.language) if given else column[2:].replace("_", " ")
        return self.say.spaced(str(named))

    def input_value(self, column: str, value: object) -> str:
        """A value of a column of the design, as a scenario or the parameter file writes it."""
        if isinstance(value, str):
            return STRUCTURES[value].label(self.language) if value in STRUCTURES else value
        number = float(str(value))
        if column.startswith("l_"):
            return self._setting(self.plan.levers.ranges[column[2:]], number)
        return self.number(number)

    def _setting(self, given: LeverRange, number: float) -> str:
        """A number of a lever, in the unit that the plan writes it in."""
        if given.whole:
            return f"{number:.0f}".replace("-", "−")  # a year has no thousands
        match given.range[0].unit:
            case "%":
                return f"{self.number(100 * number)}\u202f%"
            case "pts":
                return f"{self.number(100 * number)}\u202fpt"
            case "x":
                return f"×\u202f{self.number(number)}"
            case "€":
                return numbers.large(number, self.language, "€")
            case _:
                return self.number(number)

    def number(self, value: float) -> str:
        """Three figures of a number at most."""
        if not isfinite(value) or value == 0:
            return numbers.decimal(value, 0, self.language)
        most = max(0, 2 - floor(log10(abs(value))))
        digits = next(d for d in range(most + 1) if round(value, d) == round(value, most))
        return numbers.decimal(value, digits, self.language)

    def bracket(self, low: float, high: float, digits: int, signed: bool = False) -> str:
        """An interval: `[−3,1 ; −0,4]`."""
        ends = [numbers.decimal(float(v), digits, self.language, signed) for v in (low, high)]
        return f"[{(' ; ' if self.language == 'fr' else ', ').join(ends)}]"

    def span(self, low: str, high: str) -> str:
        """Two written numbers as a range, or about one where rounding has made them the same."""
        if low == high:
            return self.say("about", value=low)
        return self.say("from_to", low=low, high=high)

    def measure(self, value: float, digits: int, unit: str, signed: bool = True) -> str:
        """A number with its unit: `−3,1 %`."""
        written = numbers.decimal(float(value), digits, self.language, signed)
        return f"{written}\u202f{unit}".rstrip()

    def count(self, value: int) -> str:
        """A count, its thousands apart."""
        return numbers.decimal(value, 0, self.language)

    def share(self, value: float, digits: int = 0) -> str:
        """A share in percent."""
        if value != value:
            return "–"
        return f"{numbers.decimal(100 * value, digits, self.language)}\u202f%"

    def withheld(self, *scenarios: str) -> bool:
        """True where one of these holds a support programme: no verdict word is given."""
        return any(self.scenarios[name].support for name in scenarios)
