"""Transcript -> the steps of an execution: what was done by hand, told in the words of the archive.

Nothing in it was checked or landed, so it proves no task and owns no file; what it used is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

import msgspec

from agentic.exchange.places import Places
from agentic.exchange.told import SAID_AT, instant
from agentic.exchange.transcript import Answered, Prompted, Transcript
from agentic.exchange.wrote import Wrote
from agentic.values import Part, Reply, Usage
from agentic.values.noun import Noun

PURPOSE = "import"
PROVIDER = "claude-code"
UNCHECKED = "none (by hand: nothing was checked)"

Priced = Callable[[Usage, str, str], int | None]
"""(usage, model, when) -> millionths of a US dollar; None: the price is not known."""
Kept = tuple[str, Mapping[str, Any]]
"""Kind and body of a step."""


class Imported(Noun, frozen=True):
    """What came of one transcript."""

    transcript: str
    """The name of its file."""
    session: str
    state: Literal["new", "grown", "known"]
    """new: imported for the first time. grown: what has been said since. known: nothing has, and nothing was written."""
    id: str
    """The execution it stands in; empty where it was only looked at."""
    of: str = ""
    """The execution that holds what was said before."""
    began: str = ""
    """When the first of it was said: UTC, ISO 8601."""
    ended: str = ""
    branch: str = ""
    version: str = ""
    """Of Claude Code."""
    model: str = ""
    prompts: int = 0
    answers: int = 0
    usage: Usage = Usage()
    micro_usd: int | None = 0
    """What it cost by the tables of prices; None: of one answer or more the price is not known."""
    files: tuple[Wrote, ...] = ()
    """Each file once, as it was written last."""
    passed_over: Mapping[str, int] = {}
    """Type of record -> how many of which nothing was taken."""
    repeated: int = 0
    """Answers that stand in another import already: the transcript was begun as a copy of that one."""


def without_known(transcript: Transcript, known: frozenset[str]) -> tuple[Transcript, int]:
    """Without what stands in the archive from a transcript that this one was copied from; and how many answers that were.

    known: ids of answers and of prompts.
    """
    repeated = [one for one in transcript.answers if one.message in known]
    calls = {call.id for one in repeated for call in one.calls}
    left = tuple(one for one in transcript.said if name_of(one) not in known | calls)
    moments = [one.at for one in left]
    return msgspec.structs.replace(
        transcript, said=left, began=min(moments, default=""), ended=max(moments, default="")
    ), len(repeated)  # fmt: skip


def name_of(one: Prompted | Answered | Wrote) -> str:
    """By what it is known again."""
    match one:
        case Prompted():
            return one.uuid
        case Answered():
            return one.message
    return one.call


def summary(transcript: Transcript, name: str, priced: Priced, places: Places, **about: Any) -> Imported:
    """What there is in it."""
    answers = transcript.answers
    costs = [priced(one.usage, one.model, one.at) for one in answers]
    known = [cost for cost in costs if cost is not None]
    return Imported(
        transcript=name, session=transcript.session, began=transcript.began, ended=transcript.ended,
        branch=transcript.branch, version=transcript.version, model=answers[-1].model if answers else "",
        prompts=len(transcript.prompts), answers=len(answers), usage=sum((one.usage for one in answers), Usage()),
        micro_usd=sum(known) if len(known) == len(costs) else None,
        files=tuple(msgspec.structs.replace(one, path=places(one.path)) for one in transcript.files),
        passed_over=transcript.passed_over, **about,
    )  # fmt: skip


def opening(transcript: Transcript, imported: Imported, places: Places, record: Mapping[str, Any]) -> Kept:
    """The first step. `record`: id, archive, task, module, developer, version."""
    return "opened", {
        **record,
        "purpose": PURPOSE,
        "of": imported.of,
        "task_text": "",
        "task_digest": "",
        "provider": PROVIDER,
        "model": imported.model,
        "wishes": {},
        # A transcript names a branch, and nobody can tell what its newest commit was then.
        "commit": "",
        "sandbox": UNCHECKED,
        SAID_AT: imported.began,
        "transcript": {
            "file": imported.transcript,
            "session": imported.session,
            "lines": transcript.lines,
            "digest": transcript.digest,
            "branch": imported.branch,
            "folders": [places(folder) for folder in transcript.folders],
            "claude_code": imported.version,
            "passed_over": dict(imported.passed_over),
        },
    }


def steps(transcript: Transcript, priced: Priced, places: Places) -> Iterator[Kept]:
    """What was said, in turn: the first prompt, then answers, files and further prompts."""
    turn, prompted = 0, False
    for one in transcript.said:
        match one:
            case Prompted():
                yield follow_up(one, places) if prompted else prompt(one, places)
                prompted = True
            case Answered():
                turn += 1
                yield from asked_and_answered(one, turn, priced, places)
            case Wrote():
                yield "wrote", said_at(one, {**msgspec.to_builtins(one), "path": places(one.path)})


def said_at(one: Prompted | Answered | Wrote, body: Mapping[str, Any]) -> dict[str, Any]:
    """The step's own time is that of the import; this is when it was."""
    return {name: value for name, value in body.items() if name != "at"} | {SAID_AT: one.at}


