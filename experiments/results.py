"""Results of an experiment, finished or not, as tidy tables."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.store import parcel, reading
from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.plan import Plan

KEYS = ["design_id", "replicate", "scenario"]


class ExperimentResults:
    """The folder of an experiment; tables are read when asked for.

    Rows of all tables are joined on `design_id` (and `replicate`, `scenario`), never by position.
    A table larger than memory is for DuckDB or Polars, which read the files as they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = reading.read_manifest(folder)

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], allow_incomplete: bool = False
    ) -> ExperimentResults:
        """Open a folder; InputError where it holds no experiment, or units are missing.

        allow_incomplete: open one that still runs or was stopped; tables then hold the units that
        are there.
        """
        found = cls(Path(path))
        if not found.complete and not allow_incomplete:
            raise InputError.single(
                "folder", f"{path} is unfinished: {found.missing_words}",
                "finish it (`penser-demain experiment run … --resume`), or look at what is there "
                "(--allow-incomplete; from Python, allow_incomplete=True)",
            )  # fmt: skip
        return found

    @property
    def complete(self) -> bool:
        """True where all units are there, failed ones included."""
        return reading.is_complete(self.manifest)

    @property
    def missing_words(self) -> str:
        """`120 of 400 units are missing`; `at most`, where a stopping rule decides."""
        units = int(self.manifest["units"])
        most = "at most " if self.manifest.get("stopping_rule") else ""
        return f"{most}{units - len(self.runs):,} of {units:,} units are missing"

    @cached_property
    def plan(self) -> Plan:
        """The plan, as it was resolved."""
        from experiments.plan import load_plan

        return load_plan(self.folder / reading.RESOLVED)

    @property
    def reference(self) -> str:
        """The scenario that differences are taken from."""
        return str(self.manifest["reference"])

    @property
    def scenario_ids(self) -> list[str]:
        """Scenarios of every unit, the baseline first."""
        return list(self.manifest["scenarios"])

    @property
    def outcome_names(self) -> list[str]:
        """Columns of `outcomes` that hold outcomes."""
        return list(self.manifest["outcomes"])

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row per design point, index `design_id`; see `Plan.design_points`."""
        return reading.read_table(self.folder, reading.DESIGN).set_index("design_id")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per unit: `design_id replicate status error traceback seed fates seconds …`."""
        return self._table("runs")

    @property
    def failed(self) -> int:
        """How many units failed."""
        return int((self.runs["status"] == parcel.FAILED).sum())

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """`design_id replicate scenario`, then a column for each outcome; not of failed units."""
        return self._table("outcomes")

    @cached_property
    def trajectories(self) -> pd.DataFrame:
        """Indicators by unit, scenario, quarter and group, in the dimensions of the outcomes."""
        return self._table("trajectories")

    @cached_property
    def lifetimes(self) -> pd.DataFrame:
        """One row per organisation, scenario and unit, where the plan records it."""
        if "lifetimes" not in self.plan.record:
            raise InputError.single(
                "record", "lifetimes were not recorded", "add `record: [lifetimes]` to the plan"
            )
        return self._table("lifetimes")

    def long(self) -> pd.DataFrame:
        """Outcomes with one value a row: `design_id replicate scenario outcome value`."""
        return self.outcomes.melt(KEYS, var_name="outcome", value_name="value")

    def _table(self, name: str) -> pd.DataFrame:
        return reading.read_table(self.folder, name)
