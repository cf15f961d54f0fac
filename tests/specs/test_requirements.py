"""Requirements, quality rules and datasets are read in every form in which careful people write them."""

from __future__ import annotations

import pytest

from agentic.specs.context import read_datasets
from agentic.specs.page import Page
from agentic.specs.quality import quality_rule, quality_rules
from agentic.specs.requirements import body_of, requirements_of, stated, statement
from agentic.specs.scenario import is_scenario
from agentic.text import Line
from agentic.values import Requirement


def read(text: str, path: str = "agent-prompts/requirements/x.md") -> list[Requirement]:
    return list(requirements_of(Page(path, text)))


def one(text: str) -> Requirement:
    (found,) = read(text)
    return found


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("### BR-1: Flights are complete", "Flights are complete"),
        ("## **BR-1**: Flights are complete", "Flights are complete"),
        ("#### BR-1 - Flights are complete", "Flights are complete"),
        ("##### BR-1 Flights are complete ##", "Flights are complete"),
        ("- BR-1: Flights are complete", "Flights are complete"),
        ("* **BR-1:** Flights are complete", "Flights are complete"),
        ("1. BR-1: Flights are complete", "Flights are complete"),
        ("- [ ] BR-1: Flights are complete", "Flights are complete"),
        ("### BR-1", ""),
    ],
)
def test_a_heading_or_list_item_with_an_id_begins_a_requirement(line: str, title: str) -> None:
    found = one(f"# Needs\n\n{line}\nIt must be so.\n")
    assert (found.id, found.title, found.line, found.text) == ("BR-1", title, 3, "It must be so.")


@pytest.mark.parametrize(
    "line",
    [
        "- BR-1, BR-2 and BR-3 are served by Spark",
        "### BR-1.2: A part of it",
        "### BR-1a: A part of it",
        "- BR-1/BR-2: both",
        "See BR-1: it is above.",
        "> - BR-1: quoted",
        "```\n### BR-1: in a fence\n```",
        "<!--\n### BR-1: in a comment\n-->",
    ],
)
def test_a_mention_begins_none(line: str) -> None:
    assert read(f"# Needs\n\n{line}\n") == []


def test_a_requirement_ends_at_the_next_one_and_at_the_next_section() -> None:
    found = read("### BR-1: A\none\n#### More\nstill one\n### BR-2: B\ntwo\n## Other\nnobody's\n")
    assert [(each.id, each.text) for each in found] == [("BR-1", "one\n#### More\nstill one"), ("BR-2", "two")]


@pytest.mark.parametrize(
    "words",
    [
        "- Acceptance: given a, when b, then c.",
        "- **Acceptance**: given a, when b, then c.",
        "- **Acceptance:** given a, when b, then c.",
        "**Acceptance:** given a, when b, then c.",
        "- Acceptance: given a,\n  when b,\n  then c.",
        "- Acceptance criteria:\n  - given a\n  - when b\n  - then c.",
        "#### Acceptance\n\ngiven a, when b, then c.",
        "#### Scenario: a name\n\n- **GIVEN** a\n- **WHEN** b\n- **THEN** c.",
        "- AC-1: given a, when b, then c.",
        "- Given a, when b, then c.",
        "**Acceptance**\n\n- **Given** a\n  **When** b\n  **Then** c.",
        "#### Acceptance criteria\n```gherkin\nGiven a\nWhen b\nThen c.\n```",
    ],
)
def test_acceptance_is_read_in_every_form(words: str) -> None:
    found = one(f"### BR-1: A\nIt must be so.\n\n{words}\n\n- Rule: a.b.c not_null, threshold 100 %\n")
    (said,) = found.acceptance
    assert is_scenario(said) and said.lower().rstrip(".").endswith("c")
    assert "Rule" not in said and [rule.threshold for rule in found.rules] == ["100 %"]


def test_every_scenario_counts() -> None:
    text = "#### Acceptance criteria\n- Given a\n  When b\n  Then c\n- Given d\n  When e\n  Then f\n"
    assert one(f"### BR-1: A\nIt must.\n{text}").acceptance == ("Given a When b Then c", "Given d When e Then f")


def test_an_empty_acceptance_line_is_read_as_one() -> None:
    assert one("### BR-1: A\nIt must.\n- Acceptance:\n- Rule: a.b.c unique, threshold 9 %\n").acceptance == ("",)


def test_a_condition_is_no_scenario() -> None:
    """`When ... the job must ...` is a usual form of a requirement."""
    found = one("### BR-1: A\nWhen a month comes again, the job must replace it.\n")
    assert found.acceptance == ()


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("It must be so.\n- Acceptance: given a, when b, then it must c.", "It must be so."),
        ("It must\nbe so.\n\n- Priority: must\n- Rule: x.y z, threshold 1 %", "It must be so."),
        ("- Requirement: It must be so.\n- Owner: sales", "It must be so."),
        ("", "Title"),
        ("<!-- must -->\n`must`", "Title"),
    ],
)
def test_the_statement_is_what_it_asks_for_and_nothing_else(text: str, own: str) -> None:
    page = Page("agent-prompts/requirements/x.md", f"### BR-1: Title\n{text}\n")
    (found,) = requirements_of(page)
    assert statement(found, page) == own


