"""Legal notice."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.language import Texts
from dashboard.pages.plain import Section, of_host, plain_page
from dashboard.site import Site
from simulator.version import __version__


def sections(texts: Texts, site: Site) -> Sequence[Section]:
    return (
        (texts("Qui publie ces pages"), [of_host(site.publisher, texts)]),
        (texts("Qui en répond"), [of_host(site.director, texts)]),
        (texts("Qui les héberge"), [of_host(site.host, texts)]),
        (texts("À qui écrire"), [of_host(site.contact, texts)]),
        (
            texts("Ce que vous pouvez en faire"),
            [
                texts(
                    "Penser demain est un logiciel libre, version {version} : le code est sous "
                    "licence Apache 2.0 ; les scénarios, les textes et les données du modèle sous "
                    "licence CC BY 4.0. Vous pouvez reprendre les figures et les nombres en citant "
                    "leur source, qui est écrite sous chaque figure et dans chaque image.",
                    version=__version__,
                ),
            ],
        ),
        (
            texts("Ce que ces pages ne sont pas"),
            [
                texts(
                    "Ni une prévision, ni un conseil, ni l'évaluation d'une organisation, d'une "
                    "collectivité ou d'une politique réelles : des simulations sous des hypothèses "
                    "écrites, pour en discuter."
                ),
            ],
        ),
    )


PAGE = plain_page(
    "/mentions-legales",
    lambda texts: texts("Mentions légales"),
    lambda texts: texts("Mentions légales"),
    sections,
)
