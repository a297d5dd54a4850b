"""Sobol indices: which share of the variance of an outcome comes from which input.

First order: the input alone; total order: with all its interactions (Saltelli et al. 2010), by
SALib. SALib does not look at the design, only at the order of the outcomes, so the layout of the
design is checked here first: blocks of rows A, A with one column of B after the other, B.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.analysis.convergence import Convergence, judge, with_changes
from experiments.analysis.frames import check_design, inputs_of, means
from experiments.analysis.variance import chance_share
from simulator.intervals import CONFIDENCE
from simulator.problems import InputError

RESAMPLES: Final = 1000
SETTLED: Final = 0.05  # Sarrazin, Pianosi & Wagener 2016 ask for such a width
MEASURES: Final = {"S1": "first", "ST": "total"}


def sobol(
    design: pd.DataFrame,
    values: pd.DataFrame,
    inputs: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """First- and total-order indices of every input, the strongest total first.

    design: points of a Saltelli design, in any order of rows; values: `frames.response` of it.
    Columns: input; measure (first, total); value (share of the variance); low, high (90 %
    interval, bootstrap over the base sample; it holds no chance of replicates); half_width;
    size (base sample); replicates; chance_share (share of the variance of the means that is
    chance, which inflates totals; not a number where one replicate was run).

    Raises InputError where the rows are no such design, or the outcome does not vary.
    """
    layout = Layout.of(design, inputs)
    found = _indices(layout, means(layout.design, values), layout.size, seed, resamples)
    order = found[found["measure"] == "total"].sort_values(
        "value", ascending=False, kind="stable"
    )["input"]  # fmt: skip
    rank = {name: place for place, name in enumerate(order)}
    found = found.sort_values("input", key=lambda names: names.map(rank), kind="stable")
    found["replicates"] = values.shape[1]
    found["chance_share"] = chance_share(values.reindex(layout.design.index))
    return found.reset_index(drop=True)


def sobol_convergence(
    design: pd.DataFrame,
    values: pd.DataFrame,
    inputs: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Convergence:
    """Indices on the first quarter, the first half and all of the base sample, and a verdict."""
    layout = Layout.of(design, inputs)
    if layout.size < 8:
        raise _refused(f"a base sample of {layout.size} is too small to be halved twice",
                       "run 8 base points or more")  # fmt: skip
    response = means(layout.design, values)
    sizes = (layout.size // 4, layout.size // 2, layout.size)
    parts = [_indices(layout, response, size, seed, resamples) for size in sizes]
    return judge(with_changes(pd.concat(parts)), SETTLED, "of the variance")


def base_sample(design: pd.DataFrame, inputs: Sequence[str] | None = None) -> pd.DataFrame:
    """Points of a Saltelli design that are an independent sample of the inputs (A and B).

    The other points repeat their coordinates: counted along, they would make a test on the
    design look more certain than it is.
    """
    layout = Layout.of(design, inputs)
    row = np.arange(len(layout.design)) % layout.step
    return layout.design[(row == 0) | (row == layout.step - 1)]


class Layout:
    """A Saltelli design: `size` blocks of `step` rows over `inputs`, sorted by `design_id`."""

    def __init__(self, design: pd.DataFrame, inputs: list[str], step: int) -> None:
        self.design, self.inputs, self.step = design, inputs, step
        self.size = len(design) // step

    @property
    def second_order(self) -> bool:
        """Whether rows for second-order indices are there too (B with columns of A)."""
        return self.step == 2 * len(self.inputs) + 2

    @classmethod
    def of(cls, design: pd.DataFrame, inputs: Sequence[str] | None = None) -> Layout:
        """Recognise the layout from the values alone; InputError where it is none."""
        check_design(design)
        design = design.sort_index()
        names = inputs_of(design, inputs)
        columns = [pd.factorize(design[name])[0] for name in names]
        codes = np.stack(columns, axis=1)
        for step in (len(names) + 2, 2 * len(names) + 2):
            if len(codes) % step == 0 and _is_saltelli(codes.reshape(-1, step, len(names))):
                return cls(design, names, step)
        raise _refused(
            f"{len(design)} points over {len(names)} inputs ({', '.join(names)}) are no Saltelli "
            "design: rows are missing, changed, or of another kind",
            "sobol needs a plan with `design: {kind: sobol, n: …}` that was run whole; other "
            "designs allow regional, discovery and layers",
        )


def _is_saltelli(blocks: np.ndarray) -> bool:
    """Whether every block (n, step, inputs) is A, A with columns of B, [B with those of A], B."""
    count = blocks.shape[2]
    first, last = blocks[:, :1, :], blocks[:, -1:, :]
    swapped = np.eye(count, dtype=bool)[None]
    expected = np.where(swapped, last, first)
    if blocks.shape[1] == 2 * count + 2:
        expected = np.concatenate([expected, np.where(swapped, first, last)], axis=1)
    return bool((blocks[:, 1:-1, :] == expected).all())


def _indices(
    layout: Layout, response: np.ndarray, size: int, seed: int, resamples: int
) -> pd.DataFrame:
    """Indices on the first `size` blocks, one row per input and measure."""
    from SALib.analyze import sobol as salib

    if seed < 0:
        raise _refused(f"seed {seed} is negative", "0 or more")
    part = response[: size * layout.step]
    spread = float(np.ptp(part))
    if spread <= 1e-12 * max(1e-300, float(np.abs(part).max())):
        raise _refused(
            "the outcome is the same at every point: it has no variance to share out",
            "choose another outcome or policy",
        )
    problem = {"num_vars": len(layout.inputs), "names": layout.inputs,
               "bounds": [[0.0, 1.0]] * len(layout.inputs)}  # fmt: skip
    # A seed of 0 counts as no seed in SALib, and intervals would change with every call.
    found: dict[str, Any] = salib.analyze(
        problem, part, calc_second_order=layout.second_order, num_resamples=resamples,
        conf_level=CONFIDENCE, seed=seed + 1,
    )  # fmt: skip
    rows = [
        {
            "input": name, "measure": words, "value": float(found[key][j]),
            "low": float(found[key][j] - found[f"{key}_conf"][j]),
            "high": float(found[key][j] + found[f"{key}_conf"][j]),
            "half_width": float(found[f"{key}_conf"][j]), "size": size,
        }
        for j, name in enumerate(layout.inputs)
        for key, words in MEASURES.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _refused(message: str, hint: str) -> InputError:
    return InputError.single("sobol", message, hint, file="analysis")
