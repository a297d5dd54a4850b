"""`python -m experiments.calibration.ship DIR` puts a finished calibration into the source tree.

The accepted set goes to `simulator/data`, and the page that tells of it is written again.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from experiments.calibration import page
from simulator import accepted_set
from simulator.problems import InputError

LEAST: Final = 200
ROOT: Final = Path(__file__).resolve().parents[2]


def ship(source: Path, root: Path = ROOT) -> int:
    """Copy the set of a calibration folder into a source tree; returns its number of draws.

    Raises InputError for a folder without a set, for a set of other parameters than today's, and
    for one that is too small to stand for what is not known.
    """
    for name in (accepted_set.DRAWS_FILE, accepted_set.MANIFEST_FILE):
        if not (source / name).is_file():
            raise InputError.single(
                "DIR", f"{source} holds no {name}", "run penser-demain calibrate to its end"
            )
    draws = len(accepted_set.read(source))
    if draws < LEAST:
        raise InputError.single(
            "DIR", f"{source} holds {draws} accepted draws", f"at least {LEAST} are needed"
        )
    for name in (accepted_set.DRAWS_FILE, accepted_set.MANIFEST_FILE):
        shutil.copyfile(source / name, root / "simulator" / "data" / name)
    accepted_set.shipped.cache_clear()
    page.main([str(root / "docs" / "calibration.md")])
    return draws


def main(arguments: Sequence[str]) -> int:
    """Ship one folder; exit status."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        draws = ship(Path(arguments[0]))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{draws} accepted draws are in simulator/data; docs/calibration.md is fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
