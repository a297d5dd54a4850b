"""`penser-demain hindcast`: past years replayed, observed beside simulated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from simulator.cli.output import Language, console, print_json, progress

if TYPE_CHECKING:
    from simulator.plan import Plan

DEFAULT_DRAWS: Final = 50
_LINE: Final = "{:<7}{:>9}  {:<18}{:>10}  {:<22}{:<5}{}"
_FED: Final = {"fr": "Séries observées données au modèle :", "en": "Observed series fed in:"}
_HEADER: Final = {
    "fr": ("année", "observé", "plage", "médiane", "tirages", "", "rôle"),
    "en": ("year", "observed", "range", "median", "draws", "", "role"),
}
_READING: Final = {
    "fr": "fed : découle de ce qui est donné ; tuned : un paramètre a été réglé dessus ; "
    "held_out : seule validation.",
    "en": "fed: follows from what is given; tuned: a parameter was set on it; held_out: the only "
    "validation.",
}


def hindcast(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[HINDCAST]...", show_default=False,
                       help="Ids of replays, as aides-2017; all of them without any."),
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(help="default, accepted or ranges; the calibrated set where one ships, else "
                     "ranges.", show_default=False),
    ] = None,
    draws: Annotated[int | None, typer.Option(help="Draws of the parameters, 50.",
                                              show_default=False)] = None,
    replicates: Annotated[
        int | None, typer.Option(help="Replicates of each draw.", show_default=False)
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(help="About how many rows, those of `national` by default.",
                     show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 2026,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes, one per processor by default.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Also write hindcast.json here.", show_default=False)
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of labels.")] = Language.fr,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:  # fmt: skip
    """Replay past years from a population dated to their start; failures are shown as they are."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from experiments.hindcast.replay import chosen
    from experiments.hindcast.run import run_replays
    from simulator.plan import check_seed
    from simulator.problems import InputError

    check_seed(seed)
    if rows is not None and not 100 <= rows <= 200_000:
        raise InputError.single("rows", f"{rows} is not possible", "100 to 200000")
    replays = chosen(names)
    plan = _plan(parameters, draws, replicates)
    with progress("Hindcast") as report:
        found = run_replays(replays, plan.source, plan.units, seed, rows, workers, report)
    content: dict[str, Any] = {
        "parameters": plan.source,
        "draws": len({draw for draw, _ in plan.units}),
        "units": len(plan.units),
        "seed": seed,
        "rows": rows,
        "hindcasts": [one.as_dict() for one in found],
    }
    if out is not None:
        _save(content, out)
    if json_:
        print_json(content)
        return
    for one in content["hindcasts"]:
        _print(one, content, language)


def _plan(source: str | None, draws: int | None, replicates: int | None) -> Plan:
    from simulator import accepted_set
    from simulator.plan import check_counts, plan_units

    check_counts(draws, replicates)
    if source is None:
        source = "accepted" if accepted_set.is_shipped() else "ranges"
    if source == "default":
        return plan_units(source, draws, replicates or DEFAULT_DRAWS)
    return plan_units(source, draws or DEFAULT_DRAWS, replicates)


def _save(content: dict[str, Any], folder: Path) -> None:
    from experiments.calibration.manifest import as_json, write_text
    from simulator.problems import InputError
    from simulator.provenance import environment

    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "hindcast.json"
        write_text(path, as_json({"format": 1, **environment(), **content}))
    except OSError as error:
        raise InputError.single(
            "out", f"{folder} cannot be written: {error.strerror}", "name a folder you may write in"
        ) from error


def _print(hindcast: dict[str, Any], content: dict[str, Any], language: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    out.print(hindcast["title"][language], style="bold", markup=False)
    out.print(_FED[language], markup=False)
    for fed in hindcast["fed"]:
        out.print(f"  {fed['what'][language]} ({', '.join(fed['figures'])})", markup=False)
    for name, value in hindcast["parameters"].items():
        out.print(f"  {name} = {value:g}", markup=False)
    out.print(_LINE.format(*_HEADER[language]), style="bold", markup=False)
    for one in hindcast["observed"]:
        line = _LINE.format(
            one["year"],
            _percent(one["observed"], language),
            f"{_percent(one['low'], language)} – {_percent(one['high'], language)}",
            _percent(one["median"], language),
            f"{_percent(one['band_low'], language)} – {_percent(one['band_high'], language)}",
            "in" if one["inside"] else "OUT",
            one["role"],
        )
        out.print(line, markup=False, style="" if one["inside"] else "bold")
        told = f"{one['label'][language]} ({', '.join(one['figures'])}) – {one['note']}"
        out.print(Padding(Text(told, style="dim"), (0, 0, 0, 4)))
    counted = [one for one in hindcast["observed"] if one["role"] == "held_out"]
    inside = sum(one["inside"] for one in counted)
    kind = "5–95 %" if hindcast["observed"][0]["band"] == "quantiles" else "min–max"
    out.print(
        f"{content['units']} × {content['parameters']}, {kind}; held out in range: "
        f"{inside} / {len(counted)}. {_READING[language]}\n",
        markup=False,
    )


def _percent(value: float, language: str) -> str:
    from simulator.cli import numbers

    return f"{numbers.decimal(100 * value, 1, language)} %"
