"""`facts check --write`: its part of a page, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.command import run


def test_facts_check_writes_its_part_of_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# T\n<!-- generated: facts-check -->\nold\n<!-- end: facts-check -->\nEnd\n")
    asked = ["facts", "check", "--population", "demo", "--parameters", "default"]
    assert run([*asked, "--replicates", "1", "--workers", "1", "--write", str(page), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# T\n") and text.endswith("\nEnd\n") and "old" not in text
    assert "1 replicates with default parameters, population `demo`" in text
    for fact in facts:
        mark = {True: "| in |", False: "| **out** |", None: f"| {fact['reason']} |"}[fact["inside"]]
        (line,) = (line for line in text.splitlines() if line.startswith(f"| `{fact['id']}` |"))
        assert mark in line
    page.write_text("no marks")
    assert run([*asked, "--write", str(page)]) == 2
    assert "no generated part" in capsys.readouterr().err
