"""`penser-demain fit-grants`: grant dynamics fitted on real data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.grants.fit import Fit


def fit_grants(
    data: Annotated[
        Path, typer.Option(help="Folder of the data sets, one folder each (docs/grants.md).")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="CSV file to write. Default: fitted_grants.csv among the model's data."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """Fit renewal, size, acceptance and overlap of grants on real data, with standard errors."""
    from experiments.grants.estimates import to_csv
    from experiments.grants.fit import fit
    from simulator.cli.output import console, print_json, progress
    from simulator.problems import InputError

    path = out or shipped_file()
    if not path.parent.is_dir():
        raise InputError.single("--out", f"no folder {path.parent}", "give --out FILE")
    with progress("Data sets") as report:
        found = fit(data, report)
    for sentence in found.changed:
        print(f"warning: {sentence}", file=sys.stderr)
    _write(path, to_csv(found.estimates))
    if json_:
        print_json(_content(found, path))
        return
    _show(found, console())
    console().print(f"\n{len(found.estimates)} estimates written to {path}", soft_wrap=True)


def shipped_file() -> Path:
    """The table of fitted parameters that ships with the model."""
    import simulator

    return Path(simulator.__file__).parent / "data" / "fitted_grants.csv"


def _write(path: Path, text: str) -> None:
    """All of the file or nothing of it."""
    from simulator.problems import InputError

    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = (error.strerror or "cannot be written").lower()
        raise InputError.single("--out", f"{path}: {reason}", "give --out FILE") from None


def _content(found: Fit, path: Path) -> dict[str, object]:
    from experiments.grants.estimates import to_json

    return {
        "file": str(path),
        "estimates": [to_json(line) for line in found.estimates],
        "read": [
            {
                "source": reading.source.id,
                "dataset": reading.name,
                "rows": reading.rows,
                "kept": len(reading.table),
                "dropped": [
                    {"reason": one.reason, "rows": one.rows, "euros": one.euros}
                    for one in reading.dropped
                ],
            }
            for reading in found.readings
        ],
        "changed": found.changed,
    }


def _show(found: Fit, out: Console) -> None:
    """One table per data set, then what was left out of each."""
    from itertools import groupby

    from simulator.cli.output import plain_table

    for (dataset, source), lines in groupby(found.estimates, lambda e: (e.dataset, e.source)):
        table = plain_table("estimate", "level", "value", "s.e.", "n", "years", right=(2, 3, 4))
        for line in lines:
            error = "–" if line.standard_error != line.standard_error else line.standard_error
            shown = error if isinstance(error, str) else f"{error:,.3g}"
            value = f"{line.value:,.0f}" if line.unit == "euros" else f"{line.value:.3f}"
            table.add_row(line.name, line.level, value, shown, f"{line.n:,}", line.years)
        out.print(f"{dataset} ({source})", style="bold")
        out.print(table)
        out.print()
    dropped = plain_table("data set", "left out because", "rows", "euros", right=(2, 3))
    for reading in found.readings:
        dropped.add_row(reading.name, f"kept {len(reading.table):,} of {reading.rows:,} rows")
        for one in reading.dropped:
            if one.rows:
                euros = "–" if one.euros != one.euros else f"{one.euros:,.0f}"
                dropped.add_row("", one.reason, f"{one.rows:,}", euros)
    out.print(dropped)
