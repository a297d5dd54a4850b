"""What the columns of a table of paired differences are called."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.language import Texts


def column_headings(columns: Sequence[str], texts: Texts) -> dict[str, str]:
    """Column → heading, in the order of `columns`."""
    known = {
        "indicator": texts("Indicateur"),
        "direction": texts("Sens"),
        "grouping": texts("Découpage"),
        "group": texts("Groupe"),
        "scenario": texts("Scénario"),
        "reference": texts("Référence"),
        "quarter": texts("Trimestre"),
        "rows": texts("Fiches"),
        "value": texts("Valeur"),
        "reference_value": texts("Valeur de référence"),
        "difference": texts("Écart moyen"),
        "low": texts("Borne basse (5 %)"),
        "high": texts("Borne haute (95 %)"),
        "relative": texts("Écart relatif"),
        "sign_share": texts("Part des mondes de même signe"),
        "verdict": texts("Verdict"),
        "pairs": texts("Paires"),
        "draws": texts("Tirages de paramètres"),
    }
    return {column: known[column] for column in columns}
