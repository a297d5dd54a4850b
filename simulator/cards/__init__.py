"""Cards of the workshop: decisions as files, that compile to levers when a table plays them."""

from simulator.cards.loading import (
    card_folder,
    list_cards,
    list_shocks,
    load_card,
    load_file,
    load_shock,
    parse_card,
    parse_shock,
    shock_folder,
)
from simulator.cards.play import Play, check_requirements, scenario_of
from simulator.cards.schema import SIDES, Card, Side
from simulator.cards.shock import Shock

__all__ = [
    "SIDES", "Card", "Play", "Shock", "Side", "card_folder", "check_requirements", "list_cards",
    "list_shocks", "load_card", "load_file", "load_shock", "parse_card", "parse_shock",
    "scenario_of", "shock_folder",
]  # fmt: skip
