"""A page of which one part is written by a command (`--write PAGE`), between two marks."""

from __future__ import annotations

from pathlib import Path

from simulator.problems import InputError


def marks(name: str) -> tuple[str, str]:
    """Where the part begins and ends."""
    return f"<!-- generated: {name} -->", f"<!-- end: {name} -->"


def page_text(path: Path, name: str) -> str:
    """The page; InputError where it cannot be read or has no such part."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.single("write", f"{path} cannot be read: {error}", "name a page") from None
    missing = [mark for mark in marks(name) if mark not in text]
    if missing:
        raise InputError.single("write", f"{path} has no generated part", f"write {missing[0]}")
    return text


def rewritten(page: str, name: str, part: str) -> str:
    """The page with another text in its part."""
    begin, end = marks(name)
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n{part}\n{end}{rest.partition(end)[2]}"
