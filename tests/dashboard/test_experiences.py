"""The page of experiments says what their reports say, and tells what cannot be read."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from dashboard.address import read
from dashboard.components.report_blocks import python_of
from dashboard.folders import known_experiments
from dashboard.language import Language
from dashboard.pages.experiences import PATH, _drawn, add_routes, page_content
from dashboard.reading import Library
from experiments.report.pictures import pictures
from experiments.report.sections import sections
from experiments.report.subject import Subject
from experiments.results import ExperimentResults
from tests.dashboard.real_client import serving
from tests.experiments.report import fabricated_experiments as fabricated


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three: one that is whole, one whose table is cut off, one that is empty."""
    folder = tmp_path_factory.mktemp("experiences")
    given = fabricated.plan(
        "{kind: latin_hypercube, n: 30}", fabricated.PARAMETERS, "{policies: [rabot-10]}", "2"
    )
    fabricated.write(folder / "entiere", given)
    shutil.copytree(folder / "entiere", folder / "coupee")
    outcomes = folder / "coupee" / "outcomes.parquet"
    outcomes.write_bytes(outcomes.read_bytes()[:100])
    (folder / "vide").mkdir()
    return folder


@pytest.fixture(scope="module")
def shown(parent: Path, library: Library) -> Library:
    return over(library, parent)


def over(library: Library, folder: Path) -> Library:
    """The same results, and a folder of experiments."""
    made = Library(library.results)
    made.experiments = (folder,)
    return made


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def written(library: Library, query: str) -> set[str]:
    content = page_content(library, read(PATH, query))
    plain = json.loads(json.dumps(content.parts, default=lambda c: c.to_plotly_json()))
    return set(strings(plain))


def test_a_parent_folder_shows_the_experiments_inside(shown: Library, parent: Path) -> None:
    found = known_experiments([parent])
    assert list(found) == ["coupee", "entiere"]
    words = written(shown, "")
    assert any(text.startswith("Terminée") for text in words)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_says_what_the_report_says(shown: Library, parent: Path, language: str) -> None:
    words = written(shown, f"?e=entiere&lang={language}")
    subject = Subject(ExperimentResults.load(parent / "entiere"), language)
    parts = sections(subject)
    assert len(parts) > 5
    for part in parts:
        assert part.title in words
        for block in part.blocks:
            if block.kind == "table":
                assert {cell for row in block.rows for cell in row} <= words
            elif block.kind == "picture":
                assert {block.title, block.alternative} <= words


def test_a_picture_is_an_image_drawn_once(parent: Path) -> None:
    known = known_experiments([parent])["entiere"]
    subject = Subject(ExperimentResults.load(parent / "entiere"), "fr")
    name = next(b.name for s in sections(subject) for b in s.blocks if b.kind == "picture")
    drawn = _drawn(known.path, known.stamp, "fr", name, True)
    assert drawn is not None and b"<svg" in drawn[0][:400]
    assert _drawn(known.path, known.stamp, "fr", "../../secret", True) is None
    assert not (parent / "entiere" / "figures").exists(), "the folder is only read"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_of_every_picture_leave_as_files_and_as_python(
    shown: Library, parent: Path, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = pictures(ExperimentResults.load(parent / "entiere"), language)
    english = pictures(ExperimentResults.load(parent / "entiere"), "en")
    assert len(found) > 3
    server = FastAPI()
    add_routes(server, shown)
    monkeypatch.chdir(parent)
    with serving(server) as client:
        for number, (name, picture) in enumerate(found.items()):
            asked = f"{PATH}/figure.%s?e=entiere&figure={name}&lang={language}"
            plain = client.ask(asked % "csv")
            rows = list(csv.reader(io.StringIO(plain.content.decode())))
            assert rows[0] == list(english[name].table.columns)
            assert len(rows) == len(picture.table.rows) + 1
            sheet = client.ask(asked % "csv" + "&format=tableur").content.decode("utf-8-sig")
            (first, *lines) = csv.reader(io.StringIO(sheet), delimiter=";")
            assert first == list(picture.table.columns) and len(lines) == len(rows) - 1
            assert not any(re.match(r"[=@\t]|[+-](?!\d)", cell) for line in lines for cell in line)
            if number == 0:
                image = client.ask(asked % "png")
                assert image.content.startswith(b"\x89PNG")
                run: dict[str, Any] = {}
                exec(python_of(name, "entiere", language), run)
                assert run["table"].values.tolist() == [list(row) for row in picture.table.rows]
        assert client.ask(f"{PATH}/figure.csv?e=entiere&figure=../x").status == 404


def test_a_damaged_folder_is_told_and_left_alone(shown: Library, parent: Path) -> None:
    before = {path: path.read_bytes() for path in (parent / "coupee").glob("*.*")}
    words = written(shown, "?e=coupee")
    assert any(text.startswith("Ce dossier ne peut pas être lu") for text in words)
    assert not any("Traceback" in text for text in words)
    assert {path: path.read_bytes() for path in (parent / "coupee").glob("*.*")} == before


def test_an_unknown_name_is_told(shown: Library) -> None:
    assert any("Expérience inconnue" in text for text in written(shown, "?e=../../etc"))


def test_unfinished_and_other_versions_are_told(library: Library, tmp_path: Path) -> None:
    given = fabricated.plan(
        "{kind: latin_hypercube, n: 20}", fabricated.PARAMETERS, "{policies: [rabot-10]}", "1"
    )
    folder = fabricated.write(tmp_path / "vieille", given)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["version"] = "0.0.1"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    seen = over(library, folder)
    assert any("0.0.1" in text for text in written(seen, "?e=vieille"))
    del manifest["files"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "INCOMPLETE").write_text("stopped\n", encoding="utf-8")
    words = written(seen, "?e=vieille")
    assert any(text.startswith("Arrêtée avant la fin") for text in words)
    assert any(text.startswith("Expérience inachevée") for text in words)
