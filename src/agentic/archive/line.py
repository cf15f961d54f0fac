"""One line of a journal: how it is written, read, and named for the line after it.

A line of version 2 is canonical JSON (RFC 8785) with the keys `at body digest kind prev seq v`. `digest` names all the others;
`prev` names the line before *with its body null*. So a text can be taken out of a body later and the chain still holds, while
nothing can be changed without a digest telling. A line of version 1 has no `digest` and no `v`, and `prev` names all of the line before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from agentic.errors import BadJournal, NewerJournal
from agentic.text.canonical import canonical

VERSION = 2
FIRST = "sha256:" + "0" * 64
"""What the first line names as the line before it."""
BEFORE, BODY = b'{"at":"', len('{"at":"2026-11-29T09:00:00Z","body":')
"""How a line begins, and where its body does: a moment has always as many letters."""
DIGEST = b',"digest":"sha256:'
AFTER = len(DIGEST) + 64 + 1
"""From the beginning of `digest` to its end."""
TAIL = re.compile(
    DIGEST + rb'([0-9a-f]{64})","kind":"([a-z_]+)","prev":"(sha256:[0-9a-f]{64})","seq":(\d{1,9}),"v":2\}'
)
OLD_FORM = re.compile(
    rb'\{"at":"([^"\\]*)","body":(.*),"kind":"([a-z_]+)","prev":"(sha256:[0-9a-f]{64})","seq":(\d{1,9})\}', re.DOTALL
)
VERSION_OF = re.compile(rb'"v":(\d{1,9})\}$')
LEAVE_ALONE = "let git leave its bytes alone: `agent-prompts/progress/executed_prompts/** -text` in .gitattributes, and check it out again."
DECODE = msgspec.json.Decoder().decode


class Line(NamedTuple):
    """What one line says."""

    number: int
    kind: str
    at: str
    body: bytes
    """JSON, as it stands there."""
    prev: str
    name: str
    """How the next line names it."""
    whole: bool
    """Is it what was written, to the byte?"""
    raw: bytes
    version: int


def write(number: int, kind: str, at: str, body: Mapping[str, Any], prev: str) -> tuple[bytes, str]:
    """(The line without its end, how the next one names it)."""
    before = b'{"at":' + canonical(at) + b',"body":'
    told = canonical(body)
    after = b"," + canonical({"kind": kind, "prev": prev, "seq": number, "v": VERSION})[1:]
    digest = b',"digest":"' + named(before, told, after).encode() + b'"'
    return before + told + digest + after, named(before, b"null", digest, after)


def read(line: bytes, number: int, path: str) -> Line:
    """One line. Raises BadJournal, or NewerJournal where a later version wrote it, with file and number."""
    end = line.rfind(DIGEST)
    if (
        line.startswith(BEFORE)
        and line[BODY - 9 : BODY] == b'","body":'
        and (found := TAIL.fullmatch(line, max(end, BODY)))
    ):
        digest, kind, prev, seq = found.groups()
        whole = sha256(line[:end] + line[end + AFTER :]).hexdigest().encode() == digest
        name = f"sha256:{sha256(line[:BODY] + b'null' + line[end:]).hexdigest()}"
        moment = line[len(BEFORE) : BODY - 9].decode("utf-8", "replace")
        return Line(int(seq), kind.decode(), moment, line[BODY:end], prev.decode(), name, whole, line, VERSION)
    if found := OLD_FORM.fullmatch(line):
        at, body, kind, prev, seq = found.groups()
        return Line(
            int(seq), kind.decode(), at.decode("utf-8", "replace"), body, prev.decode(), named(line), True, line, 1
        )
    raise refusal(line, number, path)


def named(*parts: bytes) -> str:
    """`sha256:` of bytes that stand one after another."""
    return f"sha256:{sha256(b''.join(parts)).hexdigest()}"


def replaced(line: Line, body: Mapping[str, Any]) -> bytes:
    """The line with another body; its digest still names the one that was written."""
    start = line.raw.index(line.body)
    return line.raw[:start] + canonical(body) + line.raw[start + len(line.body) :]


def refusal(line: bytes, number: int, path: str) -> BadJournal:
    """Why it is no line."""
    message, cause, hint, kind = "is no record", "", "", BadJournal
    newer = VERSION_OF.search(line)
    if line.endswith(b"\r"):
        message, hint = "ends in CRLF: a checkout changed it", LEAVE_ALONE
    elif newer and int(newer[1]) > VERSION:
        message, kind = f"is of version {int(newer[1])}; this agentic knows {VERSION}", NewerJournal
    else:
        try:
            DECODE(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            message, cause = "is not JSON", str(error)
    return kind(f"{path}: line {number} {message}", path=path, line=number, cause=cause, hint=hint)


def body_of(line: Line, path: str) -> dict[str, Any]:
    """The body as a map. Raises BadJournal."""
    try:
        found = DECODE(line.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadJournal(
            f"{path}: line {line.number} is not JSON", path=path, line=line.number, cause=str(error)
        ) from error
    if not isinstance(found, dict):
        raise BadJournal(f"{path}: line {line.number} has no body", path=path, line=line.number)
    return found
