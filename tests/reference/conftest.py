"""What all comparisons of engine and twin share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _seldom_collected() -> Iterator[None]:
    """Twins are many small objects that live: Python's collector would search them all the time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    yield
    gc.set_threshold(*usual)
    gc.collect()
