"""What a facilitator does now and may say, phase by phase."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.language import Texts
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.words import round_end


@dataclass(frozen=True)
class Step:
    """`say`: one or two sentences to the room; `watch`: what to take care of; `next`: the button
    that goes on."""

    say: str
    watch: str
    next: str


def step(room: Room, texts: Texts) -> Step:
    """The step of the running order that the room is at; the end has no next one."""
    end = round_end(room, room.round, texts)
    last = room.round + 1 >= len(room.settings.rounds)
    return {
        "lobby": Step(
            texts("Bienvenue. Ici, personne ne joue sa propre organisation, personne n'est noté, "
                  "et on peut sortir quand on veut."),
            texts("Attendez que chaque table soit là, avec un téléphone ou avec ses cartes en "
                  "papier."),
            texts("Commencer le premier tour")),
        "predict": Step(
            texts("Écrivez avant de parler aux autres tables : que va-t-il se passer d'ici {end} ? "
                  "Il n'y a pas de bonne réponse, on regardera ce qui nous a surpris.", end=end),
            texts("Cinq minutes suffisent. Une table sans prévision n'empêche pas d'avancer."),
            texts("Passer aux décisions")),
        "decide": Step(
            texts("Une carte de financeur se prend sur une enveloppe : demandez-vous qui la paie. "
                  "Ne rien jouer est une décision. Certaines cartes demandent l'accord d'une autre "
                  "table : levez-vous, allez la voir."),
            texts("Rappelez le temps qui reste. Une carte sans l'accord demandé n'aura pas "
                  "d'effet."),
            texts("Révéler les résultats")),
        "reveal": Step(
            texts("La ligne noire est le monde sans nos décisions, la bleue le monde avec. "
                  "Regardez la largeur avant le milieu : où l'écart est-il plus petit que ce qu'on "
                  "ignore ?"),
            texts("Attendez que tous les mondes soient calculés avant de commenter. Un écart "
                  "ambigu ne se commente pas comme un résultat."),
            texts("Ouvrir le débat")),
        "debate": Step(
            texts("Quelle hypothèse changeriez-vous ? On peut en changer une, et rejouer les "
                  "mêmes décisions."),
            texts("Essayez une hypothèse à la fois. On discute de l'hypothèse, pas de la table qui "
                  "la propose."),
            texts("Passer au débat final") if last else texts("Commencer le tour suivant")),
        "debrief": Step(
            texts("On pose les rôles. Trente minutes pour parler de ce qui s'est passé, pas de "
                  "qui a bien joué."),
            texts("Ces minutes sont protégées. Une question à la fois, et laissez des silences."),
            texts("Terminer la séance")),
        "ended": Step(
            texts("Merci. Les contacts sont affichés et sur chaque feuille."),
            texts("Téléchargez ce qui a été joué avant de supprimer la salle."), ""),
    }[room.phase]  # fmt: skip