def test_the_lines_of_the_body_are_those_of_the_file() -> None:
    page = Page("agent-prompts/requirements/x.md", "### BR-1: A\n\n\nfirst\nsecond\n\n### BR-2: B\n")
    first, second = requirements_of(page)
    assert body_of(first, page) == [Line(4, "first"), Line(5, "second")]
    assert body_of(second, page) == []


def test_another_document_may_mention_a_requirement() -> None:
    asked = read("### BR-1: A\nIt must.\n")
    mentioned = read("- BR-1: met by Spark\n", "agent-prompts/requirements/y.md")
    assert stated([*asked, *mentioned]) == tuple(asked)
    assert stated(mentioned) == tuple(mentioned)


@pytest.mark.parametrize(
    ("text", "table", "columns", "threshold"),
    [
        ("bronze.flights.carrier not_null, threshold 100 %", "bronze.flights", ("carrier",), "100 %"),
        ("`bronze.flights.carrier` not_null, threshold: 99.5%", "bronze.flights", ("carrier",), "99.5%"),
        ("bronze.flights.(a, b) unique, threshold 100 %", "bronze.flights", ("a", "b"), "100 %"),
        ("bronze.flights (a, b) unique (threshold 100 percent)", "bronze.flights", ("a", "b"), "100 percent"),
        ("bronze.flights row_count >= 1, threshold 100 %", "bronze.flights", (), "100 %"),
        ("bronze.flights: fresh within 24 hours, threshold TBD", "bronze.flights", (), "TBD"),
        ("column carrier in bronze.flights not_null, threshold 9 %", "bronze.flights", ("carrier",), "9 %"),
        ("not_null(bronze.flights.carrier), 99 % threshold", "bronze.flights", ("carrier",), "99 %"),
        ("bronze.flights.carrier not_null in 95 % of the rows", "bronze.flights", ("carrier",), "95 %"),
        ("bronze.flights.share between 0 and 100 %", "bronze.flights", ("share",), ""),
        ("bronze.flights.carrier not_null, threshold", "bronze.flights", ("carrier",), ""),
        ("bronze.flights.carrier not_null", "bronze.flights", ("carrier",), ""),
        ("", "", (), ""),
    ],
)  # fmt: skip
def test_a_quality_rule_is_told_apart(text: str, table: str, columns: tuple[str, ...], threshold: str) -> None:
    found = quality_rule(text, 7)
    assert (found.table, found.columns, found.threshold, found.line) == (table, columns, threshold, 7)


def test_rules_are_items_alone_in_a_list_and_over_several_lines() -> None:
    text = "- Rule: a.b.c not_null,\n  threshold 1 %\n  Figure: 7 rows\n- **Data quality rules:**\n  - a.b.d unique, threshold 2 %\n- else\n  - a.b.e unique\n- Rule DQ-3: a.b.f unique, threshold 3 %"
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), 1)]
    assert [(rule.line, rule.threshold) for rule in quality_rules(lines)] == [(1, "1 %"), (5, "2 %"), (8, "3 %")]


@pytest.mark.parametrize(
    "heading",
    ["### Dataset: flights", "## Dataset: `flights`", "#### Dataset flights", "### Dataset: flights (bronze)", "### Table: flights"],
)  # fmt: skip
def test_a_dataset_has_its_columns(heading: str) -> None:
    text = f"# Data\n\n{heading}\n\nIts key is `a`.\n\n| Column | Type | Nullable | Meaning |\n|:--|---|---|---|\n| `a` | int | no | x \\| y |\n| b | string | yes | |\n\n| other | table |\n|---|---|\n| c | d |\n"
    found = read_datasets(text)["flights"]
    assert [(one.name, one.type, one.nullable) for one in found.columns] == [("a", "int", False), ("b", "string", True)]


def test_columns_are_known_by_their_heads() -> None:
    text = "### Dataset: x\n| Field | Description | Data type | Required |\n|---|---|---|---|\n| a | what | int | yes |\n| b | that | int | no |\n"
    assert [(one.name, one.type, one.nullable, one.meaning) for one in read_datasets(text)["x"].columns] == [
        ("a", "int", False, "what"),
        ("b", "int", True, "that"),
    ]


def test_a_heading_that_only_begins_so_is_no_dataset() -> None:
    assert read_datasets("## Table layout\n\nWords.\n\n## Dataset overview\n\n| name | rows |\n") == {}
    assert list(read_datasets("### Dataset: empty\n\nNothing is known of it.\n")) == ["empty"]
    assert read_datasets("```\n### Dataset: a\n| column | type |\n| x | int |\n```\n") == {}
