"""The trunk: one task from its spec to landed files, every step on record before the next is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from agentic.archive import FOLDER
from agentic.errors import AgenticError, ArchiveError, SecretWithheld
from agentic.flows.close import close
from agentic.flows.converse import Drafted, Talk
from agentic.flows.finish import finish, refused_before_asking, without
from agentic.flows.look import Seen, errors_in, look
from agentic.flows.preview import conversation_of, render_now
from agentic.flows.record import Record
from agentic.flows.run import Run
from agentic.flows.tools import Tools, Wishes
from agentic.flows.withhold import FOLLOW_UP, on_record, refuse_secrets, seen_in
from agentic.ports import Provider
from agentic.prompts import follow_up
from agentic.specs.suppress import archived
from agentic.values import Ask, Change, ChangeSet, Conversation, Execution, Finding, Part, Prompt, TaskSpec, Verdict
from agentic.values.digest import digest


def run_task(task: TaskSpec, wishes: Wishes, tools: Tools) -> Execution:
    """Carry one spec to landed files. What it comes to is an Execution; only what nobody can answer for is raised."""
    of = refined(task, wishes, tools)
    provider = tools.provider(wishes.provider or default_provider(task, wishes, tools), task)
    record = open_record(task, wishes, provider, tools, purpose="refinement" if of else "run", of=of)
    return carry(Run(task, wishes, provider, record, tools))


def refined(task: TaskSpec, wishes: Wishes, tools: Tools) -> str:
    """The execution that `--follow-up` refines; empty for a plain run."""
    if not wishes.follow_up:
        return ""
    mine = [one for one in tools.archive.executions() if one.task == task.path]
    if executed := [one.id for one in mine if one.purpose not in ("verification", "import")]:
        return executed[-1]
    raise ArchiveError(f"{task.path} was never executed, so there is nothing to follow up")


def default_provider(task: TaskSpec, wishes: Wishes, tools: Tools) -> str:
    """The template that the task names; a template can't follow up, so then Claude."""
    return "template" if task.template and not wishes.follow_up else tools.settings.provider.name


def open_record(task: TaskSpec, wishes: Wishes, provider: Provider, tools: Tools, *, purpose: str, of: str) -> Record:
    """A record is born, before anything is asked: who asks for what, on which ground."""
    name, journal = tools.archive.create(task.feature)
    record = Record(name, journal, tools.redact, tools.stop)
    opening: Mapping[str, Any] = {
        "id": name, "archive": FOLDER, "purpose": purpose, "of": of,
        "task": task.path, "task_text": task.text, "task_digest": digest(tools.redact(task.text)), "module": task.module,
        "provider": provider.name, "model": provider.model, "wishes": msgspec.to_builtins(wishes),
        "developer": tools.person(), "commit": tools.commit(), "version": tools.version, "sandbox": tools.sandbox,
    }  # fmt: skip
    record.once("opened", lambda: {**opening, **suppressed(task), **grounds(task, tools, purpose=purpose, of=of)})
    return record


def suppressed(task: TaskSpec) -> dict[str, Any]:
    """What lint would have said of the task, and a person allows: the audit tells it with the reason."""
    allowed = archived(task.path, task.text)
    return {"suppressed": allowed} if allowed else {}


def grounds(task: TaskSpec, tools: Tools, *, purpose: str, of: str) -> dict[str, Any]:
    """What the task is proven against. Files that are replayed were made for what was wished for then, not for now's words;
    to take files back, or to check them once more, is no answer to any wish.
    """
    if purpose in ("undo", "verification"):
        return {}
    told = tools.archive.story(of).first("opened").get("grounds") if purpose == "replay" else tools.grounds(task)
    return {} if told is None else {"grounds": told}


def carry(run: Run) -> Execution:
    """Walk the corridor. Whatever ends it is on record, and can be resumed."""
    try:
        return walk(run)
    except SecretWithheld as error:
        return close(
            run,
            "refused",
            (Finding("policy: secrets", error.message, error.path, error.line, code=error.code, fix=error.fix),),
        )
    except AgenticError as error:
        return broken_off(run, error, error.exit_status)
    except KeyboardInterrupt:
        hint = f"agentic resume {run.record.name} goes on"
        return broken_off(run, AgenticError("interrupted by a person", hint=hint), 130)
    except Exception as error:
        # A bug of ours: it is shown as one, and the run can be resumed when it is mended.
        run.record.keep(
            "interrupted", {"code": "AGT900", "message": str(error), "cause": type(error).__name__, "fix": ""}
        )
        raise
    finally:
        run.record.close()


def broken_off(run: Run, error: AgenticError, exit_status: int) -> Execution:
    """An error is no end of the task: what was done stays on record, and the rest can be done later."""
    told = {"code": error.code, "message": error.message, "cause": error.cause, "fix": error.fix}
    run.record.keep("interrupted", told)
    message = ": ".join(filter(None, (error.message, error.cause)))
    finding = Finding("runner", message, error.path, error.line, code=error.code, detail=f"fix: {error.fix}")
    return close(run, "stopped" if exit_status == 7 else "interrupted", (finding,), exit_status=exit_status)


