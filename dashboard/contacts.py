"""Whom a leader in difficulty can turn to: a file that anybody who hosts the pages can replace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, model_validator

from simulator.strict_model import Bilingual, Fault, Identifier, StrictModel, Text, doc, faults
from simulator.strict_yaml import Node, parse_yaml, read_yaml
from simulator.typed_document import validate_document
from simulator.units import fault, shown

Kind = Literal["psychological_support", "first_contact", "court", "debts", "support", "network"]
_PHONE: Final = re.compile(r"\+?[0-9]+( [0-9]+)*")


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or " " in value:
        raise fault(f"{shown(value)} is no web address", "write https://…")
    return value


def _phone(value: str) -> str:
    if not _PHONE.fullmatch(value):
        raise fault(
            f"{shown(value)} is no phone number", 'write digits and spaces, in quotes: "3114"'
        )
    return value


def _day(value: str) -> str:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise fault(f"{shown(value)} is no day", "write YYYY-MM-DD")


WebAddress = Annotated[Text, AfterValidator(_web_address)]


class Source(StrictModel):
    """A page that says what a contact does and how it is reached."""

    title: Text = doc("titre de la page", "title of the page")
    url: WebAddress = doc("adresse de la page", "address of the page")


class Contact(StrictModel):
    """Somebody to turn to. `checked` is the day when the sources were read (YYYY-MM-DD)."""

    id: Identifier = doc("identifiant", "identifier")
    kind: Kind = doc("à quoi sert ce contact", "what the contact is for")
    name: Bilingual = doc("qui c'est", "who it is")
    does: Bilingual = doc("ce qu'il fait", "what they do")
    reach: Bilingual = doc("comment le joindre", "how to reach them")
    phone: Annotated[Text, AfterValidator(_phone)] | None = doc(
        "numéro que les sources donnent", "a number that the sources give", default=None
    )
    url: WebAddress | None = doc("son propre site", "their own site", default=None)
    sources: list[Source] = doc("pages qui le disent", "pages that say so", min_length=1)
    checked: Annotated[Text, AfterValidator(_day)] = doc(
        "jour où les sources ont été lues", "day when the sources were read"
    )


class _File(StrictModel):
    format: Literal[1] = doc("format du fichier", "format of the file", default=1)
    contacts: list[Contact] = doc("contacts", "contacts", min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> _File:
        found: list[Fault] = []
        known: set[str] = set()
        for index, contact in enumerate(self.contacts):
            if contact.id in known:
                message = f"{contact.id} stands twice"
                found.append((("contacts", index, "id"), message, "give each contact its own id"))
            known.add(contact.id)
        if found:
            raise faults(found)
        return self


def read_contacts(path: str | Path) -> Sequence[Contact]:
    """Contacts of a file; InputError with every fault, each with its line and column."""
    return _read(read_yaml(path))


@cache
def shipped_contacts() -> Sequence[Contact]:
    """Contacts that ship, `dashboard/data/contacts.yaml`."""
    text = (files("dashboard") / "data" / "contacts.yaml").read_text(encoding="utf-8")
    return _read(parse_yaml(text, "contacts.yaml"))


def _read(document: Node) -> Sequence[Contact]:
    return tuple(validate_document(document, _File).contacts)
