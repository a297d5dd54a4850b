"""What a folder holds depends on its units, not on who finished first or what was interrupted."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.execution.unit import Unit
from experiments.store import parcel, parts, reading
from experiments.store.folder import ExperimentFolder
from simulator.results_folder import FORMAT

UNITS = [(replicate, design_id) for replicate in range(3) for design_id in range(5)]
SCENARIOS = ("one", "two")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "UNITS", 4)
    monkeypatch.setattr(parts, "ROWS", 5)


def content(replicate: int, design_id: int) -> bytes:
    """A unit that failed if its numbers add up to 4, as a unit of the real runner does."""
    run = {"design_id": design_id, "replicate": replicate, "seed": 1}
    if replicate + design_id == 4:
        return parcel.pack({**run, "status": parcel.FAILED, "error": "no"}, {})
    # Dictionaries that differ between units, as those of groups may.
    texts = pa.array([f"{name}-{design_id}" for name in SCENARIOS]).dictionary_encode()
    outcomes = pa.table(
        {
            "design_id": [design_id] * 2, "replicate": [replicate] * 2, "scenario": texts,
            "value": [design_id / 7, replicate / 3],
        }
    )  # fmt: skip
    return parcel.pack({**run, "status": parcel.DONE}, {"outcomes": outcomes})


def fill(path: Path, order: list[tuple[int, int]], stops: set[int], rounds: int) -> None:
    """Units in this order of completion, opening the folder anew after some of them."""
    manifest = {"format": FORMAT, "plan": {"id": "toy"}, "scenarios": SCENARIOS}
    waiting = list(order)
    while True:
        texts = {"plan.yaml": "toy"}
        with ExperimentFolder.opened(path, manifest, texts, design()) as folder:
            per_round = len(UNITS) // rounds
            for number in range(rounds):
                missing = folder.extend(UNITS[number * per_round : (number + 1) * per_round])
                for key in [key for key in waiting if key in missing]:
                    folder.keep(Unit(key[1], key[0]), content(*key))
                    waiting.remove(key)
                    if len(waiting) in stops:
                        stops.remove(len(waiting))
                        break
                else:
                    continue
                break
            else:
                assert folder.finished == len(UNITS)
                folder.finish("toy", 0.0)
                return


def design() -> pd.DataFrame:
    return pd.DataFrame({"x_a": [0.1] * 5}, index=pd.RangeIndex(5, name="design_id"))


def digests(path: Path) -> dict[str, str]:
    """Of every file; of the manifest all but how often and when the folder was filled."""
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in path.iterdir()
        if file.is_file()
    }
    manifest = json.loads((path / "manifest.json").read_text())
    assert sum(one["units"] for one in manifest.pop("sessions")) == len(UNITS)
    return {**found, "manifest.json": json.dumps(manifest)}


@settings(max_examples=25)
@given(
    order=st.permutations(UNITS),
    stops=st.sets(st.integers(0, len(UNITS) - 1), max_size=3),
    rounds=st.sampled_from([1, 3]),
)
def test_any_order_and_any_interruption_give_the_same_bytes(
    order: list[tuple[int, int]], stops: set[int], rounds: int
) -> None:
    with TemporaryDirectory() as folder:
        fill(Path(folder, "straight"), UNITS, set(), 1)
        fill(Path(folder, "other"), order, stops, rounds)
        assert digests(Path(folder, "other")) == digests(Path(folder, "straight"))


def test_a_parcel_cut_off_anywhere_does_not_read() -> None:
    whole = content(0, 1)
    tables = parcel.unpack(whole)
    assert tables is not None and set(tables) == {"runs", "outcomes"}
    # The last eight bytes only say that nothing follows.
    for length in range(0, len(whole) - 8, 7):
        assert parcel.unpack(whole[:length]) is None, length


def test_a_running_folder_reads_as_what_is_there_once_each(tmp_path: Path) -> None:
    path = tmp_path / "out"
    manifest = {"format": FORMAT, "plan": {"id": "toy"}}
    with ExperimentFolder.opened(path, manifest, {}, design()) as folder:
        folder.extend(UNITS)
        for replicate, design_id in UNITS[:6]:
            folder.keep(Unit(design_id, replicate), content(replicate, design_id))
        # A kill between the making of a part and the end of what it was made of.
        parcel.write(path / "journal" / parcel.file_name(*UNITS[3]), content(*UNITS[3]))
        # A file cut off, and one that was never finished.
        (path / "journal" / parcel.file_name(*UNITS[9])).write_bytes(content(*UNITS[9])[:-200])
        (path / "journal" / ".2-2.arrow.beef").write_bytes(b"")
        runs = reading.read_table(path, "runs")
    keys = list(runs[["replicate", "design_id"]].itertuples(index=False, name=None))
    assert keys == UNITS[:6]
    assert len(reading.read_table(path, "outcomes")) == 2 * 5, "one of the six failed"
    with ExperimentFolder.opened(path, manifest, {}, design()) as folder:
        assert folder.extend(UNITS) == UNITS[6:]
        assert folder.finished == 6
        assert {file.name for file in (path / "journal").iterdir()} == {
            parcel.file_name(*key) for key in UNITS[4:6]
        }


def test_whole_tables_are_written_a_group_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "out"
    fill(path, UNITS, set(), 1)
    table = pa.parquet.ParquetFile(path / "outcomes.parquet")
    rows = [table.metadata.row_group(n).num_rows for n in range(table.num_row_groups)]
    assert all(count >= parts.ROWS for count in rows[:-1])
    assert max(rows) < parts.ROWS + 2 * parts.UNITS
    replicates = table.read()["replicate"].to_pylist()
    assert replicates == sorted(replicates)
    assert [k for k, _ in itertools.groupby(replicates)] == [0, 1, 2]
