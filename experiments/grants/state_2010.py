"""Grants of the State to associations in 2010, by SIREN and budget programme."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.grants.amounts import euros
from experiments.grants.reading import Reading, read_table
from experiments.grants.recipients import sirens
from experiments.grants.sources import STATE_2010
from experiments.grants.totals import totals

YEAR = 2010


def read_state_2010(data: Path) -> Reading:
    """One row per association and programme."""
    path = STATE_2010.path(data, STATE_2010.files[0].name)
    raw = read_table(path, ["siren", "departement", "montant_eur"])
    table = pd.DataFrame(
        {
            "funder": "State",
            "level": "etat",
            "year": YEAR,
            "recipient": sirens(raw["siren"]),
            "department": raw["departement"],
            "amount": euros(raw["montant_eur"]),
        }
    )
    reading = Reading(STATE_2010, "State 2010", table, len(table))
    reading.drop(table["amount"].isna(), "no amount that can be read")
    reading.drop(totals(reading.table), "total of the year among the grants")
    reading.drop(reading.table["recipient"] == "", "no SIREN")
    reading.drop(reading.table["amount"] <= 0, "amount of zero or less")
    return reading
