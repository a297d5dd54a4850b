"""`python -m simulator.population [NAME_OR_FILE]`: print the totals of a population."""

import sys

from simulator.population import describe, load_population
from simulator.problems import InputError

if __name__ == "__main__":
    try:
        print(describe(load_population(sys.argv[1] if len(sys.argv) > 1 else "national")))
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
