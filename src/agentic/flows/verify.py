"""A task that is done -> its checks run again now, on the files as they stand. Nobody is asked, nothing is landed."""

from __future__ import annotations

from agentic.flows.close import close
from agentic.flows.look import Seen, errors_in, look
from agentic.flows.run import Run
from agentic.flows.run_task import open_record
from agentic.flows.tools import Tools, Wishes
from agentic.values import Change, ChangeSet, Execution, TaskSpec
from agentic.values.execution import Status


def verify(task: TaskSpec, of: str, tools: Tools) -> Execution:
    """All checks of the task, with the files of the project as if they had just been written. `of`: the execution they stand on."""
    nobody = tools.replay(of, ())
    record = open_record(task, Wishes(), nobody, tools, purpose="verification", of=of)
    run = Run(task, Wishes(), nobody, record, tools)
    try:
        changes = ChangeSet(
            tuple(Change(path, text) for path in task.deliverables if (text := run.fence.current(path)) is not None)
        )
        verdicts = look(run, 1, changes, Seen())
        status: Status = "done" if all(one.passed for one in verdicts) else "failed"
        return close(run, status, errors_in(verdicts), verdicts, ("checks run again on the files as they stand",))
    except BaseException as error:
        record.keep("interrupted", {"code": "AGT130", "message": type(error).__name__, "cause": str(error), "fix": ""})
        raise
    finally:
        record.close()
