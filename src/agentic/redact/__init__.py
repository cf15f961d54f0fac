"""No secret gets into a prompt, a file of the archive, a log or the screen."""

from agentic.redact.lines import by_line
from agentic.redact.patterns import PATTERNS, Pattern, vendor_spans
from agentic.redact.redactor import LOOKED_UP, MARK, Found, Redactor, Tally, is_secret, names_secret

__all__ = [
    "LOOKED_UP", "MARK", "PATTERNS", "Found", "Pattern", "Redactor", "Tally", "by_line", "is_secret", "names_secret",
    "vendor_spans",
]  # fmt: skip
