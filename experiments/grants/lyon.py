"""Three funders on one territory: Ville de Lyon, Métropole de Lyon, and the State in Lyon."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from experiments.grants.amounts import euros
from experiments.grants.reading import Reading, read_table
from experiments.grants.recipients import names, recipients
from experiments.grants.sources import LYON
from experiments.grants.totals import totals
from experiments.grants.years import years

CITY: Final = "Ville de Lyon"
METROPOLIS: Final = "Métropole de Lyon"
STATE: Final = "State in Lyon"
_STANDARD: Final = ("annee", "nombeneficiaire", "idbeneficiaire", "montant", "nature")
_PRIVATE: Final = "50-"  # accounting category: private bodies other than social security
_CASH: Final = "aide en numéraire"
_INVOICED: Final = "Prestation facturée"


def read_city(data: Path) -> Reading:
    """Grants in cash of the city to private bodies, 2021–2023; `name` links to other funders."""
    path = LYON.path(data, LYON.files[0].name)
    raw = read_table(path, [*_STANDARD, "categorietiers"])
    reading = _standard(raw, path, CITY)
    category = raw["categorietiers"]
    reading.drop(raw["nature"] != _CASH, "aid in kind")
    category = category[raw["nature"] == _CASH].reset_index(drop=True)
    reading.drop(~category.str.startswith(_PRIVATE), "public body, natural person or unknown")
    return _clean(reading)


def read_metropolis(data: Path) -> Reading:
    """Aid in cash of the Métropole, 2021–2022. Companies and co-ownerships are not told apart."""
    path = LYON.path(data, LYON.files[1].name)
    raw = read_table(path, _STANDARD)
    reading = _standard(raw, path, METROPOLIS)
    reading.drop(raw["nature"] != _CASH, "aid in kind")
    return _clean(reading)


def read_state(data: Path) -> Reading:
    """Grants of the State to associations of Lyon, 2022, recipients known by name."""
    path = LYON.path(data, LYON.files[2].name)
    everyone = read_table(path, ["Financeur", "Année", "Bénéficiaire", "Objet", "Montant"])
    # The two other funders are read from their own, richer files.
    raw = everyone[everyone["Financeur"] == "Etat"].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "funder": STATE,
            "level": "etat",
            "year": years(raw["Année"], path, "Année"),
            "recipient": names(raw["Bénéficiaire"]),
            "name": names(raw["Bénéficiaire"]),
            "amount": euros(raw["Montant"]),
            "purpose": raw["Objet"].str.split().str.join(" "),
        }
    )
    reading = Reading(LYON, STATE, table, len(table))
    invoiced = table["purpose"].str.startswith(_INVOICED)
    reading.drop(invoiced, "service invoiced by the association")
    return _clean(reading)


def _standard(raw: pd.DataFrame, path: Path, funder: str) -> Reading:
    """A file in the common standard for grants (SCDL) of one funder of the bloc communal."""
    table = pd.DataFrame(
        {
            "funder": funder,
            "level": "bloc_communal",
            "year": years(raw["annee"], path, "annee"),
            "recipient": recipients(raw["idbeneficiaire"], raw["nombeneficiaire"]),
            "name": names(raw["nombeneficiaire"]),
            "amount": euros(raw["montant"]),
        }
    )
    return Reading(LYON, funder, table, len(table))


def _clean(reading: Reading) -> Reading:
    reading.drop(reading.table["amount"].isna(), "no amount that can be read")
    reading.drop(totals(reading.table), "total of the year among the grants")
    reading.drop(reading.table["recipient"] == "", "no name and no identifier")
    reading.drop(reading.table["amount"] <= 0, "amount of zero or less")
    return reading
