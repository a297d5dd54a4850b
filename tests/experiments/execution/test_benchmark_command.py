"""`experiment benchmark`: what it prints, and that what it fills is an experiment."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments import benchmark
from simulator.benchmark import Measure
from simulator.command import run as command
from tests.cli.test_commands import validated


def test_what_is_measured_is_told_with_its_bound(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks = {"few": ("memory 1000", 0.5), "many": ("memory 20000", 0.6)}

    def apart(name: str) -> list[Measure]:
        return [Measure(*peaks[name][:1], f"what {name} is", peaks[name][1], "GB")]

    monkeypatch.setattr(benchmark, "run_apart", apart)
    assert command(["experiment", "benchmark", "few", "many", "--json"]) == 0
    measures = validated("experiment-benchmark", capsys.readouterr().out)["measures"]
    assert [measure["name"] for measure in measures][-1] == "memory growth"
    assert measures[-1]["value"] == pytest.approx(1.2) and measures[-1]["within"] is False
    assert command(["experiment", "benchmark", "few"]) == 0
    assert "growth" not in capsys.readouterr().out
    assert command(["experiment", "benchmark", "speed"]) == 2


def test_a_folder_filled_with_one_unit_repeated_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "WORKERS", 1)
    monkeypatch.setattr(benchmark, "_PLAN", benchmark._PLAN.replace("quarters: 36", "quarters: 4"))
    found = {measure.name: measure for measure in benchmark._memory(3)}
    assert {"time 3", "resume 3"} <= set(found)
    assert found["time 3"].details["megabytes_written"] > 0.0
