"""What a reader is told when something is wrong: a sentence, what to do, never a traceback."""

from __future__ import annotations

import logging
import secrets
from html import escape
from typing import Final

import pyarrow as pa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.address import read, written
from dashboard.language import Texts
from simulator.problems import InputError

LOG: Final = logging.getLogger("penser-demain")
# What files of results raise that cannot be read; their messages name paths of the server.
UNREADABLE: Final = (InputError, pa.ArrowException)


def noted(error: Exception) -> str:
    """Write an unexpected error in the log, and give the identifier that finds it there."""
    identifier = secrets.token_hex(4)
    LOG.error("error %s", identifier, exc_info=error)
    return identifier


def error_page(
    status: int,
    query: str,
    identifier: str = "",
    accept: str = "",
    error: Exception | None = None,
) -> Response:
    """A short page in the language of the address; its sentence as JSON where that is asked."""
    texts = read("", query).texts
    title, sentence = _words(status, texts, error)
    if accept.startswith("application/json"):
        message = sentence_of(status, query, identifier, error)
        return JSONResponse({"message": message, "code": identifier}, status_code=status)
    quoted = (
        f"<p>{escape(texts('Si cela dure, signalez-le avec ce code :'))} "
        f"<code>{identifier}</code></p>"
        if identifier
        else ""
    )
    return short_page(texts, title, sentence, status, quoted)


def short_page(
    texts: Texts, title: str, sentence: str, status: int, further: str = ""
) -> HTMLResponse:
    """A heading, a sentence and the way back to the first page; further: HTML after them."""
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="{texts.language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} – Penser demain</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/theme.css"></head>'
        f"<body><main><h1>{escape(title)}</h1><p>{escape(sentence)}</p>{further}"
        f'<p><a href="/{written({}, texts.language)}">{escape(texts("Comparer des futurs"))}</a>'
        "</p></main></body></html>",
        status_code=status,
    )


def sentence_of(
    status: int, query: str, identifier: str = "", error: Exception | None = None
) -> str:
    """What is wrong and what to do, in the language of the address."""
    texts = read("", query).texts
    title, sentence = _words(status, texts, error)
    code = texts("Si cela dure, signalez-le avec ce code :") + f" {identifier}"
    return " ".join([texts.spaced(f"{title}."), sentence, *([code] if identifier else [])])


def _words(status: int, texts: Texts, error: Exception | None = None) -> tuple[str, str]:
    if isinstance(error, UNREADABLE):
        return texts("Résultats illisibles"), texts(
            "Un fichier de ces résultats ne peut pas être lu : il manque, il est abîmé, ou il "
            "vient d'une autre version. Choisissez d'autres résultats, ou prévenez qui tient ce "
            "serveur."
        )
    if status == 403:
        return texts("Demande venue d'ailleurs"), texts(
            "Elle a été envoyée par une page d'un autre site. Rien n'a été fait."
        )
    if status == 404:
        return texts("Page introuvable"), texts(
            "Aucune page n'a cette adresse. Elle a peut-être été mal recopiée."
        )
    if status == 413:
        return texts("Envoi trop volumineux"), texts(
            "Ce serveur n'accepte pas plus de 2 Mo à la fois. Rien n'a été enregistré."
        )
    if status == 421:
        return texts("Adresse non reconnue"), texts(
            "Ce serveur n'est pas ouvert sous ce nom. Ouvrez-le à l'adresse qu'il a affichée, ou "
            "demandez à qui l'héberge de déclarer ce nom (--public-name)."
        )
    if status >= 500:
        return texts("Une erreur est survenue"), texts(
            "La page n'a pas pu être préparée. Rien n'est perdu : revenez en arrière ou rechargez."
        )
    return texts("Demande incomprise"), texts(
        "Le serveur n'a pas compris ce qui lui était demandé. Rien n'a été enregistré."
    )


def add_error_pages(server: FastAPI) -> None:
    """Pages for what routes refuse or fail at."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return error_page(
            error.status_code, request.url.query, accept=request.headers.get("accept", "")
        )

    async def invalid(request: Request, error: Exception) -> Response:
        return error_page(422, request.url.query, accept=request.headers.get("accept", ""))

    async def unreadable(request: Request, error: Exception) -> Response:
        accept = request.headers.get("accept", "")
        return error_page(500, request.url.query, noted(error), accept, error)

    server.add_exception_handler(HTTPException, refused)
    for kind in UNREADABLE:
        server.add_exception_handler(kind, unreadable)
    server.add_exception_handler(RequestValidationError, invalid)
    server.add_middleware(Failures)


class Failures:
    """Answers an error of a route with a page that names it, and writes it in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception as error:
            identifier = noted(error)
            if started:
                raise
            accept = Headers(scope=scope).get("accept", "")
            page = error_page(500, scope["query_string"].decode("latin-1"), identifier, accept)
            await page(scope, receive, send)
