"""What only the host can say comes from the host's file, or is told as missing."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dashboard.pages.registry import BY_PATH
from dashboard.reading import Library
from dashboard.routes import drawn
from dashboard.site import Site, read_site
from simulator.problems import InputError
from simulator.results import Results

MISSING = "À compléter par qui met ces pages en ligne"


def shown(library: Library, path: str, query: str = "") -> str:
    content, _ = drawn(library, BY_PATH[path], query)
    return json.dumps(content.parts, default=lambda c: c.to_plotly_json(), ensure_ascii=False)


@pytest.mark.parametrize("path, count", [("/mentions-legales", 4), ("/confidentialite", 2)])
def test_what_is_missing_is_told(library: Library, path: str, count: int) -> None:
    assert shown(library, path).count(MISSING) == count


def test_a_host_fills_in(results: Results, tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text('format: 1\nhost: {fr: "Un hébergeur", en: "A host"}\n', encoding="utf-8")
    library = Library({"essai": results}, site=read_site(file))
    assert "Un hébergeur" in shown(library, "/mentions-legales")
    assert "A host" in shown(library, "/mentions-legales", "?lang=en")
    assert shown(library, "/mentions-legales").count(MISSING) == 3


def test_the_file_that_ships_is_empty_and_read() -> None:
    site = read_site(Path(sys.modules["dashboard"].__file__ or "").parent / "data" / "site.yaml")
    assert site.model_dump(exclude={"format"}, exclude_none=True) == {}


def test_a_wrong_file_is_refused_before_anything_is_served(
    results_folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "site.yaml"
    file.write_text('format: 1\nhots: {fr: "x", en: "x"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"site\.yaml:2:1: hots.*host"):
        read_site(file)
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "dashboard", "--results", str(results_folder),
         "--port", "0", "--site", str(file)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "hots" in done.stderr and "Traceback" not in done.stderr


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "hosting.md").read_text(encoding="utf-8")
    example = textwrap.dedent(text.split("```yaml\n")[1].split("```")[0])
    file = tmp_path / "site.yaml"
    file.write_text(example, encoding="utf-8")
    assert read_site(file).model_dump(exclude_none=True).keys() == Site.model_fields.keys()
