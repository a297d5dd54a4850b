"""Accessibility: what was tested, with what, and what was not."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.language import Texts
from dashboard.pages.plain import Section, of_host, plain_page
from dashboard.site import Site


def sections(texts: Texts, site: Site) -> Sequence[Section]:
    return (
        (
            texts("Où en sont ces pages"),
            [
                texts(
                    "Elles visent le niveau AA des WCAG 2.2 et les critères du RGAA. Aucun audit "
                    "n'a été fait : aucun taux de conformité n'est donc déclaré."
                ),
            ],
        ),
        (
            texts("Ce qui est vérifié à chaque version, par des tests automatiques"),
            [
                [
                    texts(
                        "Chaque page est donnée à axe-core dans Chromium, à 390 et à 1280 pixels "
                        "de large, en clair et en sombre, tableaux dépliés : il ne doit rien "
                        "trouver."
                    ),
                    texts(
                        "Chaque page est parcourue au clavier seul : lien d'évitement, ordre de la "
                        "page, aucun piège, repère visible à chaque arrêt."
                    ),
                    texts(
                        "Aucune page ne déborde de l'écran de 320 à 1920 pixels de large (un écran "
                        "de 1280 agrandi à 200 % en fait 640, à 400 % 320)."
                    ),
                    texts(
                        "Chaque figure a un titre, une phrase qui dit ce qu'elle montre, et un "
                        "tableau de ses données."
                    ),
                    texts(
                        "Les lignes se distinguent par une lettre et un trait, pas seulement par "
                        "une couleur."
                    ),
                ]
            ],
        ),
        (
            texts("Ce qui n'a pas été vérifié"),
            [
                [
                    texts(
                        "L'usage réel avec un lecteur d'écran, une loupe ou une commande vocale, "
                        "par des personnes qui s'en servent."
                    ),
                    texts("D'autres navigateurs que Chromium ; de vrais téléphones."),
                    texts(
                        "L'intérieur des dessins : ils ne se parcourent pas au clavier, et les "
                        "tests automatiques ne les lisent pas. La phrase et le tableau les "
                        "remplacent."
                    ),
                    texts("Les images téléchargées, hors leur titre et leur description."),
                ]
            ],
        ),
        (
            texts("Une page vous gêne ?"),
            [
                texts("Dites-le, avec l'adresse de la page :"),
                of_host(site.contact, texts),
            ],
        ),
    )


PAGE = plain_page(
    "/accessibilite",
    lambda texts: texts("Accessibilité"),
    lambda texts: texts("Accessibilité : ce qui a été vérifié, et ce qui ne l'a pas été"),
    sections,
)
