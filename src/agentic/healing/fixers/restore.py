"""What was there when all was well, put back: a file that is gone, a line that was changed."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from agentic.healing.candidate import Candidate, Case
from agentic.outside import git

FEW = 3
"""Lines that may differ, where a file is put back as it was: more is somebody's work."""


def gone(case: Case) -> Iterator[Candidate]:
    """The file of a model or seed that something still refers to."""
    name = case.cause.name
    for node in case.project.good.get("nodes", {}).values():
        path = str(node.get("original_file_path", ""))
        if node.get("name") == name and path and not (case.project.root / path).exists():
            text = committed(case, path) or (str(node.get("raw_code") or "") if path.endswith(".sql") else "")
            if text:
                yield Candidate(
                    "file restored",
                    f"{path} is put back",
                    {path: text if text.endswith("\n") else text + "\n"},
                    0.9,
                    1.0,
                    needs_run=True,
                )
            return
    for path in deleted(case):
        if PurePosixPath(path).stem == name and (text := committed(case, path)):
            yield Candidate(
                "file restored",
                f"{path} is put back, as it was committed last",
                {path: text},
                0.88,
                1.0,
                needs_run=True,
            )


def as_it_was(case: Case) -> Iterator[Candidate]:
    """The failing node, or something it is made of, differs in a few lines from the last good run: those lines, as they were."""
    for name in (case.failure.node, *case.project.ancestors(case.failure.node), *case.project.at_path(case.path)):
        before, path = (
            str(case.project.good_node(name).get("raw_code") or ""),
            str(case.project.good_node(name).get("original_file_path", "")),
        )
        if not before or path not in case.project.files or not path.endswith(".sql"):
            continue
        now = case.project.whole(path)
        lines = changed_lines(before, now)
        if lines:
            text = before if before.endswith("\n") or not now.endswith("\n") else before + "\n"
            few = lines <= FEW
            yield Candidate(
                "as it was",
                f"{lines} line(s) of {path} are again as in the last good run",
                {path: text},
                0.82 if few else 0.5,
                0.1,
                needs_run=True,
                only_person=not few,
            )
            return


def changed_lines(before: str, now: str) -> int:
    """How many lines differ, white space at the ends left out."""
    was, is_ = (
        [line.rstrip() for line in before.strip().split("\n")],
        [line.rstrip() for line in now.strip().split("\n")],
    )
    blocks = SequenceMatcher(None, was, is_, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for tag, a, b, c, d in blocks if tag != "equal")


def committed(case: Case, path: str) -> str:
    """The file in the last commit; empty where git does not have it."""
    return git.committed_text(case.project.root, path)


def deleted(case: Case) -> tuple[str, ...]:
    """Files that git has and the folder has not."""
    return git.deleted_files(case.project.root)
