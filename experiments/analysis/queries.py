"""Questions to the files of an experiment that do not fit in memory, by DuckDB.

Files are read where they lie, one column at a time, however many units they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from simulator.intervals import QUANTILE_BAND_FROM
from simulator.problems import InputError, did_you_mean

_FAN: Final = """
select scenario::varchar as scenario, quarter::varchar as quarter, "group"::varchar as "group",
       count({column})::bigint as units, avg({column}) as mean, median({column}) as median,
       min({column}) as lowest, max({column}) as highest,
       quantile_cont({column}, 0.05) as low, quantile_cont({column}, 0.25) as low_50,
       quantile_cont({column}, 0.75) as high_50, quantile_cont({column}, 0.95) as high
from read_parquet($paths, union_by_name = true)
where dimension::varchar = $dimension
group by all order by scenario, "group", quarter
"""


def fan(
    paths: Path | str | Sequence[Path | str], indicator: str, dimension: str = "all"
) -> pd.DataFrame:
    """Spread of an indicator over all units, by scenario, group and quarter.

    paths: a Parquet file, or several, with the columns of `trajectories.parquet`. Columns:
    scenario, quarter, group, units, mean, median, lowest, highest, low, high (5 and 95 %), low_50,
    high_50 (25 and 75 %), in the indicator's unit; low and high are missing under 50 units, whose
    5 % quantile is mostly noise. The spread is that of outcomes over design points and replicates
    together.
    """
    import duckdb

    several = [paths] if isinstance(paths, Path | str) else paths
    files = [str(path) for path in several]
    if not files:
        raise InputError.single("paths", "no Parquet file", "name one or more", "analysis")
    with duckdb.connect() as database:
        names = "select * from read_parquet($paths, union_by_name = true) limit 0"
        columns = list(database.execute(names, {"paths": files}).df().columns)
        if indicator not in columns:
            raise InputError.single("indicator", f"no column {indicator!r}",
                                    did_you_mean(indicator, columns), "analysis")  # fmt: skip
        column = '"' + indicator.replace('"', '""') + '"'
        found = database.execute(
            _FAN.format(column=column), {"paths": files, "dimension": dimension}
        ).df()
    if found.empty:
        raise InputError.single("dimension", f"no rows of dimension {dimension!r}",
                                "a dimension that the outcomes name", "analysis")  # fmt: skip
    found.loc[found["units"] < QUANTILE_BAND_FROM, ["low", "high"]] = float("nan")
    return found
