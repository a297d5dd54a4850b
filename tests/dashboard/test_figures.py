"""Figures are valid, say what the numbers say, and can be told apart by anyone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import bands, theme
from dashboard.figures.incidence import incidence_figure
from dashboard.figures.series import Series
from dashboard.figures.timeline import Timeline
from dashboard.language import texts_in
from dashboard.pages.compare import PANELS
from dashboard.view import View

Views = Callable[[str], View]
ADDRESSES = ["", "?lang=en&sector=EDUC&indicator=unmet_need", "?region=52&size=S",
             "?indicator=public_euros&reference=fusionner"]  # fmt: skip

DRAWN = [key for key in PANELS if key not in ("headlines", "certainty", "vanishing")]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("key", DRAWN)
def test_every_figure_is_one_that_plotly_draws(view: Views, address: str, key: str) -> None:
    made = PANELS[key](view(address))
    assert made.drawings
    for drawing in made.drawings:
        go.Figure(drawing.figure)  # raises on any unknown or wrong property
        assert drawing.figure["layout"]["height"] > 0
    assert made.title and made.subtitle and made.sentence
    assert made.shown and all(len(row) == len(made.shown_headings) for row in made.shown)
    assert set(made.headings) == set(made.numbers.columns)


def test_the_line_ends_where_the_table_ends(view: Views) -> None:
    seen = view("?indicator=organisations")
    made = PANELS["trajectory"](seen)
    lines = [t for t in made.drawings[0].figure["data"] if "name" in t]
    assert len(lines) == len(seen.selection.scenarios)
    for scenario, drawn in zip(seen.selection.scenarios, lines, strict=True):
        rows = made.numbers[made.numbers["scenario"] == scenario]
        assert drawn["y"] == pytest.approx(rows["mean"].tolist())


def test_the_sentence_says_the_numbers_of_the_curves(view: Views) -> None:
    seen = view("")
    sentence = PANELS["survival"](seen).sentence
    for scenario in seen.selection.scenarios:
        alive = 100 * seen.comparison.survival[scenario].survival[:, -1].mean()
        assert f"{seen.texts.number(alive)} dans {seen.quoted(scenario)}" in sentence


def test_rows_at_risk_stand_under_the_survival_curves(view: Views) -> None:
    seen = view("")
    figure = PANELS["survival"](seen).drawings[0].figure
    first = next(trace for trace in figure["data"] if trace["mode"] == "text")
    rows = seen.comparison.survival["fil-de-l-eau"].at_risk_rows.mean(axis=0)
    assert first["text"][0] == seen.texts.number(rows[0])
    assert first["text"][-1] == seen.texts.number(rows[-1])


@pytest.mark.parametrize(
    "units, filled, single_paths", [(20, 1, True), (49, 1, True), (50, 2, False)]
)
def test_quantile_bands_need_fifty_worlds(units: int, filled: int, single_paths: bool) -> None:
    values = np.random.default_rng(0).normal(size=(units, 5))
    traces = bands.spread("A", 0, list("abcde"), values, lines=2)
    assert sum("fill" in trace for trace in traces) == filled
    assert any(None in trace["y"] for trace in traces) == single_paths


def test_single_paths_can_be_added_to_bands() -> None:
    values = np.random.default_rng(0).normal(size=(60, 5))
    traces = bands.spread("A", 0, list("abcde"), values, lines=2, all_worlds=True)
    assert sum("fill" in trace for trace in traces) == 2
    assert any(None in trace["y"] for trace in traces)


def test_no_more_than_twenty_single_paths() -> None:
    traces = bands.spread("A", 0, ["a", "b"], np.ones((40, 2)), lines=2)
    paths = next(trace for trace in traces if None in trace["y"])
    assert paths["y"].count(None) == 20


def test_an_event_that_never_happens_is_drawn_flat() -> None:
    texts = texts_in("fr")
    series = [Series("Rien", 0, np.zeros((3, 5)))]
    go.Figure(incidence_figure(series, Timeline(range(-1, 4), texts), 0.0))


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    "colours, contrast", [(theme.COLOURS, 3.0), (theme.TEXT_COLOURS, 4.5)], ids=["lines", "text"]
)
def test_colours_stand_out_on_white(colours: tuple[str, ...], contrast: float) -> None:
    for colour in colours:
        assert 1.05 / (_luminance(colour) + 0.05) >= contrast, colour


def test_lines_differ_by_more_than_colour() -> None:
    assert len(set(theme.DASHES)) == len(set(theme.COLOURS)) == len(theme.LETTERS) == 5


def test_nothing_leaves_the_machine_by_the_graph_menu() -> None:
    config = theme.graph_config("fr")
    assert (config["showSendToCloud"], config["plotlyServerURL"]) == (False, "")
    assert (config["locale"], config["displaylogo"]) == ("fr", False)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=5).map(sorted), st.floats(0.1, 10))
def test_letters_never_touch_and_stay_centred(values: list[float], room: float) -> None:
    places = theme.apart(values, room, [-1000, 1000])
    assert all(after - before >= room - 1e-9 for before, after in pairwise(places))
    assert sum(places) == pytest.approx(sum(values), abs=1e-6)


def test_letters_that_do_not_touch_stay_at_their_lines() -> None:
    assert theme.apart([0.0, 5.0, 10.0], 2.0, [0, 10]) == [0.0, 5.0, 10.0]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5).map(sorted))
def test_letters_never_leave_the_axis(values: list[float]) -> None:
    places = theme.apart(values, 6.0, [0, 100])
    assert min(places) >= 0
    assert max(places) <= 100 + 1e-9
    assert all(after - before >= 6 - 1e-9 for before, after in pairwise(places))


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_the_numbers_of_an_axis_have_room(one: float, other: float) -> None:
    low, high = sorted((one, other))
    room = theme.left_room([low, high])
    assert room > 42
    if high - low >= 10:
        digits = max(len(f"{abs(end):.0f}") for end in (low, high))
        assert room >= 30 + 8 * digits
