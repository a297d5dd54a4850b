"""The page of a table, for a phone first: one part for each thing that changes by itself."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.seen import Seen
from dashboard.workshop.views import closing, deciding, predicting, revealing
from dashboard.workshop.views.debating import debate_part, proposed_part, supposed_part
from dashboard.workshop.views.elements import el, joined, name_of
from dashboard.workshop.views.status import announced, countdown, heading, paused, shocks_of_round
from dashboard.workshop.views.words import (
    anyone_may_step_out,
    family_words,
    nobody_plays_their_own,
    phase_asks,
)

# In the order of the page; every one is always there, empty where its phase is not.
PARTS = (
    "announce", "status", "who", "events", "asked", "noted", "predict", "hand", "budget",
    "guessed", "own", "result", "supposed", "proposed", "debate", "close",
)  # fmt: skip


def table_parts(seen: Seen, table: str, member: str, texts: Texts) -> dict[str, str]:
    """Parts of the page of a phone that sits at `table`: name → HTML, always the same names.

    A part that holds an input depends on the room's phase and on the table's own doings alone, so
    that nothing which others do redraws it. Nothing of another table's prediction is in any.
    """
    room = seen.room
    own = room.table(table)
    shown: dict[str, Markup] = {"announce": announced(room, texts), "status": _status(room, texts)}
    if own is None or own.retired:
        shown["who"] = el("p", texts("Cette table a quitté la salle. L'animation peut la "
                                     "rappeler."), class_="problem")  # fmt: skip
    else:
        shown["who"] = _who(seen, own, texts)
        shown |= _of_phase(seen, own, texts)
    return {name: str(shown.get(name, "")) for name in PARTS}


def _of_phase(seen: Seen, own: Table, texts: Texts) -> dict[str, Markup]:
    room = seen.room
    if room.phase == "predict":
        return {
            "events": shocks_of_round(room, texts) or Markup(""),
            "noted": predicting.noted_part(room, own, texts),
            "predict": predicting.predict_part(room, own, texts),
        }
    if room.phase == "decide":
        return {
            "events": shocks_of_round(room, texts) or Markup(""),
            "asked": deciding.asked_part(room, own, texts),
            "hand": deciding.hand_part(room, own, texts),
            "budget": deciding.budget_part(room, own, texts),
        }
    if room.phase == "reveal":
        return {
            "result": revealing.result_part(seen, texts),
            "own": revealing.own_part(seen, own, texts),
            "guessed": revealing.guessed_part(seen, own, texts),
        }
    if room.phase == "debate":
        return {
            "supposed": supposed_part(seen, texts),
            "proposed": proposed_part(room, own, texts),
            "debate": debate_part(room, own, texts),
        }
    if room.phase == "debrief":
        return {
            "supposed": supposed_part(seen, texts),
            "close": closing.debrief_part(seen, own, texts),
        }
    if room.phase == "ended":
        end = closing.end_part(seen, texts)
        return {"close": joined([end, closing.journey(seen, own, texts)])}
    return {}


def _status(room: Room, texts: Texts) -> Markup:
    return joined([
        heading(room, texts),
        countdown(room, texts),
        paused(room, texts),
        el("p", phase_asks(room, texts), class_="asks"),
    ])  # fmt: skip


def _who(seen: Seen, own: Table, texts: Texts) -> Markup:
    """Whom this table plays. In full while people arrive; folded afterwards."""
    room = seen.room
    role = room.role_of(own)
    said = [
        el("p", texts("Vous jouez :"), " ", family_words(role, texts), class_="family"),
        stands_for(seen, own, texts),
        _shared(room, own, texts),
        el("p", nobody_plays_their_own(texts) if role.payer is None else _funder(texts)),
        el("p", anyone_may_step_out(texts), class_="note"),
    ]
    name = el("span", name_of(own.name), class_="table-name")
    if not own.name.startswith(role.name):
        name = joined([name, " · ", name_of(role.name)])
    if room.phase == "lobby":
        return el("section", el("h2", name), said, class_="who")
    summary = el("summary", texts("Votre table :"), " ", name)
    return el("details", summary, said, class_="who", id="who-we-are")


def _shared(room: Room, own: Table, texts: Texts) -> Markup | None:
    """What it means that several tables hold the same role."""
    count = sum(table.role == own.role for table in room.playing)
    if count < 2:
        return None
    if room.role_of(own).payer is not None:
        said = texts("{count} tables jouent ce financeur : une carte agit si plus de la moitié la "
                     "jouent.", count=count)  # fmt: skip
    else:
        said = texts("{count} tables jouent cette famille : chacune décide pour une partie d'elle.",
                     count=count)  # fmt: skip
    return el("p", said)


def stands_for(seen: Seen, own: Table, texts: Texts) -> Markup | None:
    """How many organisations the role stands for, where it is known."""
    count = seen.stands_for.get(own.role)
    if count is None:
        return None
    return el("p", texts("Soit environ {count} organisations.",
                         count=texts.number(_two_digits(count))))  # fmt: skip


def _two_digits(count: float) -> float:
    """As many digits as a population that is drawn at random can bear."""
    step = 10.0 ** max(0, len(f"{count:.0f}") - 2)
    return round(count / step) * step


def _funder(texts: Texts) -> str:
    return texts(
        "Personne ne joue sa propre institution. Vous répartissez une enveloppe : ce qu'une carte "
        "coûte est pris sur vos subventions."
    )
