"""What a code means: of an error, or of a finding."""

from __future__ import annotations

from agentic.errors import all_errors
from agentic.values.codes import FINDINGS
from agentic.values.noun import Noun


class Explanation(Noun, frozen=True):
    """One code."""

    code: str
    name: str
    meaning: str
    fix: str
    exit_status: int


def explanations() -> dict[str, Explanation]:
    """Every code of an error, from the classes themselves, and of a finding."""
    found = {
        cls.code: Explanation(cls.code, cls.__name__, " ".join((cls.__doc__ or "").split()), cls.hint, cls.exit_status)
        for cls in reversed(all_errors())
    }
    found |= {code: Explanation(code, name, meaning, fix, 1) for code, (name, meaning, fix) in FINDINGS.items()}
    return dict(sorted(found.items()))
