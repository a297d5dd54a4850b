"""Cards of the workshop: decisions as files, that compile to levers when a table plays them."""

from simulator.cards.loading import card_folder, list_cards, load_card, parse_card
from simulator.cards.play import Play, check_requirements, scenario_of
from simulator.cards.schema import SIDES, Card, Side

__all__ = [
    "SIDES", "Card", "Play", "Side", "card_folder", "check_requirements", "list_cards",
    "load_card", "parse_card", "scenario_of",
]  # fmt: skip
