"""What would be sent -> the secrets in it. Without a person's consent, on record, nothing of it leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentic.errors import SecretWithheld
from agentic.redact import Found, Redactor
from agentic.specs import PROMPTS, context_path, read_text
from agentic.values import TaskSpec
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.ports import Provider

FOLLOW_UP = "--follow-up"
SAID = "what was said for it"


class SecretSeen(Noun, frozen=True):
    """One kind of secret in one text that would be sent; never the secret itself."""

    path: str
    """Of the file, from the project's root; `--follow-up`, or `what was said for it`, for what a person said."""
    rule: str
    """`github-token`; `$DB_PASSWORD` for the value of a variable."""
    line: int
    """Where the first one stands, from 1."""
    count: int


class Cleaner:
    """Redacts texts, and remembers which of them held what."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact
        self.seen: list[SecretSeen] = []

    def __call__(self, path: str, text: str) -> str:
        """The text of a file without secrets."""
        found = self._redact.look(text)
        self.seen += told(path, found)
        return found.text


def seen_in(path: str, text: str, redact: Redactor) -> Iterator[SecretSeen]:
    """What one text holds."""
    return told(path, redact.look(text))


def told(path: str, found: Found) -> Iterator[SecretSeen]:
    """One row for each rule."""
    for rule, count in found.rules.items():
        yield SecretSeen(path, rule, found.lines[rule], count)


def seen_before(task: TaskSpec, wish: str, root: Path, redact: Redactor) -> tuple[SecretSeen, ...]:
    """In what is known before the run begins: the task, its context files, the person's wish."""
    clean = Cleaner(redact)
    clean(place_of(task), task.text)
    clean(FOLLOW_UP, wish)
    for name, path, found in sources(task, root):
        clean(path, read_text(found, name))
    return tuple(clean.seen)


def sources(task: TaskSpec, root: Path) -> Iterator[tuple[str, str, Path]]:
    """(as the task names it, from the project's root, file) of every context file that is there, in the declared order."""
    for file in task.context_files:
        if found := context_path(root, file.path):
            yield file.path, found.relative_to(root.resolve()).as_posix(), found


def place_of(task: TaskSpec) -> str:
    """Where a spec lies, from the project's root; what agentic wrote itself lies nowhere, and holds what a person said for it."""
    return f"{PROMPTS}/{task.path}" if task.path.startswith("tasks/") else SAID


def refuse_secrets(task: TaskSpec, seen: Iterable[SecretSeen], provider: Provider, *, consented: bool) -> None:
    """Raises SecretWithheld. Whoever costs nothing is sent nothing."""
    if found := () if consented or not provider.costs else tuple(seen):
        raise withheld(task, found)


def withheld(task: TaskSpec, seen: tuple[SecretSeen, ...]) -> SecretWithheld:
    """Names every place and its rule."""
    first, rest = seen[0], len(seen) - 1
    more = f" and {rest} more" if rest else ""
    path = "" if first.path in (FOLLOW_UP, SAID) else first.path
    return SecretWithheld(
        f"{task.path} is not sent: {first.path} holds a secret ({first.rule}){more}",
        path=path, line=first.line if path else 0, cause="; ".join(map(in_words, seen)) if rest else "",
    )  # fmt: skip


def in_words(one: SecretSeen) -> str:
    """`context/x.md:3: github-token, 2 times`"""
    times = f", {one.count} times" if one.count > 1 else ""
    return f"{one.path}:{one.line}: {one.rule}{times}"


def on_record(seen: tuple[SecretSeen, ...], provider: Provider, person: Callable[[], str]) -> Mapping[str, Any]:
    """What the journal keeps of a prompt that was redacted: where, by which rule, how often, and whose consent it went out with."""
    if not seen:
        return {}
    rules: Counter[str] = Counter()
    for one in seen:
        rules[one.rule] += one.count
    rows = [{"path": one.path, "rule": one.rule, "line": one.line, "count": one.count} for one in seen]
    consent = {"consent": {"who": person(), "flag": "--send-redacted"}} if provider.costs else {}
    return {"redacted": dict(rules), "secrets": rows, **consent}
