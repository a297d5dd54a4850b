"""A table for a spreadsheet says in words what the plain one says in codes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from dashboard.pages.compare import PANELS
from dashboard.panels.in_words import in_words
from dashboard.view import View
from simulator.results import Results
from simulator.verdicts import WORDS

Views = Callable[[str], View]


@pytest.mark.parametrize("query", ["", "?lang=en"])
@pytest.mark.parametrize("key", ["headlines", "groups", "tradeoffs", "difference", "certainty"])
def test_names_stand_for_codes_and_numbers_stay(
    view: Views, results: Results, key: str, query: str
) -> None:
    seen = view(query)
    panel = PANELS[key](seen)
    told = in_words(panel.numbers, results, seen.texts)
    pd.testing.assert_frame_equal(
        told.select_dtypes("number"), panel.numbers.select_dtypes("number")
    )
    assert set(told["scenario"]) == {seen.title(s) for s in seen.others}
    words = {w[seen.texts.language] for w in WORDS.values()}
    assert set(told["verdict"].dropna()) <= {*words, seen.texts("groupe trop petit")}
    if key == "groups":
        assert set(told["group"]) == {row[0] for row in panel.shown}
