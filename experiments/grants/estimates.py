"""Fitted parameters as lines of a table: value, standard error, and all that they rest on."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from io import StringIO
from typing import Any, Final

from experiments.grants.bootstrap import Value
from experiments.grants.sources import NOT_STATED, Source

_EUROS: Final = ("size_median", "size_mean")
_SPREADS: Final = ("renewal_spread", "size_log_spread", "line_growth_spread")
_CHANGES: Final = ("renewal_cut_median", "renewal_rise_median")
_GROWTH: Final = ("line_growth_mean", "line_growth_median")
_NUMBERS: Final = {
    "size_tail_exponent": "Pareto exponent",
    "size_gini": "Gini coefficient",
    "line_growth_memory": "correlation",
    "acceptance_log_amount": "log odds per ln euro",
    "acceptance_call": "log odds",
}


@dataclass(frozen=True)
class Estimate:
    """One fitted parameter of one funder level, as one line of `fitted_grants.csv`.

    `n` counts the rows behind it (pairs of years, recipients, requests); `source` is the id of
    the data set in docs/grants.md. Standard errors are NaN where none can be had.
    """

    name: str
    level: str
    value: float
    standard_error: float
    n: int
    unit: str
    source: str
    dataset: str
    licence: str
    years: str


COLUMNS: Final = tuple(field.name for field in fields(Estimate))


def estimates(
    values: Mapping[str, Value], level: str, sources: Sequence[Source], dataset: str, years: str
) -> list[Estimate]:
    """One estimate per named value; `dataset` says which part of the sources was used."""
    licences = {source.licence for source in sources}
    licence = NOT_STATED if NOT_STATED in licences else "; ".join(sorted(licences))
    return [
        Estimate(
            name, level, one.value, one.standard_error, one.n, unit(name),
            "+".join(source.id for source in sources), dataset, licence, years,
        )
        for name, one in values.items()
    ]  # fmt: skip


def unit(name: str) -> str:
    """Unit of a named estimate."""
    if name in _NUMBERS:
        return _NUMBERS[name]
    if name in _EUROS:
        return "euros"
    if "_slope" in name:
        return "share per unit of growth of the envelope"
    if name.startswith(_SPREADS):
        return "standard deviation of the logarithm"
    if "_between_years" in name:
        return "standard deviation of the share"
    if name in _CHANGES:
        return "relative change"
    return "change of the logarithm per year" if name in _GROWTH else "share"


def to_csv(lines: Iterable[Estimate]) -> str:
    """The table as text: six figures of a value, three of a standard error, so that libraries
    that differ in the last bits write the same."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(
            [
                _figures(cell, 6 if column == "value" else 3) if isinstance(cell, float) else cell
                for column, cell in asdict(line).items()
            ]
        )
    return text.getvalue()


def to_json(line: Estimate) -> dict[str, Any]:
    """An estimate as plain JSON types."""
    return asdict(line)


def _figures(number: float, figures: int) -> str:
    return "" if math.isnan(number) else f"{number:.{figures}g}"
