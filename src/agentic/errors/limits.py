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


class Interrupted(AgenticError):
    """A person pressed Ctrl-C."""

    code = "AGT130"
    exit_status = 130
    hint = "agentic resume ID goes on; nothing paid for is asked again."
