"""A transcript of Claude Code -> what was said and written in it, in turn.

JSON lines, a record each. What the archive wants are the person's words, the answers with their tokens, and the files that
tools wrote; every other record is counted by its type and passed over, whatever a later version invents.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agentic.errors import BadTranscript
from agentic.exchange.told import instant
from agentic.exchange.wrote import Wrote, wrote
from agentic.values import Call, Usage
from agentic.values.digest import digest
from agentic.values.noun import Noun

SYNTHETIC = "<synthetic>"
"""What stands as model where Claude Code itself speaks, of an error for instance."""
NOT_SAID = (
    "<command-name>",
    "<local-command-",
    "<command-message>",
    "Caveat: The messages below",
    "[Request interrupted",
)
"""How words begin that stand as a person's and that nobody has said."""


class Record(Noun, frozen=True):
    """One line."""

    line: int
    body: Mapping[str, Any]


class Prompted(Noun, frozen=True):
    """What a person said."""

    at: str
    uuid: str
    """Of its record: the same in a transcript that was copied from this one."""
    text: str


class Answered(Noun, frozen=True):
    """One answer of the model: one request."""

    at: str
    message: str
    """Its id: the same in every record of the answer, and in a transcript that was copied from this one."""
    model: str
    stop: str
    text: str
    calls: tuple[Call, ...]
    usage: Usage
    milliseconds: int
    by_agent: bool
    """Asked by a subagent, not by the person."""


class Transcript(Noun, frozen=True):
    """What is new in one transcript."""

    session: str
    lines: int
    """All lines of the file, also those that were imported before."""
    digest: str
    """Of all of them."""
    said: tuple[Prompted | Answered | Wrote, ...]
    """In turn."""
    began: str
    """When the first of it was said: UTC, ISO 8601; empty where nothing was."""
    ended: str
    version: str = ""
    """Of Claude Code."""
    branch: str = ""
    """What was checked out; empty without git."""
    folders: tuple[str, ...] = ()
    """Where it was worked, as that machine calls it; the first is where it began."""
    passed_over: Mapping[str, int] = {}
    """Type -> records of which nothing was taken."""

    @property
    def prompts(self) -> tuple[Prompted, ...]:
        """What the person said."""
        return tuple(one for one in self.said if isinstance(one, Prompted))

    @property
    def answers(self) -> tuple[Answered, ...]:
        """What the model answered."""
        return tuple(one for one in self.said if isinstance(one, Answered))

    @property
    def files(self) -> tuple[Wrote, ...]:
        """Each file once, as it was written last."""
        return tuple({one.path: one for one in self.said if isinstance(one, Wrote)}.values())


def read_transcript(content: bytes, shown: str, after: int = 0) -> Transcript:
    """The lines behind the first `after`; those were imported before. `shown`: the file, as errors name it.

    Raises BadTranscript with the line that is broken.
    """
    records = tuple(read_records(content, shown))
    new = tuple(one for one in records if one.line > after)
    said = tuple(told(records, new, shown))
    moments = [one.at for one in said]
    folders = tuple(dict.fromkeys(str(one.body["cwd"]) for one in records if one.body.get("cwd")))
    return Transcript(
        session=first(records, "sessionId"),
        lines=len(records),
        digest=digest(content),
        said=said,
        began=min(moments, default=""),
        ended=max(moments, default=""),
        version=first(reversed(records), "version"),
        branch=first(reversed(records), "gitBranch"),
        folders=folders,
        passed_over=dict(sorted(Counter(kind for one in new if (kind := nothing_in(one))).items())),
    )


def first_lines(content: bytes, lines: int) -> bytes:
    """What a transcript was when it had so many lines."""
    return b"".join(content.splitlines(keepends=True)[:lines])


def read_records(content: bytes, shown: str) -> Iterator[Record]:
    """Line by line. Raises BadTranscript."""
    for number, line in enumerate(content.splitlines(), 1):
        try:
            body = json.loads(line)
        except ValueError as error:
            raise BadTranscript(
                f"{shown}: line {number} is not JSON", path=shown, line=number, cause=str(error)
            ) from error
        if not isinstance(body, dict) or not isinstance(body.get("type"), str):
            raise BadTranscript(f"{shown}: line {number} is no record of a transcript", path=shown, line=number)
        yield Record(number, body)


def message(record: Record) -> Mapping[str, Any]:
    """What the Messages API said or heard; empty where a record has none."""
    found = record.body.get("message")
    return found if isinstance(found, dict) else {}


def first(records: Sequence[Record] | Iterator[Record], key: str) -> str:
    """The first value of a key that says something."""
    return next((str(one.body[key]) for one in records if one.body.get(key)), "")


# --- what is in a record ---------------------------------------------------------------------------------


def nothing_in(record: Record) -> str:
    """The type of a record of which nothing is taken; empty where something is."""
    kind = str(record.body["type"])
    if kind == "assistant":
        return "assistant (Claude Code itself)" if message(record).get("model") == SYNTHETIC else ""
    if kind != "user" or results(record):
        return "" if kind == "user" else kind
    return "" if words_of(record) else "user (not said by a person)"


