"""The HTML document around what a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from dashboard.address import VERSION
from dashboard.language import Language
from dashboard.markup import markup
from dashboard.static_files import PLOTLY, StaticFiles

# What draws is fetched from the start, and run once a figure is to be drawn.
TEMPLATE: Final = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Penser demain</title>
<link rel="icon" href="data:,">
{head}
</head>
<body data-version="{version}" data-plotly="{plotly}">
{body}
</body>
</html>
"""


def document(title: str, frame: Sequence[Any], language: Language, files: StaticFiles) -> str:
    """A page: its frame with what it shows, and the files that it needs."""
    body = markup(frame)
    plotly = escape(files.url(PLOTLY))
    head = [f'<link rel="stylesheet" href="{escape(url)}">' for url in files.urls(".css")]
    head += [f'<script src="{escape(url)}" defer></script>' for url in files.urls(".js")]
    if "data-figure" in body:
        head.append(f'<link rel="preload" as="script" href="{plotly}">')
    return TEMPLATE.format(
        language=language,
        title=escape(title),
        head="\n".join(head),
        version=VERSION,
        plotly=plotly,
        body=body,
    )
