"""docs/relations.md names, for each relation M1–M24, tests that exist and say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.test_equations_page import defined, named, table_rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "relations.md").read_text(encoding="utf-8")
ROWS = [row for row in table_rows(PAGE) if row[0] != "number"]
IN_THE_MEAN = ("M2", "M5", "M7", "M9", "M12")


def test_every_relation_has_its_line() -> None:
    assert [row[0] for row in ROWS] == [f"M{number}" for number in range(1, 25)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_relation_names_tests_that_exist(row: list[str]) -> None:
    number, relation, tests, statistic, margin = row
    assert relation and statistic and margin
    places = [place.partition("::") for place in named(tests)]
    assert places
    for path, _, name in places:
        assert name.startswith("test_")
        assert name in defined(f"tests/{path}"), name
    texts = "".join((ROOT / "tests" / path).read_text(encoding="utf-8") for path, _, _ in places)
    assert f'"""{number}' in texts or f"; {number}:" in texts, "a test says which relation it is"


@pytest.mark.parametrize("number", IN_THE_MEAN)
def test_what_holds_in_the_mean_has_a_margin_of_paired_errors(number: str) -> None:
    (margin,) = (row[4] for row in ROWS if row[0] == number)
    assert "3 paired standard errors" in margin or margin == "as M5"
