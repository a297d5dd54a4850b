"""Pages of the workshop as pure functions of what is seen."""

from dashboard.workshop.views.console import console_parts
from dashboard.workshop.views.create import create_page
from dashboard.workshop.views.document import asset, shell
from dashboard.workshop.views.entrance import gone_page, home_page, join_page
from dashboard.workshop.views.refusals import refusal
from dashboard.workshop.views.screen import screen_parts
from dashboard.workshop.views.table import table_parts
from dashboard.workshop.views.trace import told

__all__ = [
    "asset", "console_parts", "create_page", "gone_page", "home_page", "join_page", "refusal",
    "screen_parts", "shell", "table_parts", "told",
]  # fmt: skip
