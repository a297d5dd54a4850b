"""Every parameter with its value, range, unit, source and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from dashboard.components.badge import badge_word
from dashboard.language import Texts
from dashboard.panels.panel import Panel
from simulator.odd import default_text
from simulator.parameters import SPECS, ParameterSpec, process_groups

KINDS: Final = ("published", "microdata", "foreign", "tuned", "judgement")
COLUMNS: Final = (
    "name", "label", "process", "symbol", "default", "unit", "range_low", "range_high",
    "range_mode", "domain_low", "domain_high", "kind", "drawn", "varies_by", "figures", "source",
)  # fmt: skip


def family_key(process: str) -> str:
    """Key of the panel of one family."""
    return f"family-{process}"


def family_specs(process: str, kind: str | None) -> list[ParameterSpec]:
    """Parameters of a family, of one kind where one is given."""
    group = next(one for one in process_groups() if one.code == process)
    return [s for s in map(SPECS.__getitem__, group.parameters) if kind in (None, s.kind)]


def all_parameters_panel(texts: Texts) -> Panel:
    """Every parameter, for downloads."""
    title = texts("Paramètres du modèle")
    return _panel("parameters", title, SPECS.values(), texts)


def family_panel(process: str, kind: str | None, texts: Texts) -> Panel:
    """Parameters of one process of the quarter."""
    group = next(one for one in process_groups() if one.code == process)
    name = group.label_fr if texts.language == "fr" else group.label_en
    return _panel(family_key(process), name, family_specs(process, kind), texts)


def _panel(key: str, title: str, specs: Iterable[ParameterSpec], texts: Texts) -> Panel:
    chosen = list(specs)
    numbers = pd.DataFrame([_numbers(spec, texts) for spec in chosen], columns=list(COLUMNS))
    return Panel(
        key,
        title,
        "",
        "",
        numbers,
        {name: name for name in COLUMNS},
        [_shown(spec, texts) for spec in chosen],
        [
            texts("Paramètre"),
            texts("Nom"),
            texts("Valeur"),
            texts("Plage"),
            texts("Unité"),
            texts("Repose sur"),
            texts("Source"),
        ],
    )


def _shown(spec: ParameterSpec, texts: Texts) -> list[str]:
    return [
        spec.label(texts.language),
        spec.name,
        texts.rewritten(default_text(spec)),
        range_words(spec, texts),
        texts.spaced(spec.unit_in(texts.language)),
        badge_word(spec.kind, texts),
        " ".join([spec.source, *(f"[{figure}]" for figure in spec.facts)]),
    ]


def range_words(spec: ParameterSpec, texts: Texts) -> str:
    """What ensembles draw from, in words."""
    if spec.range is None:
        return texts("jamais tiré")
    low, high = (texts.rewritten(f"{end:g}".replace("-", "\N{MINUS SIGN}")) for end in spec.range)
    ends = texts("{low} à {high}", low=low, high=high)
    if spec.range_mode == "factor":
        return texts("facteur {ends}", ends=ends)
    if spec.range_mode == "shift":
        return texts("décalage {ends}", ends=ends)
    return ends


def _numbers(spec: ParameterSpec, texts: Texts) -> dict[str, object]:
    low, high = spec.range or (None, None)
    return {
        "name": spec.name,
        "label": spec.label(texts.language),
        "process": spec.process,
        "symbol": spec.symbol,
        "default": default_text(spec),
        "unit": spec.unit,
        "range_low": low,
        "range_high": high,
        "range_mode": spec.range_mode if spec.range else None,
        "domain_low": spec.domain[0],
        "domain_high": spec.domain[1],
        "kind": spec.kind,
        "drawn": spec.is_drawn,
        "varies_by": " ".join(spec.varies_by),
        "figures": " ".join(spec.facts),
        "source": spec.source,
    }
