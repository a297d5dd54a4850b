"""The engine reduced to the processes of the Mesa twin, and the draws that both read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.funders import COMMANDE, SUBVENTION, TARIFICATION
from simulator.model import EssModel
from simulator.parameters import Parameters
from simulator.population import Population
from simulator.processes.adaptation import expect
from simulator.processes.costs import receive_aid, remember_year, run_costs
from simulator.processes.demand import sell_to_users
from simulator.processes.departures import settle_departures
from simulator.processes.exits import _hazard
from simulator.processes.indices import update_indices
from simulator.processes.leadership import SENSITIVITIES, vacancies
from simulator.processes.payment import accrue, pay
from simulator.processes.vote import baseline_growth
from simulator.randomness import Randomness

Floats = NDArray[np.float64]
NORMAL_STREAMS = ("own sales",)
STREAMS = (*NORMAL_STREAMS, "vacancy", "hazard", "dissolves", "boni")


def notify(model: EssModel) -> None:
    """Notify each year the public money of the year before, grown like the votes.

    It stands for the vote and its allocation, in which organisations compete: the only process
    of the reduced quarter that is not the engine's own.
    """
    if model.quarter % 4 != 0:
        return
    o, public = model.organisations, model.public
    growth = 1.0 + baseline_growth(model).reshape(3, len(o.grants), -1)
    for instrument, columns in (
        (SUBVENTION, (o.grants, o.calls)), (COMMANDE, (o.contracts,)), (TARIFICATION, (o.tariffs,)),
    ):  # fmt: skip
        for column in columns:
            column *= growth[instrument][:, o.cell]
    o.due_grants[:] = o.grants + o.calls
    o.due_restricted[:] = model.values.rows("restricted_share") * o.calls.sum(axis=0)
    o.due_contracts[:] = o.contracts
    o.due_tariffs[:] = o.tariffs
    for instrument, due in enumerate((o.due_grants, o.due_contracts, o.due_tariffs)):
        public.notified[instrument] = public.grid(o, due)
    public.voted = public.notified.copy()
    public.committed[:] = 0.0
    public.unallocated[:] = 0.0


PROCESSES = (
    update_indices,
    notify,
    accrue,
    pay,
    sell_to_users,
    receive_aid,
    run_costs,
    expect,
    vacancies,
    _hazard,
    settle_departures,
    remember_year,
)


class DrawTable(Randomness):
    """The engine's draws, computed once per stream and quarter for all rows."""

    def __init__(self, draws: Randomness, ids: NDArray[np.uint64]) -> None:
        super().__init__(draws.seed, draws.replicate)
        self.source = draws
        self.ids = ids
        self._order = np.argsort(ids, kind="stable")
        self._sorted = ids[self._order]
        self._rows: dict[tuple[str, int], Floats] = {}
        self._columns: dict[tuple[str, int], list[float]] = {}

    def fill(self, quarters: range) -> None:
        """Compute the draws of these quarters ahead."""
        for quarter in quarters:
            for stream in STREAMS:
                self.column(stream, quarter)

    def rows(self, stream: str, quarter: int) -> Floats:
        """Draws of a stream and quarter by row: read only, for the columns."""
        key = (stream, quarter)
        if key not in self._rows:
            law = self.source.normal if stream in NORMAL_STREAMS else self.source.uniform
            table = law(stream, quarter, self.ids)
            table.setflags(write=False)
            self._rows[key] = table
        return self._rows[key]

    def column(self, stream: str, quarter: int) -> list[float]:
        """The same numbers as a list, for the agents."""
        key = (stream, quarter)
        if key not in self._columns:
            self._columns[key] = self.rows(stream, quarter).tolist()
        return self._columns[key]

    def _pick(self, stream: str, quarter: int, ids: NDArray[Any], draw: int) -> Floats:
        if draw or stream not in STREAMS:
            raise KeyError(f"no table of draws for '{stream}', draw {draw}")
        table = self.rows(stream, quarter)
        if len(ids) == len(self.ids):
            return table
        return table[self._order[np.searchsorted(self._sorted, ids)]]

    def uniform(self, stream: str, quarter: int, ids: NDArray[Any], draw: int = 0) -> Floats:
        """Uniform draws from the table."""
        return self._pick(stream, quarter, ids, draw)

    def normal(self, stream: str, quarter: int, ids: NDArray[Any], draw: int = 0) -> Floats:
        """Standard normal draws from the table."""
        return self._pick(stream, quarter, ids, draw)


class ReducedEngine(EssModel):
    """An `EssModel` that plays, after its usual start, only the processes of the twin."""

    draws: DrawTable

    def __init__(
        self,
        scenario: str,
        population: Population,
        seed: int,
        parameters: Parameters | None = None,
        checks_laws: bool = False,
    ) -> None:
        # The twin knows nothing of strain, governance and taboo.
        played = parameters or Parameters.default()
        for name in SENSITIVITIES:
            played = played.with_(name, set=0.0)
        super().__init__(scenario, population, seed, parameters=played, collect=False)
        self.checks_laws = checks_laws
        self.draws = DrawTable(self.draws, self.organisations.uid.copy())

    def _quarter(self) -> None:
        if self.quarter < 0:
            super()._quarter()
            return
        self.recorder.start_quarter()
        for process in PROCESSES:
            process(self)
        if self.checks_laws:
            self.ledger.close_quarter()
        self.quarter += 1
