"""What no rule knows is asked of Claude: through the trunk, with the smallest context that suffices, and nothing lands by it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agentic.errors import AgenticError, OutsideFailed
from agentic.flows.run_task import run_task
from agentic.flows.tools import Tools, Wishes
from agentic.healing.candidate import Candidate
from agentic.healing.diagnose import Diagnosed
from agentic.specs import parse
from agentic.values import TaskSpec

TEMPLATE = "agent-prompts/meta/templates/heal_pipeline.md.j2"
PRIOR = 0.6
"""Of a model's answer, before it was built in a copy and its data compared."""
LONGEST = 200_000
"""Letters of a file that is sent."""


def ask_claude(one: Diagnosed, dbt_root: Path, tools: Tools) -> Candidate | None:
    """Its answer as one more candidate, judged and rehearsed like any other; None where it has none."""
    case = one.cases[0]
    path = case.path
    if path not in case.project.files or len(case.raw) > LONGEST or not (tools.root / TEMPLATE).is_file():
        return None
    where = dbt_root.resolve().relative_to(tools.root.resolve()).as_posix()
    task = task_for(one, where, tools)
    execution = run_task(task, Wishes(staged=True, discard=task.deliverables), tools)
    if execution.status != "staged":
        said = next((finding.message for finding in execution.findings), execution.status)
        raise OutsideFailed(
            f"no answer that could be used: {said}", hint=f"agentic audit show {execution.id} tells more."
        )
    changes = tools.archive.story(execution.id).last("changes").get("files", ())
    texts = {str(file["path"]).removeprefix(f"{where}/"): file["text"] for file in changes}
    if set(texts) != {path} or texts[path] == case.raw:
        return None
    said = str(tools.archive.story(execution.id).last("changes").get("summary") or "Claude's answer")
    return Candidate("claude", said.split("\n", maxsplit=1)[0][:200], texts, PRIOR, 0.5, needs_run=True)


def task_for(one: Diagnosed, where: str, tools: Tools) -> TaskSpec:
    """The task, in the words of the project's own template."""
    import jinja2
    import jinja2.sandbox

    said, case = one.diagnosis, one.cases[0]
    environment = jinja2.sandbox.SandboxedEnvironment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    given: Mapping[str, Any] = {
        "module": where.rsplit("/", 1)[-1], "path": f"{where}/{case.path}", "context": [f"{where}/{path}" for path in around(one)],
        "error_class": said.error_class, "cause": said.cause, "nodes": said.nodes, "changed": said.evidence.get("changed_since", ()),
        "message": tools.redact(said.message), "compiled": tools.redact(str(said.evidence.get("compiled_sql", ""))),
        "columns": said.evidence.get("columns", {}),
    }  # fmt: skip
    try:
        text = environment.from_string((tools.root / TEMPLATE).read_text(encoding="utf-8")).render(given)
    except jinja2.TemplateError as error:
        raise AgenticError(
            f"{TEMPLATE} cannot be filled in", path=TEMPLATE, cause=str(error), hint="mend the template."
        ) from error
    return parse(text, f"pipelines/heal_{Path(case.path).stem}.md")


def around(one: Diagnosed) -> tuple[str, ...]:
    """The description of the failing node, where there is one: what its columns mean."""
    case = one.cases[0]
    patch = str(case.node.get("patch_path") or "").partition("://")[2]
    return (patch,) if patch in case.project.files and patch != case.path else ()
