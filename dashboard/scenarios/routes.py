"""What the page of scenarios asks the server besides itself: forms, files, runs.

Everything is small: bodies of at most 256 kB and the form around them. Faults are told in words,
with a status that says the same to programs.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from dashboard.address import Address, read
from dashboard.components.live_run import live_run
from dashboard.components.run_progress import state_of
from dashboard.components.waiting_run import waiting_run
from dashboard.live.desk import QueueFull
from dashboard.live.store import LARGEST_TEXT, StoreFull
from dashboard.markup import markup
from dashboard.scenarios.draft import packed
from dashboard.scenarios.faults import told
from dashboard.scenarios.form import ACTION, form_html
from dashboard.scenarios.posted import posted_text
from dashboard.scenarios.sought import BLANK, Sought, read_draft, read_text, sought
from dashboard.scenarios.together import asked_of
from simulator.problems import InputError

if TYPE_CHECKING:
    from dashboard.reading import Library

PATH: Final = "/scenarios"
LARGEST_BODY: Final = 1_000_000
_ASKER: Final = re.compile(r"[0-9a-f]{32}")


class Refused(Exception):
    """An answer that is no: its status, and what is said."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def add_routes(server: FastAPI, library: Library) -> None:
    """Add the routes below `/scenarios`."""

    @server.get(f"{PATH}/formulaire.html")
    def form(request: Request) -> HTMLResponse:
        address = read(PATH, request.url.query)
        return HTMLResponse(form_html(_draft(library, address), address.texts))

    @server.get(f"{PATH}/scenario.yaml")
    def download(request: Request) -> Response:
        address = read(PATH, request.url.query)
        try:
            draft = sought(library, address) or read_text(BLANK)
        except InputError:  # what the address names is not there: no other text in its place
            raise HTTPException(404) from None
        name = draft.scenario.id if draft.scenario is not None else "scenario"
        return Response(
            draft.text,
            media_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.yaml"'},
        )

    @server.post(ACTION)
    async def change(request: Request) -> JSONResponse:
        return await _answered(request, library, _changed)

    @server.post(f"{PATH}/texte")
    async def text(request: Request) -> JSONResponse:
        return await _answered(request, library, _read)

    @server.post(f"{PATH}/partager")
    async def share(request: Request) -> JSONResponse:
        return await _answered(request, library, _shared)

    @server.post(f"{PATH}/essais")
    async def simulate(request: Request) -> JSONResponse:
        return await _answered(request, library, _asked, 202)

    @server.post(f"{PATH}/essais/annuler")
    async def cancel(request: Request) -> JSONResponse:
        return await _answered(request, library, _cancelled)

    @server.get(f"{PATH}/essais/regard")
    def look(request: Request) -> Response:
        return _looked(request, library, live_run)

    @server.get(f"{PATH}/essais/attente")
    def wait(request: Request) -> Response:
        return _looked(request, library, waiting_run)

    @server.get(f"{PATH}/essais/{{key}}")
    def state(key: str) -> JSONResponse:
        run = None if library.desk is None else library.desk.run(key)
        if run is None or library.desk is None:
            return JSONResponse({"state": "unknown"}, status_code=404)
        return JSONResponse(
            {
                "state": run.state,
                "before": library.desk.before(run),
                "done": run.done,
                "total": run.total,
                "restarts": run.restarts,
                "results": run.name,
            }
        )


def _looked(
    request: Request, library: Library, shown: Callable[[Library, Address], list[Any]]
) -> JSONResponse:
    """A run as it is now; nothing where the page shows that already (`X-Shown`)."""
    address = read(PATH, request.url.query)
    state = state_of(library, address)
    known = state == request.headers.get("x-shown", "")
    return JSONResponse(
        {"state": state, "content": None if known else markup(shown(library, address))}
    )


