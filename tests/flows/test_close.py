"""A module is closed when nothing is missing, every check passes again, and a person has signed; not before."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from agentic.app import App
from agentic.errors import ArchiveError, BadDeliverable
from agentic.flows.close_module import signatures
from agentic.outside.clock import today
from asked import Said, asked
from claude_server import Writes
from corridor.liars import turns
from house import House

DOCUMENT = "agent-prompts/progress/closure_shop.md"
DOCS = "docs/modules/shop.md"
SIGN = ("--sign", "Ines Ruiz")


def task(name: str) -> str:
    """A spec that lint has nothing against."""
    return f"""---
id: SHO-{name.upper()}
module: shop
type: implementation
checks:
  - python
  - pytest: tests/shop/test_{name}.py
---
## TASK: Write {name}
## DELIVERABLES:
- src/shop/{name}.py
- tests/shop/test_{name}.py
## SUCCESS CRITERIA:
- [ ] AC-1: it does what it says (check: pytest)
- [ ] AC-2: it compiles and lints (check: python)
## CONTEXT FILES:
- none
## TECHNICAL SPECIFICATIONS:
A function of that name.
## CONSTRAINTS & STANDARDS:
None beyond those of the project.
"""


COUNTING = (
    '"""Counts."""\n\n\ndef counting(lines: list[str]) -> int:\n    """How many lines."""\n    return len(lines)\n'
)
NAMING = '"""Names."""\n\n\ndef naming(line: str) -> str:\n    """The name in a line."""\n    if not line:\n        raise ValueError("no name")\n    return line.strip()\n'
CODE = {"counting": COUNTING, "naming": NAMING}
TESTS = {
    "counting": "from shop.counting import counting\n\n\ndef test_lines_are_counted():\n    assert counting(['a', 'b']) == 2\n",
    "naming": "import pytest\n\nfrom shop.naming import naming\n\n\ndef test_a_name_is_found():\n    assert naming(' a ') == 'a'\n\n\ndef test_no_name_is_refused():\n    with pytest.raises(ValueError):\n        naming('')\n",
}  # fmt: skip
SECTIONS = ("Overview", "Architecture Decisions", "Data Flow", "Interfaces", "Operation", "Troubleshooting", "Open Questions")  # fmt: skip


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tasks of one module are done, it is documented, and a person has filled the closure in, but not signed it."""
    house = House.build(tmp_path_factory.mktemp("done") / "house")
    shutil.rmtree(house.root / "agent-prompts/tasks/demo")
    for name in CODE:
        house.write(f"agent-prompts/tasks/shop/{name}.md", task(name))
        files = {f"src/shop/{name}.py": CODE[name], f"tests/shop/test_{name}.py": TESTS[name]}
        execution = house.run(f"tasks/shop/{name}.md", script=turns(Writes(files, finish="done")))
        assert execution.status == "done", execution.findings
    house.write(DOCS, "# Module shop\n\n" + "\n".join(f"## {one}\n\nNone beyond the code.\n" for one in SECTIONS))
    assert asked(house.root, "close", "shop").exit == 5
    filled = re.sub(r"^<(?!!).*>$", "None: it went as planned.", house.read(DOCUMENT), flags=re.MULTILINE)
    house.write(DOCUMENT, filled.replace("- [ ]", "- [x]"))
    return house.root


@pytest.fixture
def shop(done: Path, tmp_path: Path) -> House:
    """A copy of it."""
    return House(Path(shutil.copytree(done, tmp_path / "house")))


def close(house: House, *words: str) -> Said:
    """`agentic close shop --json`."""
    return asked(house.root, "close", "shop", "--json", *words)


def codes(said: Said) -> list[str]:
    return [one["code"] for one in said.json["findings"]]


def refused(house: House, *wanted: str, exit_: int = 1) -> list[dict[str, Any]]:
    """Not closed, though somebody would sign; nobody has signed, and no decision is on record."""
    said = close(house, *SIGN)
    assert (said.exit, sorted(set(codes(said)))) == (exit_, sorted({*wanted, "AGT665"})), said.json["findings"]
    assert (said.json["closed"], said.json["signed_by"], said.json["record"]) == (False, "", "")
    assert "Ines Ruiz" not in house.read(DOCUMENT)
    assert not house.app().archive.decisions()
    return said.json["findings"]


