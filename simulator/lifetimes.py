"""Tables of one row per organisation (`lifetimes`) and per money flow (`flows`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from simulator import codes
from simulator.trajectories import BASE_QUARTER, Run, quarters_of

NEVER: Final = -(2**15)  # no exit quarter: alive at the horizon
LIFETIME_TEXTS: Final = {
    "sector": codes.SECTORS,
    "region": codes.REGIONS,
    "size": codes.SIZES,
    "form": codes.FORMS,
    "funding_profile": codes.FUNDING_PROFILES,
    "exit_cause": codes.EXIT_CAUSES,
    "primary_cause": codes.PRIMARY_CAUSES,
}
LIFETIME_COLUMNS: Final = (
    "organisation", "weight", "sector", "region", "size", "form", "funding_profile", "budget_0",
    "cash_months_0", "public_share_0", "top_funder_share_0", "age_0", "jobs_0", "entry_quarter",
    "exit_quarter", "exit_cause", "primary_cause", "absorbed_by", "jobs_end",
)  # fmt: skip


def _keys(run: Run, size: int, scenarios: list[str], structures: list[str]) -> dict[str, pa.Array]:
    def text(values: list[str], value: str) -> pa.Array:
        code = np.full(size, values.index(value), np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(code), pa.array(values, pa.string()))

    return {
        "scenario": text(scenarios, run.scenario),
        "draw": pa.array(np.full(size, run.draw, np.int32)),
        "structure": text(structures, run.structure),
        "replicate": pa.array(np.full(size, run.replicate, np.int32)),
    }


def _coded(values: np.ndarray, texts: Sequence[str]) -> pa.Array:
    """Codes as text; a code outside the texts (−1) is null."""
    values = np.asarray(values, np.int32)
    null = (values < 0) | (values >= len(texts))
    return pa.DictionaryArray.from_arrays(
        pa.array(np.where(null, 0, values), mask=null), pa.array(list(texts), pa.string())
    )


def _quarters(values: np.ndarray, last: int) -> pa.Array:
    """Quarter indices as labels; anything before the base quarter is null."""
    labels = [codes.quarter_label(q) for q in range(BASE_QUARTER, last + 1)]
    return _coded(np.asarray(values, np.int32) - BASE_QUARTER, labels)


def published_identifier(identifiers: np.ndarray) -> np.ndarray:
    """The upper 53 bits of an identifier: a whole number that a floating column keeps exactly.

    Readers turn columns with missing values (`absorbed_by`) into floating numbers; two
    organisations of a run share these bits once in a hundred thousand runs at the scale of France.
    """
    return (np.asarray(identifiers).astype(np.uint64, copy=False) >> np.uint64(11)).astype(np.int64)


def lifetimes_table(runs: Sequence[Run]) -> pa.Table:
    """One row per organisation and run; columns of the results folder."""
    scenarios = list(dict.fromkeys(run.scenario for run in runs))
    structures = list(dict.fromkeys(run.structure for run in runs))
    last = max(int(quarters_of(run.record, "all")[-1]) for run in runs)
    tables = []
    for run in runs:
        source = run.record.lifetimes
        columns = _keys(run, len(source["organisation"]), scenarios, structures)
        for name in LIFETIME_COLUMNS:
            if name not in source:
                continue
            values = source[name]
            if name in LIFETIME_TEXTS:
                columns[name] = _coded(values, LIFETIME_TEXTS[name])
            elif name in ("entry_quarter", "exit_quarter"):
                columns[name] = _quarters(values, last)
            elif name == "organisation":
                columns[name] = pa.array(published_identifier(values))
            elif name == "absorbed_by":
                columns[name] = pa.array(published_identifier(values), mask=np.asarray(values) == 0)
            else:
                columns[name] = pa.array(np.asarray(values, np.float64))
        tables.append(pa.table(columns))
    return pa.concat_tables(tables).combine_chunks()


def flows_table(runs: Sequence[Run]) -> pa.Table:
    """Transaction flows by quarter, euros of the quarter: `quarter, flow, from, to, amount`."""
    scenarios = list(dict.fromkeys(run.scenario for run in runs))
    structures = list(dict.fromkeys(run.structure for run in runs))
    last = max(int(quarters_of(run.record, "all")[-1]) for run in runs)
    texts = {
        name: sorted({str(t) for run in runs for t in np.unique(run.record.flows[name])})
        for name in ("flow", "from", "to")
    }
    tables = []
    for run in runs:
        source = run.record.flows
        columns = _keys(run, len(source["quarter"]), scenarios, structures)
        columns["quarter"] = _quarters(source["quarter"], last)
        for name, values in texts.items():
            columns[name] = _coded(
                np.searchsorted(values, np.asarray(source[name]).astype(str)), values
            )
        columns["amount"] = pa.array(np.asarray(source["amount"], np.float64))
        tables.append(pa.table(columns))
    return pa.concat_tables(tables).combine_chunks()