def told(records: Sequence[Record], new: Sequence[Record], shown: str) -> Iterator[Prompted | Answered | Wrote]:
    """What was said, each answer where it began. Raises BadTranscript where a record lacks what it is about."""
    answers = by_message(records, shown)
    calls = {call.id: call for found in answers.values() for one in found for call in calls_of(one)}
    moments = {str(one.body["uuid"]): at for one in records if one.body.get("uuid") and (at := known_at(one))}
    begun: set[str] = set()
    for record in new:
        name = message_of(record, shown)
        if name and name not in begun:
            begun.add(name)
            yield answered(name, answers[name], new[0].line, moments)
        elif record.body["type"] == "user":
            yield from (
                found for one in results(record) if (found := wrote(one, record.body, calls.get(one["tool_use_id"])))
            )
            if text := words_of(record):
                yield Prompted(at_of(record, shown), str(record.body.get("uuid", "")), text)


def message_of(record: Record, shown: str) -> str:
    """The id of the answer that a record is a part of; empty where it is none of a model's."""
    if record.body["type"] != "assistant" or nothing_in(record):
        return ""
    name = message(record).get("id")
    if not isinstance(name, str) or not name:
        line = record.line
        raise BadTranscript(f"{shown}: line {line} is an answer without a message", path=shown, line=line)
    at_of(record, shown)
    return name


def at_of(record: Record, shown: str) -> str:
    """When it was said. Raises BadTranscript."""
    if at := known_at(record):
        return at
    raise BadTranscript(f"{shown}: line {record.line} has no time", path=shown, line=record.line)


def known_at(record: Record) -> str:
    """When a record was written; empty where it does not say."""
    at = str(record.body.get("timestamp", ""))
    try:
        instant(at)
    except ValueError:  # Not every type of record has a time; those that need one are refused without it.
        return ""
    return at


def by_message(records: Sequence[Record], shown: str) -> dict[str, list[Record]]:
    """Id of an answer -> its records: Claude Code writes one for each block that comes in."""
    found: dict[str, list[Record]] = {}
    for record in records:
        if name := message_of(record, shown):
            found.setdefault(name, []).append(record)
    return found


def words_of(record: Record) -> str:
    """What a person said in it; empty where nobody did: a subagent's order, a command's output, a summary."""
    body = record.body
    if body.get("isSidechain") or body.get("isMeta") or body.get("isCompactSummary"):
        return ""
    text = "\n\n".join(texts(message(record).get("content")))
    return "" if text.startswith(NOT_SAID) else text


def texts(content: Any) -> Iterator[str]:
    """The words in a message; a picture has none."""
    if isinstance(content, str):
        yield content
    else:
        yield from (str(one["text"]) for one in blocks(content, "text"))


def blocks(content: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The blocks of a kind."""
    listed = content if isinstance(content, list) else []
    return (one for one in listed if isinstance(one, dict) and one.get("type") == kind)


def results(record: Record) -> list[dict[str, Any]]:
    """What became of tools."""
    found = blocks(message(record).get("content"), "tool_result")
    return [one for one in found if isinstance(one.get("tool_use_id"), str)]


# --- answers ---------------------------------------------------------------------------------------------


def answered(name: str, records: Sequence[Record], since: int, moments: Mapping[str, str]) -> Answered:
    """Its records put together. Of what an import before has counted, only what came later counts."""
    new = [one for one in records if one.line >= since]
    at = known_at(new[0])
    took = instant(known_at(new[-1])) - instant(moments.get(str(new[0].body.get("parentUuid")), at))
    return Answered(
        at=at,
        message=name,
        model=str(message(new[-1]).get("model", "")),
        stop=next((str(stop) for one in reversed(new) if (stop := message(one).get("stop_reason"))), ""),
        text="\n\n".join(text for one in new for text in texts(message(one).get("content"))),
        calls=tuple(call for one in new for call in calls_of(one)),
        usage=less(most(records), most(one for one in records if one.line < since)),
        milliseconds=max(0, round(took.total_seconds() * 1000)),
        by_agent=bool(new[0].body.get("isSidechain")),
    )


def calls_of(record: Record) -> tuple[Call, ...]:
    """Uses of tools."""
    found = blocks(message(record).get("content"), "tool_use")
    return tuple(Call(str(one.get("id")), str(one.get("name")), arguments(one)) for one in found)


def arguments(use: Mapping[str, Any]) -> dict[str, Any]:
    """Of a tool; none where a cut answer left no whole ones."""
    given = use.get("input")
    return dict(given) if isinstance(given, dict) else {}


def most(records: Sequence[Record] | Iterator[Record]) -> Usage:
    """Every record of an answer repeats its usage as known by then, so that the largest counts, and only once."""
    return max((usage_of(message(one).get("usage")) for one in records), key=total, default=Usage())


def total(usage: Usage) -> int:
    """How much it is."""
    return usage.total


def usage_of(told: Any) -> Usage:
    """As the Messages API says it. What is written to the cache is told by how long it stays there, or in one sum."""
    hour = number(part(told, "cache_creation"), "ephemeral_1h_input_tokens")
    return Usage(
        input=number(told, "input_tokens"),
        output=number(told, "output_tokens"),
        cache_read=number(told, "cache_read_input_tokens"),
        cache_write_5m=max(0, number(told, "cache_creation_input_tokens") - hour),
        cache_write_1h=hour,
    )


def part(told: Any, key: str) -> Any:
    """A map within a map; None where there is none."""
    return told.get(key) if isinstance(told, dict) else None


def number(told: Any, key: str) -> int:
    """A count of tokens; 0 where none is told."""
    found = part(told, key)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def less(whole: Usage, before: Usage) -> Usage:
    """What was used since."""
    return Usage(
        whole.input - before.input,
        whole.output - before.output,
        whole.cache_read - before.cache_read,
        whole.cache_write_5m - before.cache_write_5m,
        whole.cache_write_1h - before.cache_write_1h,
    )
