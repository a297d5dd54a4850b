"""`penser-demain start` is what `make run` runs: table first, then the page with these results."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboard import start, static_files
from simulator import command
from simulator.cli import run as run_module
from simulator.scenario_check import default_source


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, object]]:
    """What `start` did, in order, without simulating or serving."""
    monkeypatch.chdir(tmp_path)
    done: list[tuple[str, object]] = []

    def play(out: Path, parameters: str) -> None:
        assert parameters == default_source()  # verdict words need draws of the parameters
        done.append(("run", out))

    monkeypatch.setattr(run_module, "run", play)

    def show(*shown: object, store: Path) -> None:
        done.append(("page", (*shown, store)))

    monkeypatch.setattr(start, "serve_results", show)
    monkeypatch.setattr(static_files, "compress_largest", lambda: None)
    return done


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_page_shows_the_results_just_made(played: list[tuple[str, object]]) -> None:
    port = free_port()
    start.start(port=port)
    (first, folder), (second, shown) = played
    assert (first, second) == ("run", "page")
    assert isinstance(folder, Path)
    assert shown == ([folder], "127.0.0.1", port, folder.parent / "essais")


def test_without_serving_it_ends_after_the_table(played: list[tuple[str, object]]) -> None:
    assert command.run(["start", "--no-serve"]) == 0
    assert [what for what, _ in played] == ["run"]


def test_a_port_in_use_is_told_before_simulating(
    played: list[tuple[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert command.run(["start", "--port", str(port)]) == 2
    assert played == []
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err
