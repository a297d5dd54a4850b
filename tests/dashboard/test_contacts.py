"""Whom to turn to: what ships is sourced, and a file that is wrong says where."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from dashboard import contacts
from dashboard.application import create_app
from dashboard.contacts import Kind, read_contacts, shipped_contacts
from simulator.problems import InputError
from simulator.results import Results

SHIPPED = (Path(contacts.__file__).parent / "data" / "contacts.yaml").read_text(encoding="utf-8")


def test_every_need_has_a_contact_that_says_where_it_was_read() -> None:
    assert {contact.kind for contact in shipped_contacts()} == set(get_args(Kind))
    for contact in shipped_contacts():
        assert contact.sources and contact.checked
        if contact.phone is not None:
            assert contact.phone in contact.reach.fr and contact.phone in contact.reach.en


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('phone: "3114"', 'phone: "appelez-nous"', "contacts[1].phone: appelez-nous is no phone"),
        ("id: apesa", "id: dla", "dla stands twice"),
        ("kind: court", "kind: cour", "did you mean court?"),
        ('checked: "2026-11-28"', "checked: 28/11/2026", "28/11/2026 is no day"),
        ('"https://3114.fr/"', '"javascript:alert(1)"', "is no web address"),
        ("    reach:", "    joindre:", "joindre: unknown key"),
        ("format: 1", "format: 2", "format: 2 is unknown"),
    ],
)
def test_a_wrong_file_says_what_and_where(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_contacts(path)
    assert told in str(raised.value)
    assert all(p.file.endswith("mine.yaml") and p.line for p in raised.value.problems)


def test_a_wrong_file_is_refused_before_anything_is_served(
    results_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("contacts: []\n", encoding="utf-8")
    with pytest.raises(InputError, match="contacts: is empty"):
        create_app([results_folder], path)


def test_the_library_holds_the_contacts_given(results: Results) -> None:
    from dashboard.reading import Library

    one = shipped_contacts()[:1]
    assert Library({"essai": results}, one).contacts == one
    assert Library({"essai": results}).contacts == shipped_contacts()
