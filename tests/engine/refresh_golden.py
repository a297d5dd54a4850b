"""Write the golden files anew: `python -m tests.engine.refresh_golden`, from the root.

Only after a change that is meant to change results; look at the difference before committing.
"""

from __future__ import annotations

from tests.engine import golden_results as golden


def main() -> None:
    """Replace every file of `tests/engine/golden`, and say what changed."""
    golden.FOLDER.mkdir(exist_ok=True)
    for scenario in golden.SCENARIOS:
        results = golden.results_of(scenario)
        before = golden.read(scenario) if golden.path_of(scenario).exists() else {}
        changed = len(golden.mismatches(before, results))
        golden.write(scenario, results)
        print(f"{golden.path_of(scenario).name}: {changed} values changed")


if __name__ == "__main__":
    main()
