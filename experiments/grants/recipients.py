"""Who received a grant: a SIREN where there is a sound one, else a cleaned name."""

from __future__ import annotations

import unicodedata
from typing import Final

import pandas as pd

# Words of legal form that one file writes and the next leaves out.
_FORM_WORDS: Final = r"\b(?:ASSOCIATION|ASSOC|ASSO|ASS|LOI 1901|LOI DE 1901)\b"


def sirens(identifiers: pd.Series[str]) -> pd.Series[str]:
    """The nine digits of each SIREN or SIRET, empty where there is none.

    A number that a spreadsheet has destroyed (`8,30E+13`), or of any other length, is no
    identifier: two organisations could share what is left of it.
    """
    digits = identifiers.str.replace(r"[ \u00a0\u202f]", "", regex=True)
    sound = digits.str.fullmatch(r"\d{9}|\d{14}")
    return digits.str[:9].where(sound, "")


def names(written: pd.Series[str]) -> pd.Series[str]:
    """Names without accents, case, punctuation and words of legal form."""
    plain = written.map(_unaccented).str.upper()
    plain = plain.str.replace(r"[^A-Z0-9]+", " ", regex=True)
    plain = plain.str.replace(_FORM_WORDS, " ", regex=True)
    return plain.str.split().str.join(" ")


def recipients(identifiers: pd.Series[str], written: pd.Series[str]) -> pd.Series[str]:
    """One key per recipient: its SIREN, or its name where no row of that name has one.

    A name that is written with exactly one SIREN elsewhere in the file takes that SIREN. Empty
    where there is neither.
    """
    siren, name = sirens(identifiers), names(written)
    known = siren[(siren != "") & (name != "")].groupby(name).agg(["nunique", "first"])
    only = known.loc[known["nunique"] == 1, "first"]
    return siren.where(siren != "", name.map(only).fillna(name))


def _unaccented(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))
