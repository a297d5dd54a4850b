"""The model reads every parameter, and where a lever may select, it selects.

A parameter that the model asks for as one number for everybody (`values.scalar`) cannot be
limited to a région or a sector: saying `varies_by` would apply a local lever to the country.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import simulator
from simulator.parameters import SPECS

PACKAGE = Path(simulator.__file__).parent
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
WHOLE = re.compile(r"values\.(?:scalar|table)\(\s*\"([a-z_]+)\"")
ROWS = re.compile(r"values\.rows\(\s*\"([a-z_]+)\"")


def test_every_parameter_is_read_somewhere() -> None:
    code = "\n".join(SOURCES.values())
    words = set(re.findall(r"[a-z_]+", code))
    assert sorted(set(SPECS) - words) == []


def test_every_name_that_the_model_reads_is_a_parameter() -> None:
    names = {n for text in SOURCES.values() for n in (*WHOLE.findall(text), *ROWS.findall(text))}
    assert len(names) > 100
    assert sorted(names - set(SPECS)) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_read_for_everybody_takes_no_selection(path: Path) -> None:
    selective = {name for name in WHOLE.findall(SOURCES[path]) if SPECS[name].varies_by}
    assert sorted(selective) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_read_by_organisation_takes_no_funder(path: Path) -> None:
    funders = {n for n in ROWS.findall(SOURCES[path]) if "funder" in SPECS[n].varies_by}
    assert sorted(funders) == []
