"""A journal as people read it: the sections of seed 003. A deterministic rendering; nothing in it is from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agentic.archive.story import Story
from agentic.values import Execution, Step

STATUS = {"done": "SUCCESS", "staged": "SUCCESS (staged: nothing was landed)", "failed": "FAILED", "refused": "REFUSED",
          "stopped": "PARTIAL (stopped by a limit)", "interrupted": "INTERRUPTED", "undone": "SUCCESS (taken back)"}  # fmt: skip


BY_HAND = "IMPORTED (done by hand in Claude Code; nothing was checked)"
WORDS = {"new": "Generated", "changed": "Modified", "same": "Generated (the same bytes as before)",
         "kept": "Kept (a person's version)", "gone": "Removed"}  # fmt: skip


def page(story: Story) -> str:
    """The whole page."""
    execution = story.as_shown()
    if decided := story.first("decided"):
        return "\n".join([*metadata(story, execution), *decision(decided)]).rstrip() + "\n"
    blocks = [
        *metadata(story, execution),
        *prompt(story),
        *context(story),
        *outcome(story, execution),
        *checks(execution),
        *follow_ups(story),
    ]
    return "\n".join(blocks).rstrip() + "\n"


def metadata(story: Story, execution: Execution) -> Iterator[str]:
    """Who, when, with what."""
    opened = story.first("opened")
    yield f"# {execution.id}"
    yield "## Metadata"
    yield f"- Timestamp: {story.steps[0].at.replace('T', ' ').rstrip('Z')}"
    yield f"- Developer: {opened['developer']}"
    yield f"- Claude Model: {execution.model or 'none'}"
    task_digest = f" ({opened['task_digest']})" if opened["task_digest"] else ""
    yield f"- Task Reference: {execution.task}{task_digest}"
    yield f"- Provider: {execution.provider}"
    yield f"- Commit: {opened['commit'] or 'none'}"
    yield f"- Runner: agentic {opened['version']}, checks in sandbox: {opened['sandbox']}"
    if opened["of"]:
        yield f"- {opened['purpose'].capitalize()} of: {opened['of']}"
    if execution.redacted:
        yield f"- Redacted: {', '.join(f'{line(rule)} ({count})' for rule, count in execution.redacted.items())}"
    if execution.consent:
        yield f"- Sent without its secrets, with the consent of: {line(execution.consent)}"
    for allowed in execution.suppressed:
        yield f"- Suppressed: {line(allowed)}"


def decision(decided: Mapping[str, Any]) -> Iterator[str]:
    """What a person decided, and on which files."""
    yield "## DECISION"
    yield f"- Kind: {decided['kind']}"
    yield f"- About: {line(decided['about'])}"
    yield f"- Decided by: {line(decided['who'])}"
    yield f"- Why: {line(decided['why'])}"
    for name, value in decided["facts"].items():
        yield f"- {line(name)}: {line(value)}"
    if decided["files"]:
        yield "## FILES"
    for path, known in decided["files"].items():
        yield f"- {line(path)} ({known[:19]})"


def prompt(story: Story) -> Iterator[str]:
    """The exact words of the rules and of the task; context files stand in the next section by digest."""
    yield "## PROMPT"
    for part in story.first("prompt").get("parts", ()):
        if not part["digest"]:
            yield from fenced(part["text"])


def context(story: Story) -> Iterator[str]:
    """Which files were sent."""
    yield "## CONTEXT FILES REFERENCED"
    opened = story.first("opened")
    # What was done by hand may belong to no task.
    if opened["purpose"] != "import" or opened["task"].startswith("tasks/"):
        yield f"- agent-prompts/{opened['task']}"
    for part in story.first("prompt").get("parts", ()):
        if part["digest"]:
            yield f"- {part['name']} ({part['digest'][:19]})"


def outcome(story: Story, execution: Execution) -> Iterator[str]:
    """What came of it."""
    yield "## OUTCOME"
    for file in execution.files:
        yield f"- {WORDS[file.state]}: {file.path} ({file.lines} lines)"
    yield f"- Status: {BY_HAND if execution.purpose == 'import' else STATUS[execution.status]}"
    yield f"- Attempts: {execution.attempts}; requests: {execution.requests}"
    yield f"- Tokens: {execution.usage.prompt:,} in, {execution.usage.output:,} out; cost: {money(execution.micro_usd)}"
    for refusal in execution.refusals:
        yield f"- Refused: {line(refusal.path)}: {line(refusal.reason)} (rule: {refusal.rule})"
    for body in story.all("unanswered"):
        yield f"- Unanswered request: {body['code']} {line(body['message'])}"
    for note in execution.notes:
        yield f"- Notes: {line(note)}"
    for criterion in execution.criteria:
        yield f"- [{'x' if criterion.ticked else ' '}] {criterion.text}"


def checks(execution: Execution) -> Iterator[str]:
    """The verdicts with their evidence."""
    yield "### Checks"
    for verdict in execution.verdicts:
        yield f"- {verdict.status}: {verdict.source}{evidence(verdict.evidence)}"
    for finding in execution.findings:
        place = f" ({finding.path})" if finding.path else ""
        yield f"- {finding.severity} from {finding.source}: {line(finding.message)}{place}"
        if finding.detail:
            yield from fenced(finding.detail)


def evidence(values: Mapping[str, Any]) -> str:
    """` (exit 0, 1,200 ms, ...)`: what fits on a line; the journal has all of it."""
    simple = [
        f"{name} {value}" for name, value in values.items() if isinstance(value, (int, str)) and len(str(value)) < 80
    ]
    return f" ({line(', '.join(simple))})" if simple else ""


def follow_ups(story: Story) -> Iterator[str]:
    """What was asked after the first prompt."""
    yield "## FOLLOW-UP PROMPTS"
    texts = [text for step in story.steps for text in said(step)]
    if not texts:
        yield "None."
    for text in texts:
        yield from fenced(text)


def said(step: Step) -> tuple[str, ...]:
    """The words of a step that asked again."""
    return (step.body["text"],) if step.kind == "followed_up" else ()


def fenced(text: str) -> Iterator[str]:
    """Text in a fence that nothing in it can close."""
    longest = max(map(len, re.findall(r"`+", text)), default=0) if "```" in text else 0
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}text", text.rstrip(), fence)


def line(text: str) -> str:
    """On one line, so that nobody's words become a heading of this page."""
    shown = text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())


def money(micro_usd: int | None) -> str:
    """US dollars; what is not known is never 0."""
    return "unknown" if micro_usd is None else f"${micro_usd / 1_000_000:.4f}"
