"""Every "With Claude" line of seed 003 is a command, a prompt of moderate size and an execution that was carried to its end.

docs/reference/with-claude.md is this, as a table.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentic.app import App
from agentic.cli import cli
from agentic.values import TaskSpec
from journey.walk import Journey

DOC = Path(__file__).parents[2] / "docs/reference/with-claude.md"
MOST = 8000
"""Tokens of prompt text that a step may bring along by itself."""


@dataclass(frozen=True)
class Line:
    """One "With Claude" line of seed 003, and one document that comes of it."""

    step: str
    says: str
    """As the seed has it, to the letter."""
    document: str
    """From the project's root."""
    command: str
    task: str
    """As the archive calls it."""
    make: Callable[[App], TaskSpec]

    @property
    def id(self) -> str:
        """Of its test."""
        return f"{self.step}-{self.document}"


def drafted(step: str, says: str, *documents: str) -> list[Line]:
    """A line of the seven phases: every document is drafted."""
    return [draft(step, says, document) for document in documents]


def draft(step: str, says: str, document: str) -> Line:
    """One of them."""
    name = document.removeprefix("agent-prompts/").rpartition(".")[0]
    return Line(step, says, document, f"agentic phase draft {name}", f"drafts/{name}.md", lambda app: app.phases.draft_task(name, ""))  # fmt: skip


