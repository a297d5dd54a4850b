"""The results folder: same numbers back, same bytes again, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from simulator import results_folder
from simulator.indicators import INDICATORS
from simulator.problems import InputError
from simulator.results import Results
from simulator.results_folder import MARKER, FolderError

Make = Callable[..., Results]
TABLES = ("trajectories", "lifetimes", "flows")


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.parquet")}


def test_a_loaded_folder_answers_like_the_simulation(make_results: Make, tmp_path: Path) -> None:
    results = make_results()
    loaded = Results.load(results.save(tmp_path / "out"))
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(loaded, table), getattr(results, table))
    for by in (None, "sector", "region_sector"):
        codes = ["jobs_fte", "unmet_need", "rmst"]
        pd.testing.assert_frame_equal(loaded.compare(codes, by=by), results.compare(codes, by=by))
    pd.testing.assert_frame_equal(loaded.survival(by="size"), results.survival(by="size"))
    assert loaded.scenario_text("choc-regional") == results.scenario_text("choc-regional")
    assert loaded.title("fil-de-l-eau", "en") == "Business as usual"


def test_the_same_runs_give_the_same_bytes(make_results: Make, tmp_path: Path) -> None:
    first = make_results().save(tmp_path / "first")
    second = make_results().save(tmp_path / "second")
    again = Results.load(first).save(tmp_path / "again")
    assert digests(first) == digests(second)
    assert Results.load(again).compare("jobs_fte").equals(Results.load(first).compare("jobs_fte"))


def test_identifiers_stay_exact_in_floating_columns(make_results: Make, tmp_path: Path) -> None:
    """Readers make a column with missing values floating: `absorbed_by` must still join."""
    results = make_results(replicates=1)
    lives = pd.read_parquet(results.save(tmp_path / "out") / "lifetimes.parquet")
    record = results._runs[0].record
    kept = lives["organisation"].iloc[: len(record.lifetimes["organisation"])].to_numpy()
    assert (kept == record.lifetimes["organisation"] >> np.uint64(11)).all()
    assert (kept.astype(float).astype(np.int64) == kept).all()
    absorbed = lives[lives["exit_cause"] == "absorbed"]
    assert len(absorbed) and (absorbed["absorbed_by"] == 12345 >> 11).all()
    survivors = lives[lives["exit_quarter"].isna()]
    assert survivors["exit_cause"].isna().all()
    assert survivors["absorbed_by"].isna().all()


def test_the_data_package_describes_every_column(make_results: Make, tmp_path: Path) -> None:
    folder = make_results().save(tmp_path / "out")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = folder / resource["path"]
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert names == pq.read_schema(path).names
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"] == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        assert all(field.get("description") for field in resource["schema"]["fields"])


def test_trajectories_have_the_agreed_columns(make_results: Make) -> None:
    columns = list(make_results(replicates=1).trajectories.columns)
    assert columns[:8] == [
        "scenario", "draw", "structure", "replicate", "quarter", "dimension", "group", "rows",
    ]  # fmt: skip
    assert set(columns) >= {code for code, i in INDICATORS.items() if i.recorded}


def test_groups_can_be_added_up_from_the_written_sums(make_results: Make) -> None:
    results = make_results(replicates=2)
    table = results.rows("sector")
    run = table[(table["scenario"] == "choc-regional") & (table["replicate"] == 1)]
    last = run[run["quarter"] == results.quarters[-1]]
    base = run[run["quarter"] == "2025Q4"]
    assert (last["unmet_need"] == 1 - last["sum_served"] / last["sum_need"]).all()
    kept = last["sum_cohort"].to_numpy() / base["sum_cohort"].to_numpy()
    assert last["survival"].to_numpy() == pytest.approx(kept)
    assert last["survival"].to_numpy() != pytest.approx(base["survival"].to_numpy())


def test_an_existing_folder_is_refused_then_replaced_on_request(
    make_results: Make, tmp_path: Path
) -> None:
    results = make_results(replicates=2)
    folder = results.save(tmp_path / "out")
    before = digests(folder)
    with pytest.raises(InputError, match="not empty"):
        make_results(replicates=3).save(folder)
    assert digests(folder) == before
    make_results(replicates=3).save(folder, overwrite=True)
    assert len(Results.load(folder).units) == 3
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_overwriting_never_deletes_something_else(make_results: Make, tmp_path: Path) -> None:
    precious = tmp_path / "home" / "letters.txt"
    precious.parent.mkdir()
    precious.write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match="something else"):
        make_results(replicates=1).save(precious.parent, overwrite=True)
    assert precious.read_text(encoding="utf-8") == "dear"


def test_a_folder_below_a_file_is_refused(make_results: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        make_results(replicates=1).save(tmp_path / "file" / "out")
    with pytest.raises(InputError, match="is a file"):
        make_results(replicates=1).save(tmp_path / "file")


def test_a_failure_while_writing_leaves_nothing(
    make_results: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, content: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results_folder, "write_json", refuse)
    with pytest.raises(FolderError, match="No space left"):
        make_results(replicates=1).save(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


FILLS = """
import importlib.util, resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from simulator.results import Results
results = Results.load(sys.argv[1])
results.trajectories
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    results.save(sys.argv[2])
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs file size limits")
def test_a_disk_that_fills_up_leaves_nothing_that_looks_whole(
    make_results: Make, tmp_path: Path
) -> None:
    source = make_results().save(tmp_path / "source")
    done = subprocess.run(
        [sys.executable, "-c", FILLS, str(source), str(tmp_path / "out")],
        capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert done.stdout.split() == ["FolderError"], done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["source"]


def test_an_incomplete_folder_is_marked_and_refused(make_results: Make, tmp_path: Path) -> None:
    results = make_results(replicates=2)
    results.incomplete = "stopped after 2 of 20 replicates\n"
    folder = results.save(tmp_path / "out")
    assert (folder / MARKER).exists()
    with pytest.raises(InputError, match="stopped after 2 of 20"):
        Results.load(folder)
    assert len(Results.load(folder, allow_incomplete=True).units) == 2


def test_a_killed_writer_leaves_no_folder_that_loads(make_results: Make, tmp_path: Path) -> None:
    with pytest.raises(SystemExit), results_folder.atomic_folder(tmp_path / "out", False) as work:
        (work / "manifest.json").write_text("{}", encoding="utf-8")
        with pytest.raises(InputError, match="incomplete"):
            Results.load(work)
        raise SystemExit
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("broken", ["manifest.json", "flows.parquet"])
def test_a_folder_without_a_file_is_refused(
    make_results: Make, tmp_path: Path, broken: str
) -> None:
    folder = make_results(replicates=1).save(tmp_path / "out")
    (folder / broken).unlink()
    with pytest.raises(InputError, match=broken):
        Results.load(folder)


def test_a_folder_of_another_format_or_cut_off_is_refused(
    make_results: Make, tmp_path: Path
) -> None:
    folder = make_results(replicates=1).save(tmp_path / "out")
    written = (folder / "manifest.json").read_text(encoding="utf-8")
    for changes, told in (
        ({"format": 2}, "newer than this version"),
        ({"format": None}, "does not describe results"),
        ({"files": []}, "does not describe results"),
    ):
        text = json.dumps(json.loads(written) | changes)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=told):
            Results.load(folder)
    (folder / "manifest.json").write_text(written, encoding="utf-8")
    table = folder / "lifetimes.parquet"
    table.write_bytes(table.read_bytes()[:-100])
    with pytest.raises(InputError, match="bytes"):
        Results.load(folder)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"units": None}, "units"),
        ({"scenarios": {}}, "scenarios"),
        ({"scenarios": {"../../x": {"title": {"fr": "a", "en": "a"}}}}, r"scenarios\.\.\./\.\./x"),
        ({"reference": "nobody"}, "nobody is not among the scenarios"),
        ({"quarters": []}, "quarters"),
        ({"files": {}}, "trajectories"),
        ({"files": {"flows": "x"}}, r"files\.flows"),
        ({"files": {"flows": {"path": "../flows.parquet", "bytes": 1}}}, r"files\.flows\.path"),
    ],
)
def test_an_edited_manifest_is_told_by_its_field(
    make_results: Make, tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    folder = make_results(replicates=1).save(tmp_path / "out")
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        Results.load(folder)


def _damage(file: Path, content: bytes) -> None:
    """Other bytes, of which the manifest knows."""
    file.write_bytes(content)
    manifest = file.parent / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["files"][file.stem]["bytes"] = len(content)
    manifest.write_text(json.dumps(told), encoding="utf-8")


def test_a_damaged_table_is_told_when_it_is_read(make_results: Make, tmp_path: Path) -> None:
    folder = make_results(replicates=1).save(tmp_path / "out")
    whole = (folder / "trajectories.parquet").read_bytes()
    _damage(folder / "trajectories.parquet", whole[:2000])
    with pytest.raises(InputError, match=r"trajectories\.parquet is damaged"):
        Results.load(folder).compare("jobs_fte")
    lifetimes = pq.read_table(folder / "lifetimes.parquet").drop_columns(["exit_cause"])
    pq.write_table(lifetimes, tmp_path / "less.parquet")
    _damage(folder / "lifetimes.parquet", (tmp_path / "less.parquet").read_bytes())
    with pytest.raises(InputError, match=r"lifetimes\.parquet lacks the column exit_cause"):
        Results.load(folder).survival()
    (folder / "scenarios" / "fil-de-l-eau.yaml").unlink()
    with pytest.raises(InputError, match=r"fil-de-l-eau\.yaml cannot be read"):
        Results.load(folder).scenario_text("fil-de-l-eau")
