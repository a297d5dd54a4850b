"""Where the room is: title, round, phase, countdown. The same words on every screen."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.outcome import Outcome, Progress
from dashboard.workshop.room.state import Room
from dashboard.workshop.seen import Seen
from dashboard.workshop.views.elements import el, joined, name_of
from dashboard.workshop.views.words import card_named, phase_asks, phase_name, place, round_name


def heading(room: Room, texts: Texts) -> Markup:
    """Title of the room, its round and phase."""
    return joined([
        el("p", name_of(room.settings.title), " · ", place(room, texts), class_="room-title"),
        el("p", round_name(room, texts), class_="round") if round_name(room, texts) else None,
        el("h1", phase_name(room.phase, texts)),
    ])  # fmt: skip


def countdown(room: Room, texts: Texts) -> Markup | None:
    """The time that is left; the script counts it down. A pause is said in its place."""
    if room.paused:
        return el("p", texts("Pause"), class_="timer paused")
    timer = room.timer
    if timer is None or timer.ends is None:
        return None
    return el(
        "p",
        el("span", texts("Temps restant"), class_="timer-name"),
        el("time", _clock(timer.seconds), data_ends=timer.ends, data_most=timer.seconds),
        class_="timer",
    )  # fmt: skip


def shocks_of_round(room: Room, texts: Texts) -> Markup | None:
    """Shocks drawn in the round that is played; what they are, until results are shown."""
    drawn = [card for at, shock in room.shocks
             if at == room.round and (card := room.deck.shocks.get(shock)) is not None]  # fmt: skip
    if not drawn:
        return None
    lines = [
        el("li", el("strong", texts.said(texts("Choc"), card_named(room, card.id, texts))),
           None if room.phase == "reveal"
           else el("span", texts.spaced(card.text.in_language(texts.language))))
        for card in drawn
    ]  # fmt: skip
    return el("ul", lines, class_="drawn brief" if room.phase == "reveal" else "drawn")


def paused(room: Room, texts: Texts) -> Markup | None:
    """What a pause means."""
    if not room.paused:
        return None
    return el("p", texts("Pause : on peut lire, rien ne change avant la reprise."), class_="state")


def announced(room: Room, texts: Texts) -> Markup:
    """What is said aloud when the phase changes."""
    said = f"{phase_name(room.phase, texts)}. {phase_asks(room, texts)}"
    return el("p", texts("Pause") if room.paused else said)


def working(seen: Seen, texts: Texts, *whats: str) -> Markup | None:
    """What is being simulated, and how far it is; None where nothing of `whats` is."""
    progress = seen.progress
    if progress is None or (whats and progress.what not in whats):
        return None
    if progress.failed is not None:
        return el(
            "p",
            texts("Le calcul a échoué (code {code}). La séance peut continuer sans lui.",
                  code=progress.failed),
            class_="problem",
        )  # fmt: skip
    said = texts(
        "{what} : {done} calculs sur {total}", what=_what(progress, texts), done=progress.done,
        total=progress.total,
    )  # fmt: skip
    bar = el("progress", max=max(1, progress.total), value=progress.done)
    return el("p", el("label", said, " ", bar), class_="progress")


def provisional(outcome: Outcome, texts: Texts) -> Markup | None:
    """Said until all worlds are in it."""
    if outcome.complete:
        return None
    return el(
        "p", texts("Provisoire : {count} mondes sur {wanted}.", count=outcome.played,
                   wanted=outcome.wanted), class_="provisional",
    )  # fmt: skip


def _what(progress: Progress, texts: Texts) -> str:
    return {
        "reference": texts("Le modèle se prépare"),
        "futures": texts("Le modèle joue vos décisions"),
        "contributions": texts("Ce que change chaque rôle"),
        "supposed": texts("Le modèle rejoue avec l'autre hypothèse"),
        "results": texts("Enregistrement des résultats"),
    }[progress.what]


def waiting(seen: Seen, texts: Texts) -> Markup:
    """Said until the first worlds of what was decided are there."""
    said = texts("Le modèle calcule ce que vous avez décidé. Chaque monde est une suite possible, "
                 "jouée deux fois avec la même chance : avec vos décisions, et sans.")  # fmt: skip
    return joined([el("p", said, class_="waits"), working(seen, texts)])


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
