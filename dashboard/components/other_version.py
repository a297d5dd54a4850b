"""What may not fit where results were made by another version of the model than the one that runs.

Pages make again what results do not hold: draws of the parameters, prices, the population, which
organisations a lever reaches. They make it with the model of today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html

from simulator.provenance import code_digest
from simulator.version import __version__

if TYPE_CHECKING:
    from dashboard.language import Texts
    from simulator.results import Results


def other_version(results: Results, texts: Texts) -> list[html.P]:
    """A sentence, or nothing where the code that runs made the results."""
    version = results.manifest.get("version", __version__)
    code = results.manifest.get("code_sha256", code_digest())
    if version == __version__ and code == code_digest():
        return []
    words = texts(
        "Ces résultats viennent d'une autre version du modèle ({made} ; ici {here}). Leurs nombres "
        "restent les leurs, mais ce qui est refait ici avec le modèle d'aujourd'hui peut ne pas "
        "leur correspondre : tirages des paramètres, prix, population, exposition aux leviers.",
        made=_named(version, code),
        here=_named(__version__, code_digest()),
    )
    return [html.P(words, className="problem", id="other-version")]


def _named(version: object, code: object) -> str:
    return f"{str(version)[:20]}, {str(code)[:8]}"
