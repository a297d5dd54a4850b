"""What people are told when something cannot be done, in plain words."""

from __future__ import annotations

from typing import Final

from fastapi.responses import JSONResponse

from dashboard.language import Texts, language_of_name, texts_in
from dashboard.workshop.hall import (
    BadName,
    Hall,
    HallFull,
    Malformed,
    NoSuchRoom,
    NotAllowed,
    NotRecorded,
    NotSeated,
)
from dashboard.workshop.limits import TooMany
from dashboard.workshop.room.decide import Refused
from dashboard.workshop.room.settings import LONGEST_NAME
from dashboard.workshop.tokens import Holder
from dashboard.workshop.views.refusals import refusal

PROBLEMS: Final = (
    Refused, NoSuchRoom, NotSeated, NotAllowed, BadName, Malformed, NotRecorded, TooMany,
    HallFull,
)  # fmt: skip


def texts_of(hall: Hall, holder: Holder | None, asked: str | None = None) -> Texts:
    """Texts in the language asked for, or that of the room."""
    if asked or holder is None:
        return texts_in(language_of_name(asked))
    return texts_in(hall.room(holder.room).room.settings.language)


def status_of(problem: Exception) -> int:
    """HTTP status that says the same to programs."""
    return {
        Refused: 409, NoSuchRoom: 404, NotSeated: 410, NotAllowed: 403, Malformed: 422,
        BadName: 422,
        NotRecorded: 503, TooMany: 429, HallFull: 503,
    }[type(problem)]  # fmt: skip


def sentence(problem: Exception, hall: Hall, code: str | None, texts: Texts) -> str:
    """What is wrong and what can be done about it."""
    match problem:
        case Refused() if code is not None:
            return refusal(problem, hall.room(code).room, texts)
        case TooMany():
            return texts(
                "C'est trop rapide pour le serveur. Réessayez dans {seconds} s.",
                seconds=waiting(problem),
            )
        case NotRecorded():
            return texts(
                "Ce n'est pas enregistré : le disque de l'ordinateur de l'animation n'a pas pu "
                "l'écrire. Rien n'a changé ; réessayez, et prévenez l'animation."
            )
        case NotSeated():
            return texts("L'animation a rendu la table libre : ce téléphone n'y est plus. Ce qui "
                         "y a été décidé reste. Choisissez une table pour continuer.")  # fmt: skip
        case NotAllowed():
            return texts("Ce lien ne permet pas de faire cela.")
        case BadName():
            return texts("Un nom a de 1 à {most} signes. Rien n'a changé.", most=LONGEST_NAME)
        case Malformed():
            return texts("Le serveur n'a pas compris ce qui lui était demandé. Rien n'a changé.")
        case HallFull():
            return texts(
                "Ce serveur a déjà autant de salles qu'il peut en tenir. Supprimez-en une."
            )
    return texts(
        "Cette salle n'existe pas ou plus : le code est peut-être mal recopié, ou la salle a été "
        "supprimée."
    )


def waiting(problem: TooMany) -> int:
    """Whole seconds, at least one."""
    return max(1, round(problem.wait + 0.5))


def refused_json(problem: Exception, hall: Hall, code: str | None, texts: Texts) -> JSONResponse:
    """The answer to a command that did nothing."""
    reason = {
        NoSuchRoom: "gone", NotSeated: "released", NotAllowed: "not_allowed",
        BadName: "bad_name", Malformed: "malformed", NotRecorded: "not_recorded",
        TooMany: "too_many_requests", HallFull: "full",
    }  # fmt: skip
    said = {
        "reason": problem.reason if isinstance(problem, Refused) else reason[type(problem)],
        "message": sentence(problem, hall, code, texts),
    }
    headers = {"Retry-After": str(waiting(problem))} if isinstance(problem, TooMany) else None
    return JSONResponse(said, status_of(problem), headers)
