"""Settings that all tests share."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import Final

import psutil
import pytest
from hypothesis import settings

# The same examples on every machine: a failure seen once is seen by everyone.
settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

GROWTH: Final = 256 * 2**20  # bytes of memory that a process may gain before worlds are let go
_process = psutil.Process()
_least = _process.memory_info().rss


@pytest.fixture(scope="module", autouse=True)
def worlds_are_let_go() -> Iterator[None]:
    """Free the worlds that the tests of a file left: few objects, so Python waits for hours.

    Mesa 3.3 also counts agents by model, for ever; see `EssModel.release`.
    """
    global _least
    yield
    if "mesa" in sys.modules and _process.memory_info().rss > _least + GROWTH:
        getattr(sys.modules["mesa"].Agent, "_ids", {}).clear()
        gc.collect()
        _least = _process.memory_info().rss