# --- closed ------------------------------------------------------------------------------------------------------


def test_all_that_is_missing_is_a_signature(shop: House) -> None:
    said = close(shop)
    assert (said.exit, codes(said)) == (5, ["AGT665"])
    assert said.json["schema"] == "agentic.closure/1"
    assert {one["task"]: one["status"] for one in said.json["verifications"]} == {
        "tasks/shop/counting.md": "done",
        "tasks/shop/naming.md": "done",
    }
    assert said.json["coverage"] == {"src/shop/counting.py": 100, "src/shop/naming.py": 100}
    assert "waits for a person: agent-prompts/progress/closure_shop.md" in asked(shop.root, "close", "shop").out


def test_a_signature_closes_it_on_record(shop: House) -> None:
    said = close(shop, *SIGN, "--why", "read with the team")
    assert (said.exit, said.json["closed"]) == (0, True), said.json["findings"]
    assert f"\nSigned: Ines Ruiz, {today()}\n" in shop.read(DOCUMENT)
    (decision,) = shop.app().archive.decisions()
    assert (decision.id, decision.kind, decision.about) == (said.json["record"], "closure", "modules/shop")
    assert (decision.who, decision.why) == ("Ines Ruiz", "read with the team")
    assert set(decision.files) == {
        *(f"agent-prompts/tasks/shop/{name}.md" for name in CODE),
        *(f"src/shop/{name}.py" for name in CODE),
        *(f"tests/shop/test_{name}.py" for name in CODE),
        DOCS,
    }
    assert decision.facts["coverage of src/shop/naming.py"] == "100 %"
    assert asked(shop.root, "audit", "verify").exit == 0


def test_a_person_may_sign_with_their_own_hand(shop: House) -> None:
    text = shop.read(DOCUMENT)
    line = next(line for line in text.splitlines() if line.startswith("Signed:"))
    shop.write(DOCUMENT, text.replace(line, "Signed: Ines Ruiz, 2026-11-19"))
    said = close(shop)
    assert (said.exit, said.json["signed_by"]) == (0, "Ines Ruiz, 2026-11-19")


def test_closing_twice_is_closing_once(shop: House) -> None:
    first = close(shop, *SIGN)
    text = shop.read(DOCUMENT).partition("<!-- agentic")[0]
    second = close(shop)
    assert (first.exit, second.exit) == (0, 0)
    assert first.json["record"] == second.json["record"]
    assert len(shop.app().archive.decisions()) == 1
    assert shop.read(DOCUMENT).startswith(text)


def test_what_changes_after_the_closure_is_drift_and_wants_another_signature(shop: House) -> None:
    assert close(shop, *SIGN).exit == 0
    assert not [one for one in asked(shop.root, "drift", "--json").json["findings"] if one["code"] == "AGT656"]
    shop.write(
        DOCS, shop.read(DOCS).replace("## Operation\n\nNone beyond the code.", "## Operation\n\nRun it by hand.")
    )
    drift = asked(shop.root, "drift", "--json")
    assert drift.exit == 1
    assert (DOCS, "AGT656") in {(one["path"], one["code"]) for one in drift.json["findings"]}
    again = close(shop)
    assert (again.exit, codes(again)) == (5, ["AGT665"]), "the old signature is for the module as it was"
    assert "files changed since it was signed" in again.json["findings"][0]["message"]
    assert len(shop.app().archive.decisions()) == 1
    anew = close(shop, "--sign", "Jo Brandt")
    assert anew.exit == 0
    assert len(shop.app().archive.decisions()) == 2
    assert f"Signed: Ines Ruiz, {today()}\nSigned: Jo Brandt, {today()}\n" in shop.read(DOCUMENT)
    assert not [one for one in asked(shop.root, "drift", "--json").json["findings"] if one["code"] == "AGT656"]
    assert close(shop).json["record"] == anew.json["record"]


