"""Plans of experiments: files that people write, read strictly, and the points they stand for."""

from experiments.plan.catalogue import list_plans, plan_path
from experiments.plan.loading import load_plan, parse_plan
from experiments.plan.outcome import Outcome
from experiments.plan.replicates import Replicates
from experiments.plan.schema import Plan

__all__ = [
    "Outcome", "Plan", "Replicates", "list_plans", "load_plan", "parse_plan", "plan_path",
]  # fmt: skip
