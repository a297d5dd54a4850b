"""Real results, small: three scenarios of one région over three years."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
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
def drawn_results() -> Results:
    """Ten draws of the parameters, one year."""
    return simulator.simulate(
        "choc-regional", population="demo", parameters="accepted", draws=10, quarters=4, workers=1
    )


@pytest.fixture(scope="session")
def drawn_folder(drawn_results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_results.save(tmp_path_factory.mktemp("drawn") / "tirages")


def apart(
    source: Path, made: Path, indicator: str, by: Sequence[float], dimension: str = "all"
) -> Library:
    """A folder as another one, but for one indicator at the end in a dimension.

    There each scenario differs from the reference, in each draw or replicate, by this share of it.
    """
    shutil.copytree(source, made)
    loaded = Results.load(made)
    path = made / "trajectories.parquet"
    table = pq.read_table(path)
    codes = {name: table[name].to_pandas().to_numpy() for name in ("scenario", "group")}
    here = table["dimension"].to_pandas().to_numpy() == dimension
    here &= table["quarter"].to_pandas().to_numpy() == loaded.quarters[-1]
    values = table[indicator].to_numpy().copy()
    scenario, reference = codes["scenario"], loaded.reference
    for unit, share in zip(loaded.units, by, strict=True):
        one = here & (table["draw"].to_numpy() == unit[0])
        one &= table["replicate"].to_numpy() == unit[2]
        for group in np.unique(codes["group"][one]):
            same = one & (codes["group"] == group)
            base = values[same & (scenario == reference)]
            if len(base):
                values[same & (scenario != reference)] = base[0] * (1 + share)
    column = table.schema.get_field_index(indicator)
    pq.write_table(table.set_column(column, table.field(column), pa.array(values)), path)
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["trajectories"]["bytes"] = path.stat().st_size
    (made / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Library({"essai": Results.load(made)})


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