def walk(run: Run) -> Execution:
    """Render, ask, draft, look; again while there are findings and attempts; then finish."""
    if refused := refused_before_asking(run):
        return refused
    if all(path in run.kept() for path in run.task.deliverables):
        return finish_adopted(run)
    talk = Talk(run, run.purse(), run.fence)
    conversation, draft = conversation_of(render_once(run), run.tools.redact(run.wishes.follow_up)), ChangeSet()
    seen, kept = Seen(standing(run)), run.kept()
    for attempt in range(1, run.attempts + 1):
        drafted = talk.attempt(attempt, conversation, draft)
        keep_changes(run, attempt, drafted)
        if drafted.dead_end:
            return finish(run, drafted, (Verdict("provider", "failed", (drafted.dead_end,)),))
        verdicts = look(run, attempt, without(drafted.draft, kept), seen)
        findings = errors_in(verdicts)
        if not findings or attempt == run.attempts or pointless(findings, seen, drafted.draft, draft):
            return finish(run, drafted, (*verdicts, *reproduced(run, drafted.draft)))
        conversation = again(run, attempt, drafted, findings, draft)
        seen, draft = seen.then(drafted.draft, verdicts), drafted.draft
    raise AssertionError("a task has at least one attempt")


def finish_adopted(run: Run) -> Execution:
    """Every deliverable is a person's: nobody has to be asked, the files as they stand are judged."""
    texts = {path: run.fence.current(path) for path in run.task.deliverables}
    draft = ChangeSet(tuple(Change(path, text) for path, text in texts.items() if text is not None))
    return finish(run, Drafted(Conversation("", ()), draft), look(run, 1, draft, Seen()))


def render_once(run: Run) -> Prompt:
    """The prompt; from the record where it is there, since the files it was made of may have changed."""
    body = run.record.once("prompt", lambda: prompt_body(run))
    system, *context, task = msgspec.convert(body["parts"], tuple[Part, ...])
    return Prompt(system, tuple(context), task)


def prompt_body(run: Run) -> Mapping[str, Any]:
    """The prompt from the files as they are now. Deliverables that exist go along to whoever can edit them.

    Raises SecretWithheld where one of them holds a secret and nobody consented.
    """
    rendered = render_now(run.task, standing(run), run.tools.root, run.tools.redact)
    seen = (*rendered.secrets, *seen_in(FOLLOW_UP, run.wishes.follow_up, run.tools.redact))
    refuse_secrets(run.task, seen, run.provider, consented=run.wishes.send_redacted)
    return {"parts": msgspec.to_builtins(rendered.prompt.parts), **on_record(seen, run.provider, run.tools.person)}


def standing(run: Run) -> dict[str, str]:
    """Deliverables as they stand in the project: what a model may edit, and may not weaken.

    A template edits nothing, and is the project's own: when it changes its tests, that is meant.
    """
    if not run.provider.costs or run.task.path.startswith("reviews/"):
        return {}  # A reviewer sees no review from before.
    # What `init` wrote and nobody touched is a template, and goes along as one where it is needed.
    begun = [one.path for one in run.owners() if (one.since, one.state) != ("init", "generated")]
    return {path: text for path in begun if (text := run.fence.current(path)) is not None}


def keep_changes(run: Run, attempt: int, drafted: Drafted) -> None:
    """What was drafted, whole: the archive can tell it without the replies."""
    files = [{"path": change.path, "digest": change.digest, "text": change.text} for change in drafted.draft.changes]
    said = {"summary": drafted.summary, "questions": drafted.questions}
    run.record.once("changes", lambda: {"attempt": attempt, "digest": drafted.draft.digest, "files": files, **said})


def pointless(findings: tuple[Finding, ...], seen: Seen, draft: ChangeSet, before: ChangeSet) -> bool:
    """The same failure came back, or nothing changed: asking again would buy the same."""
    return bool(before.changes and draft.digest == before.digest) or findings == seen.findings


def reproduced(run: Run, draft: ChangeSet) -> tuple[Verdict, ...]:
    """Of a replay: are its deliverables the same bytes?"""
    if not run.expected:
        return ()
    source = "replay: same bytes"
    finding = Finding(source, f"{draft.digest} instead of {run.expected}", code="AGT502")
    same = draft.digest == run.expected
    verdict = Verdict(source, "passed" if same else "failed", () if same else (finding,), {"digest": draft.digest})
    run.record.once("compared", lambda: msgspec.to_builtins(verdict))
    return (verdict,)


def again(run: Run, attempt: int, drafted: Drafted, findings: tuple[Finding, ...], before: ChangeSet) -> Conversation:
    """The same conversation, one follow-up on."""
    changed = [change.path for change in drafted.draft.changes if before.text_of(change.path) != change.text]
    text = follow_up(run.task, findings, changed, run.attempts - attempt)
    body = run.record.once("followed_up", lambda: {"attempt": attempt, "text": text})
    run.tell(f"{len(findings)} finding(s); attempt {attempt + 1} of {run.attempts}")
    return drafted.conversation.then(Ask((body["text"],), drafted.results))
