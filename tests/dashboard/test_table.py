"""A table of a panel: what stands under each other lines up, and an address can be followed."""

from __future__ import annotations

import re

from dashboard.components.table import table_html

ROWS = [
    ["Île-de-France", "−1 731,3 M€ (−2,8 %)", "[−0,4 ; +24,9]", "robuste", "https://insee.fr/1"],
    ["Corse", "trop peu de fiches (14)", "–", "", "presse régionale, 5 octobre 2023"],
    ["Bretagne", "12,4 %", "2 682", "probable", 'https://x.fr/"><script>'],
]


def test_numbers_stand_on_the_right_under_their_heading() -> None:
    text = table_html("Table", ["Région", "Écart", "Étendue", "Verdict", "Source"], ROWS)
    right = re.findall(r'<t[hd][^>]*class="number"[^>]*>([^<]*)', text)
    assert right == ["Écart", "Étendue", *(cell for row in ROWS for cell in row[1:3])]


def test_an_address_is_a_link_and_a_text_is_not() -> None:
    text = table_html("Table", ["Région", "Écart", "Étendue", "Verdict", "Source"], ROWS)
    assert re.findall(r'href="([^"]*)"', text) == [
        "https://insee.fr/1",
        "https://x.fr/&quot;&gt;&lt;script&gt;",
    ]
    assert "<script>" not in text
