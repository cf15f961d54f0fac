"""Two executions -> what changed from one to the other: prompt, context, model, files, checks, cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from agentic.audit.lines import unified
from agentic.audit.spending import Cost, Spent, cost_of, spending, usage_of
from agentic.audit.steps import all_of, drafted, first, landings
from agentic.text.sheet import Row
from agentic.text.spell import clock
from agentic.values import Execution, Step, Usage
from agentic.values.noun import Noun

State = Literal["added", "gone", "changed", "same"]


class Side(Noun, frozen=True):
    """One of the two."""

    id: str
    at: str
    """UTC, ISO 8601, seconds."""
    task: str
    purpose: str
    status: str
    who: str
    provider: str
    model: str
    commit: str
    attempts: int
    usage: Usage
    cost: Cost
    milliseconds: int | None
    """None: it was cut off before it could say."""


class Part(Noun, frozen=True):
    """A context file, or a file that was made."""

    path: str
    state: State
    before: str
    """Its digest; empty where it is not there."""
    after: str
    diff: str = ""
    """A unified diff of the contents, as the journals hold them; empty for what is the same."""


class CheckChange(Noun, frozen=True):
    """One check on both sides."""

    source: str
    before: str
    """passed, failed, not run; empty where the check is not there."""
    after: str


class Comparison(Noun, frozen=True):
    """What changed from one execution to another."""

    before: Side
    after: Side
    differs: bool
    """In prompt, context, provider, model, files or checks. Cost, tokens and time never are the same, so they do not count."""
    prompt: str
    """A unified diff of rules, task and follow-ups; empty: the same words."""
    context: tuple[Part, ...]
    files: tuple[Part, ...]
    checks: tuple[CheckChange, ...]


Told = tuple[Execution, Sequence[Step]]
"""An execution and its steps."""


def compare(before: Told, after: Told) -> Comparison:
    """Side by side."""
    sides = tuple(side(one, spending(steps)) for one, steps in (before, after))
    prompt = unified("prompt", words(before[1]), words(after[1]))
    context = tuple(parts(contexts(before[1]), contexts(after[1])))
    files = tuple(parts(made(before[1]), made(after[1])))
    checks = tuple(checked(before[0], after[0]))
    who = [(one.provider, one.model) for one in sides]
    changed = any(one.state != "same" for one in (*context, *files)) or any(one.before != one.after for one in checks)
    return Comparison(sides[0], sides[1], bool(prompt) or who[0] != who[1] or changed, prompt, context, files, checks)


def previous(executions: Sequence[Execution], id_: str) -> str:
    """The execution of the same task that came before; empty where there is none. Checks that were only run again are none."""
    places = [place for place, one in enumerate(executions) if one.id == id_]
    if not places:
        return ""
    task = executions[places[0]].task
    earlier = [one.id for one in executions[: places[0]] if one.task == task and one.may_land and one.purpose != "undo"]
    return earlier[-1] if earlier else ""


def side(execution: Execution, spent: Sequence[Spent]) -> Side:
    """One execution in short."""
    return Side(
        execution.id, execution.at, execution.task, execution.purpose, execution.status, execution.developer, execution.provider,
        execution.model, execution.commit, execution.attempts, usage_of(spent), cost_of(spent), execution.milliseconds.get("total"),
    )  # fmt: skip


def words(steps: Sequence[Step]) -> str:
    """Everything that was said but for the context files: rules, task, what the person wished, follow-ups."""
    asked = [part["text"] for part in first(steps, "prompt").get("parts", ()) if not part["digest"]]
    wish = first(steps, "opened").get("wishes", {}).get("follow_up", "")
    again = [body["text"] for body in all_of(steps, "followed_up")]
    return "\n".join([*asked, *([wish] if wish else []), *again])


def contexts(steps: Sequence[Step]) -> dict[str, tuple[str, str]]:
    """Name -> (digest, text) of what went along."""
    told = (part for part in first(steps, "prompt").get("parts", ()) if part["digest"])
    return {part["name"].removeprefix("context: "): (part["digest"], part["text"]) for part in told}


def made(steps: Sequence[Step]) -> dict[str, tuple[str, str]]:
    """Path -> (digest, text) of every file as it was drafted last; of one that a person kept, theirs."""
    kept = {
        file["path"]: (file["after"], file["before"] or "")
        for landing in landings(steps)
        for file in landing.body["files"]
        if file["kept"]
    }
    return {**drafted(steps), **kept}


def parts(before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]) -> Iterator[Part]:
    """Each name that is on either side."""
    for path in dict.fromkeys([*before, *after]):
        (old, text), (new, now) = before.get(path, ("", "")), after.get(path, ("", ""))
        state: State = "same" if old == new else "added" if not old else "gone" if not new else "changed"
        yield Part(path, state, old, new, "" if state == "same" else unified(path, text, now))


def checked(before: Execution, after: Execution) -> Iterator[CheckChange]:
    """Each check that is on either side, in the order of the later one."""
    old, new = ({one.source: one.status for one in execution.verdicts} for execution in (before, after))
    for source in dict.fromkeys([*new, *old]):
        yield CheckChange(source, old.get(source, ""), new.get(source, ""))


def rows(found: Comparison) -> Iterator[Row]:
    """(what, before, after): of everything that is a word or a number."""
    for told in zip(facts(found.before), facts(found.after), strict=True):
        (name, before), (_, after) = told
        yield name, before or "-", after or "-"


def facts(one: Side) -> Iterator[tuple[str, str]]:
    """(what, its value) of one side."""
    yield from (("execution", one.id), ("began", one.at), ("task", one.task), ("purpose", one.purpose))
    yield from (("status", one.status), ("who", one.who), ("provider", one.provider), ("model", one.model))
    yield from (("commit", one.commit), ("attempts", str(one.attempts)), ("requests", str(one.cost.requests)))
    usage = one.usage
    yield from (
        ("tokens in", f"{usage.prompt:,}"),
        ("cached", f"{usage.cache_read:,}"),
        ("tokens out", f"{usage.output:,}"),
    )
    yield from (("cost", one.cost.words), ("time", took(one.milliseconds)))


def took(milliseconds: int | None) -> str:
    """`1.2 s`."""
    return "not measured" if milliseconds is None else clock(milliseconds)
