"""Machines that a bundle can be made for, and what of the lock each of them needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PYTHONS: Final = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class Platform:
    """A kind of machine: `tags` of wheels that it takes, and how Python names it there."""

    label: str
    tags: tuple[str, ...]
    sys_platform: str
    os_name: str
    system: str
    machine: str
    launcher: str

    def markers(self, python: str) -> dict[str, str]:
        """Environment in which the conditions of the lock are read."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{python}.99",
            "os_name": self.os_name,
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": f"{python}.99",
            "python_version": python,
            "sys_platform": self.sys_platform,
        }


_GLIBC: Final = tuple(f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1))
PLATFORMS: Final = {
    "linux": Platform(
        "Linux", (*_GLIBC, "manylinux2014_x86_64"), "linux", "posix", "Linux", "x86_64",
        "Lancer Penser demain.sh",
    ),
    "macos": Platform(
        "macOS (Apple)", ("macosx_12_0_arm64",), "darwin", "posix", "Darwin", "arm64",
        "Lancer Penser demain.command",
    ),
    "windows": Platform(
        "Windows", ("win_amd64",), "win32", "nt", "Windows", "AMD64", "Lancer Penser demain.bat"
    ),
}  # fmt: skip


def requirements_for(lock: str, platform: Platform, python: str) -> str:
    """Requirements of a lock file, with their hashes, that hold on that machine; no conditions."""
    from packaging.requirements import Requirement

    kept = []
    for pinned, hashes in _pins(lock):
        requirement = Requirement(pinned)
        marker = requirement.marker
        if marker is None or marker.evaluate(platform.markers(python)):
            kept.append(f"{requirement.name}{requirement.specifier} {' '.join(hashes)}\n")
    return "".join(kept)


def _pins(lock: str) -> Iterator[tuple[str, list[str]]]:
    """What is pinned, and its hashes: entries begin at the margin, hashes are indented."""
    for entry in re.split(r"\n(?=[a-z0-9])", lock):
        lines = [line for line in entry.splitlines() if not line.lstrip().startswith("#")]
        if lines:
            pinned, *hashes = (line.removesuffix("\\").strip() for line in lines)
            yield pinned, hashes
