"""The comparison printed after a run, readable at 100 columns.

Survival never stands alone: the reference's ordinary turnover comes first, then differences
beside jobs, quality-adjusted service and unmet need, then exits by cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulator.cli import numbers
from simulator.cli.hypothesis_words import expected
from simulator.cli.numbers import quarter
from simulator.cli.output import plain_table
from simulator.cli.texts import text
from simulator.compare import GAPS
from simulator.indicators import INDICATORS
from simulator.intervals import student

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from simulator.results import Results

BLOCKS: Final = (
    ("survival", "jobs_fte", "quality_adjusted_service_index", "unmet_need"),
    ("organisations", "survival_job_weighted", "beneficiaries_index", "vulnerable_share"),
    ("cash_months_median", "share_below_3_months", "share_in_deficit", "volunteers_index"),
    ("rmst", "public_euros", "top_funder_share", "deserts"),
)
INDICATORS_SHOWN: Final = tuple(code for block in BLOCKS for code in block)
EXITS: Final = (
    "liquidation", "orderly_closure", "other_dissolution", "stopped_employing",
    "absorbed_by_choice", "other_absorption",
)  # fmt: skip
_IN_CELL: Final = ("sign_stable", "sign_unstable", "identical")
_SCENARIO_WIDTH: Final = 20
_CELL_WIDTH: Final = 17


def print_comparison(results: Results, console: Console, language: str) -> None:
    """Turnover of the reference, headline indicators by scenario, exits by cause, hypotheses."""
    comparison = results.compare(INDICATORS_SHOWN)
    console.print(_heading(results, language), style="bold")
    console.print(turnover(results, language), soft_wrap=False)
    if not comparison.empty:
        first = comparison.iloc[0]
        count = int(first["structures"])
        interval = text(
            first["interval"], language, pairs=first["pairs"] // count, draws=first["draws"],
            sample=text(f"sample_{results.parameter_source}", language),
            structures=text("several_structures", language, count=count) if count > 1 else "",
        )  # fmt: skip
        console.print(text("reading", language, interval=interval), markup=False)
    console.print()
    for block in BLOCKS:
        console.print(_block(results, comparison, block, language))
        console.print()
    console.print(text("exits", language), style="bold")
    console.print(_exit_table(results, language))
    console.print()
    if not comparison.empty:
        varied = "words" if results.parameters_varied else "not_varied"
        console.print(text(varied, language), style="dim")
        if comparison["verdict"].isna().any():
            console.print(text("withheld", language), style="dim")
        reductions = comparison["variance_reduction"].replace([np.inf, -np.inf], np.nan).dropna()
        if len(reductions):
            factor = numbers.decimal(float(reductions.median()), 1, language)
            console.print(text("pairing", language, factor=factor), style="dim")
    _print_missing(results, comparison, console, language)
    _print_hypotheses(results, console, language)


def _print_missing(
    results: Results, comparison: pd.DataFrame, console: Console, language: str
) -> None:
    """Why a cell shows a dash: a sentence for each scenario and reason, then what cells lack."""
    absent = results.missing(INDICATORS_SHOWN)
    for key, rows in absent.groupby(["scenario", f"reason_{language}", "worlds", "of"], sort=False):
        scenario, reason, worlds, of = key
        labels = ", ".join(INDICATORS[code].label(language) for code in rows["indicator"])
        sentence = text(
            "missing", language, title=results.title(str(scenario), language), labels=labels,
            reason=reason, worlds=worlds, of=of,
        )  # fmt: skip
        console.print(sentence, style="dim", markup=False)
    if comparison.empty:
        return
    lacking = {code for codes in comparison["missing"].dropna() for code in codes.split()}
    for code in GAPS:
        if code in lacking and code != "no_variance":  # correlations are not printed
            sentence = text("lacking", language, reason=GAPS[code][language])
            console.print(sentence, style="dim", markup=False)


def _heading(results: Results, language: str) -> str:
    reference = results.reference
    title, subtitle = results.title(reference, language), results.subtitle(reference, language)
    return text(
        "heading",
        language,
        quarter=quarter(results.quarters[-1], language),
        reference=title if subtitle is None else f"{title} ({subtitle})",
    )


def turnover(results: Results, language: str) -> str:
    """The reference's ordinary turnover, in natural frequencies."""
    shares = exits_by_cause(results)
    of_reference = shares[shares["scenario"] == results.reference].mean(numeric_only=True)
    gone = float(of_reference[list(EXITS)].sum())
    causes = ", ".join(
        f"{numbers.decimal(100 * float(of_reference[name]), 1, language)} "
        f"{text(name, language).lower()}"
        for name in EXITS
    )
    return text(
        "turnover",
        language,
        alive=numbers.decimal(100 * (1 - gone), 0, language),
        gone=numbers.decimal(100 * gone, 0, language),
        quarter=quarter(results.quarters[-1], language),
        causes=causes,
    )


