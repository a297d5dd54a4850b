"""Small results with known content: what the engine records, without the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator import codes
from simulator.codes import quarter_label
from simulator.indicators import INDICATORS
from simulator.results import Results
from simulator.trajectories import Run

SUM_NAMES = (
    "rows",
    *dict.fromkeys(name for indicator in INDICATORS.values() for name in indicator.formula.sums()),
)
DIMENSIONS = {
    "all": ("all",),
    "sector": codes.SECTORS,
    "region": codes.REGIONS,
    "region_sector": tuple("|".join(pair) for pair in product(codes.REGIONS, codes.SECTORS)),
}
QUARTERS = 12


@dataclass
class World:
    """One replicate: random levels shared by all scenarios."""

    replicate: int

    def levels(self, dimension: str, times: int) -> np.ndarray:
        generator = np.random.default_rng([self.replicate, len(DIMENSIONS[dimension])])
        shape = (times, len(DIMENSIONS[dimension]), len(SUM_NAMES))
        return 1000.0 * np.exp(np.cumsum(generator.normal(0, 0.02, shape), axis=0))


def record(replicate: int, effect: float, jitter: float = 0.0) -> SimpleNamespace:
    """A record whose sums, but the base quarter's, are `1 + effect` times the shared world's."""
    noise = np.random.default_rng([replicate, 77]).normal(0, 1.0) * jitter
    sums, quarters = {}, {}
    for dimension, labels in DIMENSIONS.items():
        step = 4 if "_" in dimension else 1
        times = np.arange(-1, QUARTERS, step)
        array = World(replicate).levels(dimension, len(times))
        array[1:] *= 1.0 + effect + noise
        array[:, :, SUM_NAMES.index("rows")] = 100
        sums[dimension], quarters[dimension] = (np.array(labels), array), times
    medians = {name: 5.0 + array[:, :, 0] * 0 + effect for name, (_, array) in sums.items()}
    generator = np.random.default_rng([replicate, 5])
    size = 300
    born = np.where(np.arange(size) < 250, -1, generator.integers(0, QUARTERS - 1, size))
    lived = generator.geometric(0.03 * (1.0 - min(effect, 0.0) * 5), size)
    left = born + lived
    gone = left < QUARTERS
    cause = np.where(gone, generator.integers(0, 4, size), -1)
    lifetimes = {
        "organisation": generator.integers(0, 2**64, size, dtype=np.uint64),
        "weight": generator.uniform(1, 30, size),
        "sector": generator.integers(0, 10, size),
        "region": generator.integers(0, 18, size),
        "size": generator.integers(0, 6, size),
        "form": np.zeros(size, int),
        "funding_profile": generator.integers(0, 5, size),
        "budget_0": generator.lognormal(12, 1, size),
        "cash_months_0": generator.uniform(0, 9, size),
        "public_share_0": generator.uniform(0, 1, size),
        "top_funder_share_0": generator.uniform(0, 1, size),
        "age_0": np.where(born < 0, generator.exponential(16, size), 0.0),
        "jobs_0": generator.uniform(1, 50, size),
        "entry_quarter": born,
        "exit_quarter": np.where(gone, left, -(2**15)),
        "exit_cause": cause,
        "primary_cause": np.where(gone, generator.integers(0, 7, size), -1),
        "absorbed_by": np.where(cause == 3, 12345, 0).astype(np.uint64),
    }
    flows = {
        "quarter": np.arange(4),
        "flow": np.array(["grants", "wages", "grants", "wages"]),
        "from": np.array(["public", "organisations"] * 2),
        "to": np.array(["organisations", "households"] * 2),
        "amount": np.arange(4.0),
    }
    return SimpleNamespace(
        sum_names=SUM_NAMES, sums=sums, quarters=quarters, medians=medians, lifetimes=lifetimes,
        flows=flows, laws={"CL1": 1e-15}, process_seconds={"vote": 0.1},
    )  # fmt: skip


MakeResults = Callable[..., Results]


@pytest.fixture(scope="session")
def make_results() -> MakeResults:
    """`make_results(replicates, draws=0, effects={...})`; effects by scenario, draw, structure."""

    def make(
        replicates: int = 6,
        draws: int = 0,
        effects: dict[str, float | Callable[..., float]] | None = None,
        jitter: float = 0.0,
        hypotheses: dict[str, list[dict[str, Any]]] | None = None,
        structures: tuple[str, ...] = ("default",),
    ) -> Results:
        effects = effects or {"choc-regional": -0.10}
        numbers = range(1, draws + 1) if draws else [0]
        units = [(d, s, r) for r in range(replicates) for d in numbers for s in structures]
        runs = []
        for draw, structure, replicate in units:
            base = record(replicate, 0.0)
            runs.append(Run("fil-de-l-eau", draw, replicate, base, structure))
            for scenario, effect in effects.items():
                about = (draw,) if structures == ("default",) else (draw, structure)
                size = effect(*about) if callable(effect) else effect
                own = record(replicate, size, jitter)
                runs.append(Run(scenario, draw, replicate, own, structure))
        scenarios = ["fil-de-l-eau", *effects]
        titles = {"fil-de-l-eau": {"fr": "Au fil de l'eau", "en": "Business as usual"}}
        manifest = {
            "format": 1,
            "version": "0",
            "seed": 2026,
            "population": {"name": "tiny"},
            "scenarios": {
                s: {
                    "sha256": "0",
                    "title": titles.get(s, {"fr": s, "en": s}),
                    "family": "funding_cuts",
                    "hypotheses": (hypotheses or {}).get(s, []),
                }
                for s in scenarios
            },
            "reference": "fil-de-l-eau",
            "parameters": {"source": "ranges" if draws else "default", "differences": {}},
            "units": [list(unit) for unit in units],
            "quarters": [quarter_label(q) for q in range(-1, QUARTERS)],
            "dimensions": {
                name: [quarter_label(int(q)) for q in quarters]
                for name, quarters in runs[0].record.quarters.items()
            },
            "started": "2026-01-01T00:00:00+00:00",
            "seconds": 1.0,
        }
        texts = {s: f"id: {s}\n" for s in scenarios}
        return Results(manifest, runs=runs, scenario_texts=texts)

    return make
