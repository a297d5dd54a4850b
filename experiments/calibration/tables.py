"""Tables of a calibration, from its summary: for its folder and for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.facts import facts
from simulator.odd import table
from simulator.parameters import SPECS

Summary = Mapping[str, Any]

_RANGE: Final = " to "


def number(value: float | None) -> str:
    """A number with four significant digits, … where there is none."""
    if value is None:
        return "…"
    text = f"{value:.4g}"
    if "e" in text and abs(value) >= 1:
        text = f"{value:,.0f}"
    return text.replace("-", "−")


def percent(value: float | None) -> str:
    """A share as a percentage."""
    return "…" if value is None else f"{100 * value:.0f} %"


def band(entry: Mapping[str, Any]) -> str:
    """Median and 5–95 % of a spread."""
    if entry["median"] is None:
        return "not shown"
    return f"{number(entry['median'])} [{number(entry['low'])}{_RANGE}{number(entry['high'])}]"


def waves(summary: Summary) -> str:
    """Wave by wave: how much of the ranges was left, what failed, what was set aside."""
    rows = [
        [
            str(wave["number"]),
            str(wave["points"]),
            f"{wave['share']:.2g}",
            number(wave["bound"]),
            ", ".join(wave["set_aside"]) or "–",
            str(wave["failed"]),
        ]
        for wave in summary["waves"]
    ]
    return table(
        ("wave", "points", "share of the ranges", "bound", "set aside", "failed worlds"), rows
    )


def emulators(summary: Summary) -> str:
    """The last emulators: out-of-sample R² and coverage, error against chance, inputs that matter.

    `foretold`: how often the emulator of the wave before held the new points in its 95 % interval.
    """
    last = summary["waves"][-1]
    rows = [
        [
            f"`{id_}`",
            f"{one['r2']:.2f}",
            percent(one["coverage"]),
            percent(last["foretold"].get(id_)),
            number(one["deviation"]),
            number(one["chance"]),
            ", ".join(f"`{name}`" for name in one["inputs"]) or "–",
        ]
        for id_, one in last["emulators"].items()
    ]
    header = ("fact", "R²", "in its 95 %", "foretold", "error", "chance", "bent inputs")
    return table(header, rows)


def label(id_: str) -> str:
    # Calibration sees five years only.
    own = {"V16": "Survival rising with size, over five years here"}
    return own.get(id_, facts()[id_].label.en if id_ in facts() else "")


def _role(id_: str) -> str:
    return facts()[id_].role.replace("_", " ") if id_ in facts() else ""


def fitted_facts(summary: Summary) -> str:
    """Facts that draws were accepted on (or that the population fixes), before and after."""
    rows = []
    for fact in summary["facts"]:
        if fact["fitted"]:
            median = fact["after"]["median"]
            low, high = fact["low"], fact["high"]
            inside = (
                median is not None
                and (low is None or median >= low)
                and (high is None or median <= high)
            )
            rows.append([
                f"`{fact['id']}`", label(fact["id"]),
                f"{number(low)}{_RANGE}{number(high)}",
                band(fact["before"]), percent(fact["before"]["share_inside"]),
                band(fact["after"]), percent(fact["after"]["share_inside"]),
                ("in" if inside else "**out**") + ("" if fact["moved"] else ", fixed"),
            ])  # fmt: skip
    header = ("fact", "what", "target", "over the ranges", "in", "accepted draws", "in", "median")
    return table(header, rows)


def watched_facts(summary: Summary) -> str:
    """Facts of the same runs on which nothing was accepted."""
    rows = [
        [f"`{fact['id']}`", label(fact["id"]), _role(fact["id"]), band(fact["before"]),
         band(fact["after"])]
        for fact in summary["facts"]
        if not fact["fitted"]
    ]  # fmt: skip
    return table(("fact", "what", "role", "over the ranges", "accepted draws"), rows)


def parameters(summary: Summary) -> str:
    """Parameters that the facts identify or shift, the most shrunk first."""
    chosen = [p for p in summary["parameters"] if p["word"] != "not identified"]
    chosen.sort(key=lambda p: -p["shrinkage"])
    rows = [
        [
            f"`{p['name']}`",
            _unit(p["name"]),
            f"{number(p['from'])}{_RANGE}{number(p['to'])}",
            f"{number(p['median'])} [{number(p['low'])}{_RANGE}{number(p['high'])}]",
            f"{p['shrinkage']:.2f}".replace("-", "−"),
            _signed(p["shift"]),
            p["word"],
        ]
        for p in chosen
    ]
    header = ("parameter", "unit", "range", "accepted", "shrinkage", "shift", "")
    return table(header, rows) if rows else "None."


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _unit(name: str) -> str:
    if name not in SPECS:
        return ""
    mode = {"factor": "factor on the table", "shift": "added to the table"}
    return mode.get(SPECS[name].range_mode, SPECS[name].unit)


def not_identified(summary: Summary) -> str:
    """Names of the parameters on which the facts say nothing."""
    names = [p["name"] for p in summary["parameters"] if p["word"] == "not identified"]
    every = len(summary["parameters"])
    return f"{len(names)} of {every}: " + ", ".join(f"`{name}`" for name in names) + "."


def together(summary: Summary) -> str:
    """Pairs of parameters that the facts tie together."""
    rows = [
        [f"`{pair['first']}`", f"`{pair['second']}`", _signed(pair["correlation"])]
        for pair in summary["together"]
    ]
    return table(("parameter", "and", "rank correlation"), rows) if rows else "None."


def misses(summary: Summary) -> str:
    """Facts that the accepted set misses, and the experiments that show why."""
    lines = []
    for miss in summary["misses"]:
        alone, left_out = percent(miss["alone"]), miss["left_out"]
        text = (
            f"- `{miss['id']}` ({label(miss['id'])}): median {number(miss['median'])}. Over the "
            f"whole ranges {alone} of the worlds meet it, whatever the other facts."
        )
        if left_out is not None:
            text += (
                f" Where every other fact is met it is expected at {number(left_out[1])} "
                f"[{number(left_out[0])}{_RANGE}{number(left_out[2])}]."
            )
        if miss["against"]:
            pulls = ", ".join(
                f"`{other['id']}` ({percent(other['with'])} instead of {percent(other['overall'])})"
                for other in miss["against"]
            )
            text += f" Worlds that meet it meet less often: {pulls}."
        lines.append(text)
    return "\n".join(lines) or "None: every fitted fact has its median in range."


def acceptance(summary: Summary) -> str:
    """How the set was accepted, in one paragraph."""
    found = summary["acceptance"]
    aside = ", ".join(f"`{id_}`" for id_ in found["set_aside"])
    return (
        f"{found['accepted']} draws accepted of {found['candidates']} candidates, at distances of "
        f"{number(found['distance'][0])} to {number(found['distance'][1])}; worst implausibility "
        f"of a candidate at most {number(found['bound'])}."
        + (f" Set aside for candidates, since no point meets them beside the others: {aside}."
           if aside else "")
    )  # fmt: skip


SECTIONS: Final[Mapping[str, Callable[[Summary], str]]] = {
    "calibration-acceptance": acceptance,
    "calibration-waves": waves,
    "calibration-emulators": emulators,
    "calibration-facts": fitted_facts,
    "calibration-watched": watched_facts,
    "calibration-misses": misses,
    "calibration-parameters": parameters,
    "calibration-together": together,
    "calibration-not-identified": not_identified,
}