def exits_by_cause(results: Results) -> pd.DataFrame:
    """Share of the initial cohort that left by the end, by cause, one row per scenario and unit.

    Orderly closures and absorptions by choice are told apart from the rest of their kind.
    """
    lives = results.lifetimes
    lives = lives[lives["entry_quarter"] == results.quarters[0]]
    cause, primary = lives["exit_cause"].astype(object), lives["primary_cause"].astype(object)
    kinds = {
        "liquidation": cause == "liquidation",
        "orderly_closure": (cause == "dissolution") & (primary == "orderly_closure"),
        "other_dissolution": (cause == "dissolution") & (primary != "orderly_closure"),
        "stopped_employing": cause == "stopped_employing",
        "absorbed_by_choice": (cause == "absorbed") & (primary == "absorbed_by_choice"),
        "other_absorption": (cause == "absorbed") & (primary != "absorbed_by_choice"),
    }
    weight = lives["weight"].to_numpy(float)
    weighted = pd.DataFrame({name: np.where(kind, weight, 0.0) for name, kind in kinds.items()})
    weighted["weight"] = weight
    keys = ["scenario", "draw", "structure", "replicate"]
    for key in keys:
        weighted[key] = lives[key].to_numpy()
    sums = weighted.groupby(keys, sort=False, observed=True).sum()
    shares = sums[list(EXITS)].div(sums["weight"], axis=0).reset_index()
    return shares


def _block(
    results: Results, comparison: pd.DataFrame, block: tuple[str, ...], language: str
) -> Table:
    table = _cells_table([INDICATORS[code].label(language) for code in block], language)
    by_key = {
        (row["scenario"], row["indicator"]): row for row in comparison.to_dict(orient="records")
    }
    reference = _reference_values(results, block)
    table.add_row(
        results.title(results.reference, language),
        *(numbers.level(reference[code], INDICATORS[code], language) for code in block),
    )
    for scenario in results.scenario_ids:
        if scenario == results.reference:
            continue
        cells = [_cell(by_key.get((scenario, code)), language) for code in block]
        table.add_section()
        table.add_row(results.title(scenario, language), *cells)
    return table


def _cells_table(headings: list[str], language: str) -> Table:
    table = plain_table(text("scenario", language), *headings)
    table.columns[0].width = _SCENARIO_WIDTH
    for column in table.columns[1:]:
        column.width = _CELL_WIDTH
    return table


def _reference_values(results: Results, block: tuple[str, ...]) -> dict[str, float]:
    """End value of the reference: mean over replicates."""
    last = results.quarters[-1]
    values = {}
    for code in block:
        bands = results.bands(code)
        at_end = bands[(bands["scenario"] == results.reference) & (bands["quarter"] == last)]
        values[code] = float(at_end["mean"].iloc[0]) if len(at_end) else float("nan")
    return values


def _cell(row: dict[Any, Any] | None, language: str) -> str:
    if row is None:
        return "–"
    indicator = INDICATORS[row["indicator"]]
    shown, interval = numbers.difference(
        row["difference"], row["low"], row["high"], indicator, row["reference_value"], language
    )
    verdict = row["verdict"]
    words = text(verdict, language) if verdict in _IN_CELL else row[f"verdict_{language}"]
    value = numbers.level(row["value"], indicator, language)
    return "\n".join((value, shown, interval.replace("[", "\\["), words))


def _exit_table(results: Results, language: str) -> Table:
    table = plain_table(text("scenario", language), *(text(name, language) for name in EXITS))
    table.columns[0].width = 16
    for column in table.columns[1:]:
        column.width = 11
    shares = exits_by_cause(results)
    keys = ["draw", "structure", "replicate"]
    reference = shares[shares["scenario"] == results.reference].set_index(keys)
    for scenario in results.scenario_ids:
        own = shares[shares["scenario"] == scenario].set_index(keys)
        cells = []
        for name in EXITS:
            value = f"{numbers.decimal(100 * float(own[name].mean()), 1, language)}\u202f%"
            if scenario != results.reference:
                value += _apart((own[name] - reference[name]).to_numpy(float), results, language)
            cells.append(value)
        table.add_row(results.title(scenario, language), *cells)
    return table


def _apart(differences: np.ndarray, results: Results, language: str) -> str:
    """Paired difference in points and its interval, as in the other blocks."""
    mean = float(differences.mean())
    if results.parameters_varied:
        low, high = (float(q) for q in np.quantile(differences, [0.05, 0.95]))
    else:
        low, high = (float(bound) for bound in student(differences)[1:])
    shown = [numbers.decimal(100 * x, 1, language, signed=True) for x in (mean, low, high)]
    separator = " ; " if language == "fr" else ", "
    return f"\n{shown[0]}\u202fpt\n\\[{shown[1]}{separator}{shown[2]}]"


def _print_hypotheses(results: Results, console: Console, language: str) -> None:
    found = results.hypotheses()
    if found.empty:
        return
    console.print()
    console.print(text("hypotheses", language), style="bold")
    colon, ran = text("colon", language), results.scenario_ids

    def title(scenario: str) -> str:
        return results.title(scenario, language) if scenario in ran else scenario

    for row in found.to_dict(orient="records"):
        mark = f" ({text('built_in', language)})" if row["built_in"] else ""
        console.print(
            f"- {title(row['scenario'])}{colon}{expected(row, title, language)}"
            f"{colon}{row[f'outcome_{language}']}{mark}",
            markup=False,
        )
