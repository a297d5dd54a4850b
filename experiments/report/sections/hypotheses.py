"""What the files of the scenarios expected, judged on the units of this experiment."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

import numpy as np

from experiments.report.blocks import Paragraph, Section, Table
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from experiments.report.trajectories import Place, Trajectories
from simulator.cli.hypothesis_words import expected, measured
from simulator.codes import quarter_index, quarter_label
from simulator.hypotheses import Reading, check, readings
from simulator.indicators import INDICATORS
from simulator.layers import Unit
from simulator.results import Results
from simulator.trajectories import BASE_QUARTER


class Worlds:
    """The units of an experiment, as `simulator.hypotheses` asks for them."""

    def __init__(self, subject: Subject, pairs: Pairs) -> None:
        self.subject, self.pairs = subject, pairs
        self.reference = subject.reference
        self.scenario_ids = subject.results.scenario_ids
        last = quarter_label(subject.plan.horizon - 1)
        quarters = [quarter_label(q) for q in range(BASE_QUARTER, quarter_index(last) + 1)]
        self.manifest: dict[str, Any] = {
            "dimensions": {"all": quarters},
            "scenarios": {name: self._entry(name) for name in subject.shown},
        }

    def _entry(self, name: str) -> dict[str, Any]:
        scenario = self.subject.scenarios[name]
        told = [h.model_dump(mode="json", exclude_none=True) for h in scenario.hypotheses]
        return {"hypotheses": told}

    def withheld(self, *scenarios: str) -> bool:
        """See `Results.withheld`."""
        return self.subject.withheld(*scenarios)

    @cached_property
    def kept(self) -> Trajectories:
        """All that the hypotheses read, in one pass."""
        needs: dict[Place, list[str]] = {}
        quarters = self.manifest["dimensions"]["all"]
        for name, entry in self.manifest["scenarios"].items():
            for hypothesis in entry["hypotheses"]:
                at = hypothesis.get("at") or quarters[-1]
                for _, one in readings(name, hypothesis, at, self.reference):
                    if one.indicator in self.subject.recorded(one.dimension):
                        needs.setdefault((one.dimension, one.group), []).append(one.indicator)
        folder, units = self.subject.results.folder, self.subject.units
        return Trajectories(folder, needs, self.scenario_ids, units)

    @cached_property
    def _rows(self) -> list[int]:
        """Positions of the units that stand for the ranges."""
        chosen = self.pairs.keys.index
        return [row for row, (point, _) in enumerate(self.kept.units) if point in chosen]

    @cached_property
    def units(self) -> list[Unit]:
        """Draw, structure and replicate of each unit."""
        points = self.kept.units.get_level_values("design_id")[self._rows]
        replicates = self.kept.units.get_level_values("replicate")[self._rows]
        keys = self.pairs.keys.loc[points]
        return list(
            zip(keys["draw"].tolist(), keys["structure"].tolist(), replicates.tolist(), strict=True)
        )

    def read(self, scenario: str, reading: Reading) -> np.ndarray:
        """(units,) values of a reading; events are counted from the start."""
        kept, place = self.kept, (reading.dimension, reading.group)
        values = kept.of(scenario, reading.indicator, place)[self._rows]
        if reading.quarter not in kept.quarters:
            return np.full(len(self._rows), np.nan)
        column = kept.quarters.index(reading.quarter)
        if not INDICATORS[reading.indicator].counts_events:
            return np.asarray(values[:, column])
        return np.asarray(values[:, 1 : column + 1].sum(axis=1))


def section(subject: Subject, pairs: Pairs) -> Section:
    """One row for each hypothesis of the scenarios compared."""
    say, worlds = subject.say, Worlds(subject, pairs)
    found = Section("hypotheses", say("hypotheses"))
    if not any(entry["hypotheses"] for entry in worlds.manifest["scenarios"].values()):
        found.blocks.append(Paragraph(say("hypotheses_none")))
        return found
    # `check` asks for names, units and numbers only, which these worlds give as results do.
    table = check(cast(Results, worlds), worlds.read)
    rows: list[tuple[str, ...]] = []
    untested: list[tuple[str, ...]] = []
    for row in table.to_dict("records"):
        outcome = str(row[f"outcome_{subject.language}"])
        if row["built_in"]:
            outcome += f" ({say('built_in')})"
        told = {str(key): value for key, value in row.items()}
        shown = measured(told, subject.language) if told["interval"] else "–"
        kept = untested if row["outcome"] == "not_run" else rows
        kept.append((subject.title(str(row["scenario"])), expected(told, _titles(subject),
                     subject.language, subject.quarter), shown, outcome))  # fmt: skip
    columns = [say(n) for n in ("scenario", "expected", "measured", "found")]
    found.blocks.append(Paragraph(say("hypotheses_intro")))
    if rows:
        found.blocks.append(Table(say("hypotheses_caption"), columns, rows, numbers_from=4))
    if untested:
        caption = say("hypotheses_untested")
        found.blocks.append(Table(caption, columns, untested, numbers_from=4, folded=True))
    return found


def _titles(subject: Subject) -> Any:
    """Title of a scenario, of those that ship too."""
    from simulator.problems import InputError
    from simulator.scenario import load_scenario

    def title(name: str) -> str:
        if name in subject.scenarios:
            return subject.title(name)
        try:
            return str(getattr(load_scenario(name).title, subject.language))
        except InputError:
            return name

    return title
