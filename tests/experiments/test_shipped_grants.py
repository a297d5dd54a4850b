"""The table of fitted parameters that ships: reproduced where the data may be shipped, told from
where they may not, and quoted without error in docs/grants.md."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from experiments.grants.command import shipped_file
from experiments.grants.estimates import COLUMNS, to_csv
from experiments.grants.fit import fit_toulouse
from experiments.grants.reading import changed_files
from experiments.grants.sources import NOT_STATED, SOURCES, TOULOUSE
from simulator.codes import LEVELS

ROOT = Path(__file__).resolve().parents[2]
EXTRACTS = ROOT / "experiments" / "grants" / "data"
PAGE = (ROOT / "docs" / "grants.md").read_text(encoding="utf-8")
TEXT = shipped_file().read_text(encoding="utf-8")
LINES = list(csv.DictReader(TEXT.splitlines()))


def test_the_data_that_may_ship_reproduce_their_lines() -> None:
    assert changed_files(EXTRACTS, [TOULOUSE]) == []
    _, *fitted = to_csv(fit_toulouse(EXTRACTS).estimates).splitlines()
    shipped = [
        line for line, row in zip(TEXT.splitlines()[1:], LINES, strict=True)
        if row["source"] == TOULOUSE.id
    ]  # fmt: skip
    assert fitted == shipped
    assert len(shipped) > 40


def test_only_data_under_a_stated_licence_ship() -> None:
    open_ = {source.folder for source in SOURCES if source.licence != NOT_STATED}
    assert {path.name for path in EXTRACTS.iterdir()} == open_
    for folder in EXTRACTS.iterdir():
        source = next(source for source in SOURCES if source.folder == folder.name)
        licence = (folder / "LICENCE.md").read_text(encoding="utf-8")
        assert source.licence in licence and source.original in licence


def test_every_line_says_what_it_rests_on() -> None:
    assert tuple(LINES[0]) == COLUMNS
    keys = [(row["name"], row["level"], row["dataset"]) for row in LINES]
    assert len(set(keys)) == len(keys)
    ids = {source.id for source in SOURCES}
    for row in LINES:
        assert set(row["source"].split("+")) <= ids
        assert row["level"] in {*LEVELS, "all"}
        assert row["unit"] and row["licence"] and row["years"]
        assert int(row["n"]) > 0
        if not row["standard_error"]:
            assert float(row["value"]) in (0.0, 1.0), row["name"]


def test_shares_of_the_mixture_add_up() -> None:
    for dataset in {row["dataset"] for row in LINES if row["name"] == "renewal_lost_share"}:
        shares = [
            float(row["value"]) for row in LINES
            if row["dataset"] == dataset
            and re.fullmatch("renewal_(lost|same|cut|rise)_share", row["name"])
        ]  # fmt: skip
        assert len(shares) == 4
        assert sum(shares) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_the_page_gives_address_licence_and_checksums(source) -> None:  # type: ignore[no-untyped-def]
    assert source.original in PAGE and source.copy in PAGE
    assert source.licence in PAGE
    for file in source.files:
        for checksum in file.known:
            assert checksum in PAGE


QUOTED = re.findall(
    r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| (\S+) ± (\S+) \| (\d+) \|$", PAGE, re.MULTILINE
)


def test_the_page_quotes_many_lines() -> None:
    assert len(QUOTED) > 40


@pytest.mark.parametrize("quoted", QUOTED, ids=lambda quoted: f"{quoted[0]} {quoted[1]}")
def test_numbers_of_the_page_are_those_of_the_table(quoted: tuple[str, ...]) -> None:
    name, dataset, level, value, error, n = quoted
    (row,) = (
        row for row in LINES
        if (row["name"], row["dataset"], row["level"]) == (name, dataset, level)
    )  # fmt: skip
    decimals = len(value.partition(".")[2])
    assert f"{float(row['value']):.{decimals}f}" == value
    assert f"{float(row['standard_error']):.{len(error.partition('.')[2])}f}" == error
    assert row["n"] == n
