"""Writes the generated sections of a page again: `python -m simulator.cards docs/cards.md`."""

import sys

from simulator.cards.page import main

if __name__ == "__main__":
    main(sys.argv[1:])
