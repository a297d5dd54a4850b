"""Operating grants of the département de la Sarthe to associations, by name, 2017 and 2018."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from experiments.grants.amounts import euros
from experiments.grants.reading import Reading, check_columns, read_table
from experiments.grants.recipients import names
from experiments.grants.sources import SARTHE
from experiments.grants.spreadsheet import read_rows
from experiments.grants.totals import totals

_NAME: Final = "Nom de l'organisme bénéficiaire"
_AMOUNT: Final = "Montant de la subvention de fonctionnement (1)"
_POSTCODE: Final = "CP"
# The workbook merges postcode and town under one heading.
_ADDRESS: Final = "Adresse de l'organisme"
# The file of 2018 cuts names at about fifty characters, before accents and forms are removed.
_NAME_LENGTH: Final = 40


def read_sarthe(data: Path) -> Reading:
    """One row per operating grant, recipients known by name and postcode."""
    workbook, text = (SARTHE.path(data, file.name) for file in SARTHE.files)
    rows = pd.concat([_read_2017(workbook), _read_2018(text)], ignore_index=True)
    table = pd.DataFrame(
        {
            "funder": "Sarthe",
            "level": "departement",
            "year": rows["year"],
            "recipient": names(rows["name"]).str[:_NAME_LENGTH] + " " + rows["postcode"],
            "amount": euros(rows["amount"]),
        }
    )
    reading = Reading(SARTHE, "Sarthe", table, len(table))
    other = rows["amount"].str.strip() == ""
    reading.drop(other, "no operating grant (investment, loan, guarantee or premises; footnotes)")
    reading.drop(reading.table["amount"].isna(), "no amount that can be read")
    reading.drop(totals(reading.table), "total of the year among the grants")
    reading.drop(reading.table["amount"] <= 0, "amount of zero or less")
    return reading


def _read_2017(path: Path) -> pd.DataFrame:
    rows = read_rows(path)
    heading = next((row for row in rows if _NAME in row), rows[0] if rows else [])
    check_columns(path, heading, [_NAME, _ADDRESS, _AMOUNT])
    body = rows[rows.index(heading) + 1 :]
    return pd.DataFrame(
        {
            "year": 2017,
            "name": [row[heading.index(_NAME)] for row in body],
            "postcode": [row[heading.index(_ADDRESS)] for row in body],
            "amount": [row[heading.index(_AMOUNT)] for row in body],
        }
    )


def _read_2018(path: Path) -> pd.DataFrame:
    raw = read_table(path, [_NAME, _POSTCODE, _AMOUNT], encoding="cp1252")
    return pd.DataFrame(
        {
            "year": 2018,
            "name": raw[_NAME],
            "postcode": raw[_POSTCODE],
            "amount": raw[_AMOUNT],
        }
    )
