"""Where to look at a future that touches some régions alone: national totals hardly move."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.touched import regions_touched
from dashboard.view import View


def region_links(view: View, scenario: str, address: Address) -> list[Any]:
    """A link to each région that the future is limited to; none once a région is chosen."""
    if "region" in view.selection.chosen:
        return []
    texts = view.texts
    return [
        html.A(
            texts("Regarder l'écart en {region}", region=view.code("region", code)),
            href=address.path + address.query(region=code),
        )
        for code in regions_touched(view.comparison.results, scenario)
    ]
