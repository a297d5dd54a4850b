"""Populations that ship, in words."""

from __future__ import annotations

from dashboard.language import Texts


def population_name(name: str, texts: Texts) -> str:
    """A built-in population in words; any other by its own name."""
    return {
        "demo": texts("démonstration"),
        "workshop": texts("atelier"),
        "national": texts("nationale"),
        "full": texts("complète"),
    }.get(name, name)
