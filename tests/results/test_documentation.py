"""What docs/results.md says is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


def test_the_python_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    namespace: dict[str, object] = {}
    exec(compile(example, "results.md", "exec"), namespace)
    assert "results" in namespace


def test_every_documented_schema_exists_and_no_other() -> None:
    (listed,) = re.findall(r"JSON Schemas of `docs/json/`: (.*?)\.\n", TEXT, flags=re.DOTALL)
    named = set(re.findall(r"`([a-z-]+)`", listed))
    assert named == {path.name.split(".")[0] for path in (ROOT / "docs" / "json").glob("*.json")}
