"""What docs/experiments.md says of plans is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from experiments.plan import Plan, parse_plan

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "experiments.md").read_text("utf-8")
SECTION = TEXT.partition("## Plan files\n")[2].partition("\n## ")[0]


def test_the_example_is_a_plan() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", SECTION, flags=re.DOTALL)
    plan = parse_plan(example, "docs/experiments.md")
    assert len(plan.design_points()) == 50
    assert "survival_2028Q4_XS" in [outcome.name for outcome in plan.outcomes]


def test_the_python_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", SECTION, flags=re.DOTALL)
    namespace: dict[str, object] = {}
    exec(compile(example, "experiments.md", "exec"), namespace)
    assert "points" in namespace


def test_every_key_of_a_plan_is_explained() -> None:
    keys, _, _ = SECTION.partition("**Ranges of levers.**")
    assert [key for key in Plan.model_fields if f"`{key}" not in keys] == []
