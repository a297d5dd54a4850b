"""The whole fit: every data set read, every question asked of those that can answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from experiments.grants import sources
from experiments.grants.acceptance import acceptance, acceptance_counts, answers, winners
from experiments.grants.bootstrap import Statistics, Value, with_errors
from experiments.grants.envelope import envelope_dependence
from experiments.grants.estimates import Estimate, estimates
from experiments.grants.loire_atlantique import read_loire_atlantique
from experiments.grants.lyon import read_city, read_metropolis, read_state
from experiments.grants.overlap import several_funders, shared, shared_counts, side_by_side
from experiments.grants.pairs import consecutive_years, losses
from experiments.grants.paris import read_paris
from experiments.grants.reading import Reading, changed_files, missing_files
from experiments.grants.regions import read_regions
from experiments.grants.renewal import (
    renewal,
    renewal_by_amount,
    renewal_by_amount_counts,
    renewal_counts,
    returns,
)
from experiments.grants.sarthe import read_sarthe
from experiments.grants.sizes import sizes, yearly_amounts
from experiments.grants.sources import SOURCES
from experiments.grants.state_2010 import read_state_2010
from experiments.grants.toulouse import read_toulouse
from experiments.grants.volatility import volatility, yearly_changes
from simulator.problems import InputError

_LYON_YEAR: Final = 2022  # the one year that the three funders of Lyon share
_STATE_YEAR: Final = 2010
_PARIS_YEAR: Final = 2013


@dataclass
class Fit:
    """Fitted parameters, what was read and dropped for them, and files that differ from ours."""

    estimates: list[Estimate] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def fit(data: Path, report: Callable[[int, int], None] = lambda done, total: None) -> Fit:
    """Fit every data set under `data`; InputError naming every missing file, before any work."""
    problems = missing_files(data, SOURCES)
    if problems:
        raise InputError(problems)
    found = Fit(changed=changed_files(data, SOURCES))
    for done, task in enumerate(FITS.values(), 1):
        part = task(data)
        found.estimates += part.estimates
        found.readings += part.readings
        report(done, len(FITS))
    return found


def fit_loire_atlantique(data: Path) -> Fit:
    """Renewal over ten pairs of years, and size in the last year."""
    return _panel(read_loire_atlantique(data))


def fit_sarthe(data: Path) -> Fit:
    """Renewal and size in a second département."""
    return _panel(read_sarthe(data))


def fit_toulouse(data: Path) -> Fit:
    """Renewal and size in Toulouse."""
    return _panel(read_toulouse(data))


def fit_lyon(data: Path) -> Fit:
    """Renewal and size at the city, size at the State, and what three funders share."""
    city, metropolis, state = read_city(data), read_metropolis(data), read_state(data)
    panel = _panel(city)
    found = panel.estimates + _sizes(state, state.table, _LYON_YEAR)
    table = side_by_side(
        {
            "city": city.table[city.table["year"] == _LYON_YEAR],
            "metropolis": metropolis.table[metropolis.table["year"] == _LYON_YEAR],
            "state": state.table,
        },
        key="name",
    )
    title, year = "Lyon, three funders by name", str(_LYON_YEAR)
    # The Métropole's own recipients include companies: it is counted, never the starting point.
    for first, second, level in (
        ("city", "state", "bloc_communal"),
        ("city", "metropolis", "bloc_communal"),
        ("state", "city", "etat"),
        ("state", "metropolis", "etat"),
    ):
        values = _shared(table, first, second)
        found += estimates(values, level, [sources.LYON], title, year)
    chosen = table[(table["city"] > 0) | (table["state"] > 0)]
    values = with_errors(chosen, several_funders)
    found += estimates(values, "all", [sources.LYON], title, year)
    return Fit(found, [city, metropolis, state])


def fit_state_2010(data: Path) -> Fit:
    """Size at the State, and what it shares with Loire-Atlantique, both by SIREN, in 2010."""
    state, department = read_state_2010(data), read_loire_atlantique(data).table
    found = _sizes(state, state.table, _STATE_YEAR)
    of_year = department[department["year"] == _STATE_YEAR]
    table = side_by_side({"department": of_year, "state": state.table}, key="recipient")
    here = state.table.loc[state.table["department"] == "44", "recipient"]
    local = table[(table["department"] > 0) | table["recipient"].isin(here)]
    for first, second, level in (
        ("department", "state", "departement"),
        ("state", "department", "etat"),
    ):
        found += estimates(
            _shared(local, first, second), level, [sources.LOIRE_ATLANTIQUE, sources.STATE_2010],
            "Loire-Atlantique, two funders by SIREN", str(_STATE_YEAR),
        )  # fmt: skip
    return Fit(found, [state])


def fit_paris(data: Path) -> Fit:
    """Acceptance, granted over asked, and size, in Paris in 2013."""
    reading = read_paris(data)
    found = _of(reading, reading.table, acceptance, acceptance_counts)
    found += _of(reading, answers(reading.table), winners)
    granted = reading.table[reading.table["funded"]]
    return Fit(found + _sizes(reading, granted, _PARIS_YEAR), [reading])


def fit_regions(data: Path) -> Fit:
    """Volatility of the régions' line of grants."""
    reading = read_regions(data)
    return Fit(_of(reading, yearly_changes(reading.table), volatility), [reading])


FITS: Final[Mapping[str, Callable[[Path], Fit]]] = {
    sources.LOIRE_ATLANTIQUE.id: fit_loire_atlantique,
    sources.SARTHE.id: fit_sarthe,
    sources.LYON.id: fit_lyon,
    sources.TOULOUSE.id: fit_toulouse,
    sources.STATE_2010.id: fit_state_2010,
    sources.PARIS.id: fit_paris,
    sources.REGIONS.id: fit_regions,
}


def _panel(reading: Reading) -> Fit:
    """Renewal over all pairs of years of a funder, and sizes in the last year."""
    pairs = consecutive_years(reading.table)
    found = _of(reading, pairs, renewal, renewal_counts)
    found += _of(reading, pairs, renewal_by_amount, renewal_by_amount_counts)
    dependence = envelope_dependence(pairs)
    if dependence:
        found += _named(dependence, reading, _years(reading.table))
        found += _of(reading, losses(reading.table), returns)
    last = int(reading.table["year"].max())
    return Fit(found + _sizes(reading, reading.table, last), [reading])


def _sizes(reading: Reading, table: pd.DataFrame, year: int) -> list[Estimate]:
    return _named(with_errors(yearly_amounts(table, year), sizes), reading, str(year))


def _of(
    reading: Reading,
    table: pd.DataFrame,
    statistics: Callable[[pd.DataFrame], Statistics],
    counts: Callable[[pd.DataFrame], Mapping[str, int]] | None = None,
) -> list[Estimate]:
    """Statistics of a table that comes from all years of a reading."""
    return _named(with_errors(table, statistics, counts), reading, _years(reading.table))


def _shared(table: pd.DataFrame, first: str, second: str) -> dict[str, Value]:
    of_first = table[table[first] > 0]
    return with_errors(
        of_first,
        lambda sample: shared(sample, first, second),
        lambda all_: shared_counts(all_, first, second),
    )


def _named(values: Mapping[str, Value], reading: Reading, years: str) -> list[Estimate]:
    level = str(reading.table["level"].iloc[0])
    return estimates(values, level, [reading.source], reading.name, years)


def _years(table: pd.DataFrame) -> str:
    first, last = int(table["year"].min()), int(table["year"].max())
    return str(first) if first == last else f"{first}-{last}"
