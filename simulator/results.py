"""Results of a simulation: tables, comparisons, survival, and a folder to keep them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from simulator import results_folder
from simulator.codes import quarter_index
from simulator.lifetimes import flows_table, lifetimes_table
from simulator.panel import panel_tables
from simulator.problems import InputError
from simulator.results_manifest import check_columns, read_scenario, read_table, reading
from simulator.trajectories import DIMENSIONS, KEYS, Run, arrow_tables, frame
from simulator.trajectory_file import Parts, parts_of, rows_of_dimension

if TYPE_CHECKING:
    from simulator.explain import Explanation
    from simulator.population import Population

Unit = tuple[int, str, int]  # draw, structure, replicate
_RUNS_PER_TABLE: Final = 8


class Results:
    """What a simulation gave, in memory or in a folder; tables are built when asked for.

    A Results made by `simulate` holds run records; one made by `Results.load` reads its folder.
    Both answer the same questions with the same numbers.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        runs: Sequence[Run] = (),
        scenario_texts: Mapping[str, str] | None = None,
        folder: Path | None = None,
        incomplete: str | None = None,
        population: Population | None = None,
    ) -> None:
        self.manifest: dict[str, Any] = dict(manifest)
        self.population = population  # where one served all runs, and they are still in memory
        self.folder = folder
        self.incomplete = incomplete
        self._runs = list(runs)
        self._scenario_texts = dict(scenario_texts or {})
        self._parts: Parts | None = None  # of the file of trajectories, once it is read

    # -- what was run -------------------------------------------------------------------

    @property
    def scenario_ids(self) -> list[str]:
        """Scenario ids, the reference first, then in the order asked for."""
        return list(self.manifest["scenarios"])

    @property
    def reference(self) -> str:
        """The scenario that differences are taken from unless another is named."""
        return str(self.manifest["reference"])

    @property
    def units(self) -> list[Unit]:
        """Units of analysis (draw, structure, replicate), in the order they were run."""
        return [(int(d), str(s), int(r)) for d, s, r in self.manifest["units"]]

    @property
    def parameters_varied(self) -> bool:
        """True where draws of the parameters were run, so that verdict words may be used."""
        return len({unit[0] for unit in self.units}) > 1

    @property
    def parameter_source(self) -> str:
        """What was varied: `default` (nothing), `accepted` (the calibrated set) or `ranges`."""
        return str(self.manifest["parameters"]["source"])

    def withheld(self, *scenarios: str) -> bool:
        """True where one of these scenarios holds a support programme: no verdict word is given."""
        entries = (self.manifest["scenarios"][scenario] for scenario in scenarios)
        return any(entry.get("support") for entry in entries)

    @property
    def structures(self) -> list[str]:
        """Structures of the model that were run (`simulator.structures`), in that order."""
        return list(dict.fromkeys(unit[1] for unit in self.units))

    @property
    def quarters(self) -> list[str]:
        """Quarters of the trajectories, from 2025Q4 on."""
        return list(self.manifest["quarters"])

    @property
    def dimensions(self) -> list[str]:
        """Dimensions and crossings that can be asked for in `by`."""
        return [name for name in DIMENSIONS if name in self.manifest["dimensions"]]

    def title(self, scenario: str, language: str = "fr") -> str:
        """Title of a scenario in French or English."""
        return str(self.manifest["scenarios"][self.known_scenario(scenario)]["title"][language])

    def subtitle(self, scenario: str, language: str = "fr") -> str | None:
        """Note to show wherever the scenario's title is, if it has one."""
        texts = self.manifest["scenarios"][self.known_scenario(scenario)].get("subtitle")
        return None if texts is None else str(texts[language])

    def scenario_text(self, scenario: str) -> str:
        """The YAML of a scenario as run, fully resolved."""
        if scenario not in self._scenario_texts and self.folder is not None:
            path = self.folder / "scenarios" / f"{self.known_scenario(scenario)}.yaml"
            self._scenario_texts[scenario] = read_scenario(path)
        return self._scenario_texts[scenario]

    # -- tables -------------------------------------------------------------------------

    @cached_property
    def trajectories(self) -> pd.DataFrame:
        """Indicators by scenario, draw, structure, replicate, quarter, dimension and group."""
        return _pandas(self._arrow("trajectories"))

    @cached_property
    def lifetimes(self) -> pd.DataFrame:
        """One row per organisation, draw and replicate."""
        return _pandas(self._arrow("lifetimes"))

    def lifetime_columns(self, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of `lifetimes`, without reading the others."""
        if self._runs:
            return _pandas(self._arrow("lifetimes").select(list(columns)))
        assert self.folder is not None
        return _pandas(read_table(self.folder / "lifetimes.parquet", columns))

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Transaction-flow matrix by quarter, in current euros."""
        return _pandas(self._arrow("flows"))

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """State of every organisation in every quarter, where `record` asked for it."""
        if not self.has_organisations:
            raise InputError.single(
                "record", "organisations were not recorded", "run with --record organisations"
            )
        return _pandas(self._arrow("organisations"))

    @property
    def has_organisations(self) -> bool:
        """True where the panel of organisations was kept."""
        if self._runs:
            return self._runs[0].panel is not None
        return self.folder is not None and (self.folder / "organisations.parquet").exists()

    @property
    def follows_everybody(self) -> bool:
        """True where the panel follows every organisation rather than a sample."""
        panel = self.manifest.get("panel") or {}
        return self.has_organisations and panel.get("share", 1.0) >= 1.0

    def rows(
        self, dimension: str, columns: Sequence[str] | None = None, keys: Sequence[str] = KEYS
    ) -> pd.DataFrame:
        """Trajectories of one dimension, without building or reading the others.

        columns: those behind the keys, all by default. keys: those read of a folder at least.
        """
        self.known_dimension(dimension)
        if self._runs:
            return frame(self._runs, dimension, columns)
        assert self.folder is not None
        keys = [name for name in KEYS if name in keys or name == "dimension"]
        asked = None if columns is None else [*keys, *columns]
        path = self.folder / "trajectories.parquet"
        with reading(path):
            self._parts = self._parts or parts_of(path)
            check_columns(path, self._parts.metadata.schema.names, asked or keys)
            read = _pandas(rows_of_dimension(self._parts, dimension, asked))
        used = [name for name in ("dimension", "group") if name in keys]
        return read.assign(**{name: read[name].cat.remove_unused_categories() for name in used})

    def _arrow(self, table: str) -> pa.Table:
        if not self._runs:
            assert self.folder is not None
            return read_table(self.folder / f"{table}.parquet")
        if table == "trajectories":
            return pa.concat_tables(arrow_tables(self._runs, _RUNS_PER_TABLE))
        if table == "organisations":
            return pa.concat_tables(panel_tables(self._runs))
        return lifetimes_table(self._runs) if table == "lifetimes" else flows_table(self._runs)

    # -- questions ----------------------------------------------------------------------

    def compare(
        self,
        indicator: str | Sequence[str],
        by: str | None = None,
        at: str | Sequence[str] | None = None,
        reference: str | None = None,
        structure: str | None = None,
    ) -> pd.DataFrame:
        """Paired differences between every scenario and a reference.

        indicator: one code of the registry or several. by: a dimension or crossing (default
        everybody). at: a quarter, several, or `"all"` (default the last). reference: a scenario
        of these results (default the baseline). structure: only the units of one structure
        (default all, with the same weight). Columns: `indicator scenario reference dimension
        group quarter value reference_value difference median low high interval relative
        smallest_effect sign_share verdict verdict_fr verdict_en pairs draws structures
        chance_share parameter_share structure_share layers_missing correlation
        variance_reduction missing rows shown`.

        `low` and `high` are a paired t interval at 90 % over replicates, or the 5–95 % range of
        the draws' means where parameters were varied. The shares are those of the variance of the
        difference due to each layer of uncertainty (`layers`). `variance_reduction` is what
        pairing achieved. `shown` is false for groups of fewer than 30 rows. Where one of the two
        scenarios holds a support programme, whose effect is assumed, the verdict is withheld:
        `verdict` is None, `sign_share` is not a number, `verdict_fr` and `verdict_en` say why.
        """
        from simulator.compare import compare

        return compare(self, indicator, by, at, reference, structure=structure)

    def missing(
        self,
        indicator: str | Sequence[str],
        by: str | None = None,
        at: str | Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Values that cannot be computed, and why; empty where all can.

        Arguments as in `compare`. Columns: `indicator scenario dimension group quarter worlds of
        reason reason_fr reason_en`; `worlds` of the `of` worlds run have no value for that reason,
        a code of `simulator.missing.REASONS`.
        """
        from simulator.missing import missing

        return missing(self, indicator, by, at)

    def layers(
        self,
        indicator: str | Sequence[str],
        by: str | None = None,
        at: str | Sequence[str] | None = None,
        reference: str | None = None,
    ) -> pd.DataFrame:
        """Share of the variance of each paired difference due to chance, parameters, structure.

        Arguments as in `compare`. Columns: the keys of a comparison, `difference`, `sd` (standard
        deviation over the layers varied, in the unit of the indicator), and for each layer
        `<layer>_share`, `<layer>_low`, `<layer>_high` (90 % band); `layers_missing` holds codes of
        `simulator.layers.REASONS`. All three need several draws, each with the same replicates,
        two or more, under several structures.
        """
        from simulator.layers import layers

        return layers(self, indicator, by, at, reference)

    def explain(
        self,
        indicator: str,
        scenario: str,
        at: str | None = None,
        reference: str | None = None,
        rerun: bool = True,
    ) -> Explanation:
        """Where a paired difference comes from; see `simulator.explain`.

        at: a quarter (default the last). reference: the other scenario (default that of these
        results). rerun: play the first unit of both again to find the process where their paths
        part first.
        """
        from simulator.explain import explain

        return explain(self, indicator, scenario, at, reference, rerun)

    def survival(
        self, by: str | None = None, cohort: str = "initial", causes: str = "exit_cause"
    ) -> pd.DataFrame:
        """Kaplan–Meier and cumulative incidence by cause, mean and band over replicates.

        cohort: `initial` (alive in 2025Q4), `entrants` (quarters since birth) or `by_age`
        (everybody, by age in quarters, with delayed entry). causes: `exit_cause` or
        `primary_cause`. See `simulator.survival_tables`.
        """
        from simulator.survival_tables import survival

        return survival(self, by, cohort, causes)

    def survival_paths(
        self, by: str | None = None, cohort: str = "initial", causes: str = "exit_cause"
    ) -> pd.DataFrame:
        """The same curves, one per replicate."""
        from simulator.survival_tables import survival_paths

        return survival_paths(self, by, cohort, causes)

    def paths(self, indicator: str, by: str | None = None) -> pd.DataFrame:
        """One indicator along time, one path per scenario, group, draw and replicate."""
        from simulator.bands import paths

        return paths(self, indicator, by)

    def bands(self, indicator: str, by: str | None = None) -> pd.DataFrame:
        """Median, mean, 50 and 90 % bands of an indicator along time (a range under 50)."""
        from simulator.bands import bands

        return bands(self, indicator, by)

    def hypotheses(self) -> pd.DataFrame:
        """What each scenario's file expected, and whether this run found it."""
        from simulator.hypotheses import check

        return check(self)

    # -- checks of what is asked --------------------------------------------------------

    def known_scenario(self, scenario: str) -> str:
        if scenario not in self.manifest["scenarios"]:
            raise InputError.single(
                "scenario",
                f"{scenario!r} is not in these results",
                "one of " + ", ".join(self.manifest["scenarios"]),
            )
        return scenario

    def known_dimension(self, dimension: str) -> str:
        if dimension not in self.manifest["dimensions"]:
            raise InputError.single(
                "by", f"unknown dimension {dimension!r}", "one of " + ", ".join(self.dimensions)
            )
        return dimension

    def known_quarters(self, at: str | Sequence[str] | None, dimension: str) -> list[str]:
        """The quarters asked for; crossings are kept for fourth quarters only."""
        kept: list[str] = list(self.manifest["dimensions"][self.known_dimension(dimension)])
        if at is None:
            return kept[-1:]
        if at == "all":
            return kept
        asked = [at] if isinstance(at, str) else list(at)
        for quarter in asked:
            if quarter not in kept:
                raise InputError.single(
                    "at",
                    f"no quarter {quarter!r} for dimension {dimension}",
                    f"{kept[0]} to {kept[-1]}"
                    + ("" if "|" not in dimension and len(kept) == len(self.quarters)
                       else ", fourth quarters only"),
                )  # fmt: skip
        return sorted(asked, key=quarter_index)

    # -- folder -------------------------------------------------------------------------

    def save(self, path: str | Path, overwrite: bool = False) -> Path:
        """Write the results folder; whole or, if stopped, nothing that looks whole."""
        target = Path(path)
        texts = {identifier: self.scenario_text(identifier) for identifier in self.scenario_ids}
        tables: dict[str, Iterable[pa.Table]] = {
            "trajectories": (
                arrow_tables(self._runs, _RUNS_PER_TABLE)
                if self._runs
                else [self._arrow("trajectories")]
            ),
            "lifetimes": [self._arrow("lifetimes")],
            "flows": [self._arrow("flows")],
        }
        if self.has_organisations:
            tables["organisations"] = (
                panel_tables(self._runs) if self._runs else [self._arrow("organisations")]
            )
        return results_folder.write_folder(
            target, tables, texts, self.manifest, "Penser demain: results of a simulation",
            overwrite, self.incomplete,
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | Path, allow_incomplete: bool = False) -> Results:
        """Open a results folder; tables are read when asked for."""
        folder = Path(path)
        manifest = results_folder.read_manifest(folder, allow_incomplete)
        return cls(manifest, folder=folder)


def _pandas(table: pa.Table) -> pd.DataFrame:
    """As pandas; identifiers with gaps stay whole numbers, which float64 cannot hold."""
    absorbers = None
    if "absorbed_by" in table.column_names:
        column = table["absorbed_by"]
        absorbers = pd.arrays.IntegerArray(
            column.fill_null(0).to_numpy().copy(), column.is_null().to_numpy().copy()
        )
    # `table` is nobody else's: its memory is given back column by column.
    frame: pd.DataFrame = table.to_pandas(split_blocks=True, self_destruct=True, use_threads=False)
    if absorbers is not None:
        frame["absorbed_by"] = absorbers
    return frame
