"""Real results, small: three scenarios of one région over three years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import simulator
from dashboard.language import texts_in
from dashboard.reading import Library
from dashboard.selection import read_address
from dashboard.view import View
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
        selection, problems = read_address(address, library.choices)
        assert problems == []
        return View(library.comparison(selection), selection, texts_in(selection.language))

    return of_address
