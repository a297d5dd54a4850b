"""The page of experiments: those of the folders given, and one of them as its report tells it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from dash import html
from fastapi import FastAPI, Request, Response

from dashboard.address import Address, read
from dashboard.components.report_blocks import report_section, table_csv
from dashboard.folders import (
    UNREADABLE,
    Known,
    known_experiments,
    picture_of,
    report_of,
)
from dashboard.language import Texts
from dashboard.page import Content, Page
from dashboard.reading import Library

PATH = "/experiences"
COMMAND = "penser-demain dashboard --experiments results/"
_drawing = Lock()  # matplotlib keeps its style in one place for all threads


def page_title(texts: Texts) -> str:
    return texts("Expériences : beaucoup de simulations pour une question")


def page_form(library: Library, address: Address) -> list[Any]:
    """What an experiment is."""
    texts = address.texts
    return [
        html.P(
            texts(
                "Une expérience simule des scénarios sous beaucoup d'hypothèses à la fois : ce "
                "qui compte vraiment, dans quelles conditions un choix échoue, ce qui tient dans "
                "tous les cas, ce qu'il faudrait pour qu'un effet disparaisse."
            ),
            className="lead",
        )
    ]


def page_content(library: Library, address: Address) -> Content:
    """The list of experiments, or the one that the address names."""
    texts = address.texts
    found = known_experiments(library.experiments)
    warnings: list[Any] = [html.P(problem, className="problem") for problem in address.problems]
    name = address.asked("e")
    if name is not None and name not in found:
        warnings.append(
            html.P(texts("Expérience inconnue : {name}.", name=name[:80]), className="problem")
        )
        name = None
    if name is None:
        count = len(found)
        status = (
            texts("{count} expériences.", count=count) if count > 1
            else texts("1 expérience.") if count else texts("Aucune expérience.")
        )  # fmt: skip
        return Content([*warnings, *_listed(found, address)], status)
    known = found[name]
    return Content([*warnings, *_one(known, address)], _title(known, texts))


def _listed(found: dict[str, Known], address: Address) -> list[Any]:
    texts = address.texts
    if not found:
        return [
            html.P(
                texts(
                    "Aucune expérience n'est ouverte ici. Chacune montrerait ce qui fait varier un "
                    "résultat, les conditions où un choix échoue, et ce qui tient dans tous les "
                    "cas. Qui tient ce serveur peut en ouvrir en le relançant ainsi :"
                )
            ),
            html.Pre(html.Code(COMMAND), tabIndex="0"),
            html.P(
                texts(
                    "Une expérience se prépare et se lance en ligne de commande, voir "
                    "docs/tutorial-experiments.md."
                ),
                className="note",
            ),
        ]
    return [
        html.Div(
            [_card(known, address) for known in found.values()], className="cards scenario-cards"
        )
    ]


def _card(known: Known, address: Address) -> html.Article:
    texts = address.texts
    href = PATH + address.query(e=known.name)
    return html.Article(
        [
            html.H3(html.A(_title(known, texts), href=href)),
            html.P(texts.spaced(known.question.get(texts.language, ""))),
            html.P(_state(known, texts), className="note"),
        ],
        className="card",
    )


def _title(known: Known, texts: Texts) -> str:
    return texts.spaced(known.title.get(texts.language, known.name))


def _state(known: Known, texts: Texts) -> str:
    """How far it is, or that it cannot be read."""
    if known.damaged:
        return texts("Dossier abîmé ou d'une autre version : il ne peut pas être lu.")
    done, failed = (int(known.status[key]) for key in ("done", "failed"))
    units = int(known.status["units"]) - int(known.status["not_needed"])
    numbers = {"done": texts.number(done), "units": texts.number(units)}
    words = {
        "finished": texts("Terminée : {done} mondes simulés sur {units}.", **numbers),
        "running": texts("En cours : {done} mondes simulés sur {units}.", **numbers),
        "stopped": texts("Arrêtée avant la fin : {done} mondes simulés sur {units}.", **numbers),
    }[known.status["state"]]
    if failed:
        words += " " + texts("{count} ont échoué.", count=texts.number(failed))
    return words


def _one(known: Known, address: Address) -> list[Any]:
    texts = address.texts
    back = html.P(
        html.A(texts("Toutes les expériences"), href=PATH + address.query(e=None)),
        className="back",
    )
    head: list[Any] = [
        back,
        html.H2(_title(known, texts)),
        html.P(_state(known, texts), className="note", id="experiment-state"),
    ]
    if known.damaged:
        return [*head, _damaged(known.damaged, texts)]
    question = texts.spaced(known.question[texts.language])
    head.insert(2, html.P(question, className="narrative"))
    if known.version:
        head.append(
            html.P(
                texts(
                    "Simulée avec la version {version} du modèle, qui n'est pas celle de cette "
                    "page : les nombres sont ceux du dossier.",
                    version=known.version,
                ),
                className="problem",
            )
        )
    try:
        report = report_of(known, texts.language)
    except UNREADABLE as error:
        return [*head, _damaged(str(error), texts)]
    contents = html.Nav(
        html.Ul([html.Li(html.A(one.title, href=f"#{one.anchor}")) for one in report.sections]),
        className="contents",
        **{"aria-label": texts("Sommaire")},
    )

    def picture(name: str, ending: str = "svg", **parts: str) -> str:
        chosen = {"e": known.name, "figure": name, "lang": texts.language, **parts}
        return f"{PATH}/figure.{ending}?{urlencode(chosen)}"

    head += [html.P(words, className="problem") for words in report.warnings]
    return [
        *head,
        contents,
        *(report_section(one, picture, known.path.name, texts) for one in report.sections),
    ]


def _damaged(reason: str, texts: Texts) -> html.Div:
    return html.Div(
        [
            html.P(
                texts(
                    "Ce dossier ne peut pas être lu en entier : il est abîmé, à moitié écrit, ou "
                    "d'une autre version. Rien n'y a été changé."
                )
            ),
            html.P(reason.strip().splitlines()[0][:400] if reason.strip() else "", lang="en"),
        ],
        className="problem",
    )


def add_routes(server: FastAPI, library: Library) -> None:
    """The pictures of reports, drawn when a page asks for them, and the numbers behind them."""

    def asked(request: Request) -> tuple[Known, Address, str] | None:
        address = read(PATH, request.url.query)
        known = known_experiments(library.experiments).get(address.asked("e") or "")
        return None if known is None else (known, address, address.asked("figure") or "")

    def image(request: Request, place: int, media_type: str) -> Response:
        found = asked(request)
        if found is None:
            return Response(status_code=404)
        known, address, name = found
        narrow = address.asked("narrow") is not None
        try:
            drawn = _drawn(known.path, known.stamp, address.language, name, narrow)
        except UNREADABLE:
            drawn = None
        if drawn is None:
            return Response(status_code=404)
        return Response(drawn[place], media_type=media_type)

    @server.get(f"{PATH}/figure.svg")
    def vector(request: Request) -> Response:
        return image(request, 0, "image/svg+xml")

    @server.get(f"{PATH}/figure.png")
    def pixels(request: Request) -> Response:
        return image(request, 1, "image/png")

    @server.get(f"{PATH}/figure.csv")
    def numbers(request: Request) -> Response:
        found = asked(request)
        if found is None:
            return Response(status_code=404)
        known, address, name = found
        for_spreadsheet = address.asked("format") == "tableur"
        language = address.language if for_spreadsheet else "en"  # points, never commas
        try:
            picture = picture_of(known, language, name)
        except UNREADABLE:
            picture = None
        if picture is None:
            return Response(status_code=404)
        file = f"{name}{'' if for_spreadsheet else '-simple'}.csv"
        return Response(
            table_csv(picture.table, for_spreadsheet),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{file}"'},
        )


@lru_cache(maxsize=128)
def _drawn(
    path: Path, stamp: float, language: str, name: str, narrow: bool
) -> tuple[bytes, bytes] | None:
    """SVG and, of the wide one, PNG; None where there is no such picture."""
    from experiments.report.figures.drawing import draw

    picture = picture_of(Known("", path, {}, {}, {}), language, name)
    if picture is None:
        return None
    with _drawing:
        return draw(picture, narrow)


PAGE = Page(
    path=PATH,
    name=lambda texts: texts("Expériences"),
    title=page_title,
    content=page_content,
    form=page_form,
    routes=add_routes,
    offered=lambda library: bool(library.experiments),
    keeps=(),
    keeps_still=False,  # folders are being written
)
