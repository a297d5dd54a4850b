"""Populations shared by the tests of the engine."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.population import Population, load_population
from tests.engine.worlds import subset


@pytest.fixture(scope="session")
def demo() -> Population:
    """One région, about a thousand rows."""
    return load_population("demo")


@pytest.fixture(scope="session")
def small(demo: Population) -> Population:
    """Every third row of `demo`: enough for exact claims."""
    return subset(demo, np.arange(0, demo.organisations.rows, 3))


@pytest.fixture(scope="session")
def workshop() -> Population:
    """All régions, about 2,500 rows."""
    return load_population("workshop")
