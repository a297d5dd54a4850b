"""The pages before a room: home, opening a room, joining one."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dashboard.language import Language, Texts, language_of_name, texts_in
from dashboard.workshop.advice import advice_in
from dashboard.workshop.answers import PROBLEMS, sentence, status_of, waiting
from dashboard.workshop.families import rows
from dashboard.workshop.hall import NoSuchRoom
from dashboard.workshop.limits import TooMany
from dashboard.workshop.opening import Incomplete, blank, settings_from, with_set
from dashboard.workshop.ready_sets import ready_sets
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.seen import Seen
from dashboard.workshop.tokens import typed_code
from dashboard.workshop.venue import Venue, address_of
from dashboard.workshop.views.create import ADDRESS, create_page
from dashboard.workshop.views.entrance import gone_page, home_page, join_page

PATH: Final = "/atelier"
LARGEST_FORM: Final = 64_000  # bytes
NOT_KEPT: Final = {"Cache-Control": "no-store"}
MOST_SEEDS: Final = 99_999  # of those proposed: short enough to be read aloud


def add_doors(server: FastAPI, venue: Venue) -> None:
    """Routes of home, opening and joining; joining comes last, its address is like any other."""

    @server.get(PATH)
    async def home(request: Request) -> Response:
        typed = request.query_params.get("code")
        if typed is None:
            return _home(venue, request)
        try:
            code = known_code(venue, request, typed)
        except PROBLEMS as problem:
            return _home(venue, request, typed, problem)
        return RedirectResponse(f"{PATH}/{code}", 303)

    @server.get(ADDRESS)
    async def form(request: Request) -> Response:
        key = request.query_params.get("cle", "")
        if not venue.may_open(request, key):
            return _not_here(request)
        texts = _texts(request)
        return await _create(
            venue, blank(texts, secrets.randbelow(MOST_SEEDS) + 1, advice_in(venue.store)),
            {}, key, texts.language, 200,
        )  # fmt: skip

    @server.post(ADDRESS)
    async def create(request: Request) -> Response:
        typed = await form_of(request)
        key = typed.get("cle", request.query_params.get("cle", ""))
        if not venue.may_open(request, key):
            return _not_here(request)
        language = language_of_name(typed.get("language"))
        texts = texts_in(language)
        if typed.get("set") in ready_sets(texts):
            return await _create(
                venue, with_set(typed, typed["set"], texts), {}, key, language, 200
            )
        try:
            venue.limits.check("open", address_of(request))
            made = await asyncio.to_thread(_opened, venue, typed)
        except Incomplete as incomplete:
            return await _create(venue, typed, incomplete.problems, key, language, 422)
        except PROBLEMS as problem:
            said = {"title": sentence(problem, venue.hall, None, texts)}
            return await _create(venue, typed, said, key, language, status_of(problem))
        return RedirectResponse(f"{PATH}/animation/{venue.hall.token(made, 'facilitator')}", 303)

    @server.get(f"{PATH}/{{typed}}")
    async def door(typed: str, request: Request) -> Response:
        try:
            code = known_code(venue, request, typed)
        except PROBLEMS as problem:
            return gone(problem, _texts(request).language)
        return join(venue, code)

    @server.post(f"{PATH}/{{typed}}")
    async def sit_down(typed: str, request: Request) -> Response:
        try:
            code = known_code(venue, request, typed)
        except PROBLEMS as problem:
            return gone(problem, _texts(request).language)
        form = await form_of(request)
        try:
            venue.limits.check("join", address_of(request))
            token = await asyncio.to_thread(
                venue.hall.join, code, form.get("table", ""), form.get("request")
            )
        except PROBLEMS as problem:
            return join(venue, code, problem)
        return RedirectResponse(f"{PATH}/table/{token}", 303)


async def form_of(request: Request) -> dict[str, str]:
    """Fields of a form, the first value of each; empty where the body is none."""
    body = await request.body()
    if len(body) > LARGEST_FORM:
        return {}
    try:
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=1_000)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def gone(problem: Exception, language: Language) -> HTMLResponse:
    """The page of a link or code that leads to no room."""
    return HTMLResponse(gone_page(language), status_of(problem), NOT_KEPT | _wait(problem))


def _opened(venue: Venue, typed: Mapping[str, str]) -> str:
    """Open a room as the form says; its code. May take seconds: families are counted."""
    settings = settings_from(typed, rows)
    deck, _ = Deck.load(venue.cards)  # what is wrong with files, the form has said
    return venue.hall.open(settings, deck, _same(typed)).code


def _same(typed: Mapping[str, str]) -> str | None:
    """What is the same where a form is sent twice: the id that it was drawn with, and all in it.

    One that was changed meanwhile opens another room.
    """
    if "request" not in typed:
        return None
    return hashlib.blake2b(urlencode(sorted(typed.items())).encode(), digest_size=16).hexdigest()


def known_code(venue: Venue, request: Request, typed: str) -> str:
    """The code of a room that exists; wrong ones make their sender wait longer and longer."""
    address = address_of(request)
    venue.limits.check_codes(address)
    code = typed_code(typed)
    if code is None or not venue.hall.has(code):
        venue.limits.wrong_code(address)
        raise NoSuchRoom(typed)
    return code


def _home(
    venue: Venue, request: Request, typed: str = "", problem: Exception | None = None
) -> HTMLResponse:
    texts, key = _texts(request), request.query_params.get("cle", "")
    link = f"{ADDRESS}?{urlencode({'cle': key})}" if key else ADDRESS
    page = home_page(
        texts.language,
        open_link=link if venue.may_open(request, key) else None,
        code=typed[:40],
        problem=None if problem is None else sentence(problem, venue.hall, None, texts),
    )
    return HTMLResponse(page, 200 if problem is None else status_of(problem),
                        NOT_KEPT | _wait(problem))  # fmt: skip


async def _create(
    venue: Venue, given: Mapping[str, str], problems: Mapping[str, str], key: str,
    language: Language, status: int,
) -> HTMLResponse:  # fmt: skip
    def drawn() -> str:
        _, faults = Deck.load(venue.cards)
        return create_page(
            language, given, problems, key or None, faults, secrets.token_urlsafe(16)
        )

    # In a thread: cards are read, and the list of starting futures the first time.
    return HTMLResponse(await asyncio.to_thread(drawn), status, NOT_KEPT)


def _not_here(request: Request) -> HTMLResponse:
    texts = _texts(request)
    said = texts(
        "Une salle s'ouvre depuis l'ordinateur de l'animation, ou avec le lien que la commande "
        "penser-demain workshop a affiché."
    )
    return HTMLResponse(home_page(texts.language, problem=said), 403, NOT_KEPT)


def join(venue: Venue, code: str, problem: Exception | None = None) -> HTMLResponse:
    """The page on which one chooses a table, with what went wrong before."""
    room = venue.hall.room(code).room
    texts = texts_in(room.settings.language)
    said = None if problem is None else sentence(problem, venue.hall, code, texts)
    seen = Seen(room, venue.hall.clock.now(), venue.publisher.presence.at_tables(room))
    page = join_page(seen, said, secrets.token_urlsafe(16))
    return HTMLResponse(page, 200 if problem is None else status_of(problem),
                        NOT_KEPT | _wait(problem))  # fmt: skip


def _texts(request: Request) -> Texts:
    return texts_in(language_of_name(request.query_params.get("lang")))


def _wait(problem: Exception | None) -> dict[str, str]:
    return {"Retry-After": str(waiting(problem))} if isinstance(problem, TooMany) else {}
