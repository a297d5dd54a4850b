"""The commented plan that `experiment new` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).resolve().parent / "example.yaml"
_ID: Final = "mon-experience"


def example_text(identifier: str) -> str:
    """Text of the example, under this id."""
    text = _FILE.read_text(encoding="utf-8")
    return text.replace(f"id: {_ID}\n", f"id: {identifier}\n", 1)
