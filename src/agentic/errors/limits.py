"""7xx: limits."""

from __future__ import annotations

from agentic.errors.base import AgenticError


class LimitReached(AgenticError):
    """A budget or a limit stops the run before it is passed."""

    code = "AGT700"
    exit_status = 7
    hint = "agentic resume ID --budget-usd X (or --budget-tokens N) goes on with a larger budget."


class PriceUnknown(LimitReached):
    """A budget in money cannot be held: the price of the model is not known."""

    code = "AGT701"
    hint = "add the price to configs/agentic.yaml (prices:), or set a budget in tokens only."


class ProjectBudgetReached(LimitReached):
    """A budget of the whole project, for a day or in all, has no room for one more request."""

    code = "AGT702"
    hint = (
        "agentic audit stats --forecast tells how it was spent; a person raises limits.usd_per_day or limits.usd_total in "
        "configs/agentic.yaml, and agentic resume ID goes on."
    )


class BudgetUncountable(LimitReached):
    """A budget of the whole project cannot be held: nobody can tell what was spent."""

    code = "AGT703"
    hint = "add the price to configs/agentic.yaml (prices:), or take the limit out."


class BreakerOpen(LimitReached):
    """Several healings in a row failed, so none is tried until a person has looked."""

    code = "AGT704"
    hint = (
        "agentic pipeline history tells what was tried; agentic pipeline fix --reset-breaker --why TEXT lets it go on."
    )


class Interrupted(AgenticError):
    """A person pressed Ctrl-C."""

    code = "AGT130"
    exit_status = 130
    hint = "agentic resume ID goes on; nothing paid for is asked again."
