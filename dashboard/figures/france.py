"""The 18 régions as shapes on a plane: drawn by hand from places known, for reading, not measuring.

`borders.csv` holds the borders between two régions, or of one with the sea or another country, as
named places in order; régions that meet share them, so that they fit without gaps. The five
régions overseas are squares in a row beneath.
"""

from __future__ import annotations

import csv
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Final

Point = tuple[float, float]

BORDERS: Final = Path(__file__).parent / "borders.csv"
SHORTENING: Final = cos(radians(46.5))  # of a degree of longitude, against one of latitude
OVERSEAS: Final = ("01", "02", "03", "04", "06")
# The row of squares, in degrees: left edge of the first, from one to the next, side, lower edge.
FIRST, STEP, SIDE, LOWEST = -4.7, 3.1, 2.2, 38.6
# Where a label stands, where the middle of the région is a bad place for it.
LABELS: Final[dict[str, Point]] = {
    "11": (2.50, 48.68), "24": (1.62, 47.42), "27": (4.70, 47.17), "28": (0.10, 49.02),
    "32": (2.70, 49.95), "44": (5.60, 48.70), "52": (-0.72, 47.60), "53": (-2.98, 48.17),
    "75": (0.52, 45.40), "76": (2.10, 43.72), "84": (4.50, 45.45), "93": (6.15, 43.85),
    "94": (8.42, 42.15),
}  # fmt: skip


def place(longitude: float, latitude: float) -> Point:
    """Coordinates on the plane: degrees of latitude, both ways."""
    return longitude * SHORTENING, latitude


@cache
def outline(region: str) -> tuple[Point, ...]:
    """(longitude, latitude) around a région, its first point repeated at the end."""
    if region in OVERSEAS:
        left = FIRST + STEP * OVERSEAS.index(region)
        right, top = left + SIDE, LOWEST + SIDE * SHORTENING
        return ((left, LOWEST), (right, LOWEST), (right, top), (left, top), (left, LOWEST))
    return _joined([points for sides, points in borders().items() if region in sides.split("-")])


def label_point(region: str) -> Point:
    """(longitude, latitude) of the middle of a région's label."""
    if region in OVERSEAS:
        return FIRST + STEP * OVERSEAS.index(region) + SIDE / 2, LOWEST + SIDE * SHORTENING / 2
    return LABELS[region]


@cache
def borders() -> dict[str, tuple[Point, ...]]:
    """Both sides of each border, `32-44` or `32-sea`, → its points (longitude, latitude)."""
    found: dict[str, list[Point]] = {}
    with BORDERS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            point = float(row["longitude"]), float(row["latitude"])
            found.setdefault(row["border"], []).append(point)
    return {sides: tuple(points) for sides, points in found.items()}


def _joined(pieces: list[tuple[Point, ...]]) -> tuple[Point, ...]:
    """Pieces of a ring put end to end, turned round where needed."""
    ring, left = list(pieces[0]), pieces[1:]
    while left:
        piece = next(p for p in left if ring[-1] in (p[0], p[-1]))
        left.remove(piece)
        ring += piece[1:] if piece[0] == ring[-1] else piece[-2::-1]
    if ring[0] != ring[-1]:
        raise ValueError("these borders do not close")
    return tuple(ring)
