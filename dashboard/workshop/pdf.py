"""A page as a PDF, by a browser of this machine: Chromium, Chrome or Edge. None is needed else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from simulator.problems import InputError

_NAMES: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
_INSTALLED: Final = (  # in folders of programs that no search path names
    "Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe", "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge", "Chromium.app/Contents/MacOS/Chromium",
)  # fmt: skip
_PROGRAMS: Final = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_FLAGS: Final = (
    "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
    "--no-first-run", "--no-pdf-header-footer",
)  # fmt: skip
PATIENCE: Final = 120  # seconds


def find_browser() -> str | None:
    """Path of a browser that can print; None where there is none."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    folders = [os.environ[name] for name in _PROGRAMS if name in os.environ]
    for folder in (*folders, "/Applications", str(Path.home() / "Applications")):
        for program in _INSTALLED:
            if (found := Path(folder, program)).is_file():
                return str(found)
    return None


def write_pdf(html: str, path: Path) -> None:
    """Write a page that needs nothing beside itself as a PDF, as its own style sets it on paper.

    InputError where no browser is found or it cannot print; a file of that name is then kept.
    """
    browser = find_browser()
    if browser is None:
        raise _no_pdf(path, "no Chromium, Chrome or Edge was found on this machine")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        # As root, as in a container, Chromium refuses its own sandbox.
        alone = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        command = [
            browser, *_FLAGS, *alone, f"--user-data-dir={Path(folder, 'profile')}",
            f"--print-to-pdf={printed}", page.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise _no_pdf(path, f"{browser} could not print it ({error})") from error
        if not printed.is_file():
            raise _no_pdf(path, f"{browser} printed nothing")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(printed, path)


def _no_pdf(path: Path, message: str) -> InputError:
    hint = f"write {path.with_suffix('.html')}, open it and print it to a PDF"
    return InputError.single("--out", message, hint)
