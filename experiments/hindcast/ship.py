"""`python -m experiments.hindcast.ship DIR` keeps the hindcast of a folder in the source tree.

Whatever it shows: a figure that is missed stays, and the page that tells of it is written again.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from experiments.hindcast import page
from experiments.hindcast.replay import replays
from simulator.problems import InputError

FILE: Final = "hindcast.json"
ROOT: Final = Path(__file__).resolve().parents[2]


def ship(source: Path, root: Path = ROOT) -> None:
    """Copy a hindcast into a source tree; InputError where it lacks one of the replays."""
    path = source / FILE
    if not path.is_file():
        raise InputError.single("DIR", f"{source} holds no {FILE}", "run penser-demain hindcast")
    found = {one["id"] for one in json.loads(path.read_text(encoding="utf-8"))["hindcasts"]}
    if found != set(replays()):
        raise InputError.single(
            "DIR", f"{source} holds {', '.join(sorted(found))}",
            f"all of {', '.join(replays())} are needed",
        )  # fmt: skip
    shutil.copyfile(path, root / "experiments" / "hindcast" / "results.json")
    page.main([str(root / "docs" / "hindcast.md")])


def main(arguments: Sequence[str]) -> int:
    """Ship one folder; exit status."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        ship(Path(arguments[0]))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print("the hindcast is in experiments/hindcast; docs/hindcast.md is fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
