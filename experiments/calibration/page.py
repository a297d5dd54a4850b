"""`python -m experiments.calibration.page docs/calibration.md` writes its generated sections again.

They tell of the set that ships, and say so where none does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from experiments.calibration import tables
from experiments.calibration.model_problem import FITTED, fitted_targets
from simulator import accepted_set, odd
from simulator.facts import facts

NO_SET: Final = "*No calibrated set ships with this version.*"


def targets_of_today() -> str:
    """Facts that draws are accepted on, with the errors around them."""
    rows = [
        [f"`{t.id}`", tables.label(t.id),
         f"{tables.number(t.low)} to {tables.number(t.high)}", tables.number(t.observation),
         tables.number(t.discrepancy)]
        for t in fitted_targets()
    ]  # fmt: skip
    header = ("fact", "what", "range", "deviation of the figure", "discrepancy of the model")
    return odd.table(header, rows)


def held_out() -> str:
    """Ids of the facts that nothing is set or accepted on."""
    ids = [f"`{id_}`" for id_, fact in facts().items() if fact.role == "held_out"]
    families = ", ".join(FITTED)
    return f"Fitted families: {families}. Held out: {', '.join(ids)}."


def provenance(manifest: Mapping[str, Any]) -> str:
    """Where the set that ships comes from."""
    settings = manifest["settings"]
    rows = [
        ["draws", str(manifest["draws"])],
        ["version, code", f"{manifest['version']}, `{manifest['code_sha256'][:12]}`"],
        ["population", manifest["population"]["name"]],
        ["seed", str(settings["seed"])],
        ["waves × points", f"{settings['waves']} × {settings['points']}"],
        ["run again for chance", f"{settings['repeated']} points × {settings['replicates']}"],
        ["cutoff, last wave below", f"{settings['cutoff']:g}, {settings['near']:g}"],
    ]
    return odd.table(("", ""), rows)


def sections() -> dict[str, Callable[[], str]]:
    """Generated sections by name."""
    fixed: dict[str, Callable[[], str]] = {
        "calibration-targets": targets_of_today,
        "calibration-held-out": held_out,
    }
    if not accepted_set.is_shipped():
        names = ("calibration-provenance", *tables.SECTIONS)
        return fixed | dict.fromkeys(names, lambda: NO_SET)
    manifest = accepted_set.shipped().manifest
    told = manifest["calibration"]
    return (
        fixed
        | {"calibration-provenance": partial(provenance, manifest)}
        | {name: partial(section, told) for name, section in tables.SECTIONS.items()}
    )


def main(arguments: Sequence[str]) -> None:
    """Rewrite the pages named."""
    for name in arguments:
        path = Path(name)
        text = odd.refreshed(path.read_text(encoding="utf-8"), sections())
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
