"""Object stores: what lies there, what differs from here, and the way there and back."""

from agentic.stores.door import Door
from agentic.stores.nouns import (
    CONTAINERS,
    Compared,
    Container,
    Contents,
    Difference,
    Listing,
    Moved,
    Object,
    Place,
    Status,
    Transfer,
)

__all__ = [
    "CONTAINERS", "Compared", "Container", "Contents", "Difference", "Door", "Listing", "Moved", "Object", "Place", "Status",
    "Transfer",
]  # fmt: skip
