"""An explanation as people read it: a page of plain text, at most 100 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from simulator import codes
from simulator.cli import numbers
from simulator.cli.numbers import quarter
from simulator.cli.output import WIDTH
from simulator.cli.texts import text
from simulator.explain import REFUSALS
from simulator.explain_groups import REST
from simulator.fates import KINDS
from simulator.indicator import Indicator, Kept, MeanSurvival
from simulator.indicators import INDICATORS
from simulator.process_names import described

if TYPE_CHECKING:
    from simulator.divergence import Place
    from simulator.explain import Explanation

_REGIONS_SHOWN: Final = 6
_LABEL: Final = 64
_PART: Final = 14


def lines(explanation: Explanation, language: str) -> list[str]:
    """The lines of an explanation, French or English."""
    indicator = INDICATORS[explanation.indicator]
    told = _opening(explanation, indicator, language)
    if explanation.difference == 0.0 and explanation.changed.empty:
        return [*told, text("explain_none", language)]
    for by in ("sector", "region", "size"):
        told += ["", _heading(by, indicator, language)]
        told += _refusal(explanation, by, language) or _groups(explanation, by, indicator, language)
    told += ["", text("by_source", language)]
    told += _refusal(explanation, "sources", language) or _sources(explanation, indicator, language)
    told += ["", *_wrapped(text("by_fate", language)), *_fates(explanation, language)]
    told += ["", text("by_parting", language)]
    told += _refusal(explanation, "parting", language) or _parting(explanation, language)
    return told


def _opening(explanation: Explanation, indicator: Indicator, language: str) -> list[str]:
    shown = {
        name: numbers.amount(getattr(explanation, name), indicator, language)
        for name in ("difference", "low", "high")
    }
    titles = {name: title[language] for name, title in explanation.titles.items()}
    return [
        text("explain_heading", language, label=indicator.label(language),
             quarter=quarter(explanation.quarter, language)),
        *_wrapped(text("explain_values", language, scenario=titles[explanation.scenario],
                       value=numbers.level(explanation.value, indicator, language),
                       reference=titles[explanation.reference],
                       reference_value=numbers.level(
                           explanation.reference_value, indicator, language))),
        *_wrapped(text("explain_difference", language, units=explanation.units, **shown)),
    ]  # fmt: skip


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, break_long_words=False)


def _heading(by: str, indicator: Indicator, language: str) -> str:
    at_entry = by == "size" and isinstance(indicator.formula, Kept | MeanSurvival)
    return text(f"by_{by}_0" if at_entry else f"by_{by}", language)


def _refusal(explanation: Explanation, part: str, language: str) -> list[str]:
    if part not in explanation.refused:
        return []
    reason = REFUSALS[explanation.refused[part]][language]
    told = text("refused", language, reason=reason)
    return textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _line(label: str, part: float, share: float, indicator: Indicator, language: str) -> str:
    percent = f"{numbers.decimal(100 * share, 0, language)}\u202f%"
    shown = numbers.amount(part, indicator, language)
    return f"  {label:<{_LABEL}}{shown:>{_PART}}{percent:>9}"


def _groups(explanation: Explanation, by: str, indicator: Indicator, language: str) -> list[str]:
    table = explanation.groups[by]
    if by != "size":
        table = table.reindex(table["part"].abs().sort_values(ascending=False).index)
    rest = table.iloc[0:0]
    if by == "region" and len(table) > _REGIONS_SHOWN + 1:
        table, rest = table.iloc[:_REGIONS_SHOWN], table.iloc[_REGIONS_SHOWN:]
    told = [
        _line(text("rest", language) if group == REST else codes.label(group, language),
              part, share, indicator, language)
        for group, part, share in zip(table["group"], table["part"], table["share"], strict=True)
    ]  # fmt: skip
    if len(rest):
        label = text("other_regions", language, count=len(rest))
        told.append(
            _line(label, rest["part"].sum(), rest["share"].sum(), indicator, language)
        )  # fmt: skip
    return told


def _sources(explanation: Explanation, indicator: Indicator, language: str) -> list[str]:
    assert explanation.sources is not None
    told = []
    for row in explanation.sources.to_dict("records"):
        if row["part"] == 0.0:
            continue
        cause = codes.label(row["cause"], language) if row["cause"] else ""
        label = text(f"source_{row['source']}", language, cause=cause)
        told.append(_line(label, row["part"], row["share"], indicator, language))
    return told


def _fates(explanation: Explanation, language: str) -> list[str]:
    table = explanation.fates
    told = []
    for kind in KINDS:
        rows = table[table["kind"] == kind]
        if rows.empty:
            continue
        counted = text(
            "fate_numbers", language,
            organisations=numbers.whole(float(rows["organisations"].sum()), language),
            jobs=numbers.whole(float(rows["jobs"].sum()), language),
        )  # fmt: skip
        told.append(f"  {text(f'fate_{kind}', language):<{_LABEL - 20}}{counted:>{_PART + 29}}")
        causes = [
            f"{codes.label(row['cause'], language)} {numbers.whole(row['organisations'], language)}"
            for row in rows.to_dict("records")
            if row["cause"] and round(row["organisations"])
        ]
        if causes:
            told += textwrap.wrap(
                ", ".join(causes), WIDTH, initial_indent="    ", subsequent_indent="    ",
                break_long_words=False,
            )  # fmt: skip
    return told or [f"  {text('no_fate', language)}"]


def _parting(explanation: Explanation, language: str) -> list[str]:
    found = explanation.parting
    assert found is not None
    told = [
        text("parting_first", language, place=_place(explanation, found.first, language)),
        text("parting_fate", language, place=_place(explanation, found.fate, language)),
    ]
    since = _first_life(explanation.changed, found.unit)
    if since is not None:
        told.append(text("parting_exit", language, quarter=quarter(since, language)))
    return [
        line
        for one in told
        for line in textwrap.wrap(one, WIDTH, initial_indent="  ", subsequent_indent="    ")
    ]


def _place(explanation: Explanation, place: Place | None, language: str) -> str:
    if place is None:
        return text("parting_never", language, quarter=quarter(explanation.quarter, language))
    return text(
        "parting_place", language, quarter=quarter(place.quarter, language),
        process=described(place.process, language), function=place.process,
    )  # fmt: skip


def _first_life(changed: pd.DataFrame, unit: tuple[int, str, int]) -> str | None:
    """Quarter of the first exit or entry that differs in a unit."""
    keys = changed[["draw", "structure", "replicate"]].to_numpy()
    own = changed.loc[np.array([tuple(key) == unit for key in keys], bool), "since"]
    return min(own, key=codes.quarter_index) if len(own) else None
