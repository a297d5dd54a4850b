"""Writing small fabricated data sets of grants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

LOIRE = "subv-dept44-2008-2018/subventions-associations-dept44.csv"
SARTHE = "subv-dept53-72-85"
LYON = "lyon-etat-metropole-ville-2021-2023"
TOULOUSE = "toulouse-2022-2023"
PARIS = "paris-demandes-accordees-refusees-2013/subventions-accordees-et-refusees-2013.csv"
STATE = "jaune-etat-2010/jaune2010_tidy.csv"
REGIONS = "regions-comptes-2008-2015/regions_comptes_2008_2015.csv"

LOIRE_HEADER = (
    "Date de la convention de subvention",
    "Nom du bénéficiaire",
    "Identification du bénéficiaire",
    "Montant total de la subvention",
)
SARTHE_HEADER = (
    "Année",
    "Nom de l'organisme bénéficiaire",
    "CP",
    '"Montant\nde la subvention de fonctionnement (1)"',
)
STANDARD = (
    "annee", "nombeneficiaire", "idbeneficiaire", "montant", "nature", "categorietiers",
)  # fmt: skip
TOULOUSE_HEADER = (
    "nomBeneficiaire", "idBeneficiaire", "objet", "montant", "nature", "datesPeriodeVersement",
    "type",
)  # fmt: skip
PARIS_HEADER = (
    "Nom du partenaire", "N SIRET", "Appel a projets", "Montant demande",
    "Montant vote par demande", "Financee/Non Financee",
)  # fmt: skip
CASH = "aide en numéraire"
PRIVATE = "50-Personnes morales de droits privé"


def write(
    path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8", separator: str = ";"
) -> Path:
    """A delimited file of these rows, the header among them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (separator.join(str(cell) for cell in row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding=encoding, newline="\n")
    return path


def workbook(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """An .xlsx file whose one sheet holds these texts as shared strings; empty cells left out."""
    texts = sorted({cell for row in rows for cell in row if cell})
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    sheet = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + column)}{number}" t="s"><v>{texts.index(cell)}</v></c>'
            for column, cell in enumerate(row)
            if cell
        )
        sheet += f'<row r="{number}">{cells}</row>'
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as file:
        file.writestr("xl/sharedStrings.xml", f"<sst {namespace}>{strings}</sst>")
        file.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {namespace}><sheetData>{sheet}</sheetData></worksheet>",
        )
    return path


def siren(number: int) -> str:
    return f"{300_000_000 + number}"


def write_all(folder: Path) -> Path:
    """All data sets, small and sound, under one folder."""
    associations = range(1, 41)
    loire = [
        (year, f"CLUB {i}", siren(i), 500 * i + (0 if i % 3 else 10 * (year - 2008)))
        for year in range(2008, 2014)
        for i in associations
        if (i + year) % 7
    ]
    write(folder / LOIRE, [LOIRE_HEADER, *loire])
    heading = ["Nom de l'organisme bénéficiaire", "Adresse de l'organisme",
               "Montant de la subvention de fonctionnement (1)"]  # fmt: skip
    sarthe = [[f"FOYER {i}", "72000", f"{100 * i}.00"] for i in associations]
    workbook(folder / SARTHE / "dept72-2017.xlsx", [["Année : 2017"], heading, *sarthe])
    later = [(2018, f"FOYER {i}", "72000", f"{100 * i + i % 2 * 50},00") for i in associations]
    write(folder / SARTHE / "dept72-2018.csv", [SARTHE_HEADER, *later], encoding="cp1252")
    city = [
        (year, f"MJC {i}", f"{siren(i)}00012", f"{1000 * i + 100 * (i % 2) * (year - 2021)},0",
         CASH, PRIVATE)
        for year in (2021, 2022, 2023)
        for i in associations
    ]  # fmt: skip
    write(folder / LYON / "ville_lyon_2021_2023_scdl.csv", [STANDARD, *city])
    metropolis = [row[:-1] for row in city if row[0] != 2023 and int(row[1].split()[1]) % 4 == 0]
    write(folder / LYON / "metropole_lyon_2021_2022_scdl.csv", [STANDARD[:-1], *metropolis],
          encoding="utf-8-sig")  # fmt: skip
    state = [("Etat", 2022, f"MJC {i}", "FONJEP", f"{900 * i}.0") for i in range(20, 60)]
    write(
        folder / LYON / "lyon_2022_etat_metropole_ville.csv",
        [("Financeur", "Année", "Bénéficiaire", "Objet", "Montant"), *state],
    )
    for year in (2022, 2023):
        rows = [
            (f"ATELIER {i}", "8,30E+13", "Subvention de Fonctionnement",
             f"{1000.0 * i + 100 * (i % 2) * (year - 2022)}", CASH, f"01/06/{year}",
             "Association loi 1901")
            for i in associations
        ]  # fmt: skip
        write(folder / TOULOUSE / f"subventions-toulouse_{year}.csv", [TOULOUSE_HEADER, *rows])
    requests = [
        (f"COLLECTIF {i}", f"{siren(i)}00012", "O" if i % 2 else "N", 1000 * i,
         800 * i if i % 3 else "", "Financee" if i % 3 else "Non financee")
        for i in range(1, 121)
    ]  # fmt: skip
    write(folder / PARIS, [PARIS_HEADER, *requests], encoding="ascii")
    grants = [(siren(i), "44" if i % 2 else "75", f"{700.0 * i}") for i in range(20, 260)]
    write(folder / STATE, [("siren", "departement", "montant_eur"), *grants])
    accounts = [
        (year, f"0{code}", f"{1e8 * (1 + 0.01 * code * (year % 2)):.1f}")
        for year in range(2008, 2016)
        for code in range(11, 31)
    ]
    write(
        folder / REGIONS,
        [("année", "cog (code officiel géographique)", "subventions"), *accounts],
        separator=",",
    )
    return folder
