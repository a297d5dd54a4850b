"""`penser-demain fit-grants`: a table or nothing, and a clear word where something is wrong."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from experiments.cli import register
from experiments.grants.estimates import COLUMNS
from experiments.grants.sources import SOURCES
from simulator import command
from tests.experiments import fabricated as files

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "json" / "fit-grants.schema.json"
Fit = Callable[..., int]


@pytest.fixture
def fit_grants(monkeypatch: pytest.MonkeyPatch) -> Fit:
    """The command with the root application, whatever is installed."""

    def entry_points() -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(name="experiments", load=lambda: register)

    monkeypatch.setattr(command, "_entry_points", entry_points)
    return lambda *arguments: command.run(["fit-grants", *map(str, arguments)])


def test_the_table_says_what_each_number_rests_on(
    fit_grants: Fit, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "fitted.csv"
    assert fit_grants("--data", data, "--out", out) == 0
    lines = list(csv.DictReader(out.open(encoding="utf-8")))
    assert tuple(lines[0]) == COLUMNS
    assert {line["source"] for line in lines} >= {source.id for source in SOURCES}
    assert {line["level"] for line in lines} == {
        "departement", "bloc_communal", "etat", "region", "all",
    }  # fmt: skip
    for line in lines:
        assert float(line["value"]) == float(line["value"])
        assert line["unit"] and line["licence"] and line["years"] and int(line["n"]) > 0
    printed = capsys.readouterr()
    assert "renewal_lost_share" in printed.out
    assert max(map(len, printed.out.splitlines())) <= 100 + len(str(out))


def test_files_that_differ_from_the_documented_ones_are_named(
    fit_grants: Fit, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fit_grants("--data", data, "--out", tmp_path / "fitted.csv", "--json") == 0
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    jsonschema.validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    warnings = [line for line in printed.err.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == len(content["changed"]) == sum(len(s.files) for s in SOURCES)
    assert f"{data / files.LOIRE}: sha256 " in warnings[0]


def test_every_missing_file_is_told_and_nothing_is_written(
    fit_grants: Fit, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / files.LOIRE).unlink()
    shutil.rmtree(data / files.LYON)
    out = tmp_path / "fitted.csv"
    assert fit_grants("--data", data, "--out", out) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4
    assert told[0].startswith(f"{data / files.LOIRE}: missing file of the data set G44; ")
    assert not out.exists()


def test_a_folder_that_is_none_is_told(
    fit_grants: Fit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fit_grants("--data", tmp_path / "nowhere", "--out", tmp_path / "fitted.csv") == 2
    assert "nowhere: no such folder" in capsys.readouterr().err


def test_a_column_that_is_missing_leaves_the_old_table_alone(
    fit_grants: Fit, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "fitted.csv"
    out.write_text("kept", encoding="utf-8")
    path = data / files.REGIONS
    path.write_text("année,cog\n2008,011\n", encoding="utf-8")
    assert fit_grants("--data", data, "--out", out) == 2
    assert f"{path}:1:1: subventions: no such column" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "kept"


def test_a_place_that_cannot_be_written_is_told_before_any_work(
    fit_grants: Fit, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fit_grants("--data", data, "--out", tmp_path / "none" / "fitted.csv") == 2
    told = capsys.readouterr().err.splitlines()
    assert told == [f"command line: --out: no folder {tmp_path / 'none'}; give --out FILE"]


@pytest.mark.slow
def test_the_order_of_lines_in_a_file_changes_nothing(
    fit_grants: Fit, data: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert fit_grants("--data", data, "--out", first) == 0
    for name in (files.LOIRE, files.PARIS, files.STATE):
        header, *rows = (data / name).read_text(encoding="utf-8").splitlines()
        (data / name).write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    assert fit_grants("--data", data, "--out", second) == 0
    assert first.read_text(encoding="utf-8") == second.read_text(encoding="utf-8")
