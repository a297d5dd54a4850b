"""The population of workshops, shared by the tests of the cards."""

from __future__ import annotations

import pytest

from simulator.population import Population, load_population


@pytest.fixture(scope="session")
def workshop() -> Population:
    """All régions, about 2,500 rows."""
    return load_population("workshop")
