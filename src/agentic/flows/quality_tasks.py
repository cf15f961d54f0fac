"""Review, tests and documentation as tasks: what they are told, in the words of a task spec, so that the archive holds it whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from agentic.outside.clock import today
from agentic.prompts import fill
from agentic.specs import parse
from agentic.text import PROMPTS
from agentic.values import TaskSpec

REVIEWS = f"{PROMPTS}/progress/reviews"


def review_task(paths: Sequence[str], standards: Sequence[str]) -> TaskSpec:
    """Review files against standards; nothing of how they came about goes along."""
    first = PurePosixPath(paths[0])
    more = f"-and-{len(paths) - 1}-more" if len(paths) > 1 else ""
    report = f"{REVIEWS}/{first.as_posix().replace('/', '-').removesuffix(first.suffix)}{more}.json"
    context = [*(standard.removeprefix(f"{PROMPTS}/") for standard in standards), *paths]
    text = fill("review.md.j2", module=module_of(paths[0]), report=report, paths=paths, context=context)
    return parse(text, f"reviews/{PurePosixPath(report).stem}.md")


def tests_task(file: str, target: str, context: Sequence[str], wish: str) -> TaskSpec:
    """Tests for standing code."""
    name = file.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    text = fill(
        "tests.md.j2",
        module=module_of(file),
        file=file,
        target=target,
        context=[file, *context],
        import_name=name,
        wish=wish,
    )
    return parse(text, f"generate/{PurePosixPath(target).stem}.md")


def docs_task(module: str, target: str, context: Sequence[str], responsibility: str, model: str) -> TaskSpec:
    """The documentation of a module."""
    said = responsibility or f"The module {module}."
    text = fill(
        "docs.md.j2", module=module, target=target, context=context, responsibility=said,
        model=model.replace("2000-01-01", today()).replace("@MODULE@", module), today=today(),
    )  # fmt: skip
    return parse(text, f"generate/docs_{module}.md")


def propose_task(file: str, target: str, context: Sequence[str], wish: str) -> TaskSpec:
    """A change to the framework, as a proposal beside what it would replace."""
    names = [path.removeprefix(f"{PROMPTS}/") for path in context]
    text = fill("propose.md.j2", file=file, target=target, context=names, wish=" ".join(wish.split()), today=today())
    return parse(text, f"framework/{PurePosixPath(target).stem}.md")


def module_of(path: str) -> str:
    """`ingestion` of `src/ingestion/x.py`."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] in ("src", "tests") else parts[0]
