"""Quality with Claude: a review stands on lines and standards, tests bite, documentation names what there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from agentic.errors import BadDeliverable, NoSuchSpec, UsageError
from agentic.values import Execution
from asked import asked
from claude_server import Says, Writes
from corridor.liars import turns, written
from house import ADDING, House, spec
from house.house import answered

STANDARD = """---
title: Development Patterns
---

# Development Patterns

## Names

Whole plain words.

```python
# Not A Heading
x = 1
```
"""
CODE = '"""Counts."""\n\n\ndef count(lines: list[str]) -> int:\n    """How many lines."""\n    return len(lines)\n\n\ndef first(lines: list[str]) -> str:\n    """The first line."""\n    return lines[0]\n'
TESTS = "from shop.counting import count, first\n\n\ndef test_lines_are_counted():\n    assert count(['a', 'b']) == 2\n\n\ndef test_the_first_is_first():\n    assert first(['a', 'b']) == 'a'\n"
FILE = "src/shop/counting.py"
REPORT = "agent-prompts/progress/reviews/src-shop-counting.json"
LINE = 4
QUOTE = "def count(lines: list[str]) -> int:"
REMARK = {
    "path": FILE, "line": LINE, "quote": QUOTE, "severity": "warning", "standard": "Names",
    "message": "count says not what is counted", "fix": "call it count_lines",
}  # fmt: skip


@pytest.fixture
def shop(house: House) -> House:
    """A project with a standard and one file of code."""
    house.write("agent-prompts/standards/development_patterns.md", STANDARD)
    house.write(FILE, CODE)
    return house


# --- review ------------------------------------------------------------------------------------------------------


def reviewed(house: House, report: Any, **wishes: Any) -> Execution:
    """A review whose report is this."""
    text = report if isinstance(report, str) else json.dumps(report)
    app = house.app()
    with answered(lambda body: Writes({REPORT: text}, finish="read it all")):
        return app.corridor.carry((app.quality.review((FILE,)),), provider="anthropic", **wishes)[0]


def saying(**changes: Any) -> dict[str, Any]:
    """A report with one remark, other than the good one in this."""
    remark = {**REMARK, **changes}
    return {"summary": "One thing.", "findings": [{key: value for key, value in remark.items() if value is not None}]}


@pytest.mark.parametrize(
    "report",
    [
        saying(), saying(quote="def count(lines:"), saying(quote="  def   count(lines: list[str])  -> int:"), saying(severity="note"),
        saying(severity="error"), saying(standard="names"), saying(standard="## Names"), saying(standard="Development Patterns"),
        saying(line=6, quote="return len(lines)"), {"summary": "Nothing.", "findings": []},
    ],
)  # fmt: skip
def test_a_review_that_quotes_lines_and_names_standards_counts(shop: House, report: Any) -> None:
    execution = reviewed(shop, report)
    assert execution.status == "done", execution.findings
    assert json.loads(shop.read(REPORT)) == report


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (saying(line=5), "does not stand on line 5"),
        (saying(line=0), "does not stand on line 0"),
        (saying(line=-9), "does not stand on line -9"),
        (saying(line=900), "does not stand on line 900"),
        (saying(line="4"), "lacks a line number"),
        (saying(line=True), "lacks a line number"),
        (saying(quote=""), "lacks words in quote"),
        (saying(quote="   "), "lacks words in quote"),
        (saying(quote="def"), "too short to tell"),
        (saying(quote=")"), "too short to tell"),
        (saying(quote="def count(lines) -> int:"), "does not stand on line 4"),
        (saying(quote=["def"]), "lacks words in quote"),
        (saying(standard="Beauty"), "no standard has the heading Beauty"),
        (saying(standard="Not A Heading"), "no standard has the heading Not A Heading"),
        (saying(standard=""), "lacks words in standard"),
        (saying(severity="fatal"), "severity fatal"),
        (saying(severity=["error"]), "severity ['error']"),
        (saying(message=""), "lacks words in message"),
        (saying(message={"a": 1}), "lacks words in message"),
        (saying(fix=None), "lacks fix"),
        (saying(path="src/shop/other.py"), "is not under review"),
        (saying(path="../../etc/passwd"), "is not under review"),
        (saying(path="/etc/passwd"), "is not under review"),
        (saying(path=["a"]), "is not under review"),
        (saying(path="agent-prompts/standards/development_patterns.md"), "is not under review"),
        ("no JSON at all", "no JSON object"),
        ("```json\n{}\n```", "no JSON object"),
        ("[]", "no JSON object"),
        ("{}", "no JSON object"),
        ('{"findings": null}', "no JSON object"),
        ('{"findings": ["a"]}', "no JSON object"),
        ('{"findings": [[]]}', "a remark lacks path"),
        ('{"findings": {"a": 1}}', "no JSON object"),
        ("[" * 3000, "no JSON object"),
        ('{"findings": NaN}', "no JSON object"),
    ],
)
def test_a_review_that_stands_on_nothing_is_refused(shop: House, report: Any, says: str) -> None:
    execution = reviewed(shop, report)
    assert (execution.status, execution.exit_status) == ("failed", 1)
    assert any(says in one.message for one in execution.findings), execution.findings
    assert not shop.exists(REPORT)


def test_one_bad_remark_makes_the_whole_review_invalid(shop: House) -> None:
    report = saying()
    report["findings"].append({**REMARK, "line": 900})
    assert reviewed(shop, report).status == "failed"


def test_a_review_that_is_sent_back_may_mend_its_quote(shop: House) -> None:
    app = shop.app()
    script = turns(*(Writes({REPORT: json.dumps(saying(line=line))}, finish="read it") for line in (9, LINE)))
    with answered(script) as server:
        (execution,) = app.corridor.carry((app.quality.review((FILE,)),), provider="anthropic")
    assert (execution.status, execution.attempts) == ("done", 2)
    assert "does not stand on line 9" in str(server.requests[1].body["messages"][-1])


@pytest.mark.parametrize(("report", "exit_"), [(saying(), 0), (saying(severity="error"), 1), ({"summary": "", "findings": []}, 0), ("no JSON", 1)])  # fmt: skip
def test_the_exit_code_of_a_review_is_its_answer(shop: House, report: Any, exit_: int) -> None:
    text = report if isinstance(report, str) else json.dumps(report)
    with answered(lambda body: Writes({REPORT: text}, finish="read it all")):
        said = asked(shop.root, "review", FILE, "--provider", "anthropic", "--json")
    assert said.exit == exit_, said.out
    assert said.json["schema"] == "agentic.review/1"
    found = said.json["findings"]
    assert len(found) == (len(report["findings"]) if isinstance(report, dict) else 0)
    if found:
        assert (found[0]["path"], found[0]["line"], found[0]["fix"]) == (FILE, LINE, "call it count_lines")


def test_a_review_reads_like_a_compiler(shop: House) -> None:
    with answered(lambda body: Writes({REPORT: json.dumps(saying())}, finish="read it all")):
        said = asked(shop.root, "review", FILE, "--provider", "anthropic")
    assert (
        f"{FILE}:{LINE}: warning review: Names: count says not what is counted\n  fix: call it count_lines" in said.out
    )
    assert "1 remark(s)" in said.out


def test_the_reviewer_sees_nothing_of_how_the_code_came_about(house: House) -> None:
    house.write("agent-prompts/standards/development_patterns.md", STANDARD)
    marked = written(ADDING, "from adding import add\n\n\ndef test_it_adds():\n    assert add(1, 2) == 3\n")
    reasons = Writes(marked.files, finish="I chose SECRETREASON since nobody will look.", text="THINKING ALOUD")
    assert house.run(script=turns(reasons)).status == "done"
    app = house.app()
    report = "agent-prompts/progress/reviews/src-adding.json"
    with answered(lambda body: Writes({report: '{"summary": "", "findings": []}'}, finish="read")) as server:
        (execution,) = app.corridor.carry((app.quality.review(("src/adding.py",)),), provider="anthropic")
    assert execution.status == "done", execution.findings
    prompt = str(server.requests[0].body)
    assert "def add(a: int, b: int)" in prompt
    for word in ("SECRETREASON", "THINKING ALOUD", "executed_prompts", "Add two numbers", House.TASK, "test_adding", "A Tester"):  # fmt: skip
        assert word not in prompt, word
    assert "tests/test_adding.py" not in prompt


def test_what_is_no_code_is_not_reviewed(shop: House) -> None:
    shop.write(".env", "TOKEN=very-secret-token\n")
    shop.write("agent-prompts/progress/executed_prompts/2026-01-01_x_v1.md", "# How it came about\n")
    shop.write("data/orders.csv", "1,2\n")
    for wish in (".env", "agent-prompts/progress/executed_prompts/2026-01-01_x_v1.md", "data/orders.csv", "agent-prompts", "../x", "/etc/passwd", "src/nothing.py", ""):  # fmt: skip
        with pytest.raises(NoSuchSpec):
            shop.app().quality.review((wish,))


def test_a_folder_is_reviewed_without_what_tools_left_in_it(shop: House) -> None:
    for name in (".venv/lib/x.py", ".agentic/scratch/y/z.py", "src/shop/__pycache__/counting.py", "data/x.py", "node_modules/x.py"):  # fmt: skip
        shop.write(name, "x = 1\n")
    (task,) = (shop.app().quality.review((".",)),)
    reviewed_ = [one.path for one in task.context_files if not one.path.startswith("standards/")]
    assert reviewed_ == [FILE]


def test_a_review_needs_something_to_be_held_against(house: House) -> None:
    house.write(FILE, CODE)
    with pytest.raises(NoSuchSpec, match="no standards"):
        house.app().quality.review((FILE,))


def test_more_than_one_can_read_with_care_is_too_much(shop: House) -> None:
    for number in range(21):
        shop.write(f"src/shop/f{number}.py", "x = 1\n")
    with pytest.raises(UsageError, match="too many for one review"):
        shop.app().quality.review(("src",))


# --- tests -------------------------------------------------------------------------------------------------------

TARGET = "tests/shop/test_counting.py"


def generated(house: House, text: str, into: str = "", **wishes: Any) -> Execution:
    """`generate tests` whose answer is this."""
    app = house.app()
    task = app.quality.tests(FILE, into, "")
    with answered(lambda body: Writes({task.deliverables[0]: text}, finish="they all pass")):
        return app.corridor.carry((task,), provider="anthropic", **wishes)[0]


def test_tests_that_notice_every_function_land(shop: House) -> None:
    execution = generated(shop, TESTS)
    assert execution.status == "done", execution.findings
    assert shop.read(TARGET) == TESTS
    (verdict,) = [one for one in execution.verdicts if one.kind == "pytest"]
    assert {one["function"]: one["noticed"] for one in verdict.evidence["emptied"]["emptied"]} == {"count": True, "first": True}  # fmt: skip
    assert shop.read(FILE) == CODE


ONE = "from shop.counting import count\n\n\ndef test_lines_are_counted():\n    assert count(['a', 'b']) == 2\n"
LIES: Mapping[str, tuple[str, str]] = {
    "proves nothing": ("def test_nothing():\n    assert True\n", "although the body of count is emptied"),
    "leaves one function out": (ONE, "although the body of first is emptied"),
    "calls and looks at nothing": (ONE.replace("assert count(['a', 'b']) == 2", "count(['a', 'b'])"), "although the body of count is emptied"),
    "fails": (TESTS.replace("== 2", "== 3"), "tests failed: test_lines_are_counted"),
    "has no test": ("from shop.counting import count\n\nassert count([]) == 0\n", "`python -m pytest -q -p no:cacheprovider tests/shop/test_counting.py` failed: exit code 5"),
    "skips": ("import pytest\n\n" + TESTS.replace("def test", "@pytest.mark.skip\ndef test"), "no test ran and passed"),
    "looks at the text of the code": ("from pathlib import Path\n\n\ndef test_text():\n    assert '    \"\"\"How many lines.\"\"\"\\n    return len(lines)\\n\\n\\n' in Path('src/shop/counting.py').read_text()\n", "do not pass when they are run again"),
    "does not compile": ("def test_x(:\n", "does not compile"),
    "tests a copy": ("def count(lines):\n    return len(lines)\n\n\ndef test_lines_are_counted():\n    assert count(['a']) == 1\n", "although the body of count is emptied"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_tests_that_prove_nothing_are_refused(shop: House, name: str) -> None:
    text, says = LIES[name]
    execution = generated(shop, text, attempts=1)
    assert execution.status == "failed"
    assert any(says in one.message for one in execution.findings), execution.findings
    assert not shop.exists(TARGET)
    assert shop.read(FILE) == CODE


def test_a_failure_that_comes_back_is_known_again(shop: House) -> None:
    """Nothing in what is said of it may be another in each run."""
    fails = TESTS.replace("== 2", "== 3")
    app = shop.app()
    task = app.quality.tests(FILE, "", "")
    answers = iter((fails, fails + "\n\n# another comment\n", TESTS))
    with answered(lambda body: Writes({task.deliverables[0]: next(answers)}, finish="they all pass")) as server:
        (execution,) = app.corridor.carry((task,), provider="anthropic")
    assert (execution.status, execution.attempts, len(server.requests)) == ("failed", 2, 2)
    assert ".report-" not in str(shop.journal(execution.id)[-1])


def test_tests_of_standing_code_in_any_task_are_tried_against_emptied_functions(shop: House) -> None:
    """No code among the deliverables, and no `mutate`: what the tests import is emptied."""
    shop.write(
        f"agent-prompts/{House.TASK}",
        spec(deliverables=(TARGET,), checks=({"pytest": TARGET},), criteria=("AC-1: it counts (check: pytest)",)),
    )
    liar = shop.run(script=turns(Writes({TARGET: "from shop.counting import count\n\n\ndef test_it():\n    assert count\n"}, finish="done")))  # fmt: skip
    assert liar.status == "failed"
    assert any("although the body of count is emptied" in one.message for one in liar.findings)
    honest = shop.run(script=turns(Writes({TARGET: ONE}, finish="done")))
    assert honest.status == "done", honest.findings


def test_a_persons_test_file_is_not_touched(shop: House) -> None:
    shop.write(TARGET, "def test_mine():\n    assert True\n")
    execution = generated(shop, TESTS)
    assert execution.status == "done", execution.findings
    assert shop.read(TARGET) == "def test_mine():\n    assert True\n"
    assert shop.read("tests/shop/test_counting_generated.py") == TESTS
    refused = generated(shop, TESTS, TARGET)
    assert (refused.status, refused.exit_status) == ("refused", 6)
    assert shop.read(TARGET) == "def test_mine():\n    assert True\n"


def test_tests_that_were_generated_are_generated_again_in_their_place(shop: House) -> None:
    assert generated(shop, TESTS).status == "done"
    more = TESTS + "\n\ndef test_nothing_is_nothing():\n    assert count([]) == 0\n"
    assert generated(shop, more).status == "done"
    assert shop.read(TARGET) == more
    assert not shop.exists("tests/shop/test_counting_generated.py")


def test_the_tests_of_a_task_are_not_touched_either(house: House) -> None:
    house.write("agent-prompts/standards/development_patterns.md", STANDARD)
    assert house.run(script=turns(written())).status == "done"
    assert house.app().quality.tests("src/adding.py", "", "").deliverables == ("tests/test_adding_generated.py",)


@pytest.mark.parametrize("into", ["src/shop/more.py", "tests/shop/check_counting.py", "tests/shop/test_counting.txt", "test_counting.py", "docs/test_counting.py"])  # fmt: skip
def test_tests_go_where_they_are_collected(shop: House, into: str) -> None:
    with pytest.raises(UsageError, match="no tests are collected from"):
        shop.app().quality.tests(FILE, into, "")


@pytest.mark.parametrize("into", ["../test_x.py", "/tmp/test_x.py", "tests/../../test_x.py"])
def test_tests_stay_in_the_project(shop: House, into: str) -> None:
    with pytest.raises((UsageError, BadDeliverable)):
        shop.app().quality.tests(FILE, into, "")


def test_tests_are_generated_for_one_python_file(shop: House) -> None:
    shop.write("src/shop/orders.sql", "select 1\n")
    shop.write("src/shop/more.py", "x = 1\n")
    for wish, error in (("src/shop", UsageError), ("src/shop/orders.sql", UsageError), ("src/none.py", NoSuchSpec)):
        with pytest.raises(error):
            shop.app().quality.tests(wish, "", "")


def test_tests_for_a_file_without_a_module_have_a_place_too(shop: House) -> None:
    shop.write("src/adding.py", ADDING)
    assert shop.app().quality.tests("src/adding.py", "", "").deliverables == ("tests/test_adding.py",)


# --- documentation -----------------------------------------------------------------------------------------------

DOCS = "docs/modules/shop.md"
SECTIONS = ("Overview", "Architecture Decisions", "Data Flow", "Interfaces", "Operation", "Troubleshooting", "Open Questions")  # fmt: skip


def documentation(**said: str) -> str:
    """A documentation of the module."""
    words = {"Overview": "Counts lines: `count` and `first` of `counting.py`.", "Open Questions": "None", **said}
    head = '---\ntitle: Module shop\npurpose: What it does\nversion: "1.0"\n---\n\n# Module shop\n\n'
    return head + "\n".join(f"## {name}\n\n{words.get(name, 'Nothing beyond the code.')}\n" for name in SECTIONS)


def documented(house: House, text: str, **wishes: Any) -> Execution:
    """`generate docs` whose answer is this."""
    app = house.app()
    with answered(lambda body: Writes({DOCS: text}, finish="written")):
        return app.corridor.carry((app.quality.docs("shop"),), provider="anthropic", **wishes)[0]


def test_documentation_of_what_there_is_lands(shop: House) -> None:
    execution = documented(shop, documentation())
    assert execution.status == "done", execution.findings
    assert shop.read(DOCS) == documentation()


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"Interfaces": "Call `count_orders()`."}, "nothing is called count_orders"),
        ({"Interfaces": "It reads `bronze.orders`."}, "nothing is called bronze.orders"),
        ({"Interfaces": "See `src/shop/other.py`."}, "nothing is called src/shop/other.py"),
        ({"Operation": "It takes 40 seconds."}, "nobody said 40"),
        ({"Troubleshooting": "Ask ops@shop.example."}, "nobody named ops@shop.example"),
        ({"Data Flow": "<what the module reads>"}, "still to be filled in"),
        ({"Data Flow": "TBD"}, "says nothing"),
        ({"Operation": "Measured: TBD"}, "left for later"),
        ({"Overview": "Written for @MODULE@."}, "still to be filled in: @MODULE@"),
        ({"Open Questions": "Q-1: who?\nA: me"}, "a question is answered"),
    ],
)
def test_documentation_that_names_what_there_is_not_is_refused(shop: House, said: dict[str, str], says: str) -> None:
    execution = documented(shop, documentation(**said), attempts=1)
    assert execution.status == "failed"
    assert any(says in one.message for one in execution.findings), execution.findings
    assert not shop.exists(DOCS)


def test_the_template_of_a_documentation_names_its_module(shop: House) -> None:
    task = shop.app().quality.docs("shop")
    assert "# Module shop" in task.text
    assert "@MODULE@" not in task.text


@pytest.mark.parametrize("module", ["", "nothing", "../..", "..", "/etc", "shop/../..", "shop/", "."])
def test_only_a_module_is_documented(shop: House, module: str) -> None:
    said = asked(shop.root, "generate", "docs", module, "--dry-run")
    assert (said.exit, said.errors) == (2, ["AGT101"]), said.out + said.err


def test_a_model_that_only_talks_writes_nothing(shop: House) -> None:
    app = shop.app()
    with answered(lambda body: Says("It is all fine.")):
        for task in (app.quality.review((FILE,)), app.quality.tests(FILE, "", ""), app.quality.docs("shop")):
            (execution,) = shop.app().corridor.carry((task,), provider="anthropic")
            assert (execution.status, execution.exit_status) == ("failed", 1)
    assert not shop.exists("docs")
    assert not shop.exists("tests")


@pytest.mark.parametrize(
    ("task", "says"),
    [("tasks/a/b.md", "--adopt x.md"), ("drafts/design/x.md", "--revise"), ("generate/docs_a.md", "--revise"), ("framework/x.md", "move x.md away")],
)  # fmt: skip
def test_a_file_of_a_person_is_answered_with_flags_that_the_command_has(task: str, says: str) -> None:
    from agentic.cli.report import kept_or_given_up

    assert says in kept_or_given_up(task, "x.md")