async def _answered(
    request: Request, library: Library, answer: Any, status: int = 200
) -> JSONResponse:
    """The answer to a form: `address` in it is the query string of the page that sent it."""
    address = read(PATH, "")
    try:
        body = await _body(request)
        if request.headers.get("sec-fetch-site", "same-origin") == "cross-site":
            raise Refused(403, address.texts("Cette demande vient d'un autre site."))
        form = {} if body is None else parse_qs(body, keep_blank_values=True, max_num_fields=2_000)
        address = read(PATH, (form.get("address") or [""])[0])
        if body is None:
            raise Refused(413, address.texts("C'est trop long : 256 ko au plus."))
        found = await asyncio.to_thread(answer, library, address, form)
        return JSONResponse(found, status_code=status)
    except Refused as refused:
        return JSONResponse({"message": refused.message}, status_code=refused.status)
    except InputError as error:
        said = [
            f"{one.field}{address.texts.said('', '')}{one.text}" if one.field else one.text
            for one in told(error, address.language)
        ]
        return JSONResponse({"message": " ; ".join(said)}, status_code=422)
    except (UnicodeDecodeError, ValueError):
        message = address.texts("Ce qui a été envoyé n'est pas du texte en UTF-8.")
        return JSONResponse({"message": message}, status_code=422)


async def _body(request: Request) -> str | None:
    """The body as text, None where it is too long; what is too long is not kept."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts).decode("ascii")  # of a form: everything else is escaped


def _changed(library: Library, address: Address, form: dict[str, list[str]]) -> dict[str, Any]:
    draft = read_draft(posted_text(form, _draft(library, address).text))
    search = _search(library, address, draft.text)
    return {"search": search, "html": form_html(draft, address.texts)}


def _read(library: Library, address: Address, form: dict[str, list[str]]) -> dict[str, Any]:
    text = (form.get("text") or [""])[0].replace("\r\n", "\n")
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_TEXT:
        raise Refused(413, address.texts("C'est trop long : 256 ko au plus."))
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise Refused(
            422,
            address.texts(
                "Ce fichier n'est pas du texte en UTF-8 : enregistrez-le avec cet encodage."
            ),
        )
    return {"search": _search(library, address, text)}


def _shared(library: Library, address: Address, form: dict[str, list[str]]) -> dict[str, Any]:
    return {"search": address.query(y=None, s=_kept(library, address))}


def _asked(library: Library, address: Address, form: dict[str, list[str]]) -> dict[str, Any]:
    if library.desk is None:
        raise Refused(503, address.texts("Ce serveur ne simule pas."))
    asked, asker = asked_of(library, address), _asker(form)
    try:
        run = library.desk.ask(asked, asker)
    except QueueFull:
        raise Refused(
            429,
            address.texts(
                "La file d'attente est pleine. Réessayez dans quelques minutes : votre scénario "
                "reste dans l'adresse de cette page."
            ),
        ) from None
    search = address.query(run=asked.key)
    return {"search": search, "run": asked.key, "state": run.state, "asker": asker}


def _asker(form: dict[str, list[str]]) -> str:
    """The name by which a reader's window is known while it waits for runs; a new one at first."""
    given = (form.get("asker") or [""])[0]
    return given if _ASKER.fullmatch(given) else secrets.token_hex(16)


def _cancelled(library: Library, address: Address, form: dict[str, list[str]]) -> dict[str, Any]:
    key = address.asked("run") or ""
    run = None if library.desk is None else library.desk.cancel(key, _asker(form))
    if run is None:
        raise Refused(404, address.texts("Cet essai n'est pas en cours."))
    if run.state in ("waiting", "running"):
        return {"message": address.texts("Quelqu'un d'autre attend aussi cet essai : il continue.")}
    return {"state": run.state}


def _draft(library: Library, address: Address) -> Sought:
    """The draft of an address, or an empty one."""
    try:
        return sought(library, address) or read_text(BLANK)
    except InputError as error:
        return Sought("", BLANK, None, error)


def _search(library: Library, address: Address, text: str) -> str:
    """The address of a text: the text itself, or where it is kept if that is too long."""
    part = packed(text)
    if part is not None:
        return address.query(y=part, s=None, run=None)
    return address.query(y=None, s=_stored(library, address, text), run=None)


def _kept(library: Library, address: Address) -> str:
    found = sought(library, address) or read_text(BLANK)
    return _stored(library, address, found.text)


def _stored(library: Library, address: Address, text: str) -> str:
    texts = address.texts
    if library.desk is None:
        raise Refused(503, texts("Ce serveur ne garde pas de scénario."))
    try:
        return library.desk.store.keep_text(text)
    except StoreFull:
        raise Refused(507, texts("Ce serveur garde déjà trop de scénarios.")) from None
    except OSError:
        raise Refused(507, texts("Ce serveur ne peut pas écrire dans son dossier.")) from None
