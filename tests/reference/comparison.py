"""Engine and twin side by side: every column of every organisation, every vote, every exit."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.codes import EXIT_CAUSES, N_LEVELS, PRIMARY_CAUSES
from simulator.open_accounts import DUE_COLUMNS
from simulator.recording import NEVER
from tests.reference.credit import loans_held
from tests.reference.public_money import Grant, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.model import EssModel
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

TOLERANCE = 1e-9  # relative; absolute below 1
# Money of organisations other than cash: relative to what goes through their accounts in a year.
EUROS = (
    "receivable", "equity", "restricted", "overdraft", "bridge", "guaranteed", "arrears",
    "due_restricted", "grants", "calls", "contracts", "tariffs", "due_grants", "due_contracts",
    "due_tariffs", "grants_last_year",
)  # fmt: skip
COLUMNS = (
    "cash", "receivable", "equity", "restricted", "fixed_assets", "loans", "overdraft", "bridge",
    "guaranteed", "quasi_equity", "arrears", "due_restricted", "weight", "age", "form",
    "size_entry", "region", "sector", "budget_entry", "vulnerable_share", "tie_x", "tie_y",
    "tariff_quota", "employment_aid", "aided_jobs", "aid_lost", "user_sales_base", "sales_growth",
    "need_entry", "members", "memberships", "gifts", "corporate_gifts", "foundation_grants",
    "withdrew_private", "fundraising", "fundraising_new", "reputation", "market_gain",
    "commercial_base", "revenue_noise", "applications", "application_time", "failed_calls", "staff",
    "wage", "layoffs", "volunteers", "vacancy", "vacancy_recent", "quality", "overload", "drift",
    "drift_guard", "price", "productivity", "capacity", "demand", "service", "service_base", "dip",
    "variable_cost", "fixed_cost", "saving_left", "saving_quarters", "revenue", "private_revenue",
    "cost", "revenue_year", "private_year", "cost_year", "gap", "gap_public", "gap_market",
    "gap_cost", "insolvent", "recovery", "project_clock", "project_gain", "project_ramp",
    "mutual_clock", "entry_quarter", "strain", "governance", "taboo", "pace", "openness", "support",
    "support_clock", "support_part", "support_effect",
)  # fmt: skip
BESIDE = (
    "sales", "cash_months", "previous_price", "previous_quality", "previous_drift", "core_funding",
)  # fmt: skip
GRANT_COLUMNS = {
    "grants": "yearly", "calls": "calls", "due_grants": "due", "grants_last_year": "last_year",
    "agreement_years": "agreement", "withdrew": "withdrew",
}  # fmt: skip
LINE_COLUMNS = ("contracts", "due_contracts", "tariffs", "due_tariffs")
NO_GRANT, NO_LINE = Grant(), Line()
INDICES = ("price_level", "income", "gift_index")
VOTES = ("base", "voted", "previous", "carved")
Exit = tuple[int, str, str, int]  # quarter, cause, primary cause, absorber


@dataclass(frozen=True)
class Picture:
    """What an engine looks like at the end of a quarter."""

    uid: list[int]  # of the living, ascending; the columns are in this order
    columns: dict[str, np.ndarray]
    grids: dict[str, np.ndarray]  # votes by node, territory by cell, lenders by région, indices
    exits: dict[int, Exit]  # so far


def picture(engine: EssModel) -> Picture:
    """Take a picture; it stays as it is when the engine goes on."""
    o, public, lenders = engine.organisations, engine.public, engine.lenders
    alive = np.flatnonzero(o.alive)
    order = alive[np.argsort(o.uid[alive])]
    columns = {name: getattr(o, name)[order] for name in COLUMNS}
    columns |= {name: getattr(engine, name)[order] for name in BESIDE}
    columns["mutual_group"] = o.mutual_group[order]
    for name in (*GRANT_COLUMNS, *LINE_COLUMNS):
        for level in range(N_LEVELS):
            columns[f"{name}, level {level}"] = _by_level(engine, name)[level, order]
    grids = {f"public {name}": getattr(public, name).reshape(3, -1).copy() for name in VOTES}
    grids |= {
        "need": engine.need.ravel().copy(),
        "unmet": engine.unmet.ravel().copy(),
        "demand": engine.demand_cells.ravel().copy(),
        "banks": np.array([[b.held, b.tightening, b.lost_this_year] for b in lenders.banks]),
        "guarantees": np.array([lenders.guarantor.fund, lenders.guarantor.room]),
        "indices": np.array([getattr(engine, name) for name in INDICES]),
    }
    return Picture(o.uid[order].tolist(), columns, grids, engine_exits(engine))


def _by_level(engine: EssModel, name: str) -> np.ndarray:
    if name in DUE_COLUMNS:
        return engine.public.due[list(DUE_COLUMNS).index(name)]
    return np.asarray(getattr(engine.organisations, name))


def differences(seen: Picture, twin: TwinModel) -> list[str]:
    """What is not the same, in words; empty where both agree on everything."""
    agents = {agent.uid: agent for agent in twin.organisations}
    apart = sorted(set(seen.uid) ^ agents.keys())
    found = [f"alive on one side only: {uid}" for uid in apart]
    common = [place for place, uid in enumerate(seen.uid) if uid in agents]
    some = [agents[seen.uid[place]] for place in common]
    turnover = seen.columns["revenue_year"][common]
    for name, theirs in _columns(some):
        scale = turnover if name.split(",")[0] in EUROS else 1.0
        found += _differ(name, seen.columns[name][common], theirs, scale)
    for name, grid in _grids(twin).items():
        found += _differ(name, seen.grids[name].ravel(), grid.ravel(), 1.0)
    left = twin_exits(twin)
    for uid in sorted(seen.exits.keys() | left.keys()):
        if seen.exits.get(uid) != left.get(uid):
            found.append(f"exit of {uid}: {seen.exits.get(uid)} against {left.get(uid)}")
    return found


def _differ(name: str, ours: np.ndarray, theirs: np.ndarray, least: Any) -> list[str]:
    if ours.dtype == np.uint64:  # identities
        wrong = ours != theirs
    else:
        ours = ours.astype(float)
        scale = np.maximum(np.maximum(np.abs(ours), least), 1.0)
        wrong = ~(np.abs(ours - theirs) <= TOLERANCE * scale)
    if not wrong.any():
        return []
    worst = int(np.argmax(wrong))
    return [f"{name}: {ours[worst]} against {theirs[worst]}, {int(wrong.sum())} differ"]


def _columns(some: list[Organisation]) -> Iterator[tuple[str, np.ndarray]]:
    read_all = attrgetter(*COLUMNS, *BESIDE)
    yield from zip((*COLUMNS, *BESIDE), _turned([read_all(agent) for agent in some]), strict=True)
    yield "mutual_group", np.array([agent.mutual_group for agent in some], dtype=np.uint64)
    for level in range(N_LEVELS):
        grants = [agent.grants.get(level, NO_GRANT) for agent in some]
        read_grant = attrgetter(*GRANT_COLUMNS.values())
        found = dict(zip(GRANT_COLUMNS, _turned(map(read_grant, grants)), strict=True))
        for name in ("contracts", "tariffs"):
            lines = [getattr(agent, name).get(level, NO_LINE) for agent in some]
            found[name], found[f"due_{name}"] = _turned((line.yearly, line.due) for line in lines)
        for name, column in found.items():
            yield f"{name}, level {level}", column


def _turned(rows: Iterable[tuple[float, ...]]) -> np.ndarray:
    return np.array(list(rows), dtype=float).T


def _grids(twin: TwinModel) -> dict[str, np.ndarray]:
    nodes = [[cell.nodes[level] for cell in twin.cells] for level in range(N_LEVELS)]
    flat = [node for line in nodes for node in line]
    fund = twin.guarantee_fund
    return {
        **{f"public {name}": np.array([getattr(node, name) for node in flat]).T for name in VOTES},
        "need": np.array([cell.need for cell in twin.cells]),
        "unmet": np.array([cell.unmet for cell in twin.cells]),
        "demand": np.array([cell.demand for cell in twin.cells]),
        "banks": np.array(
            [
                [held, bank.tightening, bank.lost_this_year]
                for bank, held in zip(twin.banks, loans_held(twin), strict=True)
            ]
        ),
        "guarantees": np.array([fund.fund, fund.room]),
        "indices": np.array([getattr(twin, name) for name in INDICES]),
    }


def engine_exits(engine: EssModel) -> dict[int, Exit]:
    """Who left the engine: identity → how."""
    lives = engine.recorder._lives
    names = ("organisation", "exit_quarter", "exit_cause", "primary_cause", "absorbed_by")
    parts = [np.concatenate(lives[name]).tolist() if name in lives else [] for name in names]
    return {
        uid: (quarter, EXIT_CAUSES[cause], PRIMARY_CAUSES[primary], absorber)
        for uid, quarter, cause, primary, absorber in zip(*parts, strict=True)
        if quarter != NEVER
    }


def twin_exits(twin: TwinModel) -> dict[int, Exit]:
    """Who left the twin: identity → how."""
    return {
        left.org.uid: (quarter, left.cause, left.primary, left.absorber)
        for left, quarter in twin.departures
    }
