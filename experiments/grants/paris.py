"""Requests for grants of Paris in 2013, granted and refused."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from experiments.grants.amounts import euros
from experiments.grants.reading import Reading, read_table
from experiments.grants.recipients import recipients
from experiments.grants.sources import PARIS

YEAR: Final = 2013
_ASKED: Final = "Montant demande"
_VOTED: Final = "Montant vote par demande"
_CALL: Final = "Appel a projets"
_OUTCOME: Final = "Financee/Non Financee"
_NAME: Final = "Nom du partenaire"
_SIRET: Final = "N SIRET"


def read_paris(data: Path) -> Reading:
    """One row per request: `asked` and `amount` (voted, 0 if refused), euros; `call`; `funded`."""
    path = PARIS.path(data, PARIS.files[0].name)
    raw = read_table(path, [_NAME, _SIRET, _CALL, _ASKED, _VOTED, _OUTCOME])
    voted = euros(raw[_VOTED])
    table = pd.DataFrame(
        {
            "funder": "Paris",
            "level": "bloc_communal",
            "year": YEAR,
            "recipient": recipients(raw[_SIRET], raw[_NAME]),
            "asked": euros(raw[_ASKED]),
            "amount": voted.where(raw[_VOTED] != "", 0.0),
            "call": raw[_CALL].map({"O": True, "N": False}),
            "funded": raw[_OUTCOME].map({"Financee": True, "Non financee": False}),
        }
    )
    reading = Reading(PARIS, "Paris", table, len(table))
    unknown = table["call"].isna() | table["funded"].isna()
    reading.drop(unknown, "neither in nor out of a call, neither granted nor refused")
    unreadable = reading.table["asked"].isna() | reading.table["amount"].isna()
    reading.drop(unreadable, "no amount that can be read")
    reading.drop(reading.table["asked"] <= 0, "nothing asked")
    contradiction = reading.table["funded"] != (reading.table["amount"] > 0)
    reading.drop(contradiction, "granted without euros, or refused with")
    reading.table = reading.table.astype({"call": bool, "funded": bool})
    reading.table["ratio"] = np.where(
        reading.table["funded"], reading.table["amount"] / reading.table["asked"], np.nan
    )
    return reading
