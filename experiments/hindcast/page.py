"""`python -m experiments.hindcast.page docs/hindcast.md` writes its generated sections again.

They tell of `results.json`, what `penser-demain hindcast --out DIR` found and
`python -m experiments.hindcast.ship DIR` put beside this file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from simulator import odd

RESULTS: Final = Path(__file__).resolve().parent / "results.json"
_KINDS: Final = {
    "accepted": "accepted draws",
    "ranges": "draws from the ranges",
    "default": "replicates with default parameters",
}


def percent(value: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{100 * value:.1f}".replace("-", "−")


def provenance(content: Mapping[str, Any]) -> str:
    """What was run."""
    rows = "about " + str(content["rows"]) if content["rows"] else "those of `national`"
    count = content["units"] if content["parameters"] == "default" else content["draws"]
    return (
        f"{count} {_KINDS[content['parameters']]}, seed {content['seed']}, rows: {rows}; version "
        f"{content['version']}, code `{content['code_sha256'][:12]}`."
    )


def results(content: Mapping[str, Any]) -> str:
    """Every replay: what was fed in, observed beside simulated, failures included."""
    parts = []
    for one in content["hindcasts"]:
        fed = [f"- {f['what']['en']} ({', '.join(f['figures'])})" for f in one["fed"]]
        set_ = ", ".join(f"`{name}` {value:g}" for name, value in one["parameters"].items())
        rows = [
            [
                observed["label"]["en"],
                f"{percent(observed['observed'])} ({percent(observed['low'])} to "
                f"{percent(observed['high'])})",
                f"{percent(observed['median'])} [{percent(observed['band_low'])} to "
                f"{percent(observed['band_high'])}]",
                "in" if observed["inside"] else "**out**",
                observed["role"].replace("_", " "),
                ", ".join(observed["figures"]),
                observed["note"],
            ]
            for observed in one["observed"]
        ]
        header = ("%", "observed (range)", "simulated", "median", "role", "figures", "note")
        counted = [o for o in one["observed"] if o["role"] == "held_out"]
        inside = sum(o["inside"] for o in counted)
        parts.append(
            f"### {one['title']['en']}\n\nFed in:\n\n" + "\n".join(fed)
            + f"\n- parameters set: {set_}\n\n" + odd.table(header, rows)
            + f"\n\nHeld out in range: {inside} of {len(counted)}."
        )  # fmt: skip
    return "\n\n".join(parts)


def sections() -> dict[str, Callable[[], str]]:
    """Generated sections by name."""
    content = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {
        "hindcast-provenance": partial(provenance, content),
        "hindcast-results": partial(results, content),
    }


def main(arguments: Sequence[str]) -> None:
    """Rewrite the pages named."""
    for name in arguments:
        path = Path(name)
        text = odd.refreshed(path.read_text(encoding="utf-8"), sections())
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
