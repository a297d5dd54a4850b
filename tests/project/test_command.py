"""The command line tells what went wrong in one line per problem, with the agreed exit status."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import NoReturn

import pytest
import typer

from simulator import command
from simulator.problems import InputError, Problem
from simulator.version import __version__


@pytest.fixture
def failing_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], int]:
    """Run a package's command that raises, and return the exit status."""

    def run(error: BaseException) -> int:
        def fail(replicates: int = 1) -> NoReturn:
            raise error

        def register(app: typer.Typer) -> None:
            app.command("fail")(fail)

        def entry_points() -> Iterator[SimpleNamespace]:
            yield SimpleNamespace(name="test", load=lambda: register)

        monkeypatch.setattr(command, "_entry_points", entry_points)
        return command.run(["fail"])

    return run


def test_bad_input_is_told_line_by_line(
    failing_with: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    problems = [
        Problem("a.yaml", 3, 7, "horizon.quarters", "0 is too short", "from 1 to 200"),
        Problem("a.yaml", 9, 1, "family", "unknown family", "one of seven"),
    ]
    assert failing_with(InputError(problems)) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.splitlines() == [
        "a.yaml:3:7: horizon.quarters: 0 is too short; from 1 to 200",
        "a.yaml:9:1: family: unknown family; one of seven",
    ]


def test_interruption_is_status_1(
    failing_with: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing_with(KeyboardInterrupt()) == 1
    assert capsys.readouterr().err.strip() == "interrupted"


def test_full_disk_is_status_1_and_names_the_file(
    failing_with: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "results/lifetimes.parquet")
    assert failing_with(full) == 1
    message = capsys.readouterr().err
    assert message.startswith("results/lifetimes.parquet: the disk is full")
    assert len(message.splitlines()) == 1


def test_our_own_mistakes_are_not_hidden(failing_with: Callable[[BaseException], int]) -> None:
    with pytest.raises(ZeroDivisionError):
        failing_with(ZeroDivisionError())


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["frobnicate"], "frobnicate"),
        (["run", "--frobnicate"], "--frobnicate"),
        (["run", "--replicates", "many"], "--replicates"),
        (["scenarios", "show"], "show"),
    ],
)
def test_wrong_usage_is_status_2_in_one_line(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run(arguments) == 2
    message = capsys.readouterr().err
    assert message.startswith("command line: ")
    assert named in message
    assert "--help" in message
    assert len(message.splitlines()) == 1


def test_python_module_is_the_command() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "simulator", "--version"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == f"penser-demain {__version__}\n"


def test_without_arguments_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run([]) == 0
    listing = capsys.readouterr().out
    for name in ("run", "scenarios", "parameters", "indicators", "facts", "dashboard", "start"):
        assert name in listing
