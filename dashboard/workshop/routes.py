"""The workshop's addresses, below `/atelier`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, Literal

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
)

from dashboard.language import language_of_name, texts_in
from dashboard.workshop.answers import PROBLEMS, refused_json, texts_of
from dashboard.workshop.doors import NOT_KEPT, PATH, add_doors, form_of, gone, join, known_code
from dashboard.workshop.downloads import AT_ONCE, NotMade, NotThere, download, own_sheet
from dashboard.workshop.guide_pages import add_guides
from dashboard.workshop.hall import LARGEST_COMMAND, NoSuchRoom, NotAllowed, NotSeated
from dashboard.workshop.network import qr_svg
from dashboard.workshop.tokens import Holder, typed_code
from dashboard.workshop.venue import Venue
from dashboard.workshop.views.closing import OWN_SHEET
from dashboard.workshop.views.document import shell

_KINDS: Final[dict[str, Literal["member", "facilitator", "screen"]]] = {
    "table": "member", "animation": "facilitator", "ecran": "screen",
}  # fmt: skip


def add_routes(server: FastAPI, venue: Venue) -> None:
    """Add all routes of the workshop."""
    _add_live_pages(server, venue)
    _add_commands(server, venue)
    add_guides(server)
    add_doors(server, venue)


def _add_live_pages(server: FastAPI, venue: Venue) -> None:
    hall, publisher = venue.hall, venue.publisher

    @server.get(f"{PATH}/qr/{{code}}.svg")
    def qr(code: str, request: Request) -> Response:
        try:
            known = known_code(venue, request, code)
            texts = texts_in(hall.room(known).room.settings.language)
            link = venue.links(known)["join"]
        except PROBLEMS as problem:
            return _no(venue, None, problem, request)
        drawn = qr_svg(link, texts("Adresse pour rejoindre la salle"))
        return Response(drawn, media_type="image/svg+xml")

    @server.get(f"{PATH}/flux/{{token}}")
    async def stream(token: str, request: Request) -> Response:
        holder = None
        try:
            holder = hall.holder(token)
            key = publisher.key(holder, request.query_params.get("lang"))
            return await publisher.stream(token, holder, key, _since(request))
        except PROBLEMS as problem:
            return _no(venue, holder, problem, request)

    @server.get(f"{PATH}/etat/{{token}}")
    async def state(token: str, request: Request) -> Response:
        holder = None
        try:
            holder = hall.holder(token)
            venue.limits.check("poll", token)
            if holder.kind == "member":
                publisher.presence.heard(holder.room, holder.member)
            key = publisher.key(holder, request.query_params.get("lang"))
            view = await publisher.view(holder.room, key)
        except PROBLEMS as problem:
            return _no(venue, holder, problem, request)
        said = {
            "version": view.version, "now": hall.clock.now(), "parts": view.since(_since(request)),
        }  # fmt: skip
        return JSONResponse(said, headers=NOT_KEPT)

    @server.get(f"{PATH}/export/{{token}}/{{name}}")
    async def export(token: str, name: str, request: Request) -> Response:
        holder = None
        try:
            holder = hall.holder(token)
            if holder.kind != "facilitator":
                raise NotAllowed
            venue.limits.check("poll", token)
            texts = texts_of(hall, holder, request.query_params.get("lang"))
            made = await asyncio.get_running_loop().run_in_executor(
                None if name in AT_ONCE else venue.slow, download, name, venue, holder.room, texts
            )
        except PROBLEMS as problem:
            return _no(venue, holder, problem, request)
        except NotMade:
            if holder is None or not hall.has(holder.room):
                return _no(venue, holder, NoSuchRoom(), request)
            said = texts(
                "Le fichier n'a pas pu être préparé : une simulation a échoué, ou le disque de "
                "l'ordinateur de l'animation est plein. La salle continue ; réessayez plus tard."
            )
            return PlainTextResponse(said, 503, NOT_KEPT)
        except NotThere:
            raise HTTPException(404) from None
        headers = {"Content-Disposition": f'attachment; filename="{made.name}"', **NOT_KEPT}
        if isinstance(made.content, Path):
            return FileResponse(made.content, media_type=made.media_type, headers=headers)
        return Response(made.content, media_type=made.media_type, headers=headers)

    @server.get(f"{PATH}/{{kind}}/{{token}}")
    async def page(kind: str, token: str, request: Request) -> Response:
        asked = request.query_params.get("lang")
        try:
            holder = hall.holder(token)
            if _KINDS.get(kind) != holder.kind:
                raise NoSuchRoom
            key = publisher.key(holder, asked)
            if kind == "table" and OWN_SHEET in request.query_params:
                own = await asyncio.to_thread(
                    own_sheet, venue, holder.room, key.table, texts_in(key.language)
                )
                return HTMLResponse(own, headers=NOT_KEPT)
            view = await publisher.view(holder.room, key)
            room = hall.room(holder.room).room
        except NoSuchRoom as problem:
            return gone(problem, language_of_name(asked))
        except NotSeated as problem:
            return join(venue, problem.code, problem)
        title = room.settings.title
        written = shell(
            key.kind, key.language, title, view.parts, token=token, version=view.version,
            now=hall.clock.now(),
        )  # fmt: skip
        return HTMLResponse(written, headers=NOT_KEPT)


def _add_commands(server: FastAPI, venue: Venue) -> None:
    hall = venue.hall

    @server.post(f"{PATH}/agir/{{token}}")
    async def act(token: str, request: Request) -> Response:
        holder = None
        try:
            holder = hall.holder(token)
            venue.limits.check("command", token)
            body = await request.body()
            if len(body) > LARGEST_COMMAND:
                texts = texts_of(hall, holder)
                said = texts("C'est trop long. Rien n'a changé.")
                return JSONResponse({"reason": "too_long", "message": said}, 413)
            version = await asyncio.to_thread(hall.act, token, body)
        except PROBLEMS as problem:
            return _no(venue, holder, problem, request)
        return JSONResponse({"version": version}, headers=NOT_KEPT)

    @server.post(f"{PATH}/supprimer/{{token}}")
    async def delete(token: str, request: Request) -> Response:
        holder = None
        try:
            holder = hall.holder(token)
            form = await form_of(request)
            if typed_code(form.get("code", "")) != holder.room:
                texts = texts_of(hall, holder)
                said = texts("Écrivez le code de la salle pour la supprimer.")
                return JSONResponse({"reason": "code", "message": said}, 409)
            await asyncio.to_thread(hall.delete, token)
        except PROBLEMS as problem:
            return _no(venue, holder, problem, request)
        return RedirectResponse(PATH, 303)


def _no(venue: Venue, holder: Holder | None, problem: Exception, request: Request) -> JSONResponse:
    if holder is not None and not venue.hall.has(holder.room):
        holder, problem = None, NoSuchRoom()
    texts = texts_of(venue.hall, holder, request.query_params.get("lang"))
    return refused_json(problem, venue.hall, None if holder is None else holder.room, texts)


def _since(request: Request) -> int:
    """Version that the page has; -1 where it has none. A stream that comes back says it itself."""
    given = request.headers.get("last-event-id") or request.query_params.get("depuis", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else -1
