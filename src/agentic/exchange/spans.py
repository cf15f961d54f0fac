"""Told -> spans: the execution, and below it every request to a model, every check, and what was published and landed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

import msgspec

from agentic.exchange.told import Told, nanoseconds, when
from agentic.values import Reply, Step, Usage
from agentic.values.noun import Noun

GOOD = ("done", "staged", "undone")
SECOND = 1_000_000_000


class Span(Noun, frozen=True):
    """Something that took time."""

    key: str
    """What its id is made of: empty for the execution, else the number of its step."""
    name: str
    start: int
    """Nanoseconds since 1970."""
    end: int
    attributes: Mapping[str, Any]
    """Strings, whole numbers, and lists of strings."""
    outcome: Literal["good", "bad", "open"] = "good"
    words: str = ""
    """Why it is bad."""
    to_a_model: bool = False


def spans_of(told: Told) -> tuple[Span, ...]:
    """The execution first. It lasts at least as long as what lies in it."""
    inner = tuple(inside(told))
    start = nanoseconds(told.began_at)
    end = max((start, nanoseconds(told.ended_at), *(one.end for one in inner)))
    return (whole(told, start, end), *inner)


def whole(told: Told, start: int, end: int) -> Span:
    """The span of the execution."""
    one = told.execution
    outcome: Literal["good", "bad", "open"] = "good" if one.status in GOOD else "bad"
    words = "; ".join(finding.message for finding in one.findings if finding.severity == "error") or one.status
    return Span(
        "", f"{one.purpose} {one.task}", start, end, about(told),
        outcome if told.ended else "open", words if outcome == "bad" else "",
    )  # fmt: skip


def about(told: Told) -> dict[str, Any]:
    """What is known of an execution as a whole; what is not known is left out."""
    one = told.execution
    return present(
        {
            "agentic.execution.id": one.id,
            "agentic.execution.purpose": one.purpose,
            "agentic.execution.of": one.of,
            "agentic.execution.status": one.status if told.ended else "",
            "agentic.execution.by_hand": True if one.purpose == "import" else None,
            "agentic.task.path": one.task,
            "agentic.task.digest": one.task_digest,
            "agentic.module": one.module,
            "agentic.provider": one.provider,
            "agentic.template": one.template,
            "agentic.attempts": one.attempts,
            "agentic.cost.micro_usd": one.micro_usd,
            "agentic.files": [file.path for file in one.files],
            "vcs.ref.head.revision": one.commit,
        }
    )


def present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing. 0 says something."""
    return {name: value for name, value in attributes.items() if value not in ("", None, [])}


def inside(told: Told) -> Iterator[Span]:
    """One after the other: a step is written when something ends, and the step before it when that began.

    Steps tell whole seconds, answers and commands how long they took: together they keep order and length.
    """
    cursor = nanoseconds(told.began_at)
    for before, step in pairwise(told.steps):
        if step.kind in MAKERS:
            start = max(cursor, nanoseconds(when(before)))
            cursor = end_of(step, start)
            yield MAKERS[step.kind](told, step, start, cursor)


def end_of(step: Step, start: int) -> int:
    """By how long it took, where that is known; a step's own time is cut off at the second."""
    noted = nanoseconds(when(step))
    took = milliseconds(step) * 1_000_000
    return max(start, min(start + took, noted + SECOND) if took else noted)


def milliseconds(step: Step) -> int:
    """How long it took; 0: nobody counted."""
    evidence = verdict_of(step).get("evidence", step.body)
    runs = (one.get("milliseconds", 0) for one in evidence.values() if isinstance(one, Mapping))
    return int(evidence.get("milliseconds", 0)) or sum(map(int, runs))


def verdict_of(step: Step) -> Mapping[str, Any]:
    """The verdict in a step; empty where there is none."""
    found: Mapping[str, Any] = step.body.get("verdict") or (step.body if "evidence" in step.body else {})
    return found


# --- what spans are made of ------------------------------------------------------------------------------


def answered(told: Told, step: Step, start: int, end: int) -> Span:
    """A reply. Where no model answered, or one that was archived, it is no request to a model."""
    reply = msgspec.convert(step.body["reply"], Reply)
    if not reply.model or told.execution.purpose == "replay":
        return Span(str(step.number), f"answer {told.execution.provider}", start, end, present(made_by(told, reply)))
    attributes = {
        **asked(told, reply.model),
        "gen_ai.response.model": reply.model,
        "gen_ai.response.id": reply.request_id,
        "gen_ai.response.finish_reasons": [reply.stop] if reply.stop else [],
        **tokens(reply.usage),
        "agentic.cost.micro_usd": step.body["micro_usd"],
        "agentic.attempt": step.body["attempt"],
    }
    bad = reply.stop == "refusal"
    name = f"chat {attributes['gen_ai.request.model']}"
    return Span(
        str(step.number), name, start, end, present(attributes), "bad" if bad else "good", "refusal" * bad, to_a_model=True
    )  # fmt: skip


def made_by(told: Told, reply: Reply) -> dict[str, Any]:
    """Who answered, where that was no model."""
    return {"agentic.provider": told.execution.provider, "agentic.template": str(reply.about.get("template", ""))}


def unanswered(told: Told, step: Step, start: int, end: int) -> Span:
    """A request whose answer never came."""
    attributes = {**asked(told, told.execution.model), "error.type": step.body["code"]}
    name = f"chat {attributes['gen_ai.request.model']}"
    return Span(
        str(step.number), name, start, end, present(attributes), "bad", step.body["message"], to_a_model=True
    )  # fmt: skip


def asked(told: Told, answering: str) -> dict[str, Any]:
    """What the conventions ask of every request. Which company's model it is, is told by its name alone."""
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": told.opened["model"] or answering,
        "gen_ai.conversation.id": told.opened.get("transcript", {}).get("session") or told.execution.id,
    }


def tokens(usage: Usage) -> dict[str, int]:
    """By the conventions, input tokens are all that went in, and those of the cache are counted once more by themselves."""
    return {
        "gen_ai.usage.input_tokens": usage.prompt,
        "gen_ai.usage.output_tokens": usage.output,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_5m + usage.cache_write_1h,
    }


def checked(_told: Told, step: Step, start: int, end: int) -> Span:
    """A verdict: of a check, or of a job that was published."""
    said = verdict_of(step)
    findings = [one["message"] for one in said["findings"] if one.get("severity", "error") == "error"]
    attributes = {
        "agentic.check": said["source"],
        "agentic.check.status": said["status"],
        "agentic.check.findings": len(said["findings"]),
        "agentic.attempt": step.body.get("attempt"),
    }
    name = said["source"] if step.kind == "published" else f"check {said['source']}"
    bad = said["status"] == "failed"
    outcome: Literal["good", "bad"] = "bad" if bad else "good"
    return Span(str(step.number), name, start, end, present(attributes), outcome, "; ".join(findings) if bad else "")


def landed(told: Told, step: Step, start: int, end: int) -> Span:
    """Files were written to the project."""
    files = [file.path for file in told.execution.files]
    return Span(str(step.number), "land", start, end, present({"agentic.files": files}))


MAKERS: Mapping[str, Callable[[Told, Step, int, int], Span]] = {
    "reply": answered, "unanswered": unanswered, "check": checked, "published": checked, "landed": landed,
}  # fmt: skip
"""Kind of step -> its span."""
