"""Notices -> issues: one for each cause, written, written anew, opened again, closed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from agentic.errors import NoticeUnanswered
from agentic.notices import issue as words
from agentic.notices.desk import Desk
from agentic.notices.github import Issue, Issues
from agentic.notices.memory import is_gone
from agentic.notices.notice import Notice


def tell_issues(desk: Desk, issues: Issues, entries: tuple[Notice, ...]) -> dict[str, str]:
    """Cause -> the address of its open issue."""
    links: dict[str, str] = {}
    with desk.edge("github"):
        found = find(desk, issues, entries)
        for entry in entries:
            with desk.edge("github", but=(NoticeUnanswered,)):
                told = tell_issue(desk, issues, entry, found.get(entry.id))
                links.update({entry.id: told.url} if told and told.is_open else {})
    return links


def close_issues(desk: Desk, issues: Issues, nodes: Collection[str] | None, healing: str) -> None:
    """Those of causes that are over."""
    with desk.edge("github"):
        for one in over(desk, issues, nodes):
            with desk.edge("github", but=(NoticeUnanswered,)):
                close(issues, one.number, words.over(desk.run, healing))


# --- which there are ---------------------------------------------------------------------------------------


def find(desk: Desk, issues: Issues, entries: tuple[Notice, ...]) -> dict[str, Issue]:
    """Cause -> its issue. An open one before a closed one; of two open ones the older, of two closed ones the newer."""
    found = {one.cause: one for one in reversed(issues.open())}
    if any(entry.id not in found and not entry.is_over for entry in entries):
        found = {**{one.cause: one for one in reversed(issues.closed(desk.moment))}, **found}
    for entry in entries:
        if entry.id not in found and (one := by_number(desk, issues, entry.id)):
            found[entry.id] = one
    return found


def by_number(desk: Desk, issues: Issues, cause: str) -> Issue | None:
    """An issue that has our label no more, or never had it, is known by the number that is remembered."""
    before = desk.memory.causes.get(cause)
    return issues.numbered(before.issue, cause) if before and before.issue else None


def over(desk: Desk, issues: Issues, nodes: Collection[str] | None) -> Iterator[Issue]:
    """Open issues of causes that are gone."""
    listed = issues.open()
    for one in listed:
        before = words.remembered(one.body)
        if is_gone(before.nodes, nodes, many=before.many):
            yield one
    for cause in desk.memory.gone(nodes).keys() - {one.cause for one in listed}:
        unlisted = by_number(desk, issues, cause)
        if unlisted and unlisted.is_open:
            yield unlisted


# --- what is done with each --------------------------------------------------------------------------------


def tell_issue(desk: Desk, issues: Issues, entry: Notice, known: Issue | None) -> Issue | None:
    """What is mended makes no issue; it closes one."""
    if entry.is_over:
        return mend(desk, issues, entry, known) if known and known.is_open else None
    told = renew(desk, issues, entry, known) if known else create(desk, issues, entry)
    desk.keep(desk.memory.has_issue(entry, told.number))
    return told


def create(desk: Desk, issues: Issues, entry: Notice) -> Issue:
    """The first of its cause."""
    settings = issues.settings
    history = words.met_again(words.History(), entry, desk.moment)
    labels = words.labels(entry, settings.label, settings.labels)
    made = issues.create(words.title(entry), words.body("", entry, history, desk.run), labels)
    if settings.label not in made.labels:
        why = "GitHub drops the labels of whoever may not set them"
        fix = "give the token the right to write issues; until then only this machine finds the issue again."
        desk.warn("github", f"issue {made.number} has no label {settings.label}", why, fix)
    return made


def renew(desk: Desk, issues: Issues, entry: Notice, known: Issue) -> Issue:
    """The body holds what is so; a comment is a bell, and rings only for news."""
    before = words.remembered(known.body)
    text = words.body(known.body, entry, words.met_again(before, entry, desk.moment), desk.run)
    if known.is_open:
        told, said = issues.update(known.number, body=text), words.news(before, entry, desk.run)
    elif known.is_unwanted:
        told, said = issues.update(known.number, body=text), ""
    else:
        told = issues.update(known.number, body=text, state="open", state_reason="reopened")
        said = words.back(entry, desk.run)
    if said:
        issues.comment(known.number, said)
    return told


def mend(desk: Desk, issues: Issues, entry: Notice, known: Issue) -> Issue:
    """Closed, with what mended it."""
    history = words.met_again(words.remembered(known.body), entry, desk.moment)
    text = words.body(known.body, entry, history, desk.run)
    return close(issues, known.number, words.over(desk.run, entry.healing, entry), body=text)


def close(issues: Issues, number: int, comment: str, **said: str) -> Issue:
    """With a word."""
    closed = issues.update(number, state="closed", state_reason="completed", **said)
    issues.comment(number, comment)
    return closed
