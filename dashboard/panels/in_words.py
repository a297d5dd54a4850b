"""Codes of a table as a reader writes them, for a spreadsheet that a person opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard.account_names import kind_name, payer_name, receiver_name
from dashboard.language import Texts
from dashboard.panels.differences import direction_name
from dashboard.panels.groups import grouping_names
from dashboard.view import code_name
from simulator.codes import REGION_NAMES
from simulator.indicators import INDICATORS
from simulator.layers import REASONS
from simulator.results import Results
from simulator.verdicts import WITHHELD, WORDS


def in_words(numbers: pd.DataFrame, results: Results, texts: Texts) -> pd.DataFrame:
    """The same table with names instead of codes; what is not a code here stays as it is."""
    language, groupings = texts.language, grouping_names(texts)
    verdicts = {code: words[language] for code, words in WORDS.items()}
    verdicts["too_few_rows"] = texts("groupe trop petit")
    titles = {s: results.title(s, language) for s in results.scenario_ids}
    written: dict[str, Callable[[Any], str]] = {
        "scenario": lambda code: titles.get(code, code),
        "reference": lambda code: titles.get(code, code),
        "quarter": texts.quarter,
        "indicator": lambda code: INDICATORS[code].label(language),
        "region": lambda code: REGION_NAMES.get(code, code),
        "grouping": lambda code: groupings.get(code, code),
        "verdict": lambda code: verdicts.get(code, WITHHELD[language]),
        "direction": lambda code: direction_name(code, texts),
        "layers_missing": lambda codes: texts.series(
            [REASONS[code][language] for code in codes.split()]
        ),
        "payer": lambda code: payer_name(code, texts),
        "from": lambda code: payer_name(code, texts),
        "to": lambda code: receiver_name(code, texts),
        "flow": lambda code: kind_name(code, texts),
    }
    changed = {
        column: [write(code) if isinstance(code, str) else code for code in numbers[column]]
        for column, write in written.items()
        if column in numbers and not pd.api.types.is_numeric_dtype(numbers[column])
    }
    if "group" in numbers and "grouping" in numbers:
        pairs = zip(numbers["grouping"], numbers["group"], strict=True)
        changed["group"] = [code_name(grouping, code, texts) for grouping, code in pairs]
    return numbers.assign(**changed)
