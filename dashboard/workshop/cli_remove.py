"""`penser-demain workshop remove`: rooms and all that was played in them, for good."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.workshop.cli import ROOMS, STORE
from simulator.cli.output import Language
from simulator.problems import InputError


def register_remove(app: typer.Typer) -> None:
    """Add the command `remove` to that of the workshop."""
    app.command("remove")(remove)


def remove(
    codes: Annotated[list[str], typer.Argument(help="Codes of the rooms.")],
    rooms: Annotated[
        Path | None,
        typer.Option(help=f"Journal of the rooms. Default: {ROOMS} in the store.",
                     show_default=False),
    ] = None,
    store: Annotated[Path, typer.Option(help="Folder of what was played.")] = STORE,
    language: Annotated[Language, typer.Option(help="Language of what is printed.")] = Language.fr,
) -> None:  # fmt: skip
    """Remove rooms for good: their lines from the journal, worlds and results from the store."""
    from dashboard.language import texts_in
    from dashboard.workshop.journal import damaged_copies

    texts, journal = texts_in(language.value), rooms or store / ROOMS
    for code in remove_rooms(codes, journal, store):
        typer.echo(texts("Salle {code} : effacée.", code=code))
    copies = damaged_copies(journal)
    if copies:
        typer.echo(
            texts(
                "Des copies d'un fichier abîmé peuvent encore les contenir, et d'autres "
                "salles avec elles ; effacez-les si rien n'y est plus à chercher :"
            )
        )
        for copy in copies:
            typer.echo(f"  {copy}")


def remove_rooms(typed: list[str], journal: Path, folder: Path) -> list[str]:
    """Remove rooms, and return their codes; InputError, and none is, where one code is wrong."""
    from dashboard.workshop.hall import KEPT_DAYS
    from dashboard.workshop.serving import WORLDS, open_hall
    from dashboard.workshop.tokens import typed_code
    from dashboard.workshop.worlds import store

    if not journal.is_file():
        raise InputError.single("--rooms", "is not there", "name the journal of the rooms",
                                file=str(journal))  # fmt: skip
    hall = open_hall(journal, KEPT_DAYS)
    try:
        codes = list(dict.fromkeys(typed_code(one) or one for one in typed))
        for code in codes:
            if code not in (known := [*hall.codes, *hall.closed]):
                raise InputError.single("CODES", f"{code[:20]!r} is the code of no room",
                                        f"one of: {', '.join(known)}")  # fmt: skip
        for code in codes:
            hall.remove(code)
            store.forget(store.room_folder(folder / WORLDS, code))
    finally:
        hall.close()
    return codes
