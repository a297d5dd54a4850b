"""`penser-demain workshop`: opens the workshop on this machine, or says whether it is ready."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

import typer

from simulator.cli.output import Language

STORE: Final = Path("results/ateliers")
ROOMS: Final = "salles.sqlite"
PORT: Final = 8050


def register_workshop(app: typer.Typer) -> None:
    """Add the command `workshop` and those below it to the root application."""
    from dashboard.workshop.bots.cli import register_bots
    from dashboard.workshop.cli_cards import register_cards
    from dashboard.workshop.cli_remove import register_remove

    below = typer.Typer(invoke_without_command=True, no_args_is_help=False)
    below.callback()(workshop)
    register_bots(below)
    register_cards(below)
    register_remove(below)
    app.add_typer(below, name="workshop")


def workshop(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets phones in.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = PORT,
    rooms: Annotated[
        Path | None,
        typer.Option(
            help=f"Journal of the rooms. Default: {ROOMS} in the store.", show_default=False
        ),
    ] = None,
    store: Annotated[Path, typer.Option(help="Folder of what was played.")] = STORE,
    cards: Annotated[
        Path | None,
        typer.Option(help="Folder of your own cards, beside those that ship.",
                     show_default=False),
    ] = None,
    contacts: Annotated[
        Path | None,
        typer.Option(help="YAML file of whom to turn to in difficulty, instead of the one that "
                     "ships.", show_default=False),
    ] = None,
    results: Annotated[
        list[Path] | None,
        typer.Option(help="Results folder to show beside the rooms; may be given several times.",
                     show_default=False),
    ] = None,
    keep_days: Annotated[
        int,
        typer.Option(min=1, help="Days after which a room that ended is due to be removed, once "
                     "nothing happens in it; three times as many for one that never ended. It is "
                     "removed once a server has seen it due for a whole day."),
    ] = 30,
    language: Annotated[Language, typer.Option(help="Language of what is printed.")] = Language.fr,
    as_json: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say whether this machine is ready, and end.")
    ] = False,
) -> None:  # fmt: skip
    """Open rooms in which tables play the future together."""
    if context.invoked_subcommand is not None:
        return
    if check:
        _check(store, port, language, as_json)
        return
    from dashboard.server import listen
    from dashboard.workshop.serving import serve_workshop

    with listen(host, port) as listening:
        serve_workshop(
            listening,
            host,
            rooms or store / ROOMS,
            store=store,
            cards=cards,
            contacts=contacts,
            results=results or (),
            kept_days=keep_days,
            language=language.value,
            as_json=as_json,
        )


def _check(store: Path, port: int, language: Language, as_json: bool) -> None:
    from dashboard.workshop.advice import Advice, keep
    from dashboard.workshop.check import measure, report
    from simulator.cli.output import print_json

    found = measure(store, port)
    with suppress(OSError):  # a store that cannot be written is among the faults
        keep(Advice.model_validate(found.advised), store)
    if as_json:
        print_json(found.as_json())
    else:
        typer.echo(report(found, language.value))
    if found.faults:
        raise typer.Exit(1)
