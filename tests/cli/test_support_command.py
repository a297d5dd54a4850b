"""`run` with a support programme: no verdict word, and the effect that would pay for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.command import run
from tests.cli.test_commands import SHORT, validated


def test_a_run_with_support_tells_the_effect_that_would_pay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "fermer-a-temps", *SHORT, "--replicates", "2"]
    assert run([*arguments, "--out", str(tmp_path / "json"), "--json"]) == 0
    content = validated("run", capsys.readouterr().out)
    verdicts = {row["scenario"]: row["verdict"] for row in content["comparisons"]}
    assert verdicts == {"fermer-a-temps": None}
    (found,) = content["break_even"]
    assert found["scenario"] == "fermer-a-temps"
    assert [row["factor"] for row in found["rows"]] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    assert [effect["programme"] for effect in found["effects"]] == ["orderly_closure"]
    assert run([*arguments, "--out", str(tmp_path / "text")]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for words in ("mot retenu", "Quel effet ferait que l'accompagnement se paie", "aucun effet"):
        assert words.lower() in printed.lower()
    assert "signe stable, paramètres non variés »" in printed, "the words are still explained"
