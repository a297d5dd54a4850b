"""Real results, small: three scenarios of one région over three years."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import simulator
from dashboard.address import read
from dashboard.reading import Library
from dashboard.view import View, read_view
from simulator.results import Results


@pytest.fixture(scope="session")
def results() -> Results:
    return simulator.simulate(
        ["fil-de-l-eau", "choc-regional", "fusionner"],
        population="demo",
        replicates=3,
        seed=2026,
        quarters=12,
    )


@pytest.fixture(scope="session")
def results_folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return results.save(tmp_path_factory.mktemp("dashboard") / "essai")


@pytest.fixture(scope="session")
def library(results_folder: Path) -> Library:
    return Library({"essai": Results.load(results_folder)})


@pytest.fixture(scope="session")
def view(library: Library) -> Callable[[str], View]:
    """View of an address, `view("?sector=CULTURE&lang=en")`."""

    def of_address(address: str = "") -> View:
        seen, problems = read_view(library, read("/comparer", address))
        assert problems == []
        return seen

    return of_address


@pytest.fixture(scope="session")
def served(results_folder: Path) -> Iterator[str]:
    """Address of a real server on the results folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "dashboard", "--results", str(results_folder),
         "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()
