"""What a source holds, measured: columns, keys, what points where, what is odd, and the rules that follow."""

from agentic.profile.document import as_markdown
from agentic.profile.door import Door, Wanted
from agentic.profile.nouns import (
    ColumnProfile,
    ForeignKey,
    Issue,
    Key,
    Profile,
    SuggestedRule,
    Suspect,
    TableProfile,
)
from agentic.profile.suite import suite_of

__all__ = [
    "ColumnProfile", "Door", "ForeignKey", "Issue", "Key", "Profile", "SuggestedRule", "Suspect", "TableProfile", "Wanted",
    "as_markdown", "suite_of",
]  # fmt: skip