def prompt(one: Prompted, places: Places) -> Kept:
    """The words with which it began."""
    part = Part("by hand", places(one.text))
    return "prompt", said_at(one, {"parts": [msgspec.to_builtins(part)], "uuid": one.uuid})


def follow_up(one: Prompted, places: Places) -> Kept:
    """What was asked later."""
    return "followed_up", said_at(one, {"attempt": 0, "text": places(one.text), "uuid": one.uuid})


def asked_and_answered(one: Answered, turn: int, priced: Priced, places: Places) -> Iterator[Kept]:
    """A request, and its answer with every use of a tool; what tools answered is not kept, since files are in it."""
    where = {"attempt": 0, "turn": turn, "fingerprint": ""}
    yield "requested", {**where, "try": 1, "worst_tokens": 0, "worst_micro_usd": 0, SAID_AT: sent_at(one)}
    reply = Reply(
        one.model,
        one.stop,
        places(one.text),
        one.calls,
        one.usage,
        request_id=one.message,
        about={"by_agent": one.by_agent},
    )
    told = msgspec.to_builtins(reply)
    body = {"milliseconds": one.milliseconds, "micro_usd": priced(one.usage, one.model, one.at)}
    yield "reply", said_at(one, {**where, **body, "reply": {**told, "calls": places.deeply(told["calls"])}})


def sent_at(one: Answered) -> str:
    """A request was sent as long before its answer as that took."""
    sent = instant(one.at) - timedelta(milliseconds=one.milliseconds)
    return sent.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def closing(transcript: Transcript, imported: Imported) -> Kept:
    """The last step."""
    took = sum(one.milliseconds for one in transcript.answers)
    return "closed", {
        "status": "done",
        "exit_status": 0,
        "findings": [],
        "criteria": [],
        "notes": list(notes(imported)),
        "milliseconds": {"total": took, "provider": took, "checks": 0, "runner": 0},
        SAID_AT: imported.ended,
    }


def notes(imported: Imported) -> Iterator[str]:
    """What a person has to know of it, on the page and on the screen."""
    where = f", branch {imported.branch}" if imported.branch else ""
    yield (
        f"by hand, in Claude Code {imported.version or '(no version)'}{where}, {span(imported)}: {imported.prompts} prompt(s), "
        f"{imported.answers} answer(s); nothing of it was checked or landed by agentic"
    )
    yield f"session {imported.session}, from {imported.transcript}"
    if imported.of:
        yield f"what was said before stands in {imported.of}"
    for one in imported.files:
        yield f"by hand: {one.tool} {one.path} ({one.digest[:19] or 'its content cannot be told'})"
    if imported.repeated:
        yield f"{imported.repeated} answer(s) of a transcript that it was copied from stand in another import, and are not counted again"
    if imported.passed_over:
        yield f"records passed over: {', '.join(f'{count} {kind}' for kind, count in imported.passed_over.items())}"


def span(imported: Imported) -> str:
    """`2026-11-20 10:00 to 11:30 UTC`."""
    began, ended = instant(imported.began), instant(imported.ended)
    return (
        f"{began:%Y-%m-%d %H:%M} to {ended:%H:%M}{'' if began.date() == ended.date() else f' of {ended:%Y-%m-%d}'} UTC"
    )
