"""Serving rooms beside the pages: what is opened, and what is said about it."""

from __future__ import annotations

import json
import socket
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import typer

from dashboard.contacts import read_contacts
from dashboard.language import Language, Texts, texts_in
from dashboard.server import THIS_MACHINE, address, names_of, serve
from dashboard.workshop.hall import Hall
from dashboard.workshop.presence import GONE_AFTER
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.salvage import holds_rooms
from dashboard.workshop.venue import Venue
from dashboard.workshop.worlds.claim import claim
from simulator.problems import InputError

WORLDS: Final = "mondes"  # folder of what was simulated, in the store


def serve_workshop(
    listening: socket.socket,
    host: str,
    rooms: Path,
    *,
    store: Path,
    cards: Path | None,
    contacts: Path | None,
    results: Sequence[Path],
    kept_days: int,
    language: Language,
    as_json: bool,
) -> None:
    """Serve the rooms of a journal until stopped; the addresses are printed once it is open.

    Raises InputError where the journal, the store, a folder or a card cannot be used.
    """
    from dashboard.application import create_app
    from dashboard.workshop.engine import Engine

    port = listening.getsockname()[1]
    reached = _reached(host, port)
    faults = Deck.load(cards)[1]
    whom = () if contacts is None else read_contacts(contacts)
    hall = open_hall(rooms, kept_days)
    try:
        claimed = claim(store)
        engine = Engine(store / WORLDS, hall.changed)
        venue = Venue(
            hall, reached[0], engine=engine, cards=cards, contacts=whom, store=store
        )  # fmt: skip
        app = create_app(results, contacts, names=names_of(host, ()), workshop=venue)
    except BaseException:
        hall.close()
        raise
    _drop_silent_phones(listening)
    if as_json:
        said = {
            "url": address(host, port), "atelier": f"{reached[0]}atelier", "open": opening(venue),
            "addresses": reached, "rooms": hall.codes, "mended": hall.mended,
            "cards": faults,
        }  # fmt: skip
        typer.echo(json.dumps(said))
    else:
        for line in [*faults, *told(venue, reached, host, texts_in(language))]:
            typer.echo(line)
    with closing(claimed):
        serve(app, listening, venue.publisher.end_streams)


def open_hall(rooms: Path, kept_days: int) -> Hall:
    """The hall of a journal file, which is made where it is not there; InputError."""
    _check_journal(rooms)
    try:
        return Hall(rooms, kept_days=kept_days)
    except (OSError, sqlite3.Error) as error:
        locked = "locked" in str(error)
        raise InputError.single(
            "--rooms",
            f"cannot be opened ({error})",
            "stop the other server that uses it" if locked else "name a file that can be written",
            file=str(rooms),
        ) from error


def _check_journal(rooms: Path) -> None:
    """Only a journal is opened as one, even a damaged one: another file must not be moved away."""
    try:
        known = rooms.stat().st_size == 0 or holds_rooms(rooms)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError.single(
            "--rooms", f"cannot be read ({error.strerror})", "name a file", file=str(rooms)
        ) from error
    if not known:
        raise InputError.single(
            "--rooms", "is not a journal of rooms", "name another file; it is made where there is "
            "none", file=str(rooms),
        )  # fmt: skip


def opening(venue: Venue) -> str:
    """The organiser's link: whoever has it may open rooms."""
    return f"{venue.address}atelier/ouvrir?cle={venue.key}"


def _reached(host: str, port: int) -> list[str]:
    """Addresses under which the server is reached, the likeliest for phones first."""
    if host not in ("0.0.0.0", "::"):
        return [address(host, port)]
    from dashboard.workshop.network import addresses

    heard = [one for one in addresses() if host == "::" or ":" not in one.ip]
    return [one.url(port) for one in heard] or [address(host, port)]


def told(venue: Venue, reached: list[str], host: str, texts: Texts) -> list[str]:
    """What is printed once the server listens."""
    lines = [*venue.hall.mended]
    if due := venue.hall.due():
        lines.append(
            texts(
                "À la date de cet ordinateur, il ne se passe plus rien depuis longtemps dans : "
                "{codes}. Après un jour entier ouvert, l'atelier les efface. Si la date est "
                "fausse, corrigez-la et relancez. Pour effacer sans attendre, atelier arrêté : "
                "{command}",
                codes=texts.listing(due),
                command=f"penser-demain workshop remove {' '.join(due)}",
            )
        )
    lines += [texts("L'atelier est ouvert : {url}", url=f"{reached[0]}atelier")]
    if host in THIS_MACHINE:
        lines.append(texts("Seul cet ordinateur y a accès. Pour les téléphones : --host 0.0.0.0"))
    else:
        lines.append(
            texts(
                "Attention : tous les appareils du même réseau peuvent ouvrir cette adresse. Eux "
                "seuls : rien n'est publié sur internet. Une salle ne s'ouvre que d'ici ou avec le "
                "lien ci-dessous."
            )
        )
        lines += [texts("Autre adresse : {url}", url=f"{url}atelier") for url in reached[1:]]
        lines += _qr(f"{reached[0]}atelier")
    lines.append(texts("Ouvrir une salle (gardez ce lien pour vous) : {url}", url=opening(venue)))
    lines += [_room(venue, code, texts) for code in venue.hall.codes]
    lines.append(texts("Ctrl-C pour arrêter : les salles restent, rien n'est perdu."))
    return lines


def _room(venue: Venue, code: str, texts: Texts) -> str:
    """A room, how old it is, and until when it is kept."""
    passed, left = venue.hall.days(code)
    ended = venue.hall.room(code).room.phase == "ended"
    age = [
        texts("finie") if ended else texts("pas finie"),
        texts("dernière action aujourd'hui")
        if passed == 0
        else texts("dernière action il y a {days} j", days=passed),
        texts("effacée dans {days} j", days=left)
        if left
        else texts("effacée après un jour entier ouvert"),
    ]
    return texts("Salle {code} ({age}) : {url}", code=code, age=texts.series(age),
                 url=venue.links(code)["console"])  # fmt: skip


def _qr(url: str) -> list[str]:
    """A QR code in the letters of a terminal; nothing where it has no such letters."""
    import io

    import segno

    drawn = io.StringIO()
    segno.make_qr(url).terminal(drawn, compact=True)
    lines = drawn.getvalue().rstrip("\n")
    try:
        lines.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return []
    return [lines]


def _drop_silent_phones(listening: socket.socket) -> None:
    """A phone that left the network says nothing: what is sent to it must not wait for ever."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # connections take it over from the socket
        milliseconds = int(1000 * GONE_AFTER)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
