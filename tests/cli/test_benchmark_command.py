"""`benchmark`: what it prints; the ratio to the Mesa twin in the sources, elsewhere one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import benchmark
from simulator.benchmark import Measure
from simulator.command import run
from tests.benchmark.twin import NAMES, twin
from tests.cli.test_commands import validated

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures that take no time."""

    def run_apart(name: str) -> list[Measure]:
        return [Measure(name, f"what {name} is", 1.0, benchmark.UNIT)]

    monkeypatch.setattr(benchmark, "run_apart", run_apart)


def test_a_measure_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["benchmark", "growth-demo", "--json"]) == 0
    (measure,) = validated("benchmark", capsys.readouterr().out)["measures"]
    assert measure["name"] == "growth demo"
    assert measure["details"]["rows"] > 900
    assert measure["value"] > 0.0


def test_engine_and_twin_side_by_side(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = twin("demo", quarters=1, repeats=1)
    monkeypatch.setattr(benchmark, "run_apart", lambda name: found)
    assert run(["benchmark", "twin", "--json"]) == 0
    measures = validated("benchmark", capsys.readouterr().out)["measures"]
    assert [measure["name"] for measure in measures] == ["columns", "agents", "ratio"]
    assert tuple(measures[-1]["details"]["beside"]) == NAMES
    assert run(["benchmark", "twin"]) == 0
    printed = capsys.readouterr().out
    assert "agents over columns" in printed
    assert all(name in printed for name in NAMES)


@pytest.mark.usefixtures("quick")
def test_from_sources_all_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.sources() == ROOT
    assert run(["benchmark"]) == 0
    printed = capsys.readouterr().out
    assert all(f"what {name} is" in printed for name in benchmark.NAMES)


@pytest.mark.usefixtures("quick")
def test_without_sources_one_line_says_what_the_ratio_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "sources", lambda: None)
    assert run(["benchmark"]) == 0
    printed = capsys.readouterr().out
    assert "what full is" in printed
    assert "what twin is" not in printed
    last = printed.splitlines()[-1]
    assert last.startswith("twin: ")
    assert "sources" in last and "make benchmark ARGS=twin" in last
    assert run(["benchmark", "--json"]) == 0
    output = capsys.readouterr()
    names = [measure["name"] for measure in validated("benchmark", output.out)["measures"]]
    assert names == list(benchmark.MEASURES)
    assert last in output.err
    assert run(["benchmark", "twin"]) == 2
    assert "make benchmark ARGS=twin" in capsys.readouterr().err


def test_the_package_alone_has_no_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "site-packages" / "simulator" / "benchmark.py"
    monkeypatch.setattr(benchmark, "__file__", str(installed))
    assert benchmark.sources() is None


def test_an_unknown_measure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["benchmark", "speed"]) == 2
    assert "'speed' is not a measure" in capsys.readouterr().err
