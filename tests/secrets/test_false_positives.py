"""In a repository in which nothing is a secret, nothing is taken for one."""

from __future__ import annotations

import subprocess
from pathlib import Path

from agentic.redact import Redactor

ROOT = Path(__file__).parents[2]
EXAMPLES = {"docs/reference/lint.md": "aws-access-key"}
"""The key that AWS prints in its own documents, which a rule of lint shows as its example."""


def test_the_sample_project_is_left_as_it_is() -> None:
    folders = ("agent-prompts", "src", "configs", "docs")
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    texts = {
        path: (ROOT / path).read_bytes().decode("utf-8", "replace")
        for path in filter(None, listed.stdout.split("\0"))
        if (ROOT / path).is_file()
    }
    redact = Redactor({})
    found = {path: rules for path, text in texts.items() if (rules := redact.look(text).rules)}
    assert len(texts) > 500 and found == {path: {rule: 1} for path, rule in EXAMPLES.items()}
