"""The page about the model says what the registries, the kept runs and docs/ say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import read
from dashboard.evidence import Beside, checked_facts, in_range, replays
from dashboard.page import Content
from dashboard.pages.model import page_content, page_form, page_panels
from dashboard.panels.beside import places
from dashboard.panels.parameters import KINDS
from dashboard.reading import Library
from simulator.cli.facts_page import NAME, generated
from simulator.cli.generated_part import page_text
from simulator.facts import FactResult, Words, facts
from simulator.indicators import INDICATORS
from simulator.model import SCHEDULE
from simulator.parameters import SPECS, process_groups
from simulator.process_names import described

PATH = "/modele"
DOCS = Path(__file__).resolve().parents[2] / "docs"


def shown(library: Library, query: str = "") -> tuple[Content, str]:
    content = page_content(library, read(PATH, query))
    text = json.dumps(content.parts, default=lambda c: c.to_plotly_json(), ensure_ascii=False)
    return content, text


def panels(library: Library, query: str = "") -> Any:
    return page_panels(library, read(PATH, query))


def test_the_facts_that_are_kept_are_those_of_the_docs() -> None:
    """What the page reads and docs/facts-check.md come from the same run."""
    page = page_text(DOCS / "facts-check.md", NAME)
    for one in checked_facts("en"):
        (line,) = re.findall(rf"^\| `{re.escape(one.id)}` \|.*$", page, re.MULTILINE)
        fact = facts()[one.id]
        values = () if one.median is None else (one.median,)
        reason = None if one.reason is None else Words(fr=one.reason, en=one.reason)
        alone = generated([FactResult(one.id, fact, values, reason)], "one draw")
        (expected,) = re.findall(rf"^\| `{re.escape(one.id)}` \|.*$", alone, re.MULTILINE)
        told, wanted = line.split(" | "), expected.split(" | ")
        assert told[:3] == wanted[:3] and told[4:] == wanted[4:]
        assert told[3].split(" [")[0] == wanted[3]


def test_only_what_is_held_out_counts(library: Library) -> None:
    beside = checked_facts("fr")
    assert {one.id for one in beside} == set(facts())
    inside, count = in_range(beside, "held_out")
    held = [one for one in beside if facts()[one.id].role == "held_out" and one.median is not None]
    assert (inside, count) == (sum(bool(one.inside) for one in held), len(held))
    assert f"\xa0: {inside} sur {count}." in panels(library)["facts"]().title
    for replay in replays("en"):
        inside, count = in_range(replay.beside, "held_out")
        assert f"{inside} of {count}" in panels(library, "?lang=en")[f"replay-{replay.id}"]().title


numbers = st.integers(-1_000_000, 1_000_000)


@given(
    value=numbers,
    low=numbers,
    width=st.integers(1, 1_000_000),
    open_end=st.sampled_from(["none", "low", "high"]),
)
def test_a_dot_stands_in_the_shade_where_its_figure_is_in_range(
    value: int, low: int, width: int, open_end: str
) -> None:
    ends = (None if open_end == "low" else low, None if open_end == "high" else low + width)
    inside = (ends[0] is None or value >= ends[0]) and (ends[1] is None or value <= ends[1])
    one = Beside("x", "x", "share", "tuned", *ends, value, None, None, inside, ())
    middle, left, right = places(one)
    assert (-1 - 1e-9 <= middle <= 1 + 1e-9) == inside
    assert left == middle == right


def test_every_parameter_stands_in_one_family(library: Library) -> None:
    made = panels(library)
    names = [row[1] for group in process_groups() for row in made[f"family-{group.code}"]().shown]
    assert sorted(names) == sorted(SPECS)
    everything = made["parameters"]()
    assert everything.numbers["name"].tolist() == list(SPECS)
    assert everything.numbers["source"].str.len().min() > 0
    assert set(everything.headings) == set(everything.numbers.columns)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_shows_its_parameters_only(library: Library, kind: str) -> None:
    made = panels(library, f"?kind={kind}")
    names = [row[1] for group in process_groups() for row in made[f"family-{group.code}"]().shown]
    expected = [name for name, spec in SPECS.items() if spec.kind == kind]
    assert sorted(names) == sorted(expected)
    content, _ = shown(library, f"?kind={kind}")
    assert content.status.startswith(f"{len(expected)} ")


def test_an_unknown_kind_is_told(library: Library) -> None:
    content, text = shown(library, "?kind=invented")
    assert "«\xa0invented\xa0» n'existe pas ici" in text
    assert content.status.startswith(f"{len(SPECS)} ")


def test_the_steps_of_a_quarter_are_those_of_the_model(library: Library) -> None:
    parts = page_form(library, read(PATH, "?lang=en"))
    (steps,) = [part for part in parts if getattr(part, "id", None) == "schedule"]
    assert [item.children for item in steps.children] == [
        described(step.__name__, "en") for step in SCHEDULE
    ]


def test_what_is_not_identified_is_what_docs_say(library: Library) -> None:
    limits = (DOCS / "limits.md").read_text(encoding="utf-8")
    title = panels(library, "?lang=en")["calibration"]().title
    found = re.match(r"(\d+) of the (\d+) parameters", title)
    assert found is not None
    assert f"{found[1]} of the {found[2]} parameters drawn are not identified" in limits


def test_it_says_who_builds_and_that_nobody_knows_who_funds(library: Library) -> None:
    _, text = shown(library)
    assert "Kiif" in text and "Qui finance l'outil n'y est écrit nulle part" in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_figures_are_drawn_and_tables_full(library: Library, language: str) -> None:
    for key, make in panels(library, f"?lang={language}").items():
        panel = make()
        for drawing in panel.drawings:
            go.Figure(drawing.figure)
            assert drawing.figure["layout"]["height"] > 100
        assert panel.title and panel.shown, key
        assert all(len(row) == len(panel.shown_headings) for row in panel.shown), key
        assert all("_" not in cell for row in panel.shown for cell in row[:1]), key
        assert set(panel.headings) == set(panel.numbers.columns), key
    assert len(panels(library)["indicators"]().shown) == len(INDICATORS)
