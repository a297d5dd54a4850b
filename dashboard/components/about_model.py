"""The model in plain words: who is in it, who should not use it, who builds it."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.language import Texts
from dashboard.reading import Library


def what_it_is(library: Library, texts: Texts) -> list[Any]:
    """One screen on what the model holds and what it is for."""
    return [
        html.H2(texts("Ce que c'est"), id="what"),
        html.P(
            texts(
                "Une population inventée d'organisations employeuses de l'économie sociale et "
                "solidaire (associations, fondations, mutuelles de services, coopératives, "
                "sociétés commerciales de l'ESS), bâtie sur des tableaux publiés, et ceux qui les "
                "font vivre : État, régions, départements, communes, sécurité sociale, Europe, "
                "fondations, banques, usagers et donateurs."
            )
        ),
        html.P(
            texts(
                "Chaque trimestre, les financeurs votent et paient, plus ou moins tard ; les "
                "organisations servent, vendent, paient leurs salaires, empruntent, cherchent "
                "d'autres ressources, embauchent ou licencient, se rapprochent, ferment ; d'autres "
                "naissent. Chaque euro a un payeur et quelqu'un qui le reçoit."
            )
        ),
        html.P(
            texts(
                "On simule plusieurs futurs avec les mêmes organisations et le même hasard : "
                "l'écart entre deux futurs vient alors de ce qui les distingue. On répète cela "
                "dans de nombreux « mondes » où hasard et hypothèses changent : l'étendue des "
                "résultats dit ce qu'on ne sait pas."
            )
        ),
        *_opened_here(library, texts),
    ]


def _opened_here(library: Library, texts: Texts) -> list[Any]:
    """How large the first results are that everybody may see here."""
    name = library.choices.first
    if name is None:
        return []
    cohort = library.cohort(name)
    return [
        html.P(
            texts(
                "Dans les résultats « {name} » ouverts ici : {rows} fiches qui représentent "
                "environ {count} organisations, suivies trimestre par trimestre dans "
                "{worlds} mondes.",
                name=name,
                rows=texts.number(len(cohort.weight)),
                count=texts.number(float(cohort.weight.sum())),
                worlds=len(cohort.units),
            ),
            className="note",
            id="population",
        ),
    ]


def not_for(texts: Texts) -> list[Any]:
    """Uses that the model does not allow."""
    return [
        html.H2(texts("Qui ne doit pas s'en servir, et pour quoi"), id="not-for"),
        html.Ul(
            [
                html.Li(text)
                for text in (
                    texts(
                        "Un décideur public, pour fixer ou défendre le niveau d'une coupe : le "
                        "modèle ne dit pas quelle coupe est supportable."
                    ),
                    texts(
                        "Un financeur, pour décider d'une subvention ou d'un retrait, comparer des "
                        "territoires un par un, annoncer un nombre de fermetures."
                    ),
                    texts("Une banque ou un garant, pour noter un dossier."),
                    texts(
                        "Une organisation, pour juger de sa propre santé ou de celle d'une autre."
                    ),
                    texts("Une administration ou un chercheur, comme évaluation d'une réforme."),
                    texts(
                        "Quiconque, pour citer un chiffre sans son scénario, son intervalle et son "
                        "mot de jugement, ou pour classer des futurs ambigus."
                    ),
                )
            ],
            className="plain-list",
        ),
    ]


def least_evidence(texts: Texts) -> list[Any]:
    """Mechanisms that rest on judgement."""
    return [
        html.H2(texts("Ce qui repose le moins sur des preuves"), id="least-evidence"),
        html.P(
            texts(
                "Les résultats qui dépendent de ces points sont à lire comme des discussions "
                "d'hypothèses : un financeur qui en suit un autre ; la part des conventions "
                "pluriannuelles ; ce que coûte un appel à projets ; fusions et mutualisations ; "
                "usure des équipes, de la qualité et des dirigeants ; personnes servies par emploi "
                "; vitesse à laquelle on réduit, on embauche, on augmente ses prix ; emplois aidés "
                "; dérive de la mission ; tout ce que fait un accompagnement."
            )
        ),
    ]


def who_builds(texts: Texts) -> list[Any]:
    """Who the tool is made for, and what follows from it."""
    return [
        html.H2(texts("Qui construit, qui finance"), id="builders"),
        html.P(
            texts(
                "Le simulateur sert Kiif, une alliance de dix incubateurs d'innovation sociale, et "
                "son action collective « Traversées ». Le code et les textes sont écrits par les "
                "contributeurs du dépôt. Qui finance l'outil n'y est écrit nulle part : aucun nom, "
                "aucun montant, et nous n'en inventons pas. Qui présente ses résultats doit le "
                "dire à voix haute."
            )
        ),
        html.P(
            texts(
                "Ceux pour qui l'outil est fait mènent des programmes d'accompagnement. Aucun mot "
                "de jugement n'est donc donné à un futur qui en contient : ce que l'outil dit de "
                "l'accompagnement, il l'a supposé, et l'effet nul ou néfaste reste "
                "toujours possible."
            )
        ),
    ]
