"""Somebody who tries what they must not be able to do; each try must be refused."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

from dashboard.workshop.bots.connection import Answer, Server
from dashboard.workshop.bots.phone import Phone

Try = tuple[str, Callable[[], Answer], tuple[int, ...]]


def forge(phone: Phone, other_table: str, screen_token: str) -> None:
    """Everything that a phone of `phone.table` might try; problems go to its journal."""
    server, token = phone.server, phone.token
    stolen: dict[str, Any] = {"do": "choose", "round": 0, "cards": [], "ready": True}
    tries: list[Try] = [
        ("acts for another table",
         lambda: server.act(token, {**stolen, "table": other_table}), (422,)),
        ("advances the room",
         lambda: server.act(token, {"do": "advance", "round": 0, "phase": "lobby"}), (403,)),
        ("enters cards as the facilitator",
         lambda: server.act(token, {"do": "override", "round": 0, "table": other_table,
                                    "cards": []}), (403,)),
        ("ends the session", lambda: server.act(token, {"do": "end"}), (403,)),
        ("acts from the projector", lambda: server.act(screen_token, stolen), (403,)),
        ("guesses a link", lambda: server.act(secrets.token_urlsafe(32), stolen), (404,)),
        ("opens the console with a phone's link",
         lambda: server.get(f"/atelier/animation/{token}"), (404,)),
        ("deletes the room",
         lambda: server.post_form(f"/atelier/supprimer/{token}", {"code": "AAAAAA"}), (403, 409)),
        ("plays cards that were not dealt",
         lambda: server.act(token, {**stolen, "cards": ["<script>alert(1)</script>"]}), (409,)),
        ("sends what is no command", lambda: server.act(token, {"do": "dance"}), (422,)),
        ("sends far too much",
         lambda: server.act(token, {**stolen, "cards": ["x" * 70] * 400}), (413, 422)),
    ]  # fmt: skip
    for what, attempt, expected in tries:
        answer = attempt()
        if answer.status not in expected:
            phone.journal.wrong(
                f"{phone.name} {what}: the answer is {answer.status}, not {expected} "
                f"({json.dumps(answer.said)[:200]})"
            )


def refused_everywhere(server: Server) -> list[str]:
    """Codes and links of nobody lead nowhere; what was wrong."""
    wrong = []
    for path in ("/atelier/ZZZZZZ", "/atelier/table/x", "/atelier/flux/x", "/atelier/etat/x"):
        status = server.get(path).status
        if status not in (404, 429):
            wrong.append(f"{path} answers {status}, not 404")
    return wrong
