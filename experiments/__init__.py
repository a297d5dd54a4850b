"""Plans of many worlds: designs, parallel runs that can be resumed, sensitivity, calibration.

    import experiments

    plan = experiments.load_plan("profondeur-et-moment")
    plan.design_points()

The package drives `simulator` and knows nothing of pages; `dashboard` may show what it stores.
Names are imported when first used, so that `import experiments` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.plan import Plan, load_plan

_WHERE = {
    "Plan": "experiments.plan",
    "load_plan": "experiments.plan",
}

__all__ = ["Plan", "load_plan"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
