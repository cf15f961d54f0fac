"""Healing -> Notices: one for each cause, with all secrets taken out. What is told anywhere is made of these alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from agentic.values.digest import digest
from agentic.values.healing import Diagnosis, ErrorClass, Fix, Healing
from agentic.values.noun import Noun

Outcome = Literal["mended", "waits for approval", "fix refused", "rolled back", "stopped", "needs a person"]
Priority = Literal["high", "medium", "low"]
MANY = 10
"""So many nodes below a cause are a matter of priority."""
EXPOSURE = "exposure."


class Proposal(Noun, frozen=True):
    """The fix that is worth a person's time: the one that stands, else the best that may be approved, else the best."""

    id: str
    title: str
    diff: str
    confidence: float
    why: tuple[str, ...] = ()
    blast_radius: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    """What the judge said."""
    refused: bool = False


class Notice(Noun, frozen=True):
    """One cause, as people are told of it."""

    id: str
    error_class: ErrorClass
    outcome: Outcome
    cause: str
    confidence: float
    priority: Priority
    healing: str
    """The id of the attempt."""
    nodes: tuple[str, ...] = ()
    path: str = ""
    line: int = 0
    message: str = ""
    sql: str = ""
    hint: str = ""
    facts: Mapping[str, str] = {}
    """What else is known, a line each."""
    fix: Proposal | None = None

    @property
    def place(self) -> str:
        """`models/orders.sql:12`, as far as it is known."""
        return f"{self.path}:{self.line}" if self.path and self.line else self.path

    @property
    def told(self) -> str:
        """Twelve digits that change when there is news: another outcome, other nodes, another fix. Words alone are none."""
        fix = (self.fix.diff, self.fix.refused) if self.fix else ()
        return digest(repr((self.outcome, sorted(self.nodes), fix)))[7:19]

    @property
    def is_over(self) -> bool:
        """Does it ask nothing of anybody?"""
        return self.outcome == "mended"


def notices(healing: Healing, redact: Callable[[str], str]) -> tuple[Notice, ...]:
    """In the order of the diagnoses; each cause once."""
    causes = {one.id: one for one in reversed(healing.diagnoses)}
    return tuple(notice(healing, one, redact) for one in healing.diagnoses if causes.get(one.id) is one)


def notice(healing: Healing, diagnosis: Diagnosis, redact: Callable[[str], str]) -> Notice:
    """One cause. Ids are ours and stay as they are."""
    fixes = [fix for fix in healing.fixes if fix.diagnosis == diagnosis.id]
    best = best_of(fixes, healing.applied)
    return Notice(
        id=diagnosis.id,
        error_class=diagnosis.error_class,
        outcome=outcome(healing, fixes),
        cause=redact(diagnosis.cause),
        confidence=diagnosis.confidence,
        priority=priority(diagnosis, best),
        healing=healing.id,
        nodes=tuple(map(redact, diagnosis.nodes)),
        path=redact(diagnosis.path),
        line=diagnosis.line,
        message=redact(diagnosis.message),
        sql=redact(str(diagnosis.evidence.get("compiled_sql") or "")),
        hint=redact(diagnosis.hint),
        facts={redact(name): redact(words) for name, words in facts(diagnosis.evidence)},
        fix=proposal(best, redact) if best else None,
    )


def outcome(healing: Healing, fixes: list[Fix]) -> Outcome:
    """What came of one cause. Where everything is green, a cause without a fix of its own went with another."""
    if healing.status == "healed" or any(fix.id in healing.applied for fix in fixes):
        return "mended"
    if healing.status == "stopped":
        return "stopped"
    if not fixes:
        return "needs a person"
    if healing.status == "rolled back":
        return "rolled back"
    if all(fix.refused for fix in fixes) or healing.status == "refused":
        return "fix refused"
    return "waits for approval" if healing.status == "proposed" else "needs a person"


def best_of(fixes: list[Fix], applied: tuple[str, ...]) -> Fix | None:
    """They come best first."""
    return min(fixes, key=lambda fix: (fix.id not in applied, fix.refused), default=None)


def proposal(fix: Fix, redact: Callable[[str], str]) -> Proposal:
    """A fix without its secrets."""
    return Proposal(
        id=fix.id,
        title=redact(fix.title),
        diff=redact(fix.diff),
        confidence=fix.confidence,
        why=tuple(map(redact, fix.why)),
        blast_radius=tuple(map(redact, fix.blast_radius)),
        against=tuple(redact(one.message) for one in fix.findings),
        refused=fix.refused,
    )


def priority(diagnosis: Diagnosis, fix: Fix | None) -> Priority:
    """High: nothing runs at all, somebody outside looks at it, or much hangs on it. Low: only tests fail."""
    below = fix.blast_radius if fix else ()
    if not diagnosis.nodes or len(below) >= MANY or any(one.startswith(EXPOSURE) for one in below):
        return "high"
    return "low" if all(one.startswith(("test.", "unit_test.")) for one in diagnosis.nodes) else "medium"


def facts(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a line can hold. Rows of data never leave the house: only how many there are."""
    for name, value in evidence.items():
        if name == "compiled_sql" or value in (None, "", (), [], {}):
            continue
        yield name.replace("_", " "), how_many(value) if name == "rows" else in_one_line(value)


def how_many(rows: Any) -> str:
    """Of rows, or of what is known of them."""
    return str(len(rows) if isinstance(rows, (list, tuple, dict)) else rows if isinstance(rows, int) else "some")


def in_one_line(value: Any) -> str:
    """Lists and maps as people read them."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {in_one_line(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(in_one_line, value))
    return " ".join(str(value).split())
