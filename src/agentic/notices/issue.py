"""Notice -> the text of its issue: what stands there, what is added when there is news, and how the issue is found again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec

from agentic.notices.notice import Notice, Proposal
from agentic.notices.plain import code, fence, line, prose, short
from agentic.text.between import placed
from agentic.values.noun import Noun

LONGEST = 65_536
"""Letters that GitHub takes."""
LONGEST_TITLE = 200
LONGEST_NODES = 8000
"""Letters of the names of nodes that an issue remembers."""
MARKER = re.compile(r"<!-- agentic:cause:(?P<id>[0-9A-Za-z_-]{1,64}) -->")
AROUND = 10
"""Lines of SQL before and behind the one that the database names."""
AT_LINE = re.compile(r"\bLINE (?P<line>\d+):", re.IGNORECASE)
SIZES = (1.0, 0.4, 0.1, 0.0)
"""How much of long texts is shown, until all of it fits."""


class History(Noun, frozen=True):
    """What an issue knows of its cause, in a line that people do not see."""

    count: int = 0
    """Attempts that met it."""
    first: str = ""
    last: str = ""
    outcome: str = ""
    told: str = ""
    """`Notice.told`, when it was told last."""
    nodes: tuple[str, ...] = ()
    """What failed then."""
    many: bool = False
    """Not all of them are kept."""
    fix: str = ""


def marker(cause: str) -> str:
    """Begins our part of an issue: by it the issue is found again."""
    return f"<!-- agentic:cause:{cause} -->"


def cause_of(body: str) -> str:
    """The cause that an issue is about; empty where it is none of ours."""
    found = last_marker(body)
    return found["id"] if found else ""


def last_marker(body: str) -> re.Match[str] | None:
    """Where a person took our end away, our part stands there twice, and the last one is written anew."""
    return next(reversed(list(MARKER.finditer(body))), None)


def remembered(body: str) -> History:
    """From the line below the marker and from no other: the rest holds words of logs."""
    found = last_marker(body)
    line = body[found.end() :].lstrip("\r\n").split("\n", 1)[0].strip() if found else ""
    if not (line.startswith("<!-- {") and line.endswith("} -->")):
        return History()
    try:
        return msgspec.json.decode(line.removeprefix("<!-- ").removesuffix(" -->"), type=History)
    # A person may have edited it. Then the count begins anew, which is no reason to stay silent.
    except msgspec.MsgspecError:
        return History()


def met_again(before: History, notice: Notice, moment: str) -> History:
    """One more attempt met the cause."""
    return History(
        count=before.count + 1,
        first=before.first or moment,
        last=moment,
        outcome=notice.outcome,
        told=notice.told,
        nodes=(kept := tuple(few(notice.nodes))),
        many=len(kept) < len(notice.nodes),
        fix=notice.fix.id if notice.fix else "",
    )


def few(nodes: tuple[str, ...]) -> Iterator[str]:
    """As many as there is room for."""
    room = LONGEST_NODES
    for node in nodes:
        room -= len(calm(json.dumps(node)))
        if room < 0:
            return
        yield node


def title(notice: Notice) -> str:
    """One line; GitHub shows it as it is."""
    return short(line(f"[{notice.error_class}] {notice.cause}", LONGEST_TITLE), LONGEST_TITLE)


def labels(notice: Notice, label: str, further: tuple[str, ...]) -> tuple[str, ...]:
    """Of a new issue; what people change of them stays changed."""
    return tuple(dict.fromkeys((label, *further, f"class:{notice.error_class.lower()}", f"priority:{notice.priority}")))


def body(old: str, notice: Notice, history: History, run: str = "") -> str:
    """Our part anew; what people wrote above or below it stays. What is too long for GitHub is shortened."""
    text = ""
    for size in SIZES:
        text = placed(old, marker(notice.id), f"{hidden(history)}\n{part(notice, history, run, size)}")
        if len(text) <= LONGEST:
            return text
    # What people wrote is a book. They shall not lose it; GitHub will say that it is too long.
    return text


def hidden(history: History) -> str:
    """One line, which people do not see."""
    return f"<!-- {calm(msgspec.json.encode(history).decode())} -->"


def calm(words: str) -> str:
    """JSON that no name of a node can make the end of a comment of."""
    return words.replace("--", "-\\u002d").replace("<", "\\u003c").replace(">", "\\u003e")


def part(notice: Notice, history: History, run: str, size: float) -> str:
    """All that we have to say."""
    return "\n\n".join(sections(notice, history, run, size))


def sections(notice: Notice, history: History, run: str, size: float) -> Iterator[str]:
    """In the order in which people ask."""
    yield prose(notice.cause, 600)
    yield "\n".join(f"- {words}" for words in summary(notice, history, run))
    yield "### What to do now\n\n" + what_to_do(notice)
    if notice.fix:
        yield from change(notice.fix, size)
    if notice.message and size:
        yield "### What dbt says\n\n" + fence(notice.message, "text", int(8000 * size))
    if notice.sql and size:
        yield "### The SQL that the database was given\n\n" + excerpt(notice, int(8000 * size))
    if notice.facts:
        yield "### Evidence\n\n" + "\n".join(
            f"- {prose(name, 60)}: {code(words)}" for name, words in list(notice.facts.items())[:20]
        )


def summary(notice: Notice, history: History, run: str) -> Iterator[str]:
    """The figures of a cause."""
    yield f"outcome: **{notice.outcome}**"
    yield f"class: {notice.error_class}, priority {notice.priority}, confidence of the diagnosis {notice.confidence:.2f}"
    if notice.place:
        yield f"where: {code(notice.place)}"
    if notice.nodes:
        yield f"fails: {listed(notice.nodes)}"
    times = "once" if history.count == 1 else f"{history.count:,} times, first {history.first},"
    newest = f"[{notice.healing}]({run})" if run else code(notice.healing)
    yield f"seen: {times} last {history.last}, in {newest}"


def listed(names: tuple[str, ...], most: int = 8) -> str:
    """The first of them, and how many more."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(code(name, 120) for name in names[:most]) + more


