"""What is kept of a visit."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.language import Texts
from dashboard.pages.plain import Section, of_host, plain_page
from dashboard.site import Site


def sections(texts: Texts, site: Site) -> Sequence[Section]:
    return (
        (
            texts("Rien de personnel n'est demandé ni gardé"),
            [
                [
                    texts("Pas de compte, pas de cookie, pas de mesure d'audience."),
                    texts(
                        "Rien n'est demandé à un autre serveur que celui-ci : ni police de "
                        "caractères, ni carte, ni script."
                    ),
                    texts(
                        "Ce programme ne tient pas de journal des visites. En cas d'erreur il note "
                        "l'heure, l'erreur et un code, sans dire de qui elle vient."
                    ),
                ]
            ],
        ),
        (
            texts("Ce que dit l'adresse d'une page"),
            [
                texts(
                    "Tout ce que vous choisissez (scénarios, région, secteur, taille…) est écrit "
                    "dans l'adresse de la page, et nulle part ailleurs. La personne à qui vous "
                    "envoyez cette adresse voit ces choix ; votre navigateur la garde dans son "
                    "historique."
                ),
            ],
        ),
        (
            texts("Ce qui est gardé quand vous simulez un scénario"),
            [
                texts(
                    "Le scénario que vous composez et ses résultats sont gardés sur ce serveur, "
                    "pour que leur adresse continue de s'ouvrir ; ils ne s'affichent que pour qui "
                    "a cette adresse. N'y écrivez aucun nom de personne ni d'organisation réelle. "
                    "Votre nom et votre adresse n'y sont pas joints."
                ),
            ],
        ),
        (texts("Ce que l'hébergeur note des visites"), [of_host(site.logs, texts)]),
        (texts("À qui écrire au sujet des données"), [of_host(site.data_protection, texts)]),
    )


PAGE = plain_page(
    "/confidentialite",
    lambda texts: texts("Confidentialité"),
    lambda texts: texts("Confidentialité : ce qui est gardé de votre visite"),
    sections,
)
