"""Sets of roles and tables that a room can open with as they are, by how many people come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.language import Texts

ORGANISATIONS: Final = "organisations"
DEFAULT_SET: Final = "24"


@dataclass(frozen=True)
class RoleRow:
    """A role as the form holds it. `who`: `organisations`, or the code of a funder; `tables`: how
    many play it."""

    name: str
    who: str
    tables: int
    sector: str = ""
    size: str = ""
    funding_profile: str = ""


def ready_sets(texts: Texts) -> Mapping[str, tuple[str, Sequence[RoleRow]]]:
    """Key → label and roles."""
    social = texts("Action sociale")
    return {
        "6": (texts("6 personnes, une table par rôle"), _six(texts)),
        "12": (
            texts("12 personnes, 4 tables"),
            (RoleRow(social, ORGANISATIONS, 1, "SOCIAL"),
             RoleRow(texts("Culture"), ORGANISATIONS, 1, "CULTURE"),
             RoleRow(texts("Région"), "region", 1),
             RoleRow(texts("Fondations"), "foundations", 1)),
        ),
        "24": (texts("24 personnes, 6 tables"), _six(texts)),
        "60": (
            texts("60 personnes, 12 tables"),
            (RoleRow(social, ORGANISATIONS, 2, "SOCIAL"),
             RoleRow(texts("Culture"), ORGANISATIONS, 2, "CULTURE"),
             RoleRow(texts("Insertion et emploi"), ORGANISATIONS, 2, "IAE"),
             RoleRow(texts("Éducation populaire"), ORGANISATIONS, 2, "EDUC"),
             RoleRow(texts("Région"), "region", 1),
             RoleRow(texts("Département"), "departement", 1),
             RoleRow(texts("État"), "etat", 1),
             RoleRow(texts("Fondations"), "foundations", 1)),
        ),
    }  # fmt: skip


def _six(texts: Texts) -> Sequence[RoleRow]:
    return (
        RoleRow(texts("Action sociale"), ORGANISATIONS, 1, "SOCIAL"),
        RoleRow(texts("Culture"), ORGANISATIONS, 1, "CULTURE"),
        RoleRow(texts("Insertion et emploi"), ORGANISATIONS, 1, "IAE"),
        RoleRow(texts("Éducation populaire"), ORGANISATIONS, 1, "EDUC"),
        RoleRow(texts("Région"), "region", 1),
        RoleRow(texts("Fondations"), "foundations", 1),
    )
