"""Synthetic population of French employing ESS organisations, from published tables."""

from simulator.population.describe import describe
from simulator.population.loading import load_population, load_spec
from simulator.population.spec import PopulationSpec
from simulator.population.table import EntrantProfile, OrganisationTable, Population

__all__ = [
    "EntrantProfile", "OrganisationTable", "Population", "PopulationSpec", "describe",
    "load_population", "load_spec",
]  # fmt: skip
