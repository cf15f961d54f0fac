"""Figures in documents: what each is said of, and which of them contradict each other.

    page -> blocks of words -> claims ("retention", 7 years, line 12) -> pairs that cannot both be true

Precision comes first: a figure that is said of something else, or of the same thing under another condition, is no contradiction.
"""

from agentic.specs.figures.claim import Claim
from agentic.specs.figures.compare import Clash, clashes
from agentic.specs.figures.gather import claims_of
from agentic.specs.figures.promise import broken_promises

__all__ = ["Claim", "Clash", "broken_promises", "claims_of", "clashes"]
