"""docs/scenarios-check.md holds the hypotheses of today and discusses every surprise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.cli.generated_part import page_text
from simulator.cli.hypothesis_words import expected
from simulator.cli.scenario_check_page import NAME, surprises
from simulator.hypotheses import WORDS, key
from simulator.scenario import list_scenarios, load_scenario

ROOT = Path(__file__).parents[2]
OUTCOMES = {words["en"] for words in WORDS.values()}
STALE = "run: penser-demain scenarios check --draws 50 --write docs/scenarios-check.md"


@pytest.fixture(scope="module")
def page() -> str:
    return page_text(ROOT / "docs" / "scenarios-check.md", NAME)


@pytest.fixture(scope="module")
def tables(page: str) -> dict[str, list[list[str]]]:
    """Cells of the rows of each table of the generated part: To test, Built in."""
    part = re.search(
        r"<!-- generated: scenarios-check -->(.*)<!-- end: scenarios-check -->", page, re.S
    )
    assert part is not None
    found: dict[str, list[list[str]]] = {}
    for name, table in re.findall(
        r"\*\*(To test|Built in)\*\*\n\n(.*?)(?=\n\n|\Z)", part[1] + "\n\n", re.S
    ):
        header, rule, *lines = table.splitlines()
        assert header.count("|") == rule.count("|") == 8
        found[name] = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return found


def hypotheses(built_in: bool) -> Iterator[tuple[str, str, str, str]]:
    """Scenario, key, what is expected and its source, of every scenario that ships."""
    titles = {name: load_scenario(name).title.en for name in list_scenarios()}
    for scenario in list_scenarios():
        for hypothesis in load_scenario(scenario).hypotheses:
            if bool(hypothesis.built_in) == built_in:
                row = hypothesis.model_dump(mode="json", exclude_none=True)
                told = expected(row, titles.__getitem__, "en"), row["source"], key(row)
                about, source, name = (text.replace("|", "·") for text in told)
                yield f"`{scenario}`", f"`{name}`", about, source


@pytest.mark.parametrize(("name", "built_in"), [("To test", False), ("Built in", True)])
def test_the_tables_hold_the_hypotheses_of_today(
    tables: dict[str, list[list[str]]], name: str, built_in: bool
) -> None:
    rows = tables[name]
    assert all(len(row) == 7 and row[-1] in OUTCOMES for row in rows)
    assert sorted((*row[:3], row[5]) for row in rows) == sorted(hypotheses(built_in)), STALE


def test_the_counts_are_those_of_the_tables(page: str, tables: dict[str, list[list[str]]]) -> None:
    count = Counter(row[-1] for row in tables["To test"])
    told = (
        f"{count['found']} found, {count['not found']} not found, {count['ambiguous']} ambiguous; "
        f"apart, {len(tables['Built in'])} built in by a mechanism."
    )
    assert told in page
    summary = page.partition("---")[0]
    for number in (count["found"], count["not found"], count["ambiguous"]):
        assert re.search(rf"\b{number}\b", summary), "the French summary tells the counts"


def test_every_surprise_is_discussed(page: str) -> None:
    discussion = page.partition("<!-- end: scenarios-check -->")[2]
    rows = {match for match in re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", discussion, re.M)}
    assert rows == set(surprises(page))