LINES = (
    *drafted("1.1", "Generate requirement templates, validate completeness, identify edge cases", "agent-prompts/requirements/business_requirements.md", "agent-prompts/requirements/stakeholder_matrix.md", "agent-prompts/requirements/source_system_inventory.md"),
    *drafted("1.2", "Create technical assessment checklists, analyze trade-offs", "agent-prompts/requirements/technical_assessment.md"),
    *drafted("1.3", "Generate profiling scripts, analyze findings, suggest quality rules", "agent-prompts/requirements/data_discovery.md", "scripts/profile_sources.py"),
    *drafted("2.1", "Generate module decomposition optimized for independent development", "agent-prompts/design/module_structure.yaml", "agent-prompts/design/architecture_rationale.md"),
    *drafted("2.2", "Generate architecture diagrams (Mermaid), review patterns, validate design", "agent-prompts/design/architecture.md", "agent-prompts/design/data_flows.md", "agent-prompts/design/design_decisions.md", "agent-prompts/design/implementation_plan.md"),
    *drafted("2.3", "Generate DDL, optimize schemas, create naming conventions", "agent-prompts/design/data_model.md"),
    *drafted("2.4", "Generate security policies, create compliance checklists", "agent-prompts/design/security_compliance.md"),
    *drafted("3.2", "Generate project scaffolding, create CI/CD pipelines", "agent-prompts/standards/git_workflow.md", ".github/workflows/pipeline.yml"),
    *drafted("5.1", "Generate test scenarios and validation scripts", "docs/testing/integration_test_plan.md", "docs/testing/test_execution_report.md", "tests/integration/test_end_to_end.py"),
    *drafted("5.2", "Generate quality monitoring queries", "docs/quality/data_quality_rules.md", "docs/quality/dashboard_design.md"),
    *drafted("5.3", "Analyze performance metrics and suggest optimizations", "docs/quality/performance_report.md"),
    *drafted("6.1", "Generate deployment automation scripts", "docs/operations/deployment_guide.md", "scripts/deploy.py"),
    *drafted("6.2", "Generate monitoring queries and alert configurations", "docs/operations/monitoring.md"),
    *drafted("6.3", "Create operational runbooks", "docs/operations/runbook.md", "docs/operations/disaster_recovery.md", "docs/operations/sla_tracking.md"),
    *drafted("7.1", "Analyze metrics and suggest improvements", "docs/knowledge/improvement_report.md"),
    *drafted("7.2", "Generate knowledge base articles", "docs/knowledge/lessons_learned.md", "docs/knowledge/best_practices.md", "docs/knowledge/knowledge_base.md", "docs/knowledge/training.md"),
    Line("review", "Code Review Prompt", "agent-prompts/progress/reviews/src-shop-count_orders.json", "agentic review src/shop", "reviews/src-shop-count_orders.md", lambda app: app.quality.review(("src/shop",))),
    Line("tests", "Test Generation", "tests/shop/test_count_orders_generated.py", "agentic generate tests src/shop/count_orders.py", "generate/test_count_orders_generated.md", lambda app: app.quality.tests("src/shop/count_orders.py", "", "")),
    Line("docs", "Documentation Generation", "docs/modules/shop.md", "agentic generate docs shop", "generate/docs_shop.md", lambda app: app.quality.docs("shop")),
    *drafted("3.1", "", "agent-prompts/context/system_context.yaml", "agent-prompts/context/data_context.md"),
    *drafted("4.1", "", "agent-prompts/tasks/shop/count_orders.md"),
)  # fmt: skip
"""The last ones are no lines of the seed: what describes the project, and task specs, can be drafted like any other document."""
SEED = (
    "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.2", "5.1", "5.2", "5.3", "6.1", "6.2", "6.3", "7.1", "7.2",
    "review", "tests", "docs",
)  # fmt: skip


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh project in which every phase may begin; the code of one module is there."""
    root = tmp_path_factory.mktemp("fresh") / "shop"
    App(root.parent).framework.init(root, "shop")
    for number in range(1, 7):
        App(root).phases.waive(number, "A Tester", "only the prompts are looked at")
    (root / "src/shop").mkdir()
    (root / "src/shop/count_orders.py").write_text("x = 1\n")
    (root / "tests/shop").mkdir()
    (root / "tests/shop/test_count_orders.py").write_text("def test_mine():\n    assert True\n")
    return root


def scaffold(fresh: Path, line: Line) -> int:
    """Tokens of everything in the prompt of a fresh project: all of it comes from the framework."""
    app = App(fresh)
    preview = app.corridor.preview(line.make(app))
    team = [part.tokens for part in preview.parts if part.name == "context: src/shop/count_orders.py"]
    return preview.tokens - sum(team)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.id)
def test_a_with_claude_step_is_a_command_a_small_prompt_and_a_done_execution(
    walked: Journey, fresh: Path, line: Line
) -> None:
    tokens = scaffold(fresh, line)
    print(f"\n{tokens:>6}  {line.step:<7}{line.document}")
    assert tokens <= MOST
    assert line.make(App(fresh)).deliverables == (line.document,)
    found = cli
    for word in line.command.split()[1:]:
        found = found.get_command(None, word) if hasattr(found, "get_command") else found
    assert found.name in ("draft", "review", "tests", "docs")
    executions = [one for one in walked.app.archive.executions() if one.task == line.task and one.purpose == "run"]
    assert "done" in {one.status for one in executions}
    assert line.document in {file.path for one in executions if one.status == "done" for file in one.files}
    assert row(line, tokens) in DOC.read_text(encoding="utf-8") or written_down(line, tokens)


def test_the_lines_are_those_of_the_seed_and_of_the_phases(fresh: Path) -> None:
    assert {line.step for line in LINES if line.says} == set(SEED)
    steps = {step.id: step for phase in App(fresh).phases.all for step in phase.steps}
    for line in LINES:
        if line.says and line.step[0].isdigit():
            assert steps[line.step].with_claude == line.says
    asked = {step.id for step in steps.values() if step.with_claude}
    assert asked - {"4.1"} == {line.step for line in LINES if line.says and line.step[0].isdigit()}


def test_every_document_that_can_be_drafted_is_in_the_table(fresh: Path) -> None:
    documents = {one.path for phase in App(fresh).phases.all for one in phase.documents if one.kind in ("document", "code")}  # fmt: skip
    drafted_ = {line.document for line in LINES if line.command.startswith("agentic phase draft")}
    assert drafted_ - {"agent-prompts/tasks/shop/count_orders.md"} == documents


def test_the_table_in_the_docs_has_every_line_and_nothing_else() -> None:
    rows = [line.split("`")[1] for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "`" in line]  # fmt: skip
    assert sorted(rows) == sorted(line.command for line in LINES)


def row(line: Line, tokens: int) -> str:
    """One line of the table in the docs; tokens to the next hundred, so that a word more does not change the page."""
    test = "test_with_claude.py"
    says = line.says or "(not in the seed)"
    return f"| {line.step} | {says} | `{line.command}` | {line.document} | {test}[{line.id}] | {-(-tokens // 100) * 100:,} |"


def written_down(line: Line, tokens: int) -> bool:
    """With AGENTIC_WRITE_DOCS the table is written instead of compared."""
    if not os.environ.get("AGENTIC_WRITE_DOCS"):
        return False
    lines = [one for one in DOC.read_text(encoding="utf-8").splitlines() if f"| `{line.command}` |" not in one]
    DOC.write_text("\n".join([*lines, row(line, tokens)]) + "\n", encoding="utf-8")
    return True
