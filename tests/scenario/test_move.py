"""Scenario files a year later: every date moves, nothing else does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from simulator import codes
from simulator.scenario import load_scenario
from simulator.scenario.move import main, moved

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
FILES = sorted(SCENARIOS.glob("*.yaml"))
TEXTS = {"id", "title", "subtitle", "narrative", "label", "sources", "source", "versus", "extends"}


def a_year_later(content: Any) -> Any:
    """What the fields of a scenario must become, found without reading its file."""
    if isinstance(content, dict):
        return {
            a_year_later(key): value if key in TEXTS else a_year_later(value)
            for key, value in content.items()
        }
    if isinstance(content, list | tuple):
        return [a_year_later(one) for one in content]
    if isinstance(content, int) and not isinstance(content, bool) and 2000 < content < 2100:
        return content + 1
    if isinstance(content, str) and re.fullmatch(r"20\d\d(Q[1-4])?", content):
        return str(int(content[:4]) + 1) + content[4:]
    return content


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_that_ships_moves_as_a_whole(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_scenario(path).model_dump(mode="json")
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(moved(text, 1), encoding="utf-8")
        assert moved(moved(text, 1), -1) == text
    monkeypatch.setattr(codes, "FIRST_YEAR", codes.FIRST_YEAR + 1)
    after = load_scenario(tmp_path / path.name).model_dump(mode="json")
    assert after == a_year_later(before)


def test_texts_comments_and_sources_stay() -> None:
    kept = (
        '# the cuts of 2025\nid: tendance-2025\ntitle: {fr: "2026: 5", en: "until: 2026"}\n'
        'sources:\n  - "S1, from: 2026"\n    change: 5%  # until: 2026\n'
    )
    assert moved(kept, 1) == kept
    line = '  - {indicator: exits, at: 2027Q4, versus: tendance-2025, source: "as in 2027Q4"}\n'
    assert moved(line, 2) == line.replace("at: 2027Q4", "at: 2029Q4")


def test_the_command_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["soon", "x.yaml"]) == 2
    assert "YEARS FILE" in capsys.readouterr().err
