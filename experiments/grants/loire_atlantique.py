"""Grants of the département de Loire-Atlantique to associations, by SIREN, 2008–2018."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from experiments.grants.amounts import euros
from experiments.grants.reading import Reading, read_table
from experiments.grants.recipients import sirens
from experiments.grants.sources import LOIRE_ATLANTIQUE
from experiments.grants.totals import totals
from experiments.grants.years import years

_YEAR: Final = "Date de la convention de subvention"
_NAME: Final = "Nom du bénéficiaire"
_IDENTIFIER: Final = "Identification du bénéficiaire"
_AMOUNT: Final = "Montant total de la subvention"


def read_loire_atlantique(data: Path) -> Reading:
    """One row per grant with a SIREN and an amount above zero; totals left out."""
    path = LOIRE_ATLANTIQUE.path(data, LOIRE_ATLANTIQUE.files[0].name)
    raw = read_table(path, [_YEAR, _NAME, _IDENTIFIER, _AMOUNT])
    table = pd.DataFrame(
        {
            "funder": "Loire-Atlantique",
            "level": "departement",
            "year": years(raw[_YEAR], path, _YEAR),
            "recipient": sirens(raw[_IDENTIFIER]),
            "amount": euros(raw[_AMOUNT]),
        }
    )
    reading = Reading(LOIRE_ATLANTIQUE, "Loire-Atlantique", table, len(table))
    reading.drop(table["amount"].isna(), "no amount that can be read")
    reading.drop(totals(reading.table), "total of the year among the grants")
    reading.drop(reading.table["recipient"] == "", "no SIREN")
    reading.drop(reading.table["amount"] <= 0, "amount of zero or less")
    return reading
