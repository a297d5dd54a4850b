"""Reading one dimension of a file of trajectories without the others.

What the file says of itself is long, a second of reading with twenty scenarios: it is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


@dataclass(frozen=True)
class Parts:
    """What a file says of itself, and the first and last dimension of each of its row groups."""

    path: Path
    metadata: pq.FileMetaData
    dimensions: list[tuple[str, str]]


def parts_of(path: Path) -> Parts:
    """Parts of a file; a row group that does not say which dimensions it holds may hold all."""
    metadata = pq.read_metadata(path)
    found = []
    for i in range(metadata.num_row_groups):
        group = metadata.row_group(i)
        columns = (group.column(j) for j in range(group.num_columns))
        told = next(c for c in columns if c.path_in_schema == "dimension").statistics
        known = told is not None and told.has_min_max
        found.append((told.min, told.max) if known else ("", chr(0x10FFFF)))
    return Parts(path, metadata, found)


def rows_of_dimension(parts: Parts, dimension: str, columns: Sequence[str] | None) -> pa.Table:
    """Rows of one dimension; `columns` (all if None) must hold `dimension`."""
    holding = [i for i, (low, high) in enumerate(parts.dimensions) if low <= dimension <= high]
    with pq.ParquetFile(parts.path, metadata=parts.metadata) as file:
        asked = None if columns is None else list(columns)
        table = file.read_row_groups(holding, columns=asked, use_threads=False)
    return table.filter(pc.field("dimension") == dimension)
