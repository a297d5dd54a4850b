"""Plans of many worlds: designs, parallel runs that can be resumed, sensitivity, calibration.

    import experiments

    plan = experiments.load_plan("profondeur-et-moment")
    results = experiments.run(plan, "results/depth")
    results.outcomes

The package drives `simulator` and knows nothing of pages; `dashboard` may show what it stores.
Names are imported when first used, so that `import experiments` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.plan import Plan, load_plan
    from experiments.results import ExperimentResults as Results
    from experiments.runner import run

_WHERE = {
    "Plan": ("experiments.plan", "Plan"),
    "Results": ("experiments.results", "ExperimentResults"),
    "load_plan": ("experiments.plan", "load_plan"),
    "run": ("experiments.runner", "run"),
}

__all__ = ["Plan", "Results", "load_plan", "run"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    module, known_as = _WHERE[name]
    return getattr(importlib.import_module(module), known_as)


def __dir__() -> list[str]:
    return sorted(__all__)
