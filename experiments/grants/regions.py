"""The line of grants paid in the accounts of the 26 régions of before 2016, 2008–2015."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from experiments.grants.amounts import euros
from experiments.grants.reading import Reading, read_table
from experiments.grants.sources import REGIONS
from experiments.grants.years import years

_YEAR: Final = "année"
_CODE: Final = "cog (code officiel géographique)"
_GRANTS: Final = "subventions"


def read_regions(data: Path) -> Reading:
    """One row per région and year; names change between years, the official code does not."""
    path = REGIONS.path(data, REGIONS.files[0].name)
    raw = read_table(path, [_YEAR, _CODE, _GRANTS], separator=",")
    table = pd.DataFrame(
        {
            "funder": raw[_CODE],
            "level": "region",
            "year": years(raw[_YEAR], path, _YEAR),
            "recipient": raw[_CODE],
            "amount": euros(raw[_GRANTS]),
        }
    )
    reading = Reading(REGIONS, "Régions", table, len(table))
    reading.drop(table["amount"].isna(), "no amount that can be read")
    reading.drop(reading.table["amount"] <= 0, "amount of zero or less")
    reading.drop(reading.table.duplicated(["recipient", "year"]), "région repeated in a year")
    return reading
