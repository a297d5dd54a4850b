"""Where results come from: the commit of a checkout, and nothing where there is none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from simulator import provenance


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_the_commit_is_that_of_the_checkout_the_code_lies_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "checkout" / "simulator"
    package.mkdir(parents=True)
    file = package / "provenance.py"
    file.write_text("first\n")
    monkeypatch.setattr(provenance, "__file__", str(file))
    assert provenance.commit() is None

    def git(*arguments: str) -> str:
        settings = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(package.parent), *settings, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    git("tag", "-a", "v1", "-m", "a tag that would be told instead")
    assert provenance.commit() == git("rev-parse", "HEAD")
    file.write_text("second\n")
    assert provenance.commit() == git("rev-parse", "HEAD") + "-dirty"
