"""A journal as far as pages and questions tell of it: long texts of which they say nothing stay names, and are not read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agentic.archive.blobs import JSON, Blobs, unescaped
from agentic.archive.journal import lines_of, split_tail
from agentic.archive.line import Line, body_of
from agentic.archive.redaction import is_taken_out
from agentic.archive.story import Story
from agentic.errors import BadJournal
from agentic.values import Step

CHUNK = 1 << 17
MARK = b'"$'
"""Where it is not, no long text is named."""
UNREAD = ("check", "landed")
"""Steps of which nothing is told but that they are there, and what was taken out of them."""
REDACTED = b'"redacted":{'
Unstow = Callable[[Any], Any]


def opening(body: dict[str, Any], whole: Unstow) -> dict[str, Any]:
    """Who, when, with what; without the task's text."""
    told = {
        key: whole(value) if type(value) is dict and "$blob" in value else value
        for key, value in body.items()
        if key != "task_text"
    }
    return {**told, "task_text": "", "suppressed": whole(body.get("suppressed", []))}


def judged(verdict: dict[str, Any], whole: Unstow) -> dict[str, Any]:
    """A verdict with the words of its findings and remarks; of the rest of its evidence a page tells what is short."""
    evidence = {unescaped(key): value for key, value in verdict["evidence"].items()}
    if "remarks" in evidence:
        evidence["remarks"] = whole(evidence["remarks"])
    return {**verdict, "findings": whole(verdict["findings"]), "evidence": evidence}


TOLD: dict[str, Callable[[dict[str, Any], Unstow], Any]] = {
    "opened": opening,
    "reply": lambda body, whole: {**body, "reply": {**body["reply"], **{key: whole(body["reply"].get(key)) for key in ("model", "about") if key in body["reply"]}}},
    "prompt": lambda body, whole: {**body, "parts": [part if part["digest"] else {**part, "text": whole(part["text"])} for part in body["parts"]]},
    "looked": lambda body, whole: {**body, "verdicts": [judged(one, whole) for one in body["verdicts"]]},
    **dict.fromkeys(("judged", "compared", "published"), judged),
    **dict.fromkeys(("requested", "changes", "landing", *UNREAD), lambda body, whole: body),
}  # fmt: skip
"""Kind -> which of its long texts are read; of a kind that is not here all are."""


def sketch(path: Path, blobs: Blobs, *, lists: bool = False) -> Story:
    """The story of a journal whose lines verify, as far as it is told; with the long lists in its evidence, where they are asked for.

    Raises BadJournal.
    """
    steps = []
    for line in lines_of(split_tail(content_of(path))[0], path.name):
        if not line.whole and not is_taken_out(line, path):
            raise BadJournal(
                f"{path.name}: the body of line {line.number} was changed", path=path.name, line=line.number
            )
        body = told(line, path.name, blobs)
        steps.append(Step(line.number, line.kind, line.at, with_lists(line.kind, body, blobs) if lists else body))
    return Story(tuple(steps))


def told(line: Line, path: str, blobs: Blobs) -> Mapping[str, Any]:
    """The body of one line, as far as it is told. Raises BadJournal."""
    if line.kind in UNREAD and REDACTED not in line.body:
        return {}
    body = body_of(line, path)
    if MARK not in line.body:
        return body
    try:
        found: Mapping[str, Any] = TOLD[line.kind](body, blobs.unstow) if line.kind in TOLD else blobs.unstow(body)
    except (LookupError, TypeError, AttributeError) as error:
        # Its digest is right, so somebody else than us wrote it.
        raise BadJournal(
            f"{path}: line {line.number} is no {line.kind}", path=path, line=line.number, cause=repr(error)
        ) from error
    return found


def with_lists(kind: str, body: Mapping[str, Any], blobs: Blobs) -> Mapping[str, Any]:
    """A verdict, or all of them, with lists and maps instead of their names."""
    if kind == "looked":
        return {**body, "verdicts": [with_lists("judged", one, blobs) for one in body["verdicts"]]}
    if kind not in ("judged", "compared", "published"):
        return body
    return {
        **body,
        "evidence": {
            key: blobs.unstow(one) if type(one) is dict and JSON in one else one
            for key, one in body["evidence"].items()
        },
    }


def content_of(path: Path | str) -> bytes:
    """All bytes of a file, with as few calls as it takes: there are hundreds of thousands."""
    file = os.open(path, os.O_RDONLY)
    try:
        parts = [os.read(file, CHUNK)]
        while len(parts[-1]) == CHUNK:
            parts.append(os.read(file, CHUNK))
    finally:
        os.close(file)
    return parts[0] if len(parts) == 1 else b"".join(parts)
