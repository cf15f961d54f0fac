"""`yaml`: a file that was written can be read, and says nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.checks.yaml import Yaml
from agentic.ports import Staged
from agentic.specs import parse
from agentic.values import CheckSpec, Verdict

PATH = ".github/workflows/pipeline.yml"
TASK = parse("## TASK: Write it\n## DELIVERABLES:\n- .github/workflows/pipeline.yml\n", "drafts/pipeline.md")


def looked(root: Path, text: str, path: str = PATH) -> Verdict:
    """The verdict on one file that was written."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Yaml().look(Staged(root, TASK, (path,)), CheckSpec("yaml"), None)


@pytest.mark.parametrize(
    "text",
    ["name: x\non: [push]\n", "", "# nothing\n", "a: 1\n---\na: 2\n", "? [1, 2]\n: x\n? [1, 2]\n: y\n", "a: &x {b: 1}\nc: *x\n", "jobs:\n  a: {steps: []}\n  b: {steps: []}\n", "a: {<<: {b: 1}, <<: {c: 1}}\n", "- a: 1\n- a: 2\n", "name: Prüfung\n"],
)  # fmt: skip
def test_yaml_that_can_be_read_passes(tmp_path: Path, text: str) -> None:
    assert looked(tmp_path, text).status == "passed"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("name: x\non: [push\n", 3, "is not YAML"),
        ("name: x\n\ton: y\n", 2, "is not YAML"),
        ("a: *nobody\n", 1, "is not YAML"),
        ("name: x\nname: y\n", 2, "the key name stands twice"),
        ("jobs:\n  test:\n    steps: []\n    steps: [x]\n", 4, "the key steps stands twice"),
        ("- a: 1\n  a: 2\n", 2, "the key a stands twice"),
        ("a: 1\n---\nb: 1\nb: 2\n", 4, "the key b stands twice"),
        ("[" * 5000, 1, "is not YAML"),
    ],
)
def test_yaml_that_cannot_be_read_or_says_a_thing_twice_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    verdict = looked(tmp_path, text)
    assert verdict.status == "failed"
    (found,) = verdict.findings
    assert says in found.message
    assert (found.path, found.line) == (PATH, line)
