"""The tests run on the oldest supported Python and on the newest installed one."""

from __future__ import annotations

import subprocess

import pytest

from tests.environment.other_python import Version, installed_pythons, versions_to_test


@pytest.mark.parametrize(
    ("installed", "current", "expected"),
    [
        ({(3, 11)}, (3, 11), []),
        ({(3, 11), (3, 12), (3, 13)}, (3, 11), [(3, 13)]),
        ({(3, 11), (3, 12), (3, 13)}, (3, 12), [(3, 11), (3, 13)]),
        ({(3, 11), (3, 13)}, (3, 13), [(3, 11)]),
        ({(3, 12)}, (3, 13), []),
    ],
)
def test_oldest_and_newest_are_tested_beside_the_current(
    installed: set[Version], current: Version, expected: list[Version]
) -> None:
    assert versions_to_test(installed, current) == expected


def test_interpreters_found_are_what_they_are_taken_for() -> None:
    for version, path in installed_pythons().items():
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
        assert told.stdout.startswith("Python {}.{}.".format(*version))
        assert version >= (3, 11)
