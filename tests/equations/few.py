"""Six organisations of one cell, at rest, on which one process acts alone.

A test of an equation sets the columns that the equation reads, lets one process of the quarter
act, and compares with the equation written out in plain numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.codes import LEVELS, REGIONS, SECTORS, SIZES
from simulator.funders import SUBVENTION
from simulator.model import EssModel
from simulator.open_accounts import DUE_COLUMNS
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.scenario import Scenario
from tests.engine.worlds import parameters_of, start

HERE = REGIONS.index("52"), SECTORS.index("CULTURE")
ETAT, REGION = LEVELS.index("etat"), LEVELS.index("region")
# Nothing has happened to anybody yet; leaders and boards are as usual.
REST = {
    "strain": SPECS["strain_usual"].default, "governance": SPECS["governance_mean"].default,
    "taboo": SPECS["taboo_mean"].default, "pace": 1.0, "openness": 1.0, "support": 0,
    "support_effect": 0.0,
    "quality": 1.0, "price": 1.0, "overload": 0.0, "drift": 0.0, "gap": 0.0, "dip": 0,
    "recovery": 0, "vacancy": False, "vacancy_recent": 0, "insolvent": False, "project_clock": 0,
    "project_ramp": 0, "mutual_clock": 0, "mutual_group": 0, "failed_calls": False,
    "application_time": 0.0, "applications": 0.0, "agreement_years": 0, "withdrew": False,
    "withdrew_private": False, "layoffs": 0.0, "aid_lost": 0.0, "gap_public": 0.0,
    "gap_market": 0.0, "gap_cost": 0.0, "revenue": 0.0, "private_revenue": 0.0, "cost": 0.0,
}  # fmt: skip


def at_rest(
    few: Population, scenario: Scenario | str = "fil-de-l-eau", **parameters: Any
) -> EssModel:
    """A world in its first quarter, before any process of it; the six rows are at rest."""
    world = start(scenario, few, quarters=8, parameters=parameters_of(**parameters))
    world.values.start(world.quarter)
    world.ledger.open_quarter()
    put(world, **REST)
    return world


def living(world: EssModel) -> np.ndarray:
    """Rows of the organisations, in order."""
    return np.flatnonzero(world.organisations.alive)


def put(world: EssModel, **columns: Any) -> None:
    """Set columns of the living rows: one value for all, or one for each."""
    o, rows = world.organisations, living(world)
    for name, value in columns.items():
        if name in DUE_COLUMNS:
            world.public.promises[list(DUE_COLUMNS).index(name)][:, rows] = value
        else:
            getattr(o, name)[..., rows] = value


def column(world: EssModel, name: str) -> np.ndarray:
    """A column of the living rows, (rows,) or (6, rows)."""
    if name in DUE_COLUMNS:
        return world.public.due[list(DUE_COLUMNS).index(name)][:, living(world)]
    return np.array(getattr(world.organisations, name)[..., living(world)])


def with_cash(world: EssModel, cash: Any, **sheet: Any) -> None:
    """Balance sheets of free cash and what is named; own funds close them."""
    o, rows = world.organisations, living(world)
    lines = (
        "fixed_assets", "receivable", "restricted", "loans", "overdraft", "bridge", "guaranteed",
        "quasi_equity", "arrears",
    )  # fmt: skip
    put(world, cash=cash, **{line: sheet.get(line, 0.0) for line in lines})
    owed = o.restricted + o.loans + o.overdraft + o.bridge + o.quasi_equity + o.arrears
    o.equity[rows] = (o.cash + o.fixed_assets + o.receivable - owed)[rows]


def voted(world: EssModel, grants: Any, vote: float, level: int = ETAT) -> float:
    """Only these grants stand, of one level, and `vote` euros are voted for them this year.

    Returns the weighted sum of the grants.
    """
    o, public = world.organisations, world.public
    for money in (o.grants, o.calls, public.promises[SUBVENTION], o.grants_last_year):
        money[:] = 0.0
    o.grants[level, living(world)] = grants
    total = o.total(o.grants[level])
    public.voted[SUBVENTION] = public.base[SUBVENTION] = public.previous[SUBVENTION] = 0.0
    public.previous[SUBVENTION, level, HERE[0], HERE[1]] = total
    public.voted[SUBVENTION, level, HERE[0], HERE[1]] = vote
    # A vote opens the accounts of a new year.
    public.committed[:] = 0.0
    public.late[:] = 0
    return total


def uniform(world: EssModel, stream: str, draw: int = 0, quarter: int | None = None) -> np.ndarray:
    """The draws that a decision of this quarter takes, (rows,)."""
    ids = world.organisations.uid[living(world)]
    return world.draws.uniform(stream, world.quarter if quarter is None else quarter, ids, draw)


def sized(world: EssModel, size: str) -> None:
    """Every row entered in this size class."""
    put(world, size_entry=SIZES.index(size))
    world.values.start(world.quarter)
