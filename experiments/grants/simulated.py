"""The renewals of the model, asked the same questions as those of real funders.

    python -m experiments.grants.simulated

prints them for default parameters: what docs/grants.md compares with the fitted ones.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from experiments.grants.bootstrap import SEED, Statistics
from experiments.grants.overlap import shared, side_by_side
from experiments.grants.pairs import consecutive_years
from experiments.grants.renewal import renewal, renewal_by_amount
from experiments.grants.sizes import sizes
from simulator.codes import LEVELS
from simulator.model import EssModel
from simulator.parameters import Parameters

YEARS: Final = 5
OVERLAPS: Final = (
    ("departement", "etat"),
    ("etat", "departement"),
    ("bloc_communal", "etat"),
    ("etat", "bloc_communal"),
)


def notified(model: EssModel, level: str) -> pd.DataFrame:
    """What one funder level notified for the year, grants and awards of calls together, by
    organisation: `recipient`, `weight` (organisations represented), `amount` (euros a year)."""
    o, number = model.organisations, LEVELS.index(level)
    amount = o.grants[number] + o.calls[number]
    rows = np.flatnonzero((amount > 0) & o.alive)
    return pd.DataFrame(
        {"recipient": o.uid[rows], "weight": o.weight[rows], "amount": amount[rows]}
    )


def represented(table: pd.DataFrame) -> pd.DataFrame:
    """Each row as often as its `weight`: one row per represented organisation."""
    times = np.rint(table["weight"].to_numpy()).astype(int)
    return table.take(np.repeat(np.arange(len(table)), times)).reset_index(drop=True)


def simulated_pairs(model: EssModel, level: str, years: int = YEARS) -> pd.DataFrame:
    """Pairs of consecutive years of one funder level while the model runs on for so many years.

    Columns of `consecutive_years`, one row per represented organisation. The level is taken as
    one funder; what is notified at the start of each year counts, as in what funders publish.
    """
    tables = []
    for quarter in range(4 * (years - 1) + 1):
        model.step()
        if quarter % 4 == 0:
            tables.append(notified(model, level).assign(year=quarter // 4))
    return _weighted(pd.concat(tables, ignore_index=True))


def simulated_slope(level: str, parameters: Parameters | None = None) -> float:
    """Change of the share of grants of €5,000 and more that are lost, per unit of growth of the
    envelope: the first year of a cut of 10 % (`rabot-10`) against the same year without."""
    lost, envelope = [], []
    for scenario in ("fil-de-l-eau", "rabot-10"):
        model = EssModel(scenario, "national", seed=SEED, parameters=parameters)
        before = notified(model, level).assign(year=2025)
        model.step()
        table = pd.concat([before, notified(model, level).assign(year=2026)], ignore_index=True)
        total = (table["amount"] * table["weight"]).groupby(table["year"]).sum()
        pairs = _weighted(table)
        lost.append(renewal_by_amount(pairs)["renewal_lost_share_5k_and_more"])
        envelope.append(float(total[2026] / total[2025]))
    return (lost[1] - lost[0]) / (envelope[1] - envelope[0])


def _weighted(table: pd.DataFrame) -> pd.DataFrame:
    """Pairs of consecutive years, one row per represented organisation."""
    weights = table.groupby("recipient")["weight"].first()
    pairs = consecutive_years(table)
    return represented(pairs.assign(weight=weights.loc[pairs["recipient"]].to_numpy()))


def simulated_overlap(model: EssModel, first: str, second: str) -> Statistics:
    """Share of the first level's recipients, and of its euros, that the second funds too."""
    funders = {level: notified(model, level) for level in (first, second)}
    weights = pd.concat(funders.values()).groupby("recipient")["weight"].first()
    table = side_by_side(funders, key="recipient")
    return shared(
        represented(table.assign(weight=weights.loc[table["recipient"]].to_numpy())), first, second
    )


def simulated_winners(model: EssModel) -> Statistics:
    """Of the organisations that answered calls of any level in the year, share that won."""
    o = model.organisations
    answered = o.alive & (o.applications > 0)
    won = np.average(~o.failed_calls[answered], weights=o.weight[answered])
    return {"call_winners_share": float(won)}


def main() -> None:
    """Print what the model gives with default parameters, national population, seed 2026."""
    for level in ("departement", "bloc_communal"):
        model = EssModel(population="national", seed=SEED)
        pairs = simulated_pairs(model, level)
        _print(level, {**renewal(pairs), **renewal_by_amount(pairs)})
        _print(level, {"renewal_lost_slope_5k_and_more": simulated_slope(level)})
    model = EssModel(population="national", seed=SEED)
    model.step()
    for level in ("etat", "departement", "bloc_communal"):
        _print(level, sizes(represented(notified(model, level))))
    for first, second in OVERLAPS:
        _print(first, simulated_overlap(model, first, second))
    _print("all", simulated_winners(model))


def _print(level: str, statistics: Statistics) -> None:
    for name, value in statistics.items():
        shown = f"{value:,.0f}" if value > 100 else f"{value:.3f}"
        print(f"{name:45s} {level:14s} {shown:>10s}")


if __name__ == "__main__":
    main()
