"""The lock files install the same versions everywhere, from whatever registry pip is set to."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import uv
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.environment.lock import ROOT, RUN_LOCK, TEST_LOCK, resolve_both

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[0-9a-z.]+)( ; (?P<marker>.+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
COMMENT = re.compile(r"^ *#")
ONLY_AS_SOURCE = ["autograd-gamma"]
UNREACHABLE = ("Failed to fetch", "error sending request", "dns error", "Could not connect")


def pins(lock: str) -> dict[str, set[str]]:
    """Name → `version` or `version ; marker` of every line that pins."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if pinned := PINNED.match(line):
            found.setdefault(pinned["name"], set()).add(f"{pinned['version']} ; {pinned['marker']}")
    return found


@pytest.mark.parametrize("lock", [RUN_LOCK, TEST_LOCK])
def test_lock_holds_versions_and_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    odd = [
        line
        for line in text.splitlines()
        if not (PINNED.match(line) or HASH.match(line) or COMMENT.match(line))
    ]
    assert odd == []
    for trace in (
        "http:",
        "https:",
        "://",
        "--index-url",
        "--extra-index-url",
        "--find-links",
        "file:",
    ):
        assert trace not in text


@pytest.mark.parametrize("lock", [RUN_LOCK, TEST_LOCK])
def test_every_pin_has_a_hash(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    followers = [after for line, after in itertools.pairwise(lines) if PINNED.match(line)]
    assert followers
    assert all(HASH.match(after) for after in followers)


@pytest.mark.parametrize(
    ("lock", "declared"),
    [
        (RUN_LOCK, PROJECT["dependencies"]),
        (TEST_LOCK, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]),
    ],
)
def test_lock_satisfies_what_the_project_declares(lock: str, declared: list[str]) -> None:
    locked = pins(lock)
    for requirement in map(Requirement, declared):
        versions = {pin.split(" ; ")[0] for pin in locked[canonicalize_name(requirement.name)]}
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_tests_run_on_the_versions_that_users_get() -> None:
    for_users, for_tests = pins(RUN_LOCK), pins(TEST_LOCK)
    assert {name: for_tests.get(name) for name in for_users} == for_users


@pytest.mark.network
def test_resolving_again_changes_nothing(tmp_path: Path) -> None:
    for lock in (RUN_LOCK, TEST_LOCK):
        shutil.copy(ROOT / lock, tmp_path)
    try:
        resolve_both(tmp_path)
    except subprocess.CalledProcessError as error:
        skip_without_registry(error.stderr)
        pytest.fail(error.stderr)
    for lock in (RUN_LOCK, TEST_LOCK):
        again = (tmp_path / lock).read_text(encoding="utf-8")
        assert again == (ROOT / lock).read_text(encoding="utf-8"), "run `make lock`"


@pytest.mark.network
@pytest.mark.parametrize("python", ["3.11", "3.13", "3.14"])
@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_lock_installs_from_wheels_alone(platform: str, python: str, tmp_path: Path) -> None:
    resolved = subprocess.run(
        [
            uv.find_uv_bin(),
            "--no-config",
            *["pip", "install", "--dry-run", "--require-hashes", "--only-binary=:all:"],
            *[f"--no-binary={name}" for name in ONLY_AS_SOURCE],
            *["--requirement", str(ROOT / TEST_LOCK), "--target", str(tmp_path)],
            *["--python-platform", platform, "--python-version", python],
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if resolved.returncode:
        skip_without_registry(resolved.stderr)
    assert resolved.returncode == 0, resolved.stderr
    assert "+ mesa==" in resolved.stderr


def skip_without_registry(message: str) -> None:
    if any(sign in message for sign in UNREACHABLE):
        pytest.skip("no package registry can be reached from here")
