"""Write reference_boxes.json with the boxes of EMA Workbench on the cases of known_box.py.

EMA Workbench is no dependency of this project and no test imports it. In an environment of its
own: `pip install ema-workbench networkx`, then, here, `python make_reference_boxes.py`.
"""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path

from ema_workbench.analysis.prim import Prim
from known_box import cases, cases_by_structure

STEPS = (5, 15, 25, 35)


def boxes(design, failing):
    """Boxes of the trajectory: limits that restrict, coverage, density, mass, quasi-p values."""
    box = Prim(design, failing, peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05).find_box()
    path, start = box.peeling_trajectory, box.box_lims[0]
    told = []
    for step in [s for s in STEPS if s < len(path)] + [len(path) - 1]:
        limits, limit = {}, box.box_lims[step]
        for name in design.columns:
            low, high = limit[name]
            if isinstance(low, set):
                if low != start[name][0]:
                    limits[name] = sorted(low)
            elif (low, high) != tuple(start[name]):
                limits[name] = [
                    None if low == start[name][0] else float(low),
                    None if high == start[name][1] else float(high),
                ]
        row = path.iloc[step]
        told.append(
            {
                "step": step,
                "limits": limits,
                **{key: float(row[key]) for key in ("coverage", "density", "mass")},
                "quasi_p": {k: [float(p) for p in v] for k, v in box.p_values[step].items()},
            }
        )
    return {"steps": len(path), "boxes": told}


if __name__ == "__main__":
    found = {
        "command": "python make_reference_boxes.py",
        "made_with": {
            "ema_workbench": version("ema_workbench"),
            "pandas": version("pandas"),
            "python": platform.python_version(),
        },
        "numbers": boxes(*cases()),
        "structure": boxes(*cases_by_structure()),
    }
    target = Path(__file__).with_name("reference_boxes.json")
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
