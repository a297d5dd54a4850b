"""Serving the pages: one uvicorn worker on one port, or a clear message when that fails."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Final

import typer

from simulator.problems import InputError

if TYPE_CHECKING:
    from dashboard.application import Application

HOST: Final = "127.0.0.1"
PORT: Final = 8050
THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")
ENDS_AFTER: Final = 2  # seconds left to open connections when the server is stopped


def check_port(host: str, port: int) -> None:
    """Raise InputError when nothing can listen there."""
    listen(host, port).close()


def serve_results(
    results: Sequence[str | Path],
    host: str = HOST,
    port: int = PORT,
    as_json: bool = False,
    contacts: Path | None = None,
    *,
    site: Path | None = None,
    public_names: Sequence[str] = (),
    store: str | Path | None = None,
    experiments: Sequence[str | Path] = (),
) -> None:
    """Open the results folders and serve them until stopped.

    contacts, site, store, experiments: see `create_app`. public_names: host names of a proxy in
    front, see `names_of`. Raises InputError before anything is served: folders that are missing or
    incomplete, a file that is wrong, a port in use. Port 0 takes a free one. The address is
    printed once the port is held.
    """
    from dashboard.application import create_app

    app = create_app(
        results,
        contacts,
        site=site,
        names=names_of(host, public_names),
        store=store,
        experiments=experiments,
    )
    with listen(host, port) as listening:
        url = address(host, listening.getsockname()[1])
        if as_json:
            said = json.dumps({"url": url, "health": f"{url}health"})
        else:
            said = f"Penser demain : {url}  (Ctrl-C pour arrêter / to stop)"
        typer.echo(said)
        serve(app, listening)


def serve(
    app: Application, listening: socket.socket, stopping: Callable[[], None] | None = None
) -> None:
    """Serve an application until it is stopped; `stopping` is then called first.

    It ends what would go on for ever, so that the server need not wait for it.
    """
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if stopping is not None:
                stopping()
            super().handle_exit(sig, frame)

    Thread(target=app.prepare_files, daemon=True).start()
    # Whoever comes first does not wait for what every view needs.
    Thread(target=app.library.read, daemon=True).start()
    configuration = uvicorn.Config(
        app.server,
        log_level="warning",
        timeout_graceful_shutdown=ENDS_AFTER,
        server_header=False,
        ws="none",
    )
    Server(configuration).run(sockets=[listening])


def names_of(host: str, public_names: Sequence[str]) -> tuple[str, ...] | None:
    """Host names that are answered under; None, any, where others may come and none was given."""
    if host in THIS_MACHINE or public_names:
        return (*THIS_MACHINE, *public_names)
    return None


def address(host: str, port: int) -> str:
    """URL to type in a browser; an address that means "everywhere" is read as this machine."""
    shown = {"0.0.0.0": HOST, "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; InputError where the port is in use or the address is another's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows shares ports unless told not to
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise InputError.single(
            "port",
            f"cannot listen on {host}:{port} ({error.strerror or error})",
            "stop what uses it or give --port",
        ) from error
    return listening
