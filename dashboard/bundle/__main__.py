"""`make bundle ARGS="--platform windows"`: a folder and a zip for a machine without internet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard.bundle.build import build
from dashboard.bundle.targets import PLATFORMS, PYTHONS
from simulator.problems import InputError


def main(arguments: Sequence[str] | None = None) -> None:
    """Make one bundle, and say where it is and how large."""
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    here = next((n for n, p in PLATFORMS.items() if p.sys_platform == sys.platform), "linux")
    parser.add_argument("--platform", choices=PLATFORMS, default=here)
    parser.add_argument(
        "--python", action="append", choices=PYTHONS,
        help="version that may be installed there; may be given several times (default: all)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("dist"), help="folder (default: dist)")
    given = parser.parse_args(arguments)
    try:
        folder = build(given.platform, sorted(set(given.python or PYTHONS)), given.out)
    except (InputError, RuntimeError) as error:
        raise SystemExit(str(error)) from None
    archive = folder.with_name(folder.name + ".zip")
    print(f"{folder}  (zip: {archive.stat().st_size / 1e6:.0f} MB)")


if __name__ == "__main__":
    main()