def test_two_people_may_sign(shop: House) -> None:
    assert close(shop, *SIGN).exit == 0
    said = close(shop, "--sign", "Jo Brandt")
    assert (said.exit, said.json["signed_by"]) == (0, f"Ines Ruiz, {today()}; Jo Brandt, {today()}")
    assert [one.who for one in shop.app().archive.decisions()] == ["Ines Ruiz", "Jo Brandt"]


# --- not closed ----------------------------------------------------------------------------------------------------


def test_a_task_that_is_not_done(shop: House) -> None:
    shop.write("agent-prompts/tasks/shop/later.md", task("later"))
    (found, *_) = refused(shop, "AGT660")
    assert (found["message"], found["path"]) == ("tasks/shop/later.md is not done", "agent-prompts/tasks/shop/later.md")


def test_a_task_that_was_taken_back(shop: House) -> None:
    newest = next(one.id for one in shop.app().archive.executions() if one.task == "tasks/shop/naming.md" and one.purpose == "run")  # fmt: skip
    assert shop.app().corridor.undo(newest).status == "undone"
    refused(shop, "AGT660")


def test_a_spec_that_lint_has_something_against(shop: House) -> None:
    path = "agent-prompts/tasks/shop/naming.md"
    shop.write(path, shop.read(path).replace("A function of that name.", ""))
    before = len(shop.app().archive.ids())
    found = refused(shop, "AGT007")
    assert found[0]["path"] == path
    assert len(shop.app().archive.ids()) == before, "no check is run for a spec that is wrong"


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("src/shop/naming.py", NAMING.replace("line.strip()", "line"), "pytest: tests/shop/test_naming.py: tests failed: test_a_name_is_found"),
        ("tests/shop/test_naming.py", "from shop.naming import naming\n\n\ndef test_a_name_is_found():\n    assert naming\n", "although the body of naming is emptied"),
        ("src/shop/naming.py", "import os\n" + NAMING, "python: ruff "),
        ("src/shop/naming.py", None, "src/shop/naming.py was not written"),
    ],
    ids=["code", "tests", "lint", "gone"],
)  # fmt: skip
def test_a_check_that_fails_now(shop: House, path: str, text: str | None, says: str) -> None:
    (shop.root / path).unlink() if text is None else shop.write(path, text)
    said = close(shop, *SIGN)
    assert said.exit == 1
    assert "AGT661" in codes(said)
    assert any(says in one["message"] for one in said.json["findings"]), said.json["findings"]
    assert {one["task"]: one["status"] for one in said.json["verifications"]} == {
        "tasks/shop/counting.md": "done",
        "tasks/shop/naming.md": "failed",
    }
    assert "Ines Ruiz" not in shop.read(DOCUMENT)
    assert (shop.root / path).exists() == (text is not None), "nothing is landed by looking"


def test_a_file_that_is_not_covered(shop: House) -> None:
    shop.write("src/shop/extra.py", "x = 1\n")
    (found, *_) = refused(shop, "AGT662")
    assert found["message"] == "src/shop/extra.py: 0 % of its lines are covered; 90 % are asked for"
    shop.write("configs/agentic.yaml", shop.read("configs/agentic.yaml") + "closure: {coverage: 0}\n")
    assert close(shop, *SIGN).exit == 0


