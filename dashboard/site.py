"""Who puts the pages on line: a file that the host fills in, and that ships empty."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from simulator.strict_model import Bilingual, StrictModel, doc
from simulator.strict_yaml import read_yaml
from simulator.typed_document import validate_document


class Site(StrictModel):
    """What the law and courtesy ask a host to say; a part that is absent is told as such."""

    format: Literal[1] = doc("format du fichier", "format of the file", default=1)
    publisher: Bilingual | None = doc("qui publie ces pages", "who publishes", default=None)
    director: Bilingual | None = doc("qui en répond", "who answers for them", default=None)
    host: Bilingual | None = doc("qui les héberge", "who hosts them", default=None)
    contact: Bilingual | None = doc("à qui écrire", "whom to write to", default=None)
    data_protection: Bilingual | None = doc(
        "à qui écrire au sujet des données", "whom to write to about data", default=None
    )
    logs: Bilingual | None = doc(
        "ce que l'hébergeur note des visites", "what the host notes of visits", default=None
    )


def read_site(path: str | Path) -> Site:
    """Site of a file; InputError with every fault, each with its line and column."""
    return validate_document(read_yaml(path), Site)
