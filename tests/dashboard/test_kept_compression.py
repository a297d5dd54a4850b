"""The best compression of a large script is made once for an installation."""

from __future__ import annotations

import random
from pathlib import Path

import brotli
import pytest

from dashboard import static_files
from dashboard.static_files import WORTH_BEST, StaticFile

CONTENT = bytes(random.Random(1).choices(b"abcdef ", k=WORTH_BEST + 1))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(static_files, "__file__", str(tmp_path / "static_files.py"))
    return tmp_path / "__pycache__"


def test_a_kept_form_serves_the_next_start(folder: Path) -> None:
    StaticFile("a.js", CONTENT).compress_best()
    (kept,) = folder.iterdir()
    assert brotli.decompress(kept.read_bytes()) == CONTENT
    assert StaticFile("a.js", CONTENT).brotlied == kept.read_bytes()
    assert StaticFile("b.js", CONTENT + b"x").best_kept() is None


@pytest.mark.parametrize("damage", [b"", b"not brotli", brotli.compress(b"other")])
def test_a_damaged_form_is_not_served(folder: Path, damage: bytes) -> None:
    file = StaticFile("a.js", CONTENT)
    file.compress_best()
    (kept,) = folder.iterdir()
    kept.write_bytes(damage)
    assert StaticFile("a.js", CONTENT).best_kept() is None


def test_an_installation_that_cannot_be_written_to_does_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_text("a file where the folder would be", encoding="utf-8")
    file = StaticFile("a.js", CONTENT)
    file.compress_best()
    assert brotli.decompress(file.brotlied) == CONTENT
