"""docs/reference/cheating-fixes.md, from the rules and the table of the tests: what a fix may not do, and what it may.

    python docs/make_cheating.py

A row is a fix of tests/policy/fixes.py, and the test holds it: a row whose fix is judged otherwise is a red build, not a stale page.
"""

from __future__ import annotations

import difflib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/cheating-fixes.md"
TABLE = ROOT / "tests/policy/fixes.py"
HEAD = """# Fixes that cheat

Made by `python docs/make_cheating.py` from the rules and from the table of the tests. Before a fix of a dbt project is applied, a judge reads
its diff and the manifest; what the author of the fix says is not asked. An **error** refuses the fix. A **warning** is shown to a
person, and the fix is never applied by itself. Where the manifest is missing the judge is stricter; where the file was broken, which
is why there is a fix, it is compared by its words; what cannot be told is a warning, not silence.

Each fix below is refused by the rule it stands under, with the manifest of the last good run, with that of the broken project, and
with none.
"""


def table() -> Any:
    """The module of the tests, by its path: tests are no package."""
    spec = importlib.util.spec_from_file_location("cheating_fixes", TABLE)
    assert spec is not None and spec.loader is not None  # noqa: S101 (the path is ours)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def page() -> str:
    """The whole page."""
    from agentic.policy.cheating import RULES

    fixes = table()
    cheating, honest = fixes.CHEATING, fixes.HONEST
    parts = [HEAD, rules(RULES), f"## {len(cheating)} fixes that are refused\n"]
    parts += [of_rule(rule, [fix for fix in cheating if fix.rule == rule]) for rule in RULES if rule != "undecided"]
    parts += [f"## {len(honest)} fixes that are not\n\nNone of them is refused; {WARNED}\n", rows(honest)]
    return "\n".join(parts)


WARNED = "those that put a file back, or touch packages or profiles, are shown to a person all the same."


def rules(known: dict[str, tuple[str, str]]) -> str:
    """What a fix may not do."""
    lines = [f"| `{rule}` | {code} | {clean(meaning)} |" for rule, (code, meaning) in known.items()]
    return "\n".join(("## The rules\n", "| rule | code | what is refused |", "|---|---|---|", *lines)) + "\n"


def of_rule(rule: str, found: Sequence[Any]) -> str:
    """One rule with its fixes."""
    return f"### {rule}\n\n{rows(found)}"


def rows(found: Sequence[Any]) -> str:
    """A table of fixes."""
    lines = [f"| {clean(fix.what)} | {fix.path} | {changed(fix)} |" for fix in found]
    return "\n".join(("| what it does | where | the change |", "|---|---|---|", *lines)) + "\n"


def changed(fix: Any) -> str:
    """The first lines that go, and the first that come: two, where something was broken and the fix does more than to mend it."""
    if fix.before is None or fix.after is None:
        return "the file comes" if fix.before is None else "the file goes"
    old, new = fix.before.splitlines(), fix.after.splitlines()
    lines = [
        line for line in difflib.unified_diff(old, new, n=0, lineterm="") if not line.startswith(("---", "+++", "@@"))
    ]
    first = [line for sign in "-+" for line in [one for one in lines if one[0] == sign and one[1:].strip()][:2]]
    return " ".join(map(quoted, first)) or "line ends"


def quoted(line: str) -> str:
    """One line as code, sign first. A pipe would end the cell, a backtick the code."""
    text = f"{line[0]} {line[1:].strip()}"
    text = text if len(text) <= 70 else f"{text[:67]}..."
    return f"`{clean(text).replace('`', chr(39))}`"


def clean(text: str) -> str:
    """One cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
