"""The pages of the site, in the order of the navigation."""

from __future__ import annotations

from typing import Final

from dashboard.page import Page
from dashboard.pages import (
    accessibility,
    compare,
    experiences,
    flows,
    glossary,
    legal,
    model,
    organisations,
    privacy,
    scenarios,
    territories,
)
from dashboard.reading import Library

PAGES: Final[tuple[Page, ...]] = (
    compare.PAGE,
    territories.PAGE,
    flows.PAGE,
    organisations.PAGE,
    scenarios.PAGE,
    experiences.PAGE,
    model.PAGE,
    # In the footer.
    glossary.PAGE,
    legal.PAGE,
    privacy.PAGE,
    accessibility.PAGE,
)
HOME: Final = PAGES[0]
BY_PATH: Final = {page.path: page for page in PAGES}


def pages_of(library: Library) -> list[Page]:
    """The pages that links lead to, in the order of the navigation."""
    return [page for page in PAGES if page.offered(library)]
