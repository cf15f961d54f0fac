"""All four providers carry the same task to the same bytes, through the same checks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from claude_server import Uses, Writes
from house import ADDING, TEST, House, spec
from house.house import answered

HEADER = """{#---
title: Adding
parameters: {}
files:
  - {match: "src/*.py", template: adding.py.j2}
  - {match: "tests/*.py", template: adding_test.py.j2}
---#}
"""
FILES = {"src/adding.py": ADDING, "tests/test_adding.py": TEST}
CLAUDE_CODE = os.environ.get("AGENTIC_TEST_CLAUDE") or shutil.which("claude")
ANSWERS = {
    "anthropic": Writes(FILES, finish="written"),
    "claude-code": Uses(
        "StructuredOutput",
        {
            "files": [{"path": path, "content": text} for path, text in FILES.items()],
            "edits": [],
            "summary": "written",
            "open_questions": [],
        },
    ),
}


@pytest.fixture
def templated(house: House) -> House:
    """A house whose task names a template."""
    house.write("agent-prompts/examples/adding.py.j2", HEADER + ADDING)
    house.write("agent-prompts/examples/adding_test.py.j2", TEST)
    house.write(f"agent-prompts/{House.TASK}", spec(template="examples/adding.py.j2"))
    return house


def judged(execution):
    """What it came to, in what does not depend on who answered."""
    files = {file.path: file.digest for file in execution.files}
    return execution.status, files, {verdict.source: verdict.status for verdict in execution.verdicts}


@pytest.mark.parametrize("name", ["anthropic", "claude-code"])
def test_a_model_and_its_replay_make_what_the_template_makes(templated, monkeypatch, tmp_path, name):
    if name == "claude-code":
        point_to_claude_code(monkeypatch, tmp_path)
    by_template = templated.run()
    with answered([ANSWERS[name]]) as server:
        by_model = templated.app().corridor.run((House.TASK,), 1, provider=name)[-1]
        assert len(server.requests) == 1
    by_replay = templated.app().corridor.run((House.TASK,), 1, provider="replay")[-1]
    assert by_template.status == "done", by_template.findings
    assert judged(by_model) == judged(by_template) == judged(by_replay)
    assert by_model.model == "claude-sonnet-5-5" and by_model.micro_usd


def point_to_claude_code(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """The real CLI, in a home of its own."""
    if not CLAUDE_CODE:
        pytest.skip("Claude Code is not installed")
    monkeypatch.setenv("PATH", f"{Path(CLAUDE_CODE).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(home))
