"""The sessions in which a folder was filled, as its manifest lists them: a run, then every resume.

Each says by which commit and command, when it began, `found` (units that were there by then) and
`units` (those that it added). A session that was killed has no `seconds`, and gets its `units` when
the next one begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

KEY: Final = "sessions"
_OWN: Final = ("commit", "command", "started")


def with_another(
    manifest: Mapping[str, Any], now: Mapping[str, Any], before: int, there: int
) -> dict[str, Any]:
    """The manifest of a folder with one session more, told by the manifest that is made `now`.

    before: units that earlier sessions have left; there: those of them that are not played again.
    """
    earlier = [{**one, "units": one.get("units", before - one["found"])} for one in _all(manifest)]
    session = {**{name: now.get(name) for name in _OWN}, "found": there}
    return {**manifest, KEY: [*earlier, session]}


def ended(manifest: Mapping[str, Any], units: int, seconds: float) -> dict[str, Any]:
    """The manifest, its last session over with so many units added, after so many seconds."""
    *earlier, last = _all(manifest)
    over = {**last, "units": units, "seconds": round(seconds, 3)}
    return {**manifest, KEY: [*earlier, over]}


def commits(manifest: Mapping[str, Any]) -> list[str]:
    """The commits that units were played by, each once, as far as they are known."""
    told = [one.get("commit") for one in _all(manifest) or [manifest]]
    return [str(commit) for commit in dict.fromkeys(told) if commit]


def _all(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = manifest.get(KEY, [])
    return found
