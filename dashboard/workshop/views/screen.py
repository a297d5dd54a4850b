"""What is projected: read from four metres, no controls, never one line alone."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.outcome import Outcome
from dashboard.workshop.room.state import Room
from dashboard.workshop.seen import Seen
from dashboard.workshop.views import closing, revealing
from dashboard.workshop.views.bands import how_to_read
from dashboard.workshop.views.debating import assumed_list, proposals_list, supposed_part
from dashboard.workshop.views.elements import Child, el, joined, name_of
from dashboard.workshop.views.figure import PROJECTED
from dashboard.workshop.views.payers import payers_figure
from dashboard.workshop.views.predicting import predicted_questions
from dashboard.workshop.views.shares import how_to_read_bars
from dashboard.workshop.views.status import (
    announced,
    countdown,
    heading,
    provisional,
    shocks_of_round,
    waiting,
    working,
)
from dashboard.workshop.views.words import (
    anyone_may_step_out,
    family_words,
    nobody_plays_their_own,
    phase_asks,
    phones_can_enter,
)

# In the order of the page; every one is always there, empty where its phase is not.
PARTS = (
    "announce", "status", "join", "tables", "events", "progress", "indicators", "contributions",
    "payers", "supposed", "proposals", "close",
)  # fmt: skip


def screen_parts(seen: Seen, texts: Texts) -> dict[str, str]:
    """Parts of the projected page: name → HTML, always the same names.

    Predictions of tables are never told one by one.
    """
    room = seen.room
    shown: dict[str, Markup | None] = {
        "announce": announced(room, texts),
        "status": _status(room, texts),
    }
    if room.phase in ("predict", "decide", "reveal"):
        shown["events"] = shocks_of_round(room, texts)
    if room.phase == "lobby":
        shown["join"] = _join(seen, texts)
        shown["tables"] = _lobby_tables(seen, texts)
    elif room.phase in ("predict", "decide"):
        shown["tables"] = _waiting(room, texts)
    elif room.phase == "reveal":
        shown |= _revealed(seen, texts)
    elif room.phase == "debate":
        shown["supposed"] = supposed_part(seen, texts)
        shown["proposals"] = _proposals(room, texts)
    elif room.phase == "debrief":
        shown["supposed"] = supposed_part(seen, texts)
        shown["close"] = _debrief(seen, texts)
    else:
        shown["close"] = closing.end_part(seen, texts, projected=True)
    return {name: str(shown.get(name) or "") for name in PARTS}


def _status(room: Room, texts: Texts) -> Markup:
    # What is revealed needs the room, and says itself what it is.
    asks = None if room.phase == "reveal" else el("p", phase_asks(room, texts), class_="asks")
    return joined([heading(room, texts), countdown(room, texts), asks, _code(room, texts)])


def _join(seen: Seen, texts: Texts) -> Markup:
    """Big code, address and QR; papers do as well."""
    known, room = seen.links, seen.room
    shown: list[Child] = []
    if not room.joining_open:
        return el("p", texts("La salle n'accueille plus de nouveaux téléphones."), class_="note")
    phones = phones_can_enter(known)
    if phones and "qr" in known:
        alt = texts("QR code de l'adresse pour rejoindre")
        shown.append(el("img", src=known["qr"], alt=alt, class_="qr"))
    said: list[Child] = []
    if phones:
        door = known["join"].removesuffix(f"/{room.code}")  # where the code is asked for
        said += [el("p", texts("Avec un téléphone, ouvrez")), el("p", door, class_="big-address")]
    said += [el("p", texts("et entrez le code") if said else texts("Code de la salle")),
             el("p", room.code, class_="big-code")]  # fmt: skip
    paper = (
        texts("Sans téléphone, on joue avec les cartes en papier.")
        if phones
        else texts("On joue avec les cartes en papier ; l'animation saisit les choix.")
    )
    said.append(el("p", paper, class_="note"))
    shown.append(el("div", said))
    return el("section", shown, class_="joining")


def _code(room: Room, texts: Texts) -> Markup | None:
    """A small reminder for whoever comes late."""
    if not room.joining_open or room.phase in ("lobby", "ended"):
        return None
    return el("p", texts("Code :"), " ", el("strong", room.code), class_="late-code")


def _lobby_tables(seen: Seen, texts: Texts) -> Markup:
    room = seen.room
    lines = []
    for table in room.playing:
        phones, role = seen.present.get(table.id, 0), room.role_of(table)
        there = texts("présente") if phones else texts("attendue, ou sur papier")
        lines.append(
            el("li", el("strong", name_of(table.name)), el("span", family_words(role, texts)),
               el("em", there), class_="here" if phones else None)
        )  # fmt: skip
    return el(
        "section",
        el("ul", lines, class_="lobby-tables"),
        el("p", nobody_plays_their_own(texts), " ", anyone_may_step_out(texts), class_="care"),
    )


def _waiting(room: Room, texts: Texts) -> Markup:
    """What is asked, how many tables are ready, and which are; nobody is first or last."""
    waiting = {table.id for table in room.waits_for}
    ready = len(room.playing) - len(waiting)
    said = texts("Tables prêtes : {ready} sur {count}", ready=ready, count=len(room.playing))
    lines = [
        el("li", name_of(table.name), " ",
           el("em", texts("réfléchit") if table.id in waiting else texts("prête")),
           class_=None if table.id in waiting else "here")
        for table in room.playing
    ]  # fmt: skip
    closed = (
        el("p", texts("Les décisions sont fermées pour ce tour."), class_="note")
        if room.phase == "decide" and not room.decisions_open
        else None
    )
    asked = el("ul", (el("li", one) for one in _asked(room, texts)), class_="reminders")
    return el("section", asked, el("p", said, class_="ready-count"), closed,
              el("ul", lines, class_="lobby-tables"))  # fmt: skip


def _asked(room: Room, texts: Texts) -> list[str]:
    if room.phase == "predict":
        return [question for question, _ in predicted_questions(room, texts)]
    return [
        texts("Une carte de financeur se prend sur une enveloppe : qui la paie ?"),
        texts("Certaines cartes demandent l'accord d'une autre table : allez la voir."),
        texts("Ne rien jouer est une décision."),
    ]


def _revealed(seen: Seen, texts: Texts) -> dict[str, Markup | None]:
    """What the facilitator chose of it: all at once would not be read from four metres."""
    room = seen.room
    outcome = seen.outcomes.get(room.round)
    if outcome is None:
        return {"indicators": waiting(seen, texts)}
    progress = {"progress": working(seen, texts)}
    if room.shown == "payers":
        return {**progress, "payers": payers_figure(outcome, texts)}
    shown = [name for name in room.settings.indicators if name in outcome.indicators]
    if room.shown == "roles":
        return {**progress, "contributions": _contributions(seen, outcome, shown, texts)}
    figures = [revealing.indicator_figure(name, outcome, seen, texts, PROJECTED) for name in shown]
    return {
        **progress,
        "indicators": el(
            "section", provisional(outcome, texts),
            el("div", figures, class_="figures"), _predictions(seen, outcome, texts),
            revealing.refused_cards(outcome, seen, texts),
            el("p", _how_to_read(outcome, texts), class_="note"),
        ),
    }  # fmt: skip


def _how_to_read(outcome: Outcome, texts: Texts) -> str:
    """Once for all figures, so that each has more room."""
    first = next(iter(outcome.indicators.values()))
    words = texts("Le mot dit si le sens de l'écart tient quand on change les hypothèses. "
                  "Robuste : au moins 9 fois sur 10 ; probable : 2 fois sur 3 ; ambigu : moins ; "
                  "inchangé : trop petit pour compter.")  # fmt: skip
    marks = how_to_read(first.played, outcome.round > 0, texts)
    return f"{revealing.reference_is(texts)} {marks} {words}"


def _contributions(seen: Seen, outcome: Outcome, shown: list[str], texts: Texts) -> Markup:
    found = [revealing.contributions_figure(name, outcome, seen, texts) for name in shown]
    figures = [figure for figure in found if figure is not None]
    title = el("h2", texts("Ce que change chaque rôle"))
    if not figures:
        return el("section", title, el("p", texts("Le calcul continue."), class_="note"))
    said = texts(
        "Ce qui a été joué, moins la même chose sans les cartes du rôle. Interaction : ce que "
        "les décisions font ensemble et qu'aucune ne fait seule."
    )
    said = f"{said} {how_to_read_bars(texts)}"
    unfinished = (
        None
        if outcome.refined
        else el("p", texts("Provisoire : le calcul continue."), class_="provisional")
    )
    return el(
        "section",
        title,
        el("p", said, class_="note"),
        unfinished,
        el("div", figures, class_="figures"),
    )


def _predictions(seen: Seen, outcome: Outcome, texts: Texts) -> Markup | None:
    """How far apart the tables' predictions were, without saying whose they are."""
    room = seen.room
    guessed = [
        made.values["survival"] for (number, _), made in room.predictions.items()
        if number == outcome.round and "survival" in made.values
    ]  # fmt: skip
    if len(guessed) < 3:
        return None
    low, high = (texts.number(100 * value) for value in (min(guessed), max(guessed)))
    said = (
        texts("Vos prévisions : {number} organisations encore là sur 100.", number=low)
        if low == high
        else texts("Vos prévisions : de {low} à {high} organisations encore là sur 100.", low=low,
                   high=high)
    )  # fmt: skip
    return el("p", said, class_="guesses")


def _proposals(room: Room, texts: Texts) -> Markup:
    proposed = any(one.round == room.round for one in room.proposals)
    return el("section", el("h2", texts("Les hypothèses que les tables changeraient")),
              proposals_list(room, texts),
              None if proposed or room.hypothesis else assumed_list(texts))  # fmt: skip


def _debrief(seen: Seen, texts: Texts) -> Markup:
    title = el("h2", texts("Ce que la salle a joué"))
    return el(
        "section", closing.questions_list(texts), title, closing.played_list(seen.room, texts)
    )
