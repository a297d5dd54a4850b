"""Files are read strictly: what is wrong is told with its place, what is no amount is no amount."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.grants.amounts import euros
from experiments.grants.reading import read_table
from experiments.grants.recipients import names, recipients, sirens
from experiments.grants.spreadsheet import read_rows
from experiments.grants.totals import totals
from experiments.grants.years import years
from simulator.problems import InputError


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("250.0", 250.0),
        ("235200,0", 235_200.0),
        ("40 000,00", 40_000.0),
        ("40\u00a0000,00", 40_000.0),
        ("1\u202f798\u202f193,68", 1_798_193.68),
        (" 12 € ", 12.0),
        ("-300", -300.0),
    ],
)
def test_amounts_as_authorities_write_them(written: str, amount: float) -> None:
    assert euros(pd.Series([written])).tolist() == [amount]


@pytest.mark.parametrize(
    "written", ["", "8,30E+13", "4 0000", "1.234", "1.234,50", "N                 82 584,28", "x"]
)
def test_what_is_ambiguous_or_damaged_is_no_amount(written: str) -> None:
    assert euros(pd.Series([written])).isna().all()


def test_a_siret_that_a_spreadsheet_destroyed_identifies_nobody() -> None:
    written = pd.Series(["8,30E+13", "30000000100012", "300 000 001", "", "1234"])
    assert sirens(written).tolist() == ["", "300000001", "300000001", "", ""]


def test_names_differ_by_more_than_accents_case_and_legal_form() -> None:
    written = pd.Series(["Association L'Été", "ASS. L ETE", "L’été (loi 1901)", "L'ETE INDIEN"])
    assert names(written).tolist() == ["L ETE", "L ETE", "L ETE", "L ETE INDIEN"]


def test_a_row_without_siret_takes_that_of_its_name_only_if_there_is_one() -> None:
    identifiers = pd.Series(["300000001", "", "300000002", "300000003", "", ""])
    written = pd.Series(["MJC", "Mjc", "FOYER", "FOYER", "FOYER", ""])
    assert recipients(identifiers, written).tolist() == [
        "300000001", "300000001", "300000002", "300000003", "FOYER", "",
    ]  # fmt: skip


def test_a_total_among_the_grants_is_found_with_or_without_a_name() -> None:
    grants = pd.DataFrame({"funder": "F", "year": 2017, "amount": [*range(100, 120), 0.0]})
    grants.loc[20, "amount"] = grants["amount"].sum()
    assert np.flatnonzero(totals(grants)).tolist() == [20]
    grants.loc[20, "amount"] *= 0.98
    assert not totals(grants).any()


def test_half_of_a_small_file_is_not_taken_for_its_total() -> None:
    assert not totals(pd.DataFrame({"funder": "F", "year": 2017, "amount": [1.0, 2.0, 3.0]})).any()


def test_a_missing_column_is_named_with_those_that_exist(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("annee;montant\n2020;1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, ["annee", "amount", "siren"])
    assert [problem.field for problem in caught.value.problems] == ["amount", "siren"]
    assert str(caught.value.problems[0]) == (
        f"{path}:1:1: amount: no such column; the file has: annee, montant"
    )


def test_an_uneven_line_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("annee;montant\n2020;1\n2021;24,5;9\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.csv:3:1: 3 fields where the header has 2"):
        read_table(path, ["annee"])


def test_text_of_another_encoding_is_told_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("année;montant\n2020;1\n".encode("cp1252"))
    with pytest.raises(InputError, match="no utf-8-sig text"):
        read_table(path, ["année"])
    assert read_table(path, ["année"], encoding="cp1252")["année"].tolist() == ["2020"]


def test_a_heading_over_two_lines_is_one_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"Montant\nde la subvention";n\n5;1\n', encoding="utf-8")
    assert read_table(path, ["Montant de la subvention"]).shape == (1, 1)


def test_years_of_dates_and_nothing_else(tmp_path: Path) -> None:
    written = pd.Series(["2014", "2014-05-27", "27/05/2014"])
    assert years(written, tmp_path, "date").tolist() == [2014] * 3
    with pytest.raises(InputError, match=r"date \(row 2 of the data\): '14' is no year"):
        years(pd.Series(["2014", "14"]), tmp_path, "date")


@pytest.mark.parametrize("content", [b"", b"PK not a zip", b"Ann\xe9e;Nom\n"])
def test_a_workbook_that_is_none_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.xlsx: not a workbook that can be read"):
        read_rows(path)
