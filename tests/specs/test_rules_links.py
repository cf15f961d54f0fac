"""Rules about freshness and links."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from agentic.specs import Library
from agentic.specs.rule import Said
from agentic.specs.rules.links import RULES
from specs.careful import build

BY_CODE = {rule.code: rule for rule in RULES}
HEAD = "---\ntitle: X\n{}\n---\n# X\n"


def said(root: Path, code: str, files: dict[str, str]) -> list[Said]:
    """What one rule says."""
    return list(BY_CODE[code].look(Library(build(root, files), ("src",))))


@pytest.mark.parametrize("name", ["context/a.md", "context/missing.md#a", "src/missing.py", "../missing.md"])
def test_a_related_file_that_is_gone_is_found_on_its_line(tmp_path: Path, name: str) -> None:
    (found,) = said(tmp_path, "AGT060", {"design/x.md": HEAD.format(f"related_files:\n  - {name}")})
    assert found.line == 4 and name in found.message


def test_what_was_meant_is_said(tmp_path: Path) -> None:
    files = {
        "design/x.md": HEAD.format("related_files: [context/data_contxt.md, design/data_context.md]"),
        "context/data_context.md": "# D\n",
    }
    assert [one.fix for one in said(tmp_path, "AGT060", files)] == ["did you mean context/data_context.md?"] * 2


def test_a_related_file_may_be_anywhere_in_the_project(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("", encoding="utf-8")
    names = [
        "design/y.md",
        "src/a.py",
        "src/",
        "y.md",
        "../design/y.md",
        "src/later.py",
        "https://example.org/x",
        "src/**",
    ]
    task = "---\nchecks: [python]\n---\n## TASK: T\n## DELIVERABLES:\n- src/later.py\n"
    files = {"design/x.md": HEAD.format(f"related_files: {names}"), "design/y.md": "# Y\n", "tasks/m/t.md": task}
    assert said(tmp_path, "AGT060", files) == []


def test_a_yaml_file_has_related_files_too(tmp_path: Path) -> None:
    files = {
        "context/system_context.yaml": "project: x\nrelated_files:\n  - context/gone.md\n  - context/y.md\n",
        "context/y.md": "# Y\n",
    }
    assert [one.line for one in said(tmp_path, "AGT060", files)] == [3]


def dated(path: str, day: str) -> str:
    return HEAD.format(f"updated: {day}\nrelated_files: [{path}]")


@pytest.mark.parametrize("folder", ["context", "standards"])
@pytest.mark.parametrize("other", ["requirements/y.md", "context/system_context.yaml"])
def test_a_context_file_older_than_what_it_describes_is_found(tmp_path: Path, folder: str, other: str) -> None:
    newer = "updated: 2026-10-02\n" if other.endswith("yaml") else dated("", "2026-10-02")
    (found,) = said(tmp_path, "AGT061", {f"{folder}/x.md": dated(other, "2026-10-01"), other: newer})
    assert (found.line, found.message) == (
        3,
        f"updated 2026-10-01, but {other}, which it describes, was updated 2026-10-02",
    )
    assert said(tmp_path, "AGT061", {f"{folder}/x.md": dated(other, "2026-10-02"), other: newer}) == []


def test_the_system_context_is_a_context_file(tmp_path: Path) -> None:
    files = {
        "context/system_context.yaml": "updated: '2026-10-01'\nrelated_files: [design/x.md]\n",
        "design/x.md": dated("", "2026-10-02"),
    }
    assert [one.line for one in said(tmp_path, "AGT061", files)] == [1]


def test_a_document_of_another_kind_is_warned_of(tmp_path: Path) -> None:
    files = {"design/x.md": dated("context/y.md", "2026-10-01"), "context/y.md": dated("", "2026-10-02")}
    assert said(tmp_path, "AGT061", files) == []
    assert [one.path for one in said(tmp_path, "AGT065", files)] == ["agent-prompts/design/x.md"]
    assert BY_CODE["AGT065"].severity == "warning"


@pytest.mark.parametrize("day", ["", "YYYY-MM-DD", "soon", "2026"])
def test_a_day_that_is_none_is_older_than_nothing(tmp_path: Path, day: str) -> None:
    files = {"context/x.md": dated("context/y.md", day), "context/y.md": dated("", "2026-10-02")}
    assert [said(tmp_path, code, files) for code in ("AGT061", "AGT062", "AGT063")] == [[], [], []]


def test_an_update_before_the_creation_is_found(tmp_path: Path) -> None:
    files = {"design/x.md": HEAD.format('created: 2026-10-02\nupdated: "2026-10-01"')}
    assert [one.line for one in said(tmp_path, "AGT062", files)] == [4]
    assert said(tmp_path, "AGT062", {"design/x.md": HEAD.format("created: 2026-10-02\nupdated: 2026-10-02")}) == []


def test_an_update_in_the_future_is_found_and_one_of_today_is_not(tmp_path: Path) -> None:
    today = date.today()
    files = {"design/x.md": dated("", str(today + timedelta(days=3))), "design/y.md": dated("", str(today))}
    assert [one.path for one in said(tmp_path, "AGT063", files)] == ["agent-prompts/design/x.md"]


@pytest.mark.parametrize(
    "link",
    [
        "[x](gone.md)", "[x](../context/gone.md)", "![x](gone.png)", "[x](<gone too.md>)", "[x](gone.md 'title')", "[x]()", "[a\nb](gone.md)",
        "[x](y.md#nowhere)", "[x](#nowhere)", "[x][y]\n\n[y]: gone.md", "[x](../../../../outside.md)", "- [x](/design/gone.md)",
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, link: str) -> None:
    assert len(said(tmp_path, "AGT064", {"design/x.md": f"# X\n\n{link}\n", "design/y.md": "# Y\n\n## Here\n"})) == 1


@pytest.mark.parametrize(
    "link",
    [
        "[x](y.md)", "[x](../design/y.md)", "[x](design/y.md)", "[x](/agent-prompts/design/y.md)", "[x](y.md#here-and-there)", "[x](#x)",
        "[x](y%20z.md)", "[x](../design)", "[x](https://example.org)", "[x](mailto:a@example.org)", "`[x](gone.md)`", "```\n[x](gone.md)\n```",
        "<!-- [x](gone.md) -->", "- [x] (gone.md)", "a[0] and f(x)", "[^1]: a note", "[x](src/later.py)", "[x](tasks/{module}/{feature}.md)",
    ],
)  # fmt: skip
def test_other_links_are_left_alone(tmp_path: Path, link: str) -> None:
    task = "---\nchecks: [python]\n---\n## TASK: T\n## DELIVERABLES:\n- src/later.py\n"
    files = {
        "design/x.md": f"# X\n\n{link}\n",
        "design/y.md": "# Y\n\n## Here, and there!\n",
        "design/y z.md": "# Z\n",
        "tasks/m/t.md": task,
    }
    assert [one.message for one in said(tmp_path, "AGT064", files)] == []
