"""Plans: proposed, approved by a named person, implemented. The files are the truth."""

from agentic.plans.check import check_plans
from agentic.plans.plan import IMPLEMENTED, PROPOSED, Plan, PlanFile, read_plans
from agentic.plans.write import approve, implemented, new_plan

__all__ = [
    "IMPLEMENTED", "PROPOSED", "Plan", "PlanFile", "approve", "check_plans", "implemented", "new_plan", "read_plans",
]  # fmt: skip
