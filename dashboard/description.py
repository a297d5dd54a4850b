"""An organisation as a reader describes it on six points, in the address and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.address import Address
from dashboard.alike import CODES
from dashboard.language import Texts
from simulator.codes import label

OWN_FIELDS: Final = ("resources", "cash", "age")  # the others are read as on every page


def read_description(
    address: Address, shared: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Field → code in the order of `CODES`, and a sentence for each code that is not known.

    shared: what `read_selection` found for sector, région and size.
    """
    problems: list[str] = []
    chosen = dict(shared)
    for field in OWN_FIELDS:
        code = address.asked(field)
        if code is None:
            continue
        if code in CODES[field]:
            chosen[field] = code
        else:
            problems.append(address.texts.left_out(code))
    return {field: chosen[field] for field in CODES if field in chosen}, problems


def field_name(field: str, texts: Texts) -> str:
    """What a field asks."""
    return {
        "sector": texts("Secteur"),
        "region": texts("Région"),
        "size": texts("Taille (budget annuel)"),
        "resources": texts("Ressources"),
        "cash": texts("Trésorerie d'avance"),
        "age": texts("Âge"),
    }[field]


def everything(field: str, texts: Texts) -> str:
    """What a field says where nothing is chosen."""
    return {
        "sector": texts("Tous les secteurs"),
        "region": texts("Toutes les régions"),
        "size": texts("Toutes les tailles"),
        "resources": texts("Toutes les ressources"),
        "cash": texts("Toutes les trésoreries"),
        "age": texts("Tous les âges"),
    }[field]


def code_name(field: str, code: str, texts: Texts) -> str:
    """A choice in words."""
    if field == "cash":
        return {
            "0-3": texts("moins de 3 mois de dépenses"),
            "3-6": texts("3 à 6 mois de dépenses"),
            "6-12": texts("6 à 12 mois de dépenses"),
            "12-": texts("plus de 12 mois de dépenses"),
        }[code]
    return label(code, texts.language)


def in_words(chosen: Mapping[str, str], texts: Texts) -> str:
    """`Culture · budget annuel : 50 à 200 k€ · …`."""
    if not chosen:
        return texts("Toutes les organisations simulées")
    return " · ".join(
        texts.said(field_name(field, texts), code_name(field, code, texts))
        for field, code in chosen.items()
    )