def test_a_line_that_is_not_covered(shop: House) -> None:
    shop.write("configs/agentic.yaml", shop.read("configs/agentic.yaml") + "closure: {coverage: 100}\n")
    path = "tests/shop/test_naming.py"
    shop.write(path, shop.read(path).partition("\n\n\ndef test_no_name")[0].replace("import pytest\n\n", "") + "\n")
    (found, *_) = refused(shop, "AGT662")
    assert found["path"] == "src/shop/naming.py"
    assert "75 % of its lines are covered; 100 % are asked for" in found["message"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "docs/modules/shop.md is missing: agentic generate docs shop"),
        ("", "the section Overview is missing"),
        ("# Module shop\n\n" + "\n".join(f"## {one}\n\n{'TBD' if one == 'Operation' else 'Words.'}\n" for one in SECTIONS), "the section Operation says nothing"),
        ("# Module shop\n\n" + "\n".join(f"## {one}\n\nQ-1: how?\n" for one in SECTIONS), "unanswered: Q-1: how?"),
    ],
    ids=["missing", "empty", "put off", "question"],
)  # fmt: skip
def test_a_module_without_documentation(shop: House, text: str | None, says: str) -> None:
    (shop.root / DOCS).unlink() if text is None else shop.write(DOCS, text)
    found = refused(shop, "AGT663")
    assert any(says in one["message"] for one in found), found


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("## Learnings\n\nNone: it went as planned.", "## Learnings\n", "AGT082"),
        ("## Learnings\n\nNone: it went as planned.", "## Learnings\n\nTBD", "AGT082"),
        ("## Learnings\n\nNone: it went as planned.", "## Learnings\n\n<what went otherwise>", "AGT082"),
        ("## Learnings\n\nNone: it went as planned.", "", "AGT085"),
        ("## Learnings\n\nNone: it went as planned.", "## Learnings\n\nQ-1: what was it?", "AGT083"),
        ("- [x] The tests were read by a person", "- [ ] The tests were read by a person", "AGT084"),
    ],
    ids=["hollow", "put off", "placeholder", "missing", "question", "unticked"],
)
def test_what_a_person_has_to_settle(shop: House, old: str, new: str, code: str) -> None:
    text = shop.read(DOCUMENT)
    assert old in text
    shop.write(DOCUMENT, text.replace(old, new))
    refused(shop, code, exit_=5)


def test_two_kinds_of_reasons_are_no_persons_word_alone(shop: House) -> None:
    (shop.root / DOCS).unlink()
    shop.write(DOCUMENT, shop.read(DOCUMENT).replace("- [x] The tests", "- [ ] The tests"))
    refused(shop, "AGT663", "AGT084")


# --- the signature ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["Signed: Ines Ruiz, 2026-11-19", "Signed:Ines Ruiz 2026-11-19", "Signed:  Ines Ruiz,2026-11-19  \r", "Signed: Jörg Ö. Brandt (QA), 2026-11-19"])  # fmt: skip
def test_a_signature_is_a_name_and_a_day(line: str) -> None:
    ((who, day),) = signatures(f"## Signature\n\n{line}\n")
    assert (who in line, day) == (True, "2026-11-19")


@pytest.mark.parametrize(
    "line",
    [
        "Signed: <name of the person who read this, and the date>", "Signed:", "Signed: Ines Ruiz", "Signed: , 2026-11-19",
        "Signed: 2026-11-19", "Signed: Ines Ruiz, 2026-13-45", "Signed: Ines Ruiz, 2999-01-01", "Signed: - 2026-11-19",
        "Signed: <Ines>, 2026-11-19", "  Signed: Ines Ruiz, 2026-11-19", "signed: Ines Ruiz, 2026-11-19",
        "Signed:\nInes Ruiz, 2026-11-19", "Signed: Ines Ruiz, 2026-11-19 (not yet)",
    ],
)  # fmt: skip
def test_what_is_no_signature(line: str) -> None:
    assert signatures(f"## Signature\n\n{line}\n") == ()


@pytest.mark.parametrize("words", [("--sign", "<name>"), ("--sign", "  "), ("--sign", "Ines\nRuiz"), ("--sign", "7"), (*SIGN, "--why", "done")])  # fmt: skip
def test_bad_words_are_refused_before_anything_is_run_or_written(shop: House, words: tuple[str, ...]) -> None:
    before, records = shop.read(DOCUMENT), shop.app().archive.ids()
    said = close(shop, *words)
    assert said.exit == 2
    assert said.json["error"]["code"] == "AGT204"
    assert (shop.read(DOCUMENT), shop.app().archive.ids()) == (before, records)


