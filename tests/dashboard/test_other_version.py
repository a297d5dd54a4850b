"""Results of another version of the model are told on every page that makes some of them again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dashboard.address import read
from dashboard.page import Page
from dashboard.pages import compare, flows, organisations, territories
from dashboard.reading import Library
from simulator.results import Results

PAGES = [compare.PAGE, flows.PAGE, territories.PAGE, organisations.PAGE]


@pytest.fixture(scope="module", params=[{"version": "0.0.1"}, {"code_sha256": "f" * 64}])
def others(
    request: pytest.FixtureRequest, results_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Library:
    folder = tmp_path_factory.mktemp("other") / "essai"
    shutil.copytree(results_folder, folder)
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | request.param), encoding="utf-8")
    return Library({"essai": Results.load(folder)})


def is_told(part: Any) -> bool:
    return getattr(part, "id", "") == "other-version"


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.path)
def test_results_of_another_version_are_told_and_still_given(
    library: Library, others: Library, place: Page
) -> None:
    for query, words in (("", "autre version du modèle"), ("?lang=en", "another version")):
        address = read(place.path, query)
        told = [
            [part.children for part in place.content(one, address).parts if is_told(part)]
            for one in (library, others)
        ]
        assert told[0] == [] and len(told[1]) == 1 and words in told[1][0]
    assert place.problems(others, read(place.path, "")) == [], "its files are those asked for"
