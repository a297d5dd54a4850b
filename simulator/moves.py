"""Which lines of the balance sheet each process moves: the ledger takes the sums of no other again.

A test looks whether it is true. A process that is not named here (one that a program put in the
place of another, say) is looked at entirely.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import EVERY_LINE
from simulator.organisations import BALANCE_SHEET
from simulator.process_names import Process
from simulator.processes.adaptation import adapt
from simulator.processes.allocation import allocate
from simulator.processes.cofunding import withdraw_cofunding
from simulator.processes.costs import receive_aid, run_costs
from simulator.processes.demand import sell_to_users, share_demand
from simulator.processes.entries import enter
from simulator.processes.expectations import expect
from simulator.processes.giving import give
from simulator.processes.indices import update_indices
from simulator.processes.leadership import lead
from simulator.processes.legal_form import change_legal_form
from simulator.processes.liquidity import manage_liquidity
from simulator.processes.payment import accrue, pay
from simulator.processes.procurement import let_contracts
from simulator.processes.production import produce
from simulator.processes.support import pay_programmes
from simulator.processes.support_programmes import support_organisations
from simulator.processes.territory import follow_need
from simulator.processes.vote import vote

Lines = NDArray[np.int64]

_EARNED: Final = ("cash", "equity")  # also what programmes give, or organisations pay for others
_MOVED: Final[tuple[tuple[Process, tuple[str, ...]], ...]] = (
    (update_indices, ()),
    (vote, ()),
    (allocate, ()),
    (let_contracts, ()),
    (withdraw_cofunding, ()),
    (accrue, ("receivable", "equity", "restricted")),
    (pay, ("cash", "receivable")),
    (share_demand, ()),
    (sell_to_users, _EARNED),
    (give, (*_EARNED, "restricted")),
    (produce, ()),
    (receive_aid, _EARNED),
    (run_costs, (*_EARNED, "restricted")),
    (pay_programmes, _EARNED),
    (support_organisations, _EARNED),
    (manage_liquidity, (*_EARNED, "loans", "overdraft", "bridge", "quasi_equity", "arrears")),
    (expect, ()),
    (lead, ()),
    (adapt, _EARNED),
    (change_legal_form, _EARNED),
    (enter, _EARNED),
    (follow_need, ()),
)
_LINES: Final = {
    process: np.array([BALANCE_SHEET.index(line) for line in moved], dtype=np.int64)
    for process, moved in _MOVED
}


def lines_moved(process: Process) -> Lines:
    """Lines of `Organisations.balance` that a process may move."""
    return _LINES.get(process, EVERY_LINE)
