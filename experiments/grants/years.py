"""The year of a grant, from a year or a date."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from simulator.problems import InputError


def years(written: pd.Series[str], path: Path, column: str) -> pd.Series[int]:
    """Years of `2014`, `2014-05-27` or `27/05/2014`; InputError naming the first that is none."""
    first = written.str.extract(r"^(\d{4})(?:-\d{2}-\d{2})?$")[0]
    last = written.str.extract(r"^\d{2}/\d{2}/(\d{4})$")[0]
    found = first.fillna(last)
    missing = found.isna()
    if missing.any():
        position = int(missing.to_numpy().argmax())
        raise InputError.single(
            f"{column} (row {position + 1} of the data)",
            f"{written.iloc[position]!r} is no year and no date",
            "for instance 2014, 2014-05-27 or 27/05/2014",
            str(path),
        )
    return found.astype(int)
