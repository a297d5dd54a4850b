"""Playing a page of the documentation: its commands and its Python, in order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from simulator.command import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
_WITH_WORKERS = ("run", "verify")


def play(name: str, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The names that a page leaves behind, and what it prints, line by line."""
    text = (DOCS / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(sh|python)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    lines: list[str] = []
    names: dict[str, Any] = {"print": lambda *parts: lines.append(" ".join(map(str, parts)))}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for language, block in blocks:
            if language == "sh":
                for line in block.splitlines():
                    command, *arguments = shlex.split(line)
                    assert command == "penser-demain"
                    if set(_WITH_WORKERS) & set(arguments[:2]):
                        arguments += ["--workers", "1"]
                    assert run(arguments) == 0
            else:
                exec(compile(block, name, "exec"), names)
    return names, lines
