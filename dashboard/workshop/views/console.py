"""The page of a facilitator: what to do now first, everything else below it."""

from __future__ import annotations

from datetime import UTC, datetime

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.room.settings import MOST_TABLES
from dashboard.workshop.room.state import Room, Shown, Table
from dashboard.workshop.seen import Seen
from dashboard.workshop.views import console_more
from dashboard.workshop.views.console_entry import entry
from dashboard.workshop.views.deciding import agreements, decided_line
from dashboard.workshop.views.document import BESIDE
from dashboard.workshop.views.elements import Child, button, el, joined, name_of
from dashboard.workshop.views.running_order import step
from dashboard.workshop.views.status import announced, countdown, heading, paused, working

ROWS = tuple((f"table-{number}", f"entry-{number}") for number in range(1, MOST_TABLES + 1))
# In the order of the page; every one is always there, empty where there is nothing to do. Those
# of `BESIDE` stand in a second column where there is room.
PARTS = (
    "announce", "status", "next", "projected", "timer", "progress",
    *(name for row in ROWS for name in row), "seat", *BESIDE,
)  # fmt: skip
_MOMENTS = (60, 120, 300, 600)


def console_parts(seen: Seen, texts: Texts) -> dict[str, str]:
    """Parts of the facilitator's page: name → HTML, always the same names.

    The n-th table is two parts: `table-n` says where it stands; `entry-n` holds its forms, and
    depends on the phase and on what that table does, so that what is being entered for one is not
    redrawn because another acts.
    """
    room = seen.room
    shown: dict[str, Markup | None] = {
        "announce": announced(room, texts),
        "status": joined([heading(room, texts), countdown(room, texts), paused(room, texts)]),
        "next": _next(room, texts),
        "projected": _projected(room, texts),
        "timer": _timer(room, texts),
        "progress": _working(seen, texts),
        "seat": console_more.seat(room, texts),
        "shocks": console_more.shocks(room, texts),
        "suppose": console_more.suppose(seen, texts),
        "switches": console_more.switches(room, texts),
        "links": console_more.links(seen, texts),
        "downloads": console_more.downloads(seen, texts),
        "trace": _trace(seen, texts),
        "stop": console_more.stop(seen, texts),
    }
    for (name, form), table in zip(ROWS, room.tables, strict=False):
        shown[name], shown[form] = _table(seen, table, texts), entry(room, table, texts)
    return {name: str(shown.get(name) or "") for name in PARTS}


def _next(room: Room, texts: Texts) -> Markup:
    """The one thing to do now, and what to say."""
    now = step(room, texts)
    go: Child = None
    if now.next:
        do = {"do": "advance", "round": room.round, "phase": room.phase}
        go = button(now.next, do, kind="primary large", confirm=_before_going(room, texts))
    return el(
        "section",
        el("p", texts.quoted(now.say), class_="say"),
        el("p", now.watch, class_="note"),
        go,
        _waiting(room, texts),
    )  # fmt: skip


def _working(seen: Seen, texts: Texts) -> Markup | None:
    """What the model does behind; nothing of it has to be waited for, unless it is looked at."""
    shown = working(seen, texts)
    if shown is None or seen.room.phase in ("reveal", "ended"):
        return shown
    return joined([shown, el("p", texts("Vous pouvez continuer sans attendre."), class_="note")])


def _before_going(room: Room, texts: Texts) -> str | None:
    """Asked before tables are left behind, or before the session is over."""
    if room.phase == "debrief":
        return texts("Terminer la séance ? Les tables ne pourront plus rien changer.")
    waiting = room.waits_for
    if room.phase != "decide" or not waiting:
        return None
    names = texts.listing([table.name for table in waiting])
    return texts("{names} : pas encore prêt. Leur dernier choix sera gardé. Révéler quand même ?",
                 names=names)  # fmt: skip


def _waiting(room: Room, texts: Texts) -> Markup | None:
    if room.phase not in ("predict", "decide"):
        return None
    waiting = room.waits_for
    if not waiting:
        return el("p", texts("Toutes les tables sont prêtes."), class_="state ready")
    names = texts.listing([table.name for table in waiting])
    return el("p", texts("On attend :"), " ", name_of(names), class_="state")


