"""Steps -> Execution: everything that is said of a run is read from its journal, never remembered beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from agentic.values import Change, Criterion, Execution, Finding, Refusal, Reply, Step, Usage, Verdict
from agentic.values.execution import Landed

# Made once: a page is rendered by the hundred thousand, and such a type takes as long as what it converts.
VERDICTS, FINDINGS = tuple[Verdict, ...], tuple[Finding, ...]
REFUSALS, CRITERIA = tuple[Refusal, ...], tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The steps of one run, and what can be read from them."""

    steps: tuple[Step, ...]
    _bodies: dict[str, tuple[Mapping[str, Any], ...]] = field(init=False, repr=False, compare=False)
    """By kind: a page asks two dozen times."""

    def __post_init__(self) -> None:
        found: dict[str, tuple[Mapping[str, Any], ...]] = {}
        for step in self.steps:
            found[step.kind] = (*found.get(step.kind, ()), step.body)
        object.__setattr__(self, "_bodies", found)

    def all(self, kind: str) -> tuple[Mapping[str, Any], ...]:
        """Bodies of every step of a kind, in order."""
        return self._bodies.get(kind, ())

    def first(self, kind: str) -> Mapping[str, Any]:
        """The first body of a kind; empty where there is none."""
        found = self.all(kind)
        return found[0] if found else {}

    def last(self, kind: str) -> Mapping[str, Any]:
        """The last body of a kind; empty where there is none."""
        found = self.all(kind)
        return found[-1] if found else {}

    @property
    def ended(self) -> bool:
        """Was it closed, and not resumed since?"""
        kinds = [step.kind for step in self.steps if step.kind in ("closed", "resumed")]
        return bool(kinds) and kinds[-1] == "closed"

    def until_closed(self) -> Story:
        """The steps that a page tells: up to the last end. A run that goes on has its next page at its next end."""
        if self.steps and self.steps[-1].kind == "closed":
            return self
        ends = [place for place, step in enumerate(self.steps, 1) if step.kind == "closed"]
        return Story(self.steps[: ends[-1]] if ends else ())

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Every answer, in order."""
        return tuple(msgspec.convert(body["reply"], Reply) for body in self.all("reply"))

    @property
    def usage(self) -> Usage:
        """Tokens of every answer."""
        return sum((msgspec.convert(body["reply"]["usage"], Usage) for body in self.all("reply")), Usage())

    @property
    def micro_usd(self) -> int | None:
        """What it cost; None where the price of one answer is not known, or a request was lost on its way."""
        costs = [body["micro_usd"] for body in self.all("reply")]
        unanswered = self.in_flight and self.in_flight["worst_tokens"]
        return None if self.lost or unanswered or None in costs else sum(costs)

    @property
    def lost(self) -> tuple[Mapping[str, Any], ...]:
        """Requests that were sent and whose answer never came: each may have cost something nobody can tell."""
        return tuple(body for body in self.all("unanswered") if body["lost"])

    @property
    def in_flight(self) -> Mapping[str, Any] | None:
        """The request that was under way when the run was killed: it may have been paid, and nobody can tell."""
        asked = [step for step in self.steps if step.kind in ("requested", "reply", "unanswered")]
        return asked[-1].body if asked and asked[-1].kind == "requested" else None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Of the last attempt, then of the policy and of what was published."""
        last = (*self.last("looked").get("verdicts", ()), *self.all("compared")[-1:], *self.all("judged")[-1:])
        published = {body["source"]: body for body in self.all("published")}
        return msgspec.convert((*last, *published.values()), VERDICTS)

    @property
    def template(self) -> str:
        """The code template that answered; empty where none did."""
        abouts = (body["reply"].get("about", {}) for body in self.all("reply"))
        return next((str(about["template"]) for about in abouts if "template" in about), "")

    @property
    def context(self) -> dict[str, str]:
        """Context file, as the task names it -> digest of what was sent. Deliverables that went along are no context."""
        parts = self.first("prompt").get("parts", ())
        named = ((str(part["name"]).partition("context: "), part["digest"]) for part in parts if part["digest"])
        return {path: digest for (before, mark, path), digest in named if mark and not before}

    @property
    def first_look(self) -> dict[str, int]:
        """Check -> its findings at the first attempt, a review's remarks among them; a note asks for nothing, so it is none."""
        ran = (one for one in self.first("looked").get("verdicts", ()) if one["status"] != "not run")
        said = ((one["source"], (*one["findings"], *one["evidence"].get("remarks", ()))) for one in ran)
        return {source: sum(one.get("severity") != "note" for one in found) for source, found in said}

    @property
    def redacted(self) -> dict[str, int]:
        """Rule -> how often it took something out, over all steps."""
        told = [step.body["redacted"] for step in self.steps if "redacted" in step.body]
        return dict(sum(map(Counter, told), Counter()))

    def files(self) -> tuple[Landed, ...]:
        """What was written, if it was."""
        landing = self.last("landing") if self.all("landed") else {}
        return tuple(
            Landed(file["path"], file["lines"], file["after"], state_of(file)) for file in landing.get("files", ())
        )

    def execution(self) -> Execution:
        """The noun. Without a last line, a run was interrupted."""
        return replace(self.as_shown(), template=self.template, context=self.context, first_look=self.first_look)

    def as_shown(self) -> Execution:
        """Without what only questions over many executions ask: a page is made without it, and by the hundred thousand."""
        opened, closed = self.first("opened"), self.last("closed") if self.ended else {}
        models = [body["reply"]["model"] for body in self.all("reply")]
        return Execution(
            id=opened["id"],
            purpose=opened["purpose"],
            of=opened["of"],
            task=opened["task"],
            module=opened["module"],
            status=closed.get("status", "interrupted"),
            provider=opened["provider"],
            model=next(filter(None, reversed(models)), opened["model"]),
            files=self.files(),
            verdicts=self.verdicts,
            findings=msgspec.convert(closed.get("findings", ()), FINDINGS),
            refusals=msgspec.convert(self.all("refused"), REFUSALS),
            criteria=msgspec.convert(closed.get("criteria", ()), CRITERIA),
            attempts=max((body["attempt"] for body in self.all("changes")), default=0),
            requests=len(self.all("requested")),
            usage=self.usage,
            micro_usd=self.micro_usd,
            milliseconds=closed.get("milliseconds", {}),
            notes=tuple(closed.get("notes", ())),
            archive=f"{opened['archive']}/{opened['id']}.md",
            exit_status=closed.get("exit_status", 130),
            at=self.steps[0].at,
            commit=opened["commit"],
            task_digest=opened["task_digest"],
            grounds=opened.get("grounds"),
            redacted=self.redacted,
            consent=self.first("prompt").get("consent", {}).get("who", ""),
            suppressed=tuple(f"{one['code']} ({one['reason']})" for one in opened.get("suppressed", ())),
            developer=opened["developer"],
        )


def state_of(file: Mapping[str, Any]) -> Literal["new", "changed", "same", "kept", "gone"]:
    """What a landing made of one file."""
    if file["kept"]:
        return "kept"
    if not file["after"]:
        return "gone"
    if file["before"] is None:
        return "new"
    # The first journals told no digest of what was there before.
    before = file.get("before_digest") or Change(file["path"], file["before"]).digest
    return "same" if before == file["after"] else "changed"
