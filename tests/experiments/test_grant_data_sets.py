"""Each data set is read with its own traps, and every row that is left out is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.grants.loire_atlantique import read_loire_atlantique
from experiments.grants.lyon import read_city, read_metropolis, read_state
from experiments.grants.paris import read_paris
from experiments.grants.reading import Reading
from experiments.grants.regions import read_regions
from experiments.grants.sarthe import read_sarthe
from experiments.grants.state_2010 import read_state_2010
from experiments.grants.toulouse import read_toulouse
from simulator.problems import InputError
from tests.experiments import fabricated as files


def left_out(reading: Reading) -> dict[str, int]:
    return {one.reason: one.rows for one in reading.dropped if one.rows}


def append(path: Path, *lines: str, encoding: str = "utf-8") -> None:
    with path.open("a", encoding=encoding, newline="\n") as file:
        file.writelines(line + "\n" for line in lines)


def test_loire_atlantique_leaves_out_the_total_without_a_name(data: Path) -> None:
    sound = read_loire_atlantique(data)
    assert left_out(sound) == {}
    total = sound.table.loc[sound.table["year"] == 2013, "amount"].sum()
    append(
        data / files.LOIRE, f"2013;;;{total}", "2013;CLUB;;5", "2013;CLUB;300000099;",
        "2013;CLUB;300000099;0", "2013;CLUB;300000099;1,5E+4",
    )  # fmt: skip
    reading = read_loire_atlantique(data)
    assert left_out(reading) == {
        "total of the year among the grants": 1,
        "no SIREN": 1,
        "no amount that can be read": 2,
        "amount of zero or less": 1,
    }
    assert reading.rows - len(reading.table) == 5
    assert reading.table["amount"].sum() == sound.table["amount"].sum()
    assert reading.dropped[1].euros == total


def test_sarthe_links_a_name_that_one_file_cuts_short(data: Path) -> None:
    long = "COMITE DEPARTEMENTAL DE RANDONNEE PEDESTRE DE LA SARTHE"
    heading = ["Nom de l'organisme bénéficiaire", "Adresse de l'organisme",
               "Montant de la subvention de fonctionnement (1)"]  # fmt: skip
    note = "(1). Montant de la subvention mandatée au cours de l'exercice."
    rows = [["Année : 2017"], heading, [long, "72000", "900.00"], ["PRETEE", "72000"], [note]]
    files.workbook(data / files.SARTHE / "dept72-2017.xlsx", rows)
    append(
        data / files.SARTHE / "dept72-2018.csv", f"2018;{long[:48].title()};72000;1 000,00",
        "2018;WIMOOV;75011;N                 82 584,28", encoding="cp1252",
    )  # fmt: skip
    reading = read_sarthe(data)
    linked = reading.table[reading.table["recipient"].str.startswith("COMITE")]
    assert linked["recipient"].nunique() == 1
    assert dict(zip(linked["year"], linked["amount"], strict=True)) == {2017: 900, 2018: 1000}
    assert left_out(reading) == {
        "no operating grant (investment, loan, guarantee or premises; footnotes)": 2,
        "no amount that can be read": 1,
    }


def test_lyon_counts_cash_to_private_bodies(data: Path) -> None:
    city = data / files.LYON / "ville_lyon_2021_2023_scdl.csv"
    append(
        city, "2022;ENEDIS;;44500,0;aide en nature;",
        "2022;ECOLE;;10,0;aide en numéraire;25-Caisse",
        "2022;DUPONT;;10,0;aide en numéraire;01-Personnes physiques",
    )  # fmt: skip
    assert left_out(read_city(data)) == {
        "aid in kind": 1,
        "public body, natural person or unknown": 2,
    }
    assert left_out(read_metropolis(data)) == {}


def test_lyon_leaves_out_what_the_state_buys(data: Path) -> None:
    state = data / files.LYON / "lyon_2022_etat_metropole_ville.csv"
    append(
        state, "Etat;2022;X;Prestation\u00a0facturée\u00a0par\u00a0l'association;50.0",
        "Commune de Lyon;2022;X;;70.0",
    )  # fmt: skip
    reading = read_state(data)
    assert (reading.rows, len(reading.table)) == (41, 40)
    assert left_out(reading) == {"service invoiced by the association": 1}


def test_toulouse_is_linked_by_name_where_sirets_are_destroyed(data: Path) -> None:
    reading = read_toulouse(data)
    assert reading.table["recipient"].nunique() == 40
    path = data / files.TOULOUSE / "subventions-toulouse_2023.csv"
    append(
        path,
        "SAS X;8,30E+13;Subvention de Fonctionnement;9.0;;01/06/2023;SAS",
        "MJC;8,30E+13;Subvention d'équipement;9.0;;01/06/2023;Association loi 1901",
    )
    assert left_out(read_toulouse(data)) == {"not an association": 1, "equipment grant": 1}


def test_paris_leaves_out_requests_that_contradict_themselves(data: Path) -> None:
    append(
        data / files.PARIS, "X;30000000900012;O;0;;Non financee", "X;30000000900012;O;10;;Financee",
        "X;30000000900012;N;10;5;Non financee", "X;30000000900012;?;10;5;Financee",
        "X;30000000900012;N;1,0E+4;5;Financee",
    )  # fmt: skip
    assert left_out(read_paris(data)) == {
        "neither in nor out of a call, neither granted nor refused": 1,
        "no amount that can be read": 1,
        "nothing asked": 1,
        "granted without euros, or refused with": 2,
    }


def test_the_state_of_2010_needs_a_siren(data: Path) -> None:
    append(data / files.STATE, ";44;100.0", "300000001;44;0")
    assert left_out(read_state_2010(data)) == {"no SIREN": 1, "amount of zero or less": 1}


def test_regions_are_followed_by_code(data: Path) -> None:
    append(data / files.REGIONS, "2015,011,5.0", "2015,099,")
    reading = read_regions(data)
    assert left_out(reading) == {"no amount that can be read": 1, "région repeated in a year": 1}
    assert reading.table["recipient"].nunique() == 20


@pytest.mark.parametrize(
    ("reader", "name", "column"),
    [
        (read_loire_atlantique, files.LOIRE, "Identification du bénéficiaire"),
        (read_paris, files.PARIS, "Montant demande"),
        (read_state_2010, files.STATE, "montant_eur"),
        (read_regions, files.REGIONS, "subventions"),
    ],
)
def test_a_column_under_another_name_is_told(reader, name: str, column: str, data: Path) -> None:  # type: ignore[no-untyped-def]
    path = data / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(column, "other", 1), encoding="utf-8")
    with pytest.raises(InputError, match="no such column"):
        reader(data)
