"""Populations shared by the tests of this folder."""

from __future__ import annotations

import pytest

from simulator.population import Population, load_population


@pytest.fixture(scope="session")
def national() -> Population:
    return load_population("national")


@pytest.fixture(scope="session")
def workshop() -> Population:
    return load_population("workshop")


@pytest.fixture(scope="session", params=["demo", "workshop", "national"])
def population(request: pytest.FixtureRequest) -> Population:
    return load_population(request.param)
