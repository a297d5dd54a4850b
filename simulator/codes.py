"""Codes shared by every part of the simulator.

The position of a code in its tuple is the integer that the columns hold: sector 0 is `MEDSOC`.
Sectors, funder levels, forms and size classes are those of the project's contracts; régions
are the 18 French régions by Insee code, in the order of `data/regions.csv`.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

SECTORS: Final = (
    "MEDSOC", "DOMICILE", "SOCIAL", "IAE", "EDUC", "CULTURE", "SPORT", "ENV", "DROITS", "SERV",
)  # fmt: skip
LEVELS: Final = (
    "etat", "region", "departement", "bloc_communal", "securite_sociale", "europe",
)  # fmt: skip
FORMS: Final = ("ASSO", "FOND", "MUT", "SCOP", "SCIC", "SC")
SIZES: Final = ("XS", "S", "M", "L", "XL", "XXL")
INSTRUMENTS: Final = ("subvention", "commande", "tarification")
REGIONS: Final = (
    "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94",
    "01", "02", "03", "04", "06",
)  # fmt: skip
REGION_ALIASES: Final = {
    "IDF": "11", "CVL": "24", "BFC": "27", "NOR": "28", "HDF": "32", "GES": "44", "PDL": "52",
    "BRE": "53", "NAQ": "75", "OCC": "76", "ARA": "84", "PAC": "93", "COR": "94", "GLP": "01",
    "MTQ": "02", "GUF": "03", "REU": "04", "MYT": "06",
}  # fmt: skip
PAYERS: Final = (*LEVELS, "foundations", "banks", "households", "organisations")

# Upper bounds of the size classes, in 2025 euros of yearly budget; the last class is open.
SIZE_BOUNDS: Final = (50_000.0, 200_000.0, 500_000.0, 2_000_000.0, 10_000_000.0)

# What an organisation lives on: the resource above half of its budget, else MIXED.
FUNDING_PROFILES: Final = ("GRANTS", "CONTRACTS", "USERS", "GIFTS", "MIXED")
# Years since creation: under 3, 3 to 10, over 10 (bounds of the age factor of the exit hazard).
AGE_CLASSES: Final = ("YOUNG", "MIDDLE", "OLD")
AGE_BOUNDS: Final = (3.0, 10.0)

EXIT_CAUSES: Final = ("liquidation", "dissolution", "stopped_employing", "absorbed")
PRIMARY_CAUSES: Final = (
    "funder_loss", "cash", "market", "costs", "governance", "absorbed_by_choice",
    "orderly_closure",
)  # fmt: skip

# Kinds of support programme; a row of the organisations holds 1 + the position, 0 for none.
SUPPORT_PROGRAMMES: Final = (
    "consolidation", "rethinking", "crisis_anticipation", "leaders_health", "orderly_closure",
    "governance", "alliances", "dla",
)  # fmt: skip

# Sectors between which organisations merge or spill needs; distance 1 inside a block.
SECTOR_BLOCKS: Final = (
    ("MEDSOC", "DOMICILE", "SOCIAL", "IAE"),
    ("EDUC", "CULTURE", "SPORT"),
    ("ENV", "DROITS", "SERV"),
)
_NEIGHBOURS: Final = {
    "11": "24 27 28 32 44", "24": "11 28 52 75 84 27", "27": "11 24 44 84",
    "28": "11 24 32 52 53", "32": "11 28 44", "44": "11 27 32", "52": "24 28 53 75",
    "53": "28 52", "75": "24 52 76 84", "76": "75 84 93", "84": "24 27 75 76 93", "93": "76 84",
}  # fmt: skip

LABELS: Final[dict[str, dict[str, str]]] = {
    "MEDSOC": {"fr": "Médico-social et santé", "en": "Health and disability care"},
    "DOMICILE": {"fr": "Aide à domicile et petite enfance", "en": "Home help and early childhood"},
    "SOCIAL": {"fr": "Action sociale, hébergement, aide alimentaire",
               "en": "Social action, shelter, food aid"},
    "IAE": {"fr": "Insertion et emploi", "en": "Work integration and employment"},
    "EDUC": {"fr": "Éducation, formation, éducation populaire",
             "en": "Education, training, popular education"},
    "CULTURE": {"fr": "Culture", "en": "Culture"},
    "SPORT": {"fr": "Sport et loisirs", "en": "Sport and leisure"},
    "ENV": {"fr": "Environnement", "en": "Environment"},
    "DROITS": {"fr": "Causes, solidarité internationale, vie associative",
               "en": "Advocacy, international solidarity, associative life"},
    "SERV": {"fr": "Services économiques et production coopérative",
             "en": "Economic services and cooperative production"},
    "etat": {"fr": "État", "en": "State"},
    "region": {"fr": "Région", "en": "Région"},
    "departement": {"fr": "Département", "en": "Département"},
    "bloc_communal": {"fr": "Bloc communal", "en": "Communes and intercommunalities"},
    "securite_sociale": {"fr": "Sécurité sociale, CAF", "en": "Social security bodies"},
    "europe": {"fr": "Union européenne", "en": "European Union"},
    "foundations": {"fr": "Fondations", "en": "Foundations"},
    "banks": {"fr": "Banques et prêteurs", "en": "Banks and lenders"},
    "households": {"fr": "Ménages", "en": "Households"},
    "organisations": {"fr": "Organisations de l'ESS", "en": "ESS organisations"},
    "ASSO": {"fr": "Association", "en": "Association"},
    "FOND": {"fr": "Fondation gestionnaire", "en": "Operating foundation"},
    "MUT": {"fr": "Mutuelle (Livre III)", "en": "Mutual (care services)"},
    "SCOP": {"fr": "Scop", "en": "Workers' cooperative (Scop)"},
    "SCIC": {"fr": "Scic", "en": "Multi-stakeholder cooperative (Scic)"},
    "SC": {"fr": "Société commerciale de l'ESS", "en": "Commercial company of the ESS"},
    "XS": {"fr": "moins de 50 k€", "en": "under €50k"},
    "S": {"fr": "50 à 200 k€", "en": "€50k–200k"},
    "M": {"fr": "200 à 500 k€", "en": "€200k–500k"},
    "L": {"fr": "500 k€ à 2 M€", "en": "€500k–2M"},
    "XL": {"fr": "2 à 10 M€", "en": "€2M–10M"},
    "XXL": {"fr": "plus de 10 M€", "en": "over €10M"},
    "subvention": {"fr": "Subventions", "en": "Grants"},
    "commande": {"fr": "Commande publique", "en": "Public procurement"},
    "tarification": {"fr": "Tarification", "en": "Regulated tariffs"},
    "GRANTS": {"fr": "surtout des subventions", "en": "mostly grants"},
    "CONTRACTS": {"fr": "surtout des marchés et tarifs publics",
                  "en": "mostly public contracts and tariffs"},
    "USERS": {"fr": "surtout les usagers", "en": "mostly users"},
    "GIFTS": {"fr": "surtout dons, mécénat, cotisations", "en": "mostly gifts and members"},
    "MIXED": {"fr": "ressources mêlées", "en": "mixed resources"},
    "YOUNG": {"fr": "moins de 3 ans", "en": "under 3 years"},
    "MIDDLE": {"fr": "3 à 10 ans", "en": "3 to 10 years"},
    "OLD": {"fr": "plus de 10 ans", "en": "over 10 years"},
    "liquidation": {"fr": "liquidation judiciaire", "en": "court-ordered liquidation"},
    "dissolution": {"fr": "dissolution", "en": "dissolution"},
    "stopped_employing": {"fr": "fin de l'emploi salarié", "en": "stopped employing"},
    "absorbed": {"fr": "absorption", "en": "absorbed by another organisation"},
    "funder_loss": {"fr": "perte d'un financeur", "en": "loss of a funder"},
    "cash": {"fr": "trésorerie", "en": "cash"},
    "market": {"fr": "marché, usagers, dons", "en": "market, users, gifts"},
    "costs": {"fr": "coûts", "en": "costs"},
    "governance": {"fr": "direction et gouvernance", "en": "leadership and governance"},
    "absorbed_by_choice": {"fr": "rapprochement choisi", "en": "absorbed by choice"},
    "orderly_closure": {"fr": "fermeture préparée", "en": "orderly closure"},
}  # fmt: skip

REGION_NAMES: Final = {
    "11": "Île-de-France", "24": "Centre-Val de Loire", "27": "Bourgogne-Franche-Comté",
    "28": "Normandie", "32": "Hauts-de-France", "44": "Grand Est", "52": "Pays de la Loire",
    "53": "Bretagne", "75": "Nouvelle-Aquitaine", "76": "Occitanie", "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d'Azur", "94": "Corse", "01": "Guadeloupe", "02": "Martinique",
    "03": "Guyane", "04": "La Réunion", "06": "Mayotte",
}  # fmt: skip

N_SECTORS: Final = len(SECTORS)
N_LEVELS: Final = len(LEVELS)
N_REGIONS: Final = len(REGIONS)
N_SIZES: Final = len(SIZES)
N_FORMS: Final = len(FORMS)
N_CELLS: Final = N_REGIONS * N_SECTORS

# Quarter 0; quarter −1 (`2025Q4`) is the base of every index.
FIRST_YEAR: Final = 2026
_QUARTER = re.compile(r"([0-9]{4})Q([1-4])")


def quarter_label(index: int) -> str:
    """Label of a quarter: 0 is `2026Q1`, −1 is `2025Q4`."""
    return f"{FIRST_YEAR + index // 4}Q{index % 4 + 1}"


def quarter_index(label: str) -> int:
    """Index of a quarter written `2026Q1`; raises ValueError on any other form."""
    match = _QUARTER.fullmatch(label)
    if match is None:
        raise ValueError(f"{label!r} is not a quarter; write it as 2026Q1")
    return (int(match[1]) - FIRST_YEAR) * 4 + int(match[2]) - 1


def size_class(budget: np.ndarray) -> np.ndarray:
    """Size class (int8) of yearly budgets in 2025 euros; a bound belongs to the class above."""
    return _class_of(budget, SIZE_BOUNDS)


def age_class(age: np.ndarray) -> np.ndarray:
    """Age class (int8) of ages in years."""
    return _class_of(age, AGE_BOUNDS)


def _class_of(values: np.ndarray, bounds: tuple[float, ...]) -> np.ndarray:
    # A few comparisons of whole columns are faster than one binary search for each value.
    found = np.zeros(np.shape(values), dtype=np.int8)
    for bound in bounds:
        found += np.greater_equal(values, bound)
    return found


def sector_distance() -> np.ndarray:
    """(10, 10) distances: 0 same sector, 1 same block, 2 otherwise (modelling judgement)."""
    block = {code: i for i, codes in enumerate(SECTOR_BLOCKS) for code in codes}
    blocks = np.array([block[code] for code in SECTORS])
    distance = np.where(blocks[:, None] == blocks[None, :], 1.0, 2.0)
    np.fill_diagonal(distance, 0.0)
    return distance


def region_adjacency() -> np.ndarray:
    """(18, 18) boolean: régions that touch, and each with itself; overseas régions with none."""
    adjacency = np.eye(N_REGIONS, dtype=bool)
    for code, neighbours in _NEIGHBOURS.items():
        for other in neighbours.split():
            adjacency[REGIONS.index(code), REGIONS.index(other)] = True
    return adjacency


def label(code: str, language: str = "fr") -> str:
    """Label of any code in French or English; régions keep their French name."""
    if code in REGION_NAMES:
        return REGION_NAMES[code]
    return LABELS[code][language] if code in LABELS else code
