"""What requests cost, and how a run keeps within its budget."""

from agentic.budget.ledger import Entry, Ledger, Reservation, Spent, dollars
from agentic.budget.prices import Price, cost, price_of, worst_case

__all__ = ["Entry", "Ledger", "Price", "Reservation", "Spent", "cost", "dollars", "price_of", "worst_case"]