def what_to_do(notice: Notice) -> str:
    """The next command, or what a person would do."""
    advice = prose(notice.hint, 600)
    match notice.outcome:
        case "mended":
            return "Nothing: it is mended. `agentic pipeline history` shows how, and how to take it back."
        case "waits for approval" if notice.fix:
            return f"`agentic pipeline fix --approve {notice.fix.id}` applies the change below and proves it. {advice}".strip()
        case "fix refused":
            return f"The fix below is refused, so a person has to mend this. {advice}".strip()
        case "rolled back":
            return f"The fix below was tried and taken back, since it did not prove itself. {advice}".strip()
        case "stopped":
            return f"Healing stopped before this was tried. {advice or '`agentic pipeline history` says why.'}"
    return advice or "Nothing could be changed for you. `agentic pipeline diagnose` shows all that is known."


def change(fix: Proposal, size: float) -> Iterator[str]:
    """What would be changed, and what speaks for and against it."""
    yield f"### Proposed change\n\n{prose(fix.title, 600)}"
    if fix.diff and size:
        yield fence(fix.diff, "diff", int(24_000 * size), 600)
    yield "\n".join(f"- {words}" for words in reasons(fix))


def reasons(fix: Proposal) -> Iterator[str]:
    """For and against."""
    yield f"confidence: {fix.confidence:.2f}"
    yield from (f"why: {prose(one, 200)}" for one in fix.why[:8])
    if fix.blast_radius:
        yield f"blast radius, {len(fix.blast_radius):,}: {listed(fix.blast_radius, 20)}"
    yield from (f"against it: {prose(one, 200)}" for one in fix.against[:8])


def excerpt(notice: Notice, letters: int) -> str:
    """The SQL around the line that the database names; its beginning where it names none."""
    lines = notice.sql.strip("\n").split("\n")
    named = AT_LINE.search(notice.message)
    at = int(named["line"]) if named and int(named["line"]) <= len(lines) else 0
    first = max(0, at - AROUND - 1) if at else 0
    words = "\n".join(lines[first : at + AROUND] if at else lines)
    return (f"From line {first + 1} on, around line {at}:\n\n" if at else "") + fence(words, "sql", letters, 60)


# --- what is added -----------------------------------------------------------------------------------------


def news(before: History, notice: Notice, run: str) -> str:
    """A comment, where something new is to be said; else empty."""
    if not before.told or before.told == notice.told:
        return ""
    said = "\n".join(f"- {words}" for words in differences(before, notice))
    return f"There is news{seen_in(notice.healing, run)}:\n\n{said}"


def differences(before: History, notice: Notice) -> Iterator[str]:
    """Since it was told last."""
    if before.outcome != notice.outcome:
        yield f"outcome: {prose(str(before.outcome), 40)}, now **{notice.outcome}**"
    if not before.many and (more := tuple(one for one in notice.nodes if one not in before.nodes)):
        yield f"fails now, too: {listed(more)}"
    if gone := tuple(one for one in before.nodes if one not in notice.nodes):
        yield f"fails no longer: {listed(gone)}"
    if notice.fix and notice.fix.id != before.fix:
        yield f"another fix is proposed: {prose(notice.fix.title)} (confidence {notice.fix.confidence:.2f})"
    yield f"now: {what_to_do(notice)}"


def back(notice: Notice, run: str) -> str:
    """A comment on an issue that is opened again."""
    return f"It is back{seen_in(notice.healing, run)}: {prose(notice.cause, 600)}"


def over(run: str, healing: str, mended: Notice | None = None) -> str:
    """A comment on an issue that is closed."""
    how = f" It was mended: {prose(mended.fix.title)}" if mended and mended.fix else ""
    return f"Green again{seen_in(healing, run)}.{how}"


def seen_in(healing: str, run: str) -> str:
    """`in the run X`, with a link where there is one."""
    if not healing:
        return f" in [this run]({run})" if run else ""
    return f" in [{healing}]({run})" if run else f" in {code(healing)}"
