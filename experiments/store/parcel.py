"""What one unit leaves behind, as bytes: its line of `runs`, and its rows of the other tables.

A parcel is an Arrow stream of two columns, the name of a table and that table as an Arrow stream.
Half a parcel does not read, so that a file cut off is as if it were not there.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

RUNS: Final = "runs"
DONE: Final = "done"
FAILED: Final = "failed"
RUN_COLUMNS: Final = pa.schema(
    [
        ("design_id", pa.int64()),
        ("replicate", pa.int64()),
        ("status", pa.string()),
        ("error", pa.string()),
        ("traceback", pa.string()),
        ("seed", pa.int64()),
        ("fates", pa.string()),
        ("seconds", pa.float64()),
        ("started", pa.string()),
        ("host", pa.string()),
    ]
)
VARYING: Final = ("seconds", "started", "host")
"""Columns of `runs` that are not the same when a unit is played again."""


def pack(run: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> bytes:
    """A parcel; `run` gives columns of RUN_COLUMNS, those left out are null."""
    line = pa.Table.from_pylist([dict(run)], schema=RUN_COLUMNS)
    return join({RUNS: line, **tables})


def join(tables: Mapping[str, pa.Table]) -> bytes:
    """A parcel of all tables of a unit, its line of `runs` among them."""
    contents = [_stream(table) for table in tables.values()]
    return _stream(pa.table({"table": list(tables), "content": contents}))


def unpack(parcel: bytes) -> dict[str, pa.Table] | None:
    """Tables by name; None where the parcel was cut off."""
    streams = _streams(parcel)
    return streams and {name: _table(stream) for name, stream in streams.items()}


def unpack_one(parcel: bytes, name: str) -> pa.Table | None:
    """One table of a parcel, None where it has none; ValueError where the parcel was cut off."""
    streams = _streams(parcel)
    if streams is None:
        raise ValueError("the parcel was cut off")
    return _table(streams[name]) if name in streams else None


def _streams(parcel: bytes) -> dict[str, pa.Buffer] | None:
    """Tables by name, each still a stream; None where the parcel was cut off."""
    try:
        outer = pa.ipc.open_stream(parcel).read_all()
    except (pa.ArrowInvalid, OSError):
        return None
    if not outer.num_rows:  # cut off behind the schema
        return None
    contents = (content.as_buffer() for content in outer["content"])
    return dict(zip(outer["table"].to_pylist(), contents, strict=True))


def _table(stream: pa.Buffer) -> pa.Table:
    return pa.ipc.open_stream(stream).read_all()


def file_name(replicate: int, design_id: int) -> str:
    """Name of the journal's file of a unit."""
    return f"{replicate}-{design_id}.arrow"


def write(path: Path, parcel: bytes) -> None:
    """Put a parcel in a file that is either whole or not there."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(parcel)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()
