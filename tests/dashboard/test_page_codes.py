"""A table for a spreadsheet says the codes of its page in the words that the page has for them."""

from __future__ import annotations

import csv
import io

import pytest

from dashboard.application import create_app
from simulator.results import Results
from tests.dashboard.real_client import serving


@pytest.fixture(scope="module")
def tables(results: Results) -> dict[str, list[list[str]]]:
    """Address of a file → its lines."""
    found = {}
    with serving(create_app(results).server) as client:
        for path in ("organisations/outcomes", "organisations/causes", "organisations/widening",
                     "modele/facts", "modele/calibration", "territoires/context"):  # fmt: skip
            for query in ("format=tableur", "format=tableur&lang=en", "format=simple"):
                text = client.ask(f"/{path}.csv?v=2&sector=EDUC&{query}").text.lstrip("\ufeff")
                separator = "," if "simple" in query else ";"
                found[f"{path}?{query}"] = list(csv.reader(io.StringIO(text), delimiter=separator))
    return found


@pytest.mark.parametrize(
    ("path", "place", "codes", "french", "english"),
    [
        ("organisations/outcomes", 1, ("still_there", "jobs"), "Part qui poursuit son activité",
         "Share still active"),
        ("organisations/causes", 1, ("orderly_closure", "market", "cash"), "Fermeture préparée",
         "Orderly closure"),
        ("organisations/widening", 0, ("sector",), "Secteur", "Sector"),
        ("modele/facts", 3, ("input", "held_out", "tuned"), "Entrées", "Inputs"),
        ("modele/facts", 9, ("True", "False"), "oui", "yes"),
        ("modele/calibration", 1, ("identified", "not identified"), "non identifié",
         "not identified"),
        ("territoires/context", 1, ("poverty", "population"), "Habitants", "Inhabitants"),
        ("territoires/context", 5, ("high", "low"), "publié", "published"),
    ],
)  # fmt: skip
def test_words_stand_for_the_codes_of_a_page(
    tables: dict[str, list[list[str]]],
    path: str,
    place: int,
    codes: tuple[str, ...],
    french: str,
    english: str,
) -> None:
    plain = {line[place] for line in tables[f"{path}?format=simple"][1:]}
    assert plain >= set(codes)
    told = {line[place] for line in tables[f"{path}?format=tableur"][1:]}
    assert french in told and not told & set(codes)
    assert english in {line[place] for line in tables[f"{path}?format=tableur&lang=en"][1:]}