def test_no_task_can_write_the_closure(shop: House) -> None:
    shop.write("agent-prompts/tasks/shop/naming.md", task("naming").replace("- src/shop/naming.py", f"- src/shop/naming.py\n- {DOCUMENT}"))  # fmt: skip
    with pytest.raises(BadDeliverable):
        shop.app().task("tasks/shop/naming.md")


# --- a person's words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_the_evidence_is_made_anew_and_a_persons_words_stay(shop: House, newline: str) -> None:
    text = shop.read(DOCUMENT).replace("# Closure of shop\n", "# Closure of shop\n\nMeine Wörter über den Abschluß.\n")
    theirs = re.sub(r"(<!-- agentic: generated[^\n]*\n).*?(<!-- agentic: end)", r"\1- old words\n\2", text, flags=re.S)
    shop.write(DOCUMENT, theirs.replace("\n", newline))
    assert close(shop).exit == 5
    now = (shop.root / DOCUMENT).read_bytes().decode()
    assert "old words" not in now
    head, tail = theirs.replace("\n", newline).split(f"- old words{newline}")
    assert now.startswith(head)
    assert now.endswith(tail)
    assert "\n" not in now.replace("\r\n", "") or newline == "\n"
    for words in ("- tasks/shop/counting.md: done in ", "- tasks/shop/naming.md: done in ", "passed: pytest: tests/shop/test_naming.py", "- coverage of src/shop/naming.py: 100 %"):  # fmt: skip
        assert words in now
    assert close(shop, *SIGN).exit == 0
    assert (shop.root / DOCUMENT).read_bytes().decode().count("\n") == now.count("\n")


def test_evidence_whose_markers_were_taken_out_comes_back_at_the_end(shop: House) -> None:
    text = re.sub(r"<!-- agentic: generated.*?<!-- agentic: end -->\n", "", shop.read(DOCUMENT), flags=re.S)
    shop.write(DOCUMENT, text)
    assert close(shop).exit == 5
    assert shop.read(DOCUMENT).startswith(text.rstrip())
    assert "- tasks/shop/naming.md: done in " in shop.read(DOCUMENT)[len(text.rstrip()) :]


def test_a_closure_that_is_no_text_is_told_and_stays(shop: House) -> None:
    shop.write(DOCUMENT, b"\xff\xfe")
    said = close(shop, *SIGN)
    assert (said.exit, said.json["error"]["code"]) == (2, "AGT107")
    assert (shop.root / DOCUMENT).read_bytes() == b"\xff\xfe"


@pytest.mark.parametrize("module", ["nothing", "", "../shop", "shop/../shop"])
def test_only_a_module_with_tasks_is_closed(shop: House, module: str) -> None:
    said = asked(shop.root, "close", module)
    assert (said.exit, said.errors) == (2, ["AGT200"])
    assert "modules with tasks: shop" in said.line("fix")


def test_a_waiting_proposal_stands_in_the_evidence(shop: House) -> None:
    shop.write("agent-prompts/meta/proposed/standards/naming.md", "# Naming\n\n## Tables\n\nSmall letters.\n")
    assert close(shop).exit == 5
    assert "proposed for the framework: agent-prompts/standards/naming.md" in shop.read(DOCUMENT)


def test_a_closure_that_was_interrupted_is_begun_anew_and_not_resumed(shop: House) -> None:
    """To look again is no run: resuming it would ask somebody, and land what comes."""

    def stop(task: str, words: str) -> None:
        if words.startswith("checking pytest"):
            raise KeyboardInterrupt

    before = shop.tree()
    with pytest.raises(KeyboardInterrupt):
        App(shop.root, None, {}, stop).closing.close("shop", "", "")
    name = shop.app().archive.ids()[-1]
    assert shop.app().archive.story(name).first("opened")["purpose"] == "verification"
    with pytest.raises(ArchiveError, match="look"):
        shop.app().corridor.resume(name)
    assert shop.tree() == before
    assert close(shop, *SIGN).exit == 0
    assert asked(shop.root, "audit", "verify").exit == 0
