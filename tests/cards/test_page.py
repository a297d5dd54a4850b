"""docs/cards.md says what the cards say, and its example runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.cards import list_cards
from simulator.cards.page import SECTIONS
from simulator.command import build_app
from simulator.odd import refreshed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cards.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_generated_sections_are_fresh() -> None:
    assert refreshed(TEXT, SECTIONS) == TEXT, "run: python -m simulator.cards docs/cards.md"
    assert set(re.findall(r"<!-- generated: ([a-z-]+) -->", TEXT)) == set(SECTIONS)


def test_every_card_stands_in_both_languages() -> None:
    french, english = TEXT.split("# The cards of the workshop\n")
    for part in (french, english):
        assert [card for card in list_cards() if f"`{card}`" not in part] == []


def test_the_commands_exist() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("penser-demain ")]
    assert len(lines) == 3
    for line in lines:
        shown = CliRunner().invoke(build_app(), [*shlex.split(line)[1:], "--help"])
        assert shown.exit_code == 0, shown.output


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    exec(compile(example, "cards.md", "exec"), {})
    assert "salle-bleue" in capsys.readouterr().out
