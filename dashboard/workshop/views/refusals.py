"""Why a command was refused, in the words of whoever sent it."""

from __future__ import annotations

from dashboard.language import Texts
from dashboard.workshop.room.decide import Refused
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.words import card_named


def refusal(refused: Refused, room: Room, texts: Texts) -> str:
    """The sentence of a refusal, and what would be right."""
    card, required = (
        texts.quoted(card_named(room, str(refused.about[name]), texts))
        if name in refused.about
        else ""
        for name in ("card", "required")
    )
    return {
        "elsewhere": texts("Le choix de la table a changé entre-temps, d'un autre téléphone ou par "
                           "l'animation. Le voici tel qu'il est.")
        if "table" in refused.about
        else texts("La salle a avancé entre-temps. Regardez où elle en est."),
        "closed": texts("Les décisions sont fermées pour ce tour."),
        "paused": texts("La séance est en pause. Ce sera possible dès la reprise."),
        "over": texts("La séance est finie : on ne change plus rien."),
        "no_table": texts("Cette table n'est pas dans la salle."),
        "retired": texts("Cette table a quitté la salle. L'animation peut la rappeler."),
        "not_in_hand": texts("La carte {card} n'est pas dans votre main à ce tour.", card=card),
        "twice": texts("La même carte est choisie deux fois."),
        "over_budget": texts("Ces cartes dépassent ce que la table peut engager à ce tour."),
        "requires": texts("{card} vient après {required}.", card=card, required=required),
        "no_partner": texts("{card} demande l'accord d'une autre table, et aucune ne peut le "
                            "donner.", card=card),
        "not_chosen": texts("L'autre table n'a pas, ou plus, choisi cette carte."),
        "bad_value": texts("Ce nombre n'est pas possible ici."),
        "no_shock": texts("Ce choc n'est pas disponible, ou a déjà été tiré."),
        "no_assumption": texts("Cette hypothèse ne peut pas être changée ici."),
        "no_role": texts("Ce rôle n'est pas dans la salle."),
        "role_kept": texts("Une table garde son rôle une fois la séance commencée."),
        "too_many_tables": texts("La salle a déjà autant de tables qu'elle peut en avoir."),
        "joining_closed": texts("La salle n'accueille plus de nouveaux téléphones."),
        "nothing_to_undo": texts("Il n'y a rien à annuler."),
        "no_table_yet": texts("Il faut au moins une table pour commencer."),
        "too_many": texts("La salle a déjà autant de téléphones qu'elle peut en avoir."),
    }[refused.reason]  # fmt: skip
