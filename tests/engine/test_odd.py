"""The documentation says what the code does: its generated sections are those of today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator import odd
from simulator.codes import PRIMARY_CAUSES
from simulator.indicators import INDICATORS
from simulator.model import SCHEDULE
from simulator.open_accounts import DUE_COLUMNS
from simulator.organisations import columns
from simulator.parameters import SPECS
from simulator.structures import STRUCTURES

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    "ODD.md": {
        "state-variables",
        "schedule",
        "structures",
        "input-data",
        "constants",
        "parameters",
    },
    "TRACE.md": {"facts", "tuned-parameters", "kinds"},
}


@pytest.mark.parametrize("name", PAGES)
def test_generated_sections_are_fresh(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    stale = f"run: python -m simulator.odd docs/{name}"
    assert page == odd.refreshed(page), stale


@pytest.mark.parametrize("name", PAGES)
def test_pages_hold_their_sections(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert {name for name in odd.SECTIONS if f"<!-- generated: {name} -->" in page} == PAGES[name]


def test_every_state_variable_and_parameter_is_listed() -> None:
    variables, parameters = odd.state_variables(), odd.parameters()
    assert [name for name in (*columns(), *DUE_COLUMNS) if f"| `{name}` |" not in variables] == []
    assert [name for name in SPECS if f"| `{name}` |" not in parameters] == []


def test_the_schedule_is_that_of_the_model() -> None:
    listed = re.findall(r"^\| \d+ \| `(\w+)`", odd.schedule(), re.MULTILINE)
    assert listed == [process.__name__ for process in SCHEDULE]


def test_names_in_the_pages_exist() -> None:
    """A parameter that is renamed must be renamed in the explanations too."""
    text = "".join((DOCS / name).read_text(encoding="utf-8") for name in (*PAGES, "limits.md"))
    prose = re.sub(r"<!-- generated: .*?<!-- end: ", "", text, flags=re.DOTALL)
    code = " ".join(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", prose, flags=re.DOTALL)))
    processes = {process.__name__ for process in SCHEDULE}
    known = (
        set(SPECS) | set(columns()) | set(DUE_COLUMNS) | processes | set(STRUCTURES) | OTHER_NAMES
    )
    words = set(re.findall(r"(?<![\w./-])[a-z]+(?:_[a-z]+)+(?![\w./-])", code))
    assert len(words) > 100
    assert sorted(words - known) == []
    constants = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", code))
    assert sorted(name for name in constants if f"`{name}`" not in odd.constants()) == []


def test_a_section_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        odd.refreshed("<!-- generated: weather -->\n<!-- end: weather -->\n")


# A lever's mode, a symbol of an equation, causes of exits, indicators.
OTHER_NAMES = {"nominal_growth", "n_oh", *PRIMARY_CAUSES, *INDICATORS}
