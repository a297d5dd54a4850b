"""`penser-demain workshop bots`: whole sessions against a server that runs."""

from __future__ import annotations

from typing import Annotated

import typer


def register_bots(app: typer.Typer) -> None:
    """Add the command `bots` to that of the workshop."""
    app.command("bots")(bots)


def bots(
    url: Annotated[
        str,
        typer.Option(help="The server, or the organiser's link that it printed."),
    ] = "http://127.0.0.1:8050/",
    rooms: Annotated[int, typer.Option(min=1, help="Rooms that are played side by side.")] = 1,
    tables: Annotated[int, typer.Option(min=1, max=24, help="Tables of each room.")] = 6,
    phones: Annotated[int, typer.Option(min=1, max=200, help="Phones of each room.")] = 12,
    seed: Annotated[int, typer.Option(help="What the bots do depends on it alone.")] = 1,
    speed: Annotated[
        float, typer.Option(min=0.01, help="How much quicker than people they think.")
    ] = 200.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Play whole sessions with bots and check every answer; status 1 where one is wrong."""
    from dashboard.workshop.bots.play import play_rooms
    from simulator.cli.output import print_json

    found = play_rooms(url, rooms=rooms, tables=tables, phones=phones, seed=seed, speed=speed)
    if as_json:
        print_json(found)
    else:
        for room in found["rooms"]:
            typer.echo(f"room {room['code']}: {room['phones']} phones, {room['seconds']:.1f} s")
        typer.echo(
            f"acknowledged: {sum(found['acknowledged'].values())}, "
            f"refused: {sum(found['refused'].values())}"
        )
    for problem in found["problems"]:
        typer.echo(f"wrong: {problem}", err=True)
    if found["problems"]:
        raise typer.Exit(1)
