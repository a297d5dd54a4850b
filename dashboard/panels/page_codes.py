"""Codes that the tables of one page alone hold, as a reader writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.alike import CODES
from dashboard.description import field_name
from dashboard.language import Texts
from dashboard.panels.beside import role_names
from dashboard.panels.learnt import learnt_words
from dashboard.panels.outcomes import measure_names
from dashboard.panels.region_context import confidence_names, figure_name
from dashboard.region_figures import CONTEXT
from simulator.codes import PRIMARY_CAUSES, label
from simulator.parameters import SPECS


def page_codes_in_words(numbers: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """The same table with names instead of these codes; what is none stays as it is."""
    named = {
        column: [names.get(code, code) for code in numbers[column]]
        for column, names in _names(texts).items()
        if column in numbers
    }
    return numbers.assign(**named)


def _names(texts: Texts) -> Mapping[str, Mapping[Any, str]]:
    """Column → code → name."""
    language = texts.language
    return {
        "measure": measure_names(texts),
        "cause": {code: label(code, language).capitalize() for code in PRIMARY_CAUSES},
        "widened": {"": texts("Comme celle-ci"), **{f: field_name(f, texts) for f in CODES}},
        "figure": {code: figure_name(code, texts) for code in CONTEXT},
        "confidence": confidence_names(texts),
        "role": {role: words.split(":")[0].strip() for role, words in role_names(texts).items()},
        "inside": {True: texts("oui"), False: texts("non")},
        "word": learnt_words(texts),
        "parameter": {name: spec.label(language) for name, spec in SPECS.items()},
        "vanishes": {"yes": texts("oui"), "perhaps": texts("peut-être")},
    }
