"""The data sets: where each comes from, under which licence, and the checksum of each file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

NOT_STATED: Final = "not stated"
_PAYS_DE_LA_LOIRE: Final = (
    "https://github.com/etalab/hackathon_associations/tree/"
    "47c158203461a13150a8878c5d5a1bda635e33d9/"
)
_LYON: Final = (
    "https://github.com/tgazagnes/data-asso/tree/a8c0b9a56b488539ffadf69915f9bb08dbac8a6a/data"
)


@dataclass(frozen=True)
class SourceFile:
    """A file under the folder of its data set.

    `sha256` is that of the file that the shipped parameters were fitted on, `extract_sha256` that
    of the part of it that the repository may hold (None where the licence is not stated).
    """

    name: str
    sha256: str
    extract_sha256: str | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """Checksums under which the documented results come out."""
        return tuple(one for one in (self.sha256, self.extract_sha256) if one)


@dataclass(frozen=True)
class Source:
    """A data set: `original` is the publisher's address, `copy` that of the copy that was read."""

    id: str
    title: str
    folder: str
    files: tuple[SourceFile, ...]
    publisher: str
    original: str
    copy: str
    licence: str

    def path(self, data: Path, name: str) -> Path:
        """Path of one of its files under the folder of all data sets."""
        return data / self.folder / name


LOIRE_ATLANTIQUE: Final = Source(
    id="G44",
    title="Grants to associations of the département de Loire-Atlantique, 2008–2018",
    folder="subv-dept44-2008-2018",
    files=(
        SourceFile(
            "subventions-associations-dept44.csv",
            "72d6550600b1591e2efea77d2234ac87e51f3945770642b5809fd9704c78986a",
        ),
    ),
    publisher="Département de Loire-Atlantique, extract of 12 July 2019",
    original=(
        "https://www.data.gouv.fr/fr/datasets/"
        "subventions-aux-associations-versees-par-le-departement-de-loire-atlantique-2/"
    ),
    copy=_PAYS_DE_LA_LOIRE + "1_donnees_subventions_PDL/44-Loire-Atlantique",
    licence=NOT_STATED,
)
SARTHE: Final = Source(
    id="G72",
    title="Grants to associations of the département de la Sarthe, 2017–2018",
    folder="subv-dept53-72-85",
    files=(
        SourceFile(
            "dept72-2017.xlsx", "a853ef57cdc89c1871bff6114581d3a50d8db6aab1933d7a73e49e5319c01c9f"
        ),
        SourceFile(
            "dept72-2018.csv", "d0d4c63e26fafae8ba6abee2e2a75a9992c89e19f60f6f5fd3ac06930b7e4b5c"
        ),
    ),
    publisher="Département de la Sarthe",
    original=_PAYS_DE_LA_LOIRE + "1_donnees_subventions_PDL/72-Sarthe",
    copy=_PAYS_DE_LA_LOIRE + "1_donnees_subventions_PDL/72-Sarthe",
    licence=NOT_STATED,
)
LYON: Final = Source(
    id="G69",
    title="Grants of the Ville de Lyon 2021–2023, the Métropole 2021–2022 and the State 2022",
    folder="lyon-etat-metropole-ville-2021-2023",
    files=(
        SourceFile(
            "ville_lyon_2021_2023_scdl.csv",
            "a705ce4400c566d25fc584f7791d13c3ae3a652f34361b564111e8c6b5012bbc",
        ),
        SourceFile(
            "metropole_lyon_2021_2022_scdl.csv",
            "e7ae34472ed7a766f8a019abee6bc4dfc046a721fe352a0d757f9c463b0778aa",
        ),
        SourceFile(
            "lyon_2022_etat_metropole_ville.csv",
            "679c25b5cd429db8fe84af64e3463c4daaf341cd1f24cc478d3c25cb995045dd",
        ),
    ),
    publisher="Ville de Lyon, Métropole de Lyon; budget ministry (annex to the 2024 budget bill)",
    original="https://data.grandlyon.com/",
    copy=_LYON,
    licence=NOT_STATED,
)
TOULOUSE: Final = Source(
    id="G31",
    title="Grants of Toulouse to organisations, 2022–2023",
    folder="toulouse-2022-2023",
    files=(
        SourceFile(
            "subventions-toulouse_2022.csv",
            "830ebe8a722f9eb89a5b53cddf4bdf2460a714224d79b4f2596534edf8e0b312",
            "acd43a485c2aad66d52c7eb7590559f9ccafefbeeb9ae7797e260e01af3b9b23",
        ),
        SourceFile(
            "subventions-toulouse_2023.csv",
            "08b092b26fa6f43e92203d0ebd497c137b7bcd1c68783f3490a43e0483b352cc",
            "82a6bfb28b9170b9faf400d50022c48bb38773fe68c6b68fa6b44f1530d476ee",
        ),
    ),
    publisher="Ville de Toulouse",
    original=(
        "https://data.toulouse-metropole.fr/explore/dataset/"
        "subventions-versees-a-des-organismes-ville-de-toulouse-2023/"
    ),
    copy=(
        "https://github.com/greytrey05/SUBVENTIONS-VERSEES-A-DES-ORGANISMES/tree/"
        "ab23fbfaea3fe8523993f1449fd4c798d23ceabb"
    ),
    licence="Licence Ouverte 2.0",
)
PARIS: Final = Source(
    id="G75",
    title="Requests for grants of Paris, granted and refused, 2013",
    folder="paris-demandes-accordees-refusees-2013",
    files=(
        SourceFile(
            "subventions-accordees-et-refusees-2013.csv",
            "e4dd84c5c8fd55c94db2d84eca761b6796e4d712eaa65979d6f178852c8dc10a",
        ),
    ),
    publisher="Ville de Paris",
    original="https://opendata.paris.fr/",
    copy="https://github.com/yannche/pyCommon/tree/61e6c53f75ee7db382ee781a6d920dbe8728e045",
    licence=NOT_STATED,
)
STATE_2010: Final = Source(
    id="GJ10",
    title="Grants of the State to associations, 2010 (annex to the budget bill 2012)",
    folder="jaune-etat-2010",
    files=(
        SourceFile(
            "jaune2010_tidy.csv", "73aad589e6a0ae1405113b9a6b1fafc5ff92b94e35846bf5c501533cac60380f"
        ),
    ),
    publisher="Ministry of the budget",
    original="https://www.data.gouv.fr/",
    copy=_PAYS_DE_LA_LOIRE + "3_jaunes_budgetaires/Jaunes",
    licence=NOT_STATED,
)
REGIONS: Final = Source(
    id="GREG",
    title="Accounts of the régions, 2008–2015",
    folder="regions-comptes-2008-2015",
    files=(
        SourceFile(
            "regions_comptes_2008_2015.csv",
            "9b20f16c5e227989884b54096f64f3de9f98de259d1bdb068d72fa74441075ca",
        ),
    ),
    publisher="Ministries in charge of public finance and local government",
    original="http://alize2.finances.gouv.fr/regions/",
    copy=(
        "https://github.com/regardscitoyens/nosfinanceslocales_scraper/tree/"
        "f2d1de6bcfbda11c8bc1ab37d88689e0f31008ea/nosdonnees"
    ),
    licence=NOT_STATED,
)
SOURCES: Final = (LOIRE_ATLANTIQUE, SARTHE, LYON, TOULOUSE, PARIS, STATE_2010, REGIONS)
