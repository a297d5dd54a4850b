"""Operating grants of Toulouse to associations, by name, 2022 and 2023."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from experiments.grants.amounts import euros
from experiments.grants.reading import Reading, read_table
from experiments.grants.recipients import names
from experiments.grants.sources import TOULOUSE
from experiments.grants.totals import totals
from experiments.grants.years import years

_COLUMNS: Final = ("nomBeneficiaire", "objet", "montant", "nature", "datesPeriodeVersement", "type")
_OPERATING: Final = "Subvention de Fonctionnement"
_ASSOCIATION: Final = "Association loi 1901"


def read_toulouse(data: Path) -> Reading:
    """One row per operating grant to an association; SIRETs were destroyed by a spreadsheet."""
    tables = []
    for file in TOULOUSE.files:
        path = TOULOUSE.path(data, file.name)
        raw = read_table(path, _COLUMNS)
        tables.append(
            pd.DataFrame(
                {
                    "funder": "Toulouse",
                    "level": "bloc_communal",
                    "year": years(raw["datesPeriodeVersement"], path, "datesPeriodeVersement"),
                    "recipient": names(raw["nomBeneficiaire"]),
                    "amount": euros(raw["montant"]),
                    "purpose": raw["objet"],
                    "form": raw["type"],
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    reading = Reading(TOULOUSE, "Toulouse", table, len(table))
    reading.drop(table["form"] != _ASSOCIATION, "not an association")
    reading.drop(reading.table["purpose"] != _OPERATING, "equipment grant")
    reading.drop(reading.table["amount"].isna(), "no amount that can be read")
    reading.drop(totals(reading.table), "total of the year among the grants")
    reading.drop(reading.table["recipient"] == "", "no name")
    reading.drop(reading.table["amount"] <= 0, "amount of zero or less")
    return reading
