"""What has parted since it was proven is found, with its code and its place; what only looks otherwise is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from agentic.evidence.drift import newest
from agentic.evidence.essence import parted
from agentic.evidence.proof import Closure
from agentic.flows.decide import decide
from agentic.specs import parse
from agentic.values.digest import digest
from agentic.values.explanation import explanations
from asked import asked
from evidence.lived import TASK, Lived, verdict

CODE, TEST = "src/sales/orders.py", "tests/sales/test_orders.py"
FILES = {CODE: "print(1)\n", TEST: "def test(): ...\n"}
REQUIREMENTS = "agent-prompts/requirements/business_requirements.md"
CONTEXT = "agent-prompts/context/data_context.md"
SPEC = f"agent-prompts/{TASK}"


@pytest.fixture
def lived(tmp_path: Path) -> Lived:
    """One task, done."""
    lived = Lived.build(tmp_path)
    lived.ran(files=FILES, looks=[[verdict("python")]], commit="0123456789abcdef")
    return lived


def told(lived: Lived, *names: str) -> list[tuple[str, str, str]]:
    """Code, severity and path of every finding; and that the exit code agrees with them."""
    said = asked(lived.root, "drift", *names, "--json")
    jsonschema.validate(said.json, json_schema("drift"))
    found = said.json["findings"]
    assert said.exit == any(one["severity"] == "error" for one in found)
    assert all(one["fix"] and one["code"] in explanations() for one in found)
    return [(one["code"], one["severity"], one["path"]) for one in found]


def rewrite(path: str, change: Callable[[str], str]) -> Callable[[Lived], object]:
    return lambda lived: lived.write(path, change((lived.root / path).read_text(encoding="utf-8")))


def swap(path: str, old: str, new: str) -> Callable[[Lived], object]:
    return lambda lived: lived.swap(path, old, new)


PARTED = {
    "a requirement says something else": (swap(REQUIREMENTS, "must be in", "may be in"), ("AGT650", "error", REQUIREMENTS)),
    "a requirement has another title": (swap(REQUIREMENTS, "Orders are complete", "All orders"), ("AGT650", "error", REQUIREMENTS)),
    "a requirement is gone": (swap(REQUIREMENTS, "### BR-2", "### Not-2"), ("AGT650", "error", SPEC)),
    "a deliverable was edited": (swap(CODE, "1", "2"), ("AGT651", "error", CODE)),
    "a deliverable is gone": (lambda lived: (lived.root / TEST).unlink(), ("AGT652", "error", TEST)),
    "a column has another type": (swap(CONTEXT, "| amount | double", "| amount | string"), ("AGT653", "error", CONTEXT)),
    "a dataset is gone": (swap(CONTEXT, "Dataset: orders", "Dataset: invoices"), ("AGT653", "error", CONTEXT)),
    "a criterion was added": (swap(SPEC, "- [ ] AC-2", "- [ ] AC-3: more (check: job)\n- [ ] AC-2"), ("AGT654", "error", SPEC)),
    "a check was taken out": (swap(SPEC, ', {"job": "src/sales/orders.py"}', ""), ("AGT654", "error", SPEC)),
    "it is to do something else": (swap(SPEC, "`add(a, b)`", "`subtract(a, b)`"), ("AGT654", "error", SPEC)),
    "the spec is gone": (lambda lived: (lived.root / SPEC).unlink(), ("AGT654", "error", SPEC)),
    "the spec cannot be read": (swap(SPEC, "## DELIVERABLES:", "## DELIVERED:"), ("AGT654", "error", SPEC)),
    "the text around the data changed": (swap(CONTEXT, "# Data Context", "# Data Context\n\nMore words."), ("AGT655", "warning", CONTEXT)),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTED)
def test_what_has_parted_is_found(lived: Lived, name: str) -> None:
    change, expected = PARTED[name]
    change(lived)
    # The data context is also a context file of the task: a person is told of both.
    also = [("AGT655", "warning", CONTEXT)] if expected[0] == "AGT653" else []
    assert sorted(told(lived)) == sorted([expected, *also])


UNCHANGED = {
    "nothing": lambda lived: None,
    "a box was ticked": rewrite(SPEC, lambda text: text.replace("[ ]", "[x]")),
    "line ends of another system": rewrite(SPEC, lambda text: text.replace("\n", "\r\n")),
    "other bullets and empty lines": rewrite(SPEC, lambda text: text.replace("\n- [ ]", "\n\n* [ ]")),
    "front matter on more lines": swap(SPEC, '["BR-1", "BR-2"]', "\n  - BR-1\n  - BR-2"),
    "more attempts": swap(SPEC, "---\n##", "attempts: 5\n---\n##"),
    "a requirement on other lines": swap(REQUIREMENTS, "Every order must", "Every order\n  must"),
    "a requirement that nobody cites": swap(REQUIREMENTS, "should be seen", "shall be seen"),
    "words for people": rewrite(SPEC, lambda text: text + "\n## NOTES:\nRead me.\n"),
}


@pytest.mark.parametrize("name", UNCHANGED)
def test_what_only_looks_otherwise_is_no_drift(lived: Lived, name: str) -> None:
    UNCHANGED[name](lived)
    assert told(lived) == []


def test_a_dataset_that_the_task_does_not_name_is_of_no_matter_for_its_contract(lived: Lived) -> None:
    lived.swap(CONTEXT, "| id | int | no | the parcel |", "| id | string | no | the parcel |")
    assert [code for code, _, _ in told(lived)] == ["AGT655"]


def test_the_finding_says_where_since_when_and_what_to_do(lived: Lived) -> None:
    lived.swap(REQUIREMENTS, "must be in", "may be in")
    said = asked(lived.root, "drift")
    assert said.exit == 1 and f"{REQUIREMENTS}:3: error[AGT650] BR-1 reads otherwise" in said.out
    assert f"git diff 0123456789ab -- {REQUIREMENTS} shows what changed; agentic run {TASK} proves it anew." in said.out
    assert "1 parted, 0 to look at; 1 proven task and 0 closed modules" in said.err


def test_an_adopted_file_is_a_persons_to_change(lived: Lived) -> None:
    lived.ran(files={CODE: "mine\n"}, kept=[CODE])
    lived.write(CODE, "mine, better\n")
    assert told(lived) == [("AGT651", "note", CODE)]
    (lived.root / CODE).unlink()
    assert told(lived) == [("AGT652", "error", CODE)]


def test_a_file_that_no_run_landed_is_not_called_unchanged(tmp_path: Path) -> None:
    lived = Lived.build(tmp_path)
    lived.write(TEST, "theirs\n")
    lived.ran(files={CODE: "print(1)\n"})
    assert told(lived) == [("AGT657", "note", TEST)]


def test_a_requirement_written_after_the_proof_is_not_called_unchanged(tmp_path: Path) -> None:
    lived = Lived.build(tmp_path)
    lived.write(SPEC, lived.task(requirements=["BR-1", "BR-8"]))
    lived.ran(files=FILES)
    assert told(lived) == []
    lived.write(REQUIREMENTS, (lived.root / REQUIREMENTS).read_text() + "\n### BR-8: New\nIt must be new.\n")
    assert told(lived) == [("AGT657", "note", SPEC)]


def test_what_was_taken_back_is_not_proven_any_more(lived: Lived) -> None:
    name = lived.app().archive.newest()
    lived.undone(name)
    lived.swap(REQUIREMENTS, "must be in", "may be in")
    said = asked(lived.root, "drift")
    assert (said.exit, said.out) == (0, "") and "nothing is proven yet" in said.err


def test_a_later_run_is_what_counts(lived: Lived) -> None:
    lived.swap(REQUIREMENTS, "must be in", "may be in")
    lived.swap(CODE, "1", "2")
    assert len(told(lived)) == 2
    lived.ran(files={**FILES, CODE: "print(2)\n"})
    assert told(lived) == []


def test_checks_that_are_run_again_do_not_make_new_words_proven(lived: Lived) -> None:
    first = lived.app().archive.newest()
    lived.swap(REQUIREMENTS, "must be in", "may be in")
    lived.ran(purpose="verification", of=first, grounds=None, looks=[[verdict("python")]])
    assert told(lived) == [("AGT650", "error", REQUIREMENTS)]
    (task,) = asked(lived.root, "trace", "--requirement", "BR-2", "--json").json["requirements"][0]["tasks"]
    assert (task["execution"], task["state"], task["again"]["status"]) == (first, "done", "done")


def close(lived: Lived, *paths: str) -> None:
    """As `agentic close` signs it."""
    files = {path: digest((lived.root / path).read_text(encoding="utf-8")) for path in paths}
    decide("closure", "modules/sales", "A Tester", "all is shown and signed", lived.app().tools, files)


def test_a_file_of_a_closed_module_does_not_change_unseen(lived: Lived) -> None:
    lived.write("docs/modules/sales.md", "# Sales\n")
    close(lived, CODE, SPEC, "docs/modules/sales.md")
    assert told(lived) == []
    lived.swap(SPEC, "[ ]", "[x]")
    lived.write("docs/modules/sales.md", "# Sales, rewritten\n")
    assert told(lived) == [("AGT656", "error", "docs/modules/sales.md")]
    (lived.root / "docs/modules/sales.md").unlink()
    assert told(lived) == [("AGT656", "error", "docs/modules/sales.md")]


def test_a_module_that_was_closed_again_is_as_it_was_then(lived: Lived) -> None:
    lived.write("docs/modules/sales.md", "# Sales\n")
    close(lived, "docs/modules/sales.md")
    lived.write("docs/modules/sales.md", "# Sales, rewritten\n")
    close(lived, "docs/modules/sales.md")
    assert told(lived) == []


def test_the_newest_closure_of_a_module_counts() -> None:
    days = [Closure("sales", f"c{day}", f"2026-11-{day}T00:00:00Z", {}) for day in ("03", "20", "07")]
    assert [one.id for one in newest([*days, Closure("parcels", "p", "2026-01-01T00:00:00Z", {})])] == ["p", "c20"]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("A function `add(a, b)`.", "* A function\n  `add(a, b)`.", []),
        ("- [ ] AC-1: BR-1 holds", "- [x] AC-1:  BR-1 holds", []),
        ("A function `add(a, b)`.", "- A function `add(a, b, c)`.", ["technical specifications"]),
        ("(check: pytest)", "(check: job)", ["success criteria"]),
        ("None.\n", "No network.\n", ["constraints"]),
        ("bronze.orders", "silver.orders", ["parameters"]),
        ("- context/data_context.md", "- context/system_context.yaml", ["context files"]),
        ("## TASK: Add two numbers", "## TASK: Add three numbers", ["title"]),
        ('"BR-2"', '"BR-3"', ["requirements"]),
        ("- tests/sales/test_orders.py", "- tests/sales/test_all.py", ["deliverables"]),
    ],
)
def test_the_parts_of_a_spec_that_differ_are_named(old: str, new: str, parts: list[str]) -> None:
    text = Lived.task()
    assert old in text
    assert list(parted(parse(text, TASK), parse(text.replace(old, new), TASK))) == parts


def test_a_module_or_a_task_can_be_named(lived: Lived) -> None:
    other = "tasks/parcels/match.md"
    lived.write(f"agent-prompts/{other}", lived.task(requirements=["BR-3"], deliverables=["src/parcels/match.py"]))
    lived.ran(other, files={"src/parcels/match.py": "1\n"})
    lived.write("src/parcels/match.py", "2\n")
    lived.write(CODE, "2\n")
    assert told(lived, "parcels") == [("AGT651", "error", "src/parcels/match.py")]
    assert told(lived, "sales") == told(lived, TASK) == told(lived, "sales/orders") == [("AGT651", "error", CODE)]
    assert len(told(lived)) == len(told(lived, "parcels", TASK)) == 2
    said = asked(lived.root, "drift", "parcel")
    assert (said.exit, said.errors) == (2, ["AGT101"])


@pytest.mark.parametrize(
    ("task", "page"),
    [
        ("design/architecture.md", "agent-prompts/design/architecture.md"),
        ("generate/docs_sales.md", "docs/modules/sales.md"),
    ],
)
def test_a_drafted_document_is_for_people_to_go_on_with(tmp_path: Path, task: str, page: str) -> None:
    lived = Lived.build(tmp_path)
    text = lived.task(requirements=[], deliverables=[page], checks=[], criteria=[])
    lived.ran(task, text=text, files={page: "# Draft\n"})
    lived.write(page, "# Ours now\n")
    lived.swap(CONTEXT, "# Data Context", "# Data")
    assert told(lived) == []


def test_a_document_that_a_task_was_to_write_is_a_deliverable_like_any_other(tmp_path: Path) -> None:
    lived = Lived.build(tmp_path)
    lived.write(SPEC, lived.task(deliverables=["docs/orders.md"]))
    lived.ran(files={"docs/orders.md": "# Orders\n"})
    lived.write("docs/orders.md", "# Other orders\n")
    assert told(lived) == [("AGT651", "error", "docs/orders.md")]


def test_generated_tests_are_held_against_what_was_proven(tmp_path: Path) -> None:
    lived = Lived.build(tmp_path)
    text = lived.task(requirements=[], deliverables=[TEST], checks=[], criteria=[])
    lived.ran("generate/test_orders.md", text=text, files={TEST: "def test(): ...\n"})
    assert told(lived) == []
    lived.write(TEST, "")
    assert told(lived) == [("AGT651", "error", TEST)]
    assert "the command that made it --adopt" not in asked(lived.root, "drift").out