def _projected(room: Room, texts: Texts) -> Markup | None:
    """Which part of what is revealed the projector shows."""
    if room.phase != "reveal":
        return None
    parts: dict[Shown, str] = {
        "results": texts("Les résultats"),
        "roles": texts("Ce que change chaque rôle"),
        "payers": texts("Qui paie"),
    }
    buttons = [
        button(name, {"do": "show", "what": what}, kind="chip",
               aria_pressed="true" if room.shown == what else "false")
        for what, name in parts.items()
    ]  # fmt: skip
    return el("fieldset", el("legend", texts("À l'écran projeté")),
              el("div", buttons, class_="buttons"))  # fmt: skip


def _timer(room: Room, texts: Texts) -> Markup | None:
    if room.phase in ("lobby", "ended"):
        return None
    planned = 60 * {str(name): n for name, n in room.settings.minutes.items()}[room.phase]
    choices = sorted({*_MOMENTS, planned} - {0})
    starts = [
        button(texts("{minutes} min", minutes=texts.number(seconds / 60)),
               {"do": "timer", "seconds": seconds},
               kind="primary" if seconds == planned and room.timer is None else "")
        for seconds in choices
    ]  # fmt: skip
    stop = button(texts("Retirer"), {"do": "timer", "seconds": 0}) if room.timer else None
    label = texts("Compte à rebours (prévu pour cette étape : {minutes} min)",
                  minutes=planned // 60)  # fmt: skip
    return el("fieldset", el("legend", label), el("div", starts, stop, class_="buttons"))


def _table(seen: Seen, table: Table, texts: Texts) -> Markup:
    """A table: who is there, where it stands, and a way on where it does not answer."""
    room, phones = seen.room, seen.present.get(table.id, 0)
    presence = (
        texts("sur papier, ou pas encore là")
        if phones == 0
        else texts("1 téléphone")
        if phones == 1
        else texts("{count} téléphones", count=phones)
    )
    unblock = (
        button(texts("Débloquer : garder son dernier choix"),
               {"do": "unblock", "round": room.round, "table": table.id})
        if room.phase == "decide" and table in room.waits_for
        else None
    )  # fmt: skip
    state = _state(room, table, texts)
    return el(
        "section",
        el("h2", name_of(table.name)),
        el("p", name_of(room.role_of(table).name), " · ",
           el("span", presence, class_="presence" if phones else "presence absent")),
        el("p", state, class_="state") if state else None,
        agreements(room, table, texts) if room.phase == "decide" else None,
        unblock,
        class_="console-table retired" if table.retired else "console-table",
    )  # fmt: skip


def _state(room: Room, table: Table, texts: Texts) -> str:
    """Where a table stands, in words, where it does something. Never what it predicts."""
    if table.retired:
        return texts("a quitté la salle")
    if room.phase == "predict":
        noted = (room.round, table.id) in room.predictions
        return texts("prévision notée") if noted else texts("réfléchit")
    if room.phase in ("decide", "reveal"):
        choice = room.choice(room.round, table.id)
        cards = decided_line(room, table, room.round, texts)
        state = (
            texts("gardé par l'animation")
            if choice.by == "kept"
            else texts("saisi par l'animation")
            if choice.by == "facilitator"
            else texts("prête")
            if choice.ready
            else texts("réfléchit")
        )
        return texts.said(state, cards)
    if room.phase == "debate":
        proposed = any((p.round, p.table) == (room.round, table.id) for p in room.proposals)
        return texts("a proposé une hypothèse") if proposed else texts("réfléchit")
    return ""


def _trace(seen: Seen, texts: Texts) -> Markup:
    """What happened, the newest first."""
    lines = [
        el("li", el("time", datetime.fromtimestamp(at / 1000, UTC).strftime("%H:%M"),
                    data_at=at), " ", name_of(said),
           _by(actor, said, texts))
        for at, actor, said in seen.trace[:100]
    ]  # fmt: skip
    return el(
        "details", el("summary", texts("Ce qui s'est passé")), el("ol", lines, class_="trace"),
        id="trace",
    )  # fmt: skip


def _by(actor: str, said: str, texts: Texts) -> Markup | None:
    """Who did it, where the sentence does not say so."""
    name = texts("animation") if actor == "facilitator" else actor
    return None if name in said else el("span", " – ", name_of(name), class_="note")
