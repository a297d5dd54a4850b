"""docs/facts-check.md: every fact is there, and every miss is spoken of."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.cli.facts_page import NAME
from simulator.cli.generated_part import marks, page_text
from simulator.facts import facts

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = page_text(DOCS / "facts-check.md", NAME)
BEGIN, END = marks(NAME)
TABLES = PAGE.partition(BEGIN)[2].partition(END)[0]


def test_the_page_has_every_fact_in_its_role() -> None:
    rows = re.findall(r"^\| `(\S+)` \|", TABLES, re.MULTILINE)
    assert sorted(rows) == sorted(facts())
    assert "accepted draws, population `national`" in TABLES


def test_every_miss_is_spoken_of() -> None:
    missed = re.findall(r"^\| `(\S+)` .*\| \*\*out\*\* \|", TABLES, re.MULTILINE)
    assert missed
    trace = (DOCS / "TRACE.md").read_text(encoding="utf-8").partition("## Known misses")[2]
    for text in (PAGE.partition("## What is missed")[2], trace.partition("\n## ")[0]):
        named = set(re.findall(r"`(V[\w.]+)`", text))
        assert [id_ for id_ in missed if not {id_, id_.partition(".")[0]} & named] == []
