"""Same specification, same bytes; another seed, other organisations, same totals."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.parameters import Parameters
from simulator.population import Population, load_population, load_spec
from simulator.population.build import build
from simulator.population.draws import Draws, identities, spread_over, systematic
from simulator.population.parameters import InitialParameters


def _digest(population: Population) -> str:
    found = hashlib.sha256()
    for name in population.organisations:
        found.update(population.organisations[name].tobytes())
    return found.hexdigest()


def test_building_twice_gives_the_same_bytes() -> None:
    spec, parameters = load_spec("demo"), InitialParameters.read(Parameters.default())
    build.cache_clear()
    first = _digest(build(spec, parameters))
    build.cache_clear()
    assert _digest(build(spec, parameters)) == first


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_new_process_gives_the_same_bytes_on_any_number_of_threads(threads: str) -> None:
    script = (
        "import hashlib; from simulator.population import load_population\n"
        "o = load_population('national').organisations; h = hashlib.sha256()\n"
        "[h.update(o[name].tobytes()) for name in o]; print(h.hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
    )  # fmt: skip
    assert done.stdout.strip() == _digest(load_population("national"))


def test_the_seed_changes_organisations_not_totals(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("id: other\nbase: workshop\nseed: 7\n", encoding="utf-8")
    other, usual = load_population(path), load_population("workshop")
    assert not np.isin(other.organisations["uid"], usual.organisations["uid"]).any()
    for column in ("budget", "staff", "grants", "contracts", "user_sales"):
        assert other.total(column) == pytest.approx(usual.total(column), rel=0.01)


def test_a_population_is_built_once() -> None:
    assert load_population("demo") is load_population("demo")


def test_a_parameter_of_the_initial_state_changes_what_it_names() -> None:
    richer = Parameters.default().with_("cash_months_median", set=10.0)
    rich, usual = load_population("demo", richer), load_population("demo")
    assert rich.total("cash") > 1.8 * usual.total("cash")
    assert (rich.organisations["budget"] == usual.organisations["budget"]).all()


def test_draws_belong_to_the_identity_not_to_the_position() -> None:
    stratum = np.repeat(np.arange(3, dtype=np.int8), 50)
    uid = identities(1, stratum)
    order = np.random.default_rng(0).permutation(len(uid))
    here, there = Draws(1, uid, stratum), Draws(1, uid[order], stratum[order])
    for draw in ("uniform", "even"):
        assert (getattr(here, draw)("x")[order] == getattr(there, draw)("x")).all()


def test_even_draws_fill_every_stratum_evenly() -> None:
    stratum = np.repeat(np.arange(2, dtype=np.int8), [10, 40])
    draws = Draws(1, identities(1, stratum), stratum)
    for code, count in ((0, 10), (1, 40)):
        found = np.sort(draws.even("x")[stratum == code])
        assert found == pytest.approx((np.arange(count) + 0.5) / count)


def test_systematic_selection_takes_the_expected_number() -> None:
    probability = np.linspace(0, 0.3, 1000)
    taken = systematic(probability, np.arange(1000), 0.4)
    assert abs(taken.sum() - probability.sum()) < 1


def test_categories_are_spread_in_proportion() -> None:
    shares = np.tile([0.5, 0.3, 0.2], (200, 1))
    found = spread_over(shares, np.arange(200), 0.6180339887498949, 0.1)
    for window in (slice(0, 50), slice(75, 125), slice(0, 200)):
        counts = np.bincount(found[window], minlength=3) / len(found[window])
        assert counts == pytest.approx([0.5, 0.3, 0.2], abs=0.045)
