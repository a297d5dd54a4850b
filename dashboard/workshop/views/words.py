"""What people read of a room: phases, rounds, whom a table plays, what each phase asks."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from dashboard.language import Texts
from dashboard.workshop.network import is_this_machine
from dashboard.workshop.room.settings import Role
from dashboard.workshop.room.state import Phase, Room
from simulator.cards import Card
from simulator.codes import label


def phase_name(phase: Phase, texts: Texts) -> str:
    """One or two words."""
    return {
        "lobby": texts("Accueil"),
        "predict": texts("Prévoir"),
        "decide": texts("Décider"),
        "reveal": texts("Révéler"),
        "debate": texts("Débattre"),
        "debrief": texts("Prendre du recul"),
        "ended": texts("Fin"),
    }[phase]


def phase_asks(room: Room, texts: Texts) -> str:
    """What the phase asks of a table, in a sentence."""
    end = round_end(room, room.round, texts)
    return {
        "lobby": texts("Installez-vous. La séance commence quand tout le monde est là."),
        "predict": texts("Avant de décider : que va-t-il se passer d'ici {end} ?", end=end),
        "decide": texts("Choisissez vos cartes pour ce tour, puis dites que c'est prêt."),
        "reveal": texts("Voici ce que le modèle donne, d'ici {end}.", end=end),
        "debate": texts("Le modèle suppose des choses. Laquelle changeriez-vous ?"),
        "debrief": texts("On pose les rôles, et on parle de ce qui s'est passé."),
        "ended": texts("La séance est finie. Merci d'avoir été là."),
    }[room.phase]


def round_end(room: Room, number: int, texts: Texts) -> str:
    """`fin 2028`."""
    return texts.quarter(room.settings.rounds[number])


def round_name(room: Room, texts: Texts) -> str:
    """`Tour 1 sur 3 · jusqu'à fin 2028`; empty where no round is being played."""
    if room.phase in ("lobby", "debrief", "ended"):
        return ""
    return texts(
        "Tour {number} sur {count} · jusqu'à {end}",
        number=room.round + 1, count=len(room.settings.rounds),
        end=round_end(room, room.round, texts),
    )  # fmt: skip


def place(room: Room, texts: Texts) -> str:
    """The territory that the room plays."""
    region = room.settings.region
    return texts("France entière") if region is None else label(region, texts.language)


def family_words(role: Role, texts: Texts) -> str:
    """Whom a role stands for: a family of organisations, or a funder."""
    language = texts.language
    if role.payer is not None:
        return texts("le financeur : {name}", name=label(role.payer, language))
    assert role.family is not None
    family = role.family
    said = [
        texts("toutes les organisations de l'ESS qui emploient")
        if family.sector is None
        else label(family.sector, language)
    ]
    if family.size is not None:
        said.append(texts("budget : {size}", size=label(family.size, language)))
    if family.funding_profile is not None:
        said.append(texts("ressources : {name}", name=label(family.funding_profile, language)))
    return texts.series(said)


def role_words(role: Role, texts: Texts) -> str:
    """A role's name and whom it stands for, once where one says the other."""
    family = family_words(role, texts)
    return family if role.name in family else f"{role.name}, {family}"


def nobody_plays_their_own(texts: Texts) -> str:
    return texts(
        "Personne ne joue sa propre organisation. Vous jouez une famille d'organisations, "
        "avec de vrais ordres de grandeur."
    )


def anyone_may_step_out(texts: Texts) -> str:
    return texts("On peut s'arrêter, sortir et revenir à tout moment, sans rien expliquer.")


def phones_can_enter(links: Mapping[str, str]) -> bool:
    """Whether the address of the room is one that other machines may reach."""
    return "join" in links and not is_this_machine(urlsplit(links["join"]).hostname or "")


def card_title(card: Card, texts: Texts) -> str:
    return texts.spaced(card.title.in_language(texts.language))


def card_named(room: Room, name: str, texts: Texts) -> str:
    """Title of a card or shock of the deck; its id where the deck holds it no more."""
    card = room.deck.cards.get(name) or room.deck.shocks.get(name)
    return name if card is None else card_title(card, texts)


def predicted_name(indicator: str, texts: Texts) -> str:
    """What a table predicts, in short."""
    return {
        "survival": texts("Organisations encore là, sur 100"),
        "quality_adjusted_service_index": texts("Service rendu, qualité comprise (100 fin 2025)"),
    }[indicator]
