"""A few results of small runs, rounded: what the golden files hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulator.codes import EXIT_CAUSES, quarter_label
from simulator.indicators import HEADLINES
from simulator.model import EssModel
from simulator.parameters import Parameters
from simulator.processes.leadership import SENSITIVITIES

FOLDER = Path(__file__).parent / "golden"
SCENARIOS = ("fil-de-l-eau", "choc-regional", "fusionner")
REPLICATES = 2
QUARTERS = 12
SEED = 2026
DIGITS = 9


def rounded(value: float) -> float:
    """Nine significant digits."""
    return float(f"{value:.{DIGITS}g}")


def worlds() -> dict[str, Parameters]:
    """Parameters by kind of world: the defaults, and the model as it is without its human side."""
    plain = Parameters.default()
    for name in SENSITIVITIES:
        plain = plain.with_(name, set=0.0)
    return {"": Parameters.default(), "-without-human-side": plain}


def results_of(scenario: str, world_kind: str = "") -> dict[str, Any]:
    """Headline indicators at year ends and exits by cause, of each replicate."""
    found = {}
    parameters = worlds()[world_kind]
    for replicate in range(REPLICATES):
        world = EssModel(
            scenario, "demo", seed=SEED, replicate=replicate, parameters=parameters,
            quarters=QUARTERS, collect=False,
        )  # fmt: skip
        headlines = {quarter_label(-1): _headlines(world)}
        while world.running:
            world.step()
            if world.quarter % 4 == 0:
                headlines[quarter_label(world.quarter - 1)] = _headlines(world)
        record = world.recorder.finish()
        total = record.sums["all"][1].sum(axis=(0, 1))
        exits = {
            cause: rounded(total[record.sum_names.index(f"exits_{cause}")]) for cause in EXIT_CAUSES
        }
        found[f"replicate {replicate}"] = {"headlines": headlines, "exits": exits}
    return found


def _headlines(world: EssModel) -> dict[str, float]:
    return {code: rounded(world.recorder.headline(code)) for code in HEADLINES}


def path_of(scenario: str, world_kind: str = "") -> Path:
    """File of a scenario in a kind of world."""
    return FOLDER / f"{scenario}{world_kind}.json"


def read(scenario: str, world_kind: str = "") -> dict[str, Any]:
    """What the file holds."""
    text = path_of(scenario, world_kind).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def write(scenario: str, world_kind: str, results: dict[str, Any]) -> None:
    """Replace the file."""
    text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    path_of(scenario, world_kind).write_text(text, encoding="utf-8")


def mismatches(expected: Any, found: Any, place: str = "") -> list[str]:
    """Where two nested results differ beyond the ninth significant digit."""
    if isinstance(expected, dict) and isinstance(found, dict):
        listed = [f"{place}/{key}: missing" for key in expected.keys() - found.keys()]
        listed += [f"{place}/{key}: new" for key in found.keys() - expected.keys()]
        for key in expected:
            if key in found:
                listed += mismatches(expected[key], found[key], f"{place}/{key}")
        return listed
    # Half a unit of the ninth digit on either side, and one for a value between two roundings.
    if abs(expected - found) <= 1.5 * 10.0 ** (1 - DIGITS) * abs(expected):
        return []
    return [f"{place}: {expected} expected, {found} found"]
