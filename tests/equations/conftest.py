"""The population of the tests of equations."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.codes import FORMS, REGIONS, SECTORS
from simulator.population import Population, load_population
from tests.engine.worlds import subset


@pytest.fixture(scope="session")
def few() -> Population:
    """Six associations of culture in Pays de la Loire, of 100,000 to 500,000 euros a year."""
    demo = load_population("demo")
    table = demo.organisations
    wanted = (
        (np.asarray(table["region"]) == REGIONS.index("52"))
        & (np.asarray(table["sector"]) == SECTORS.index("CULTURE"))
        & (np.asarray(table["form"]) == FORMS.index("ASSO"))
        & (np.asarray(table["budget"]) > 100_000)
        & (np.asarray(table["budget"]) < 500_000)
    )
    return subset(demo, np.flatnonzero(wanted)[:6])
