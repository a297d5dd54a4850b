"""Find a Chromium for the browser tests, and install one where none is found.

Run by `make browser`. Where nothing can be installed it says so; the browser tests then skip
themselves with that reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Path of a Chromium of the system, or of the one that Playwright installed; else None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_chromium() -> None:
    """Try the system's packages where that is allowed, then Playwright's own download."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        attempts = [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"],
        ]
        if all(_succeeds(command) for command in attempts) and find_chromium():
            return
    _succeeds([sys.executable, "-m", "playwright", "install", "chromium"])


def _succeeds(command: list[str]) -> bool:
    print("Running", *command, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main() -> None:
    if not find_chromium():
        install_chromium()
    path = find_chromium()
    print(f"Browser tests use {path}" if path else "No Chromium: browser tests will be skipped")


if __name__ == "__main__":
    main()
