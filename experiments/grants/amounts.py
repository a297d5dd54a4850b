"""Amounts of money as local authorities write them: `250.0`, `235200,0`, `40 000,00`."""

from __future__ import annotations

from typing import Final

import pandas as pd

# Groups of three after a space (plain, no-break or narrow), or digits alone; then at most two
# decimals: three could be a thousand, and a spreadsheet's `8,30E+13` is no amount.
_AMOUNT: Final = r"-?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[.,]\d{1,2})?"


def euros(text: pd.Series[str]) -> pd.Series[float]:
    """Amounts in euros, NaN where the text is empty or is no amount."""
    trimmed = text.str.strip().str.removesuffix("€").str.strip()
    readable = trimmed.str.fullmatch(_AMOUNT)
    plain = trimmed.str.replace(r"[ \u00a0\u202f]", "", regex=True).str.replace(",", ".")
    return plain.where(readable).astype(float)
