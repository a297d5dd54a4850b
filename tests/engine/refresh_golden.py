"""Write the golden files anew: `python -m tests.engine.refresh_golden`, from the root.

Only after a change that is meant to change results; look at the difference before committing.
"""

from __future__ import annotations

import itertools

from tests.engine import golden_results as golden


def main() -> None:
    """Replace every file of `tests/engine/golden`, and say what changed."""
    golden.FOLDER.mkdir(exist_ok=True)
    for scenario, kind in itertools.product(golden.SCENARIOS, golden.worlds()):
        path, results = golden.path_of(scenario, kind), golden.results_of(scenario, kind)
        before = golden.read(scenario, kind) if path.exists() else {}
        changed = len(golden.mismatches(before, results))
        golden.write(scenario, kind, results)
        print(f"{path.name}: {changed} values changed")


if __name__ == "__main__":
    main()
