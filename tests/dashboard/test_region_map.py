"""The map looks like France: right places, right areas, nothing over anything else."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.figures.france import OVERSEAS, borders, label_point, outline
from dashboard.figures.region_map import (
    DIVERGING,
    MISSING,
    SEQUENTIAL,
    Area,
    ink_on,
    region_map,
)
from dashboard.region_measure import CLASSES, even_classes, round_step
from simulator.codes import REGIONS, region_adjacency

MAINLAND = [region for region in REGIONS if region not in OVERSEAS]
# Where the prefect of each région sits (longitude, latitude), and its area in km².
PREFECTURES = {
    "11": (2.35, 48.86), "24": (1.91, 47.90), "27": (5.04, 47.32), "28": (1.10, 49.44),
    "32": (3.06, 50.63), "44": (7.75, 48.58), "52": (-1.55, 47.22), "53": (-1.68, 48.11),
    "75": (-0.58, 44.84), "76": (1.44, 43.60), "84": (4.84, 45.76), "93": (5.38, 43.30),
    "94": (8.74, 41.92),
}  # fmt: skip
SQUARE_KILOMETRES = {
    "11": 12_011, "24": 39_151, "27": 47_784, "28": 29_907, "32": 31_806, "44": 57_441,
    "52": 32_082, "53": 27_208, "75": 84_036, "76": 72_724, "84": 69_711, "93": 31_400,
    "94": 8_680,
}  # fmt: skip
AREA_TOLERANCE = 0.05


def inside(x: np.ndarray, y: np.ndarray, region: str) -> np.ndarray:
    """Which points lie in a région, by the number of sides that a ray to the right crosses."""
    ring = outline(region)
    found = np.zeros(len(x), bool)
    for (x0, y0), (x1, y1) in pairwise(ring):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            found ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return found


def test_each_region_holds_its_prefecture_and_no_other() -> None:
    x, y = (np.array([PREFECTURES[r][i] for r in MAINLAND]) for i in (0, 1))
    for position, region in enumerate(MAINLAND):
        assert np.flatnonzero(inside(x, y, region)).tolist() == [position], region


def test_labels_stand_in_their_regions() -> None:
    for region in REGIONS:
        x, y = label_point(region)
        held = bool(inside(np.array([x]), np.array([y]), region)[0])
        assert held == (region != "94"), region  # Corse is too narrow: its label is at sea


def test_no_two_regions_overlap() -> None:
    points = np.random.default_rng(1).uniform([-5.5, 38.0], [10.5, 51.5], (20_000, 2))
    count = sum(inside(points[:, 0], points[:, 1], region).astype(int) for region in REGIONS)
    assert np.max(count) == 1
    assert np.sum(count) > 5_000


def test_areas_are_those_of_the_regions() -> None:
    for region, true in SQUARE_KILOMETRES.items():
        ring = np.array(outline(region))
        x, y = ring[:, 0], ring[:, 1]
        degrees = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
        drawn = degrees * 111.2**2 * cos(radians(y.mean()))
        assert drawn == pytest.approx(true, rel=AREA_TOLERANCE), region


def test_neighbours_are_those_of_the_model() -> None:
    adjacency = region_adjacency()
    drawn = {frozenset(sides.split("-")) for sides in borders()}
    for i, one in enumerate(REGIONS):
        for j, other in enumerate(REGIONS[:i]):
            assert (frozenset((one, other)) in drawn) == adjacency[i, j], (one, other)


def test_plotly_draws_the_map() -> None:
    colours = [*SEQUENTIAL, *DIVERGING, MISSING]
    areas = {r: Area(colours[i % len(colours)], "1 %", "un") for i, r in enumerate(REGIONS)}
    figure = region_map(areas, "Outre-mer")
    go.Figure(figure)  # raises on any unknown or wrong property
    assert len(figure["data"]) == len(REGIONS)
    assert all(t["type"] == "scatter" and t["fill"] == "toself" for t in figure["data"])


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("colour", sorted({*SEQUENTIAL, *DIVERGING}))
def test_labels_can_be_read_on_their_colour(colour: str) -> None:
    high, low = sorted((_luminance(colour), _luminance(ink_on(colour))), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_classes_are_even_and_hold_every_region_once() -> None:
    values = {region: 0.01 * i for i, region in enumerate(REGIONS)}
    step, classes = even_classes(values)
    assert sorted(r for regions in classes.values() for r in regions) == sorted(REGIONS)
    assert classes[0] == (REGIONS[0],)
    assert max(classes) <= CLASSES
    for number, regions in classes.items():
        for region in regions:
            assert (number - 1) * step - 1e-12 < values[region] <= number * step + 1e-12
    assert round_step(0.0) == 1.0
    assert round_step(12_317_279) == 4e6
