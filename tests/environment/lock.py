"""Resolve the dependencies for every supported platform and Python, and write the lock files.

Run by `make lock`. The files name exact versions and hashes, and no registry: whoever installs
uses the registry (or mirror) that their own pip is configured for.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

import uv

ROOT = Path(__file__).resolve().parents[2]
RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
OLDEST_PYTHON = "3.11"
HEADER = "# Written by `make lock` from pyproject.toml: exact versions with their hashes.\n"

COMMAND = [
    "--no-config",
    "pip",
    "compile",
    "pyproject.toml",
    "--group=build",
    "--universal",
    f"--python-version={OLDEST_PYTHON}",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]


def resolve(output: Path, *options: str) -> None:
    """Write one lock; versions already in `output` are kept where they still fit."""
    subprocess.run(
        [uv.find_uv_bin(), *COMMAND, *options, f"--output-file={output}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    resolved = output.read_text(encoding="utf-8")
    output.write_text(HEADER + resolved, encoding="utf-8")


def resolve_both(folder: Path, *options: str) -> None:
    """Write both locks into `folder`; the test lock holds all that the run lock holds."""
    resolve(folder / RUN_LOCK, *options)
    resolve(folder / TEST_LOCK, "--extra=test", f"--constraint={RUN_LOCK}", *options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where allowed")
    wanted = parser.parse_args()
    try:
        resolve_both(ROOT, *(["--upgrade"] if wanted.upgrade else []))
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.stderr) from None


if __name__ == "__main__":
    main()
