"""A document of a phase is complete when it says something; whatever is wrong with it is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.app import App
from agentic.errors import BadPhases
from agentic.phases import judge_document, read_phases
from agentic.values import Finding, PhaseDocument
from asked import asked

PATH = "agent-prompts/requirements/notes.md"
FRONT = '---\ntitle: Notes\npurpose: What was said\nversion: "1.0"\n---\n\n# Notes\n\n'
TEMPLATE = f"""{FRONT}## Objectives

<what the business wants to decide>

## Sources

| source | owner |
|---|---|
| <name of the source> | <role that owns it> |

## Picture

```mermaid
flowchart LR
  a["<a source of the data>"] --> b["<a table that is written>"]
```

## Out of Scope
<!-- optional -->

<what nobody will get, and why>

## Open Questions

<questions nobody has answered yet as Q-n lines, or None>

## Checklist

<!-- Ticked by a person. -->
- [ ] Each figure was counted
- [ ] The owner was asked (optional)
"""
GOOD = f"""{FRONT}## Objectives

Decide how many aircraft are needed.

## Sources

| source | owner |
|---|---|
| orders | the shop |

## Picture

```mermaid
flowchart LR
  a["orders"] --> b["bronze.orders"]
```

## Open Questions

Q-1: Who decides?
A: The head of the shop.

## Checklist

- [x] Each figure was counted
- [ ] The owner was asked (optional)
"""
NONE_LEFT = GOOD.replace("Q-1: Who decides?\nA: The head of the shop.", "None")


def judged(root: Path, text: str | bytes, path: str = PATH, template: str | None = TEMPLATE) -> list[str]:
    """`CODE:line message` of every finding; each has the path."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    found = judge_document(root, PhaseDocument(path, "notes", required=True), template)
    assert all(one.path == path and one.severity == "error" for one in found), found
    return [shown(one) for one in found]


def shown(one: Finding) -> str:
    return f"{one.code}:{one.line} {one.message}"


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def asking(*lines: str) -> str:
    """The good document with other words below Open Questions."""
    return GOOD.replace("Q-1: Who decides?\nA: The head of the shop.", "\n".join(lines))


@pytest.mark.parametrize("text", [GOOD, NONE_LEFT, GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD, GOOD.replace("orders", "Aufträge für Österreich")], ids=["plain", "no question", "CRLF", "BOM", "umlauts"])  # fmt: skip
def test_a_document_that_is_filled_in_has_no_finding(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, text) == []


@pytest.mark.parametrize("text", [TEMPLATE, TEMPLATE.replace("\n", "\r\n"), "\ufeff" + TEMPLATE, TEMPLATE.replace("title: Notes", "title: Other\nupdated: 2026-11-20")], ids=["plain", "CRLF", "BOM", "dated"])  # fmt: skip
def test_a_template_that_is_left_as_it_is_is_one_finding(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, text) == [f"AGT081:1 {PATH} is still the template: nobody has filled it in"]


def test_a_placeholder_that_is_left_is_told_with_its_line(tmp_path: Path) -> None:
    text = GOOD.replace("| orders | the shop |", "| orders | <role that owns it> |")
    assert judged(tmp_path, text) == [
        f"AGT082:{line_of(text, '<role')} Sources: still to be filled in: <role that owns it>"
    ]


def test_a_placeholder_in_the_picture_is_told_too(tmp_path: Path) -> None:
    text = GOOD.replace('a["orders"]', 'a["<a source of the data>"]')
    assert judged(tmp_path, text) == [
        f"AGT082:{line_of(text, '<a source')} Picture: still to be filled in: <a source of the data>"
    ]


def test_a_placeholder_above_the_first_section_is_told_too(tmp_path: Path) -> None:
    text = GOOD.replace("# Notes\n", "# <the name of the notes>\n")
    assert judged(tmp_path, text) == ["AGT082:7 still to be filled in: <the name of the notes>"]


@pytest.mark.parametrize("mark", ["@MODULE@", "@TODAY@", "@PROJECT@"])
def test_a_mark_that_a_program_should_have_replaced_is_told(tmp_path: Path, mark: str) -> None:
    text = GOOD.replace("the shop |", f"{mark} |")
    assert judged(tmp_path, text) == [f"AGT082:{line_of(text, mark)} Sources: still to be filled in: {mark}"]


@pytest.mark.parametrize(
    "words",
    [
        "a < b and c > d",
        "see <https://example.org/a>",
        "`<what is in code>`",
        "one<br />two",
        '<a href="x y">z</a>',
        "List<String, Integer>",
    ],
)
def test_angle_brackets_that_are_no_placeholder_are_left_alone(tmp_path: Path, words: str) -> None:
    assert judged(tmp_path, GOOD.replace("Decide how many", f"{words}. Decide how many")) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "nothing"),
        ("<!-- what the business wants -->", "a comment"),
        ("| source | owner |\n|---|---|", "the head of a table"),
        ("| source | owner |\n|---|---|\n|  |  |", "empty cells"),
        ("### First\n\n### Second", "headings"),
        ("TBD", "TBD"),
        ("- **TBD**", "TBD in a list"),
        ("To be determined.", "to be determined"),
        ("???", "question marks"),
        ("- \n- ...\n\n---", "dots and rules"),
    ],
    ids=lambda value: value if " " in value or value.isalpha() else "-",
)
def test_a_section_that_says_nothing_is_told_with_the_line_of_its_heading(tmp_path: Path, body: str, says: str) -> None:
    text = GOOD.replace("Decide how many aircraft are needed.", body)
    assert judged(tmp_path, text) == [f"AGT082:{line_of(text, '## Objectives')} the section Objectives says nothing"], (
        says
    )


def test_a_section_with_a_reason_for_saying_nothing_says_something(tmp_path: Path) -> None:
    for words in ("Not applicable: nobody asked.", "Not known yet: Q-1.", "None", "7"):
        assert judged(tmp_path, GOOD.replace("Decide how many aircraft are needed.", words)) == []


def test_a_section_that_is_missing_is_told_and_an_optional_one_is_not(tmp_path: Path) -> None:
    text = GOOD.replace("## Sources", "## Quellen")
    assert judged(tmp_path, text) == ["AGT085:1 the section Sources is missing"]
    assert judged(tmp_path, GOOD.replace("## Sources", "##   SOURCES  ##")) == []


def test_an_optional_section_may_be_empty_but_keeps_no_placeholder(tmp_path: Path) -> None:
    assert judged(tmp_path, GOOD.replace("## Open", "## Out of Scope\n\n## Open")) == []
    text = GOOD.replace("## Open", "## Out of Scope\n\n<what nobody will get, and why>\n\n## Open")
    assert [one.split(":")[0] for one in judged(tmp_path, text)] == ["AGT082"]


@pytest.mark.parametrize("form", ["Q-1: Who decides?", "- Q-1: Who decides?", "* **Q-1:** Who decides?", "- **Q-1**: Who decides?", "### Q-1: Who decides?", "1. Q-1: Who decides?", "> Q-1: Who decides?", "- [ ] Q-1: Who decides?", "__Q-1__: Who decides?"])  # fmt: skip
def test_a_question_without_an_answer_is_told_whatever_its_form(tmp_path: Path, form: str) -> None:
    text = asking(form, "", "Nobody knows yet.")
    (found,) = judged(tmp_path, text)
    assert found.startswith(f"AGT083:{line_of(text, 'Q-1')} unanswered: Q-1: "), found
    assert "Who decides?" in found


@pytest.mark.parametrize("form", ["A: The shop.", "- A: The shop.", "  - **A:** The shop.", "A-1: The shop.", "**A**: The shop.", "> A: The shop.", "A:\n  The shop."])  # fmt: skip
@pytest.mark.parametrize("question", ["Q-1: Who decides?", "- **Q-1:** Who decides?", "### Q-1: Who decides?"])
def test_an_answer_below_its_question_answers_it_whatever_its_form(tmp_path: Path, question: str, form: str) -> None:
    assert judged(tmp_path, asking(question, "It matters for the report.", form)) == []


@pytest.mark.parametrize("form", ["A:", "- **A:**", "A: TBD", "A: ?", "A: <the answer of a person>", "A: -", "A: to be decided", "And: the shop.", "A:\n\nQ-2: And when?\nA: today"])  # fmt: skip
def test_what_is_no_answer_answers_nothing(tmp_path: Path, form: str) -> None:
    found = [one for one in judged(tmp_path, asking("Q-1: Who decides?", form)) if one.startswith("AGT083")]
    assert len(found) == 1, found
    assert "Q-1" in found[0]


def test_each_question_needs_its_own_answer(tmp_path: Path) -> None:
    text = asking("Q-1: Who decides?", "Q-2: And when?", "A: Today.")
    assert judged(tmp_path, text) == [f"AGT083:{line_of(text, 'Q-1')} unanswered: Q-1: Who decides?"]
    below = asking("Q-1: Who decides?", "", "## Annex", "", "A: In the wrong section.")
    assert [one.split(":")[0] for one in judged(tmp_path, below)] == ["AGT083"]


def test_a_question_in_code_or_in_a_comment_asks_nothing(tmp_path: Path) -> None:
    text = asking("None", "", "```", "Q-1: an example", "```", "", "<!-- Q-2: another -->")
    assert judged(tmp_path, text) == []


def test_a_box_that_is_not_ticked_is_told_and_an_optional_one_is_not(tmp_path: Path) -> None:
    for open_ in ("- [ ] Each", "* [ ] Each", "1. [ ] Each", "  - [ ] Each"):
        text = GOOD.replace("- [x] Each", open_)
        assert judged(tmp_path, text) == [f"AGT084:{line_of(text, 'Each')} not ticked: Each figure was counted"]
    for closed in ("- [X] Each", "* [x] Each", "1. [x] Each"):
        assert judged(tmp_path, GOOD.replace("- [x] Each", closed)) == []


def test_a_checklist_whose_boxes_were_taken_out_is_no_checklist(tmp_path: Path) -> None:
    text = GOOD.replace("- [x] Each figure was counted\n- [ ] The owner was asked (optional)\n", "All is well.\n")
    assert judged(tmp_path, text) == [
        f"AGT084:{line_of(text, '## Checklist')} not ticked: Each figure was counted (the box is gone)"
    ]


# --- YAML ----------------------------------------------------------------------------------------------------

YAML = "agent-prompts/context/system_context.yaml"
MODEL = 'project: "x"\npurpose: "<what this project delivers>"\noutside: []\nmodules:\n  - name: "<name of a module>"\n'
FILLED = 'project: "shop"\npurpose: "Counts orders."\nmodules:\n  - name: orders\n'


@pytest.mark.parametrize("text", [FILLED, FILLED.replace("\n", "\r\n"), "\ufeff" + FILLED, FILLED.replace("orders", "Aufträge"), FILLED + "# <a remark in brackets>\n", FILLED + "outside: []\n"], ids=["plain", "CRLF", "BOM", "umlauts", "comment", "empty list"])  # fmt: skip
def test_a_yaml_document_that_is_filled_in_has_no_finding(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, text, YAML, MODEL) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MODEL, [f"AGT081:1 {YAML} is still the template: nobody has filled it in"]),
        (FILLED.replace("Counts orders.", "<what this project delivers>"), ["AGT082:2 still to be filled in: <what this project delivers>"]),
        (FILLED.replace('purpose: "Counts orders."\n', ""), ["AGT085:1 the key purpose is missing or empty"]),
        (FILLED.replace('"Counts orders."', ""), ["AGT085:1 the key purpose is missing or empty"]),
        (FILLED.replace("modules:\n  - name: orders\n", "modules: []\n"), ["AGT085:1 the key modules is missing or empty"]),
        ("- a\n- b\n", [f"AGT082:1 {YAML} is no map of keys"]),
        ("just words\n", [f"AGT082:1 {YAML} is no map of keys"]),
        ("", [f"AGT082:1 {YAML} is no map of keys"]),
        (FILLED + "# Q-1: which version of Spark?\n", ["AGT083:5 unanswered: Q-1: which version of Spark?"]),
        (FILLED + "# Q-1: which version of Spark?\n# A: 3.5, the platform team\n", []),
    ],
)  # fmt: skip
def test_a_yaml_document_is_judged_by_its_keys_and_values(tmp_path: Path, text: str, says: list[str]) -> None:
    assert judged(tmp_path, text, YAML, MODEL) == says


@pytest.mark.parametrize("text", ["project: x\n\tpurpose: y\n", "project: x\npurpose: [1, 2\n", "project: x\npurpose: &a [*a, *b]\n", "a: 1\n---\nb: 2\n", "project: x\nday: 2026-13-45\n", "project: x\n{a: b}: c\n"])  # fmt: skip
def test_yaml_that_cannot_be_read_is_told_with_a_line(tmp_path: Path, text: str) -> None:
    (found,) = judged(tmp_path, text, YAML, MODEL)
    assert found.startswith("AGT103:"), found
    assert int(found.split(":")[1].split()[0]) >= 1
    assert "Traceback" not in found


def test_the_line_of_broken_yaml_is_its_own(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, "project: x\nlist:\n  - a\n\tb: c\n", YAML, MODEL)
    assert found.startswith("AGT103:4 "), found


# --- what is no document -------------------------------------------------------------------------------------


def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    document = PhaseDocument(PATH, "what was said", required=True)
    (missing,) = judge_document(tmp_path, document, TEMPLATE)
    assert shown(missing) == f"AGT080:0 {PATH} is missing: what was said"
    (tmp_path / PATH).mkdir(parents=True)
    (folder,) = judge_document(tmp_path, document, TEMPLATE)
    assert shown(folder) == f"AGT080:0 {PATH} is no file: what was said"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff\xfe\x00N", "AGT107"), (b"# Notes\0", "AGT107"), (b"x" * 2_100_000, "AGT107"), (b"---\ntitle: [\n---\n", "AGT103"), (b"---\ntitle: x\n", "AGT103")],
    ids=["UTF-16", "NUL", "2 MB", "front matter is no YAML", "front matter without an end"],
)  # fmt: skip
def test_what_is_no_text_is_a_finding_and_no_crash(tmp_path: Path, content: bytes, code: str) -> None:
    (found,) = judged(tmp_path, content)
    assert found.startswith(f"{code}:")


def test_a_link_in_a_circle_is_a_file_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).symlink_to("notes.md")
    (found,) = judge_document(tmp_path, PhaseDocument(PATH, "notes"), TEMPLATE)
    assert found.code == "AGT080"


def test_a_folder_counts_with_a_file_that_is_more_than_a_note_about_it(tmp_path: Path) -> None:
    document = PhaseDocument("setup-scripts", "automation", kind="folder")
    folder = tmp_path / "setup-scripts"
    for prepare in (lambda: None, folder.mkdir, (folder / "README.md").touch, (folder / ".gitkeep").touch):
        prepare()
        (found,) = judge_document(tmp_path, document, None)
        assert shown(found) == "AGT080:0 setup-scripts/ holds no file: automation"
    (folder / "deep").mkdir()
    (folder / "deep/up.sh").write_text("echo\n")
    assert judge_document(tmp_path, document, None) == ()


def test_governance_counts_as_it_is_unless_it_is_empty(tmp_path: Path) -> None:
    document = PhaseDocument("agent-prompts/meta/guide.md", "the guide", kind="governance")
    file = tmp_path / document.path
    file.parent.mkdir(parents=True)
    file.write_text("<what it says is governance>\n")
    assert judge_document(tmp_path, document, None) == ()
    file.write_text(" \n")
    (found,) = judge_document(tmp_path, document, None)
    assert shown(found) == "AGT080:1 agent-prompts/meta/guide.md is empty"


# --- the file that defines the phases --------------------------------------------------------------------------

PHASES = (
    'version: "1.0"\nphases:\n  - number: 1\n    title: First\n    steps:\n      - id: "1.1"\n        title: Only\n'
    "        documents:\n          - {path: agent-prompts/requirements/notes.md, purpose: notes, required: true}\n"
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("phases: [\n", "not YAML"),
        ("version: '1'\n\tphases: []\n", "not YAML"),
        ("", "cannot be read"),
        ("- a\n", "cannot be read"),
        ("version: '1.0'\n", "cannot be read"),
        (PHASES.replace("title: First", "titel: First"), "cannot be read"),
        (PHASES.replace("number: 1", "number: one"), "cannot be read"),
        (PHASES.replace("required: true", "kind: poem"), "cannot be read"),
        (PHASES + PHASES.split("phases:\n")[1].replace("number: 1", "number: 2"), "stands in two steps"),
        (PHASES + PHASES.split("phases:\n")[1].replace("notes.md", "other.md"), "phase 1 stands twice"),
        (PHASES.replace("title: First", "title: First\n    after: [9]"), "there is no phase 9 before"),
        (PHASES.replace("title: First", "title: First\n    after: [1]"), "there is no phase 1 before"),
        (PHASES.replace("agent-prompts/requirements", "../../etc"), "is outside the project"),
        ("version: '1.0'\nphases: []\n", "no phase"),
        ("a: &a [*a]\n", "cannot be read"),
    ],
)  # fmt: skip
def test_a_broken_phases_file_is_one_error_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadPhases, match=says) as caught:
        read_phases(text)
    assert caught.value.path == "agent-prompts/meta/phases.yaml"
    file = tmp_path / "agent-prompts/meta/phases.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    for words in (["phase", "list"], ["phase", "check"], ["phase", "draft", "requirements/notes"]):
        said = asked(tmp_path, *words)
        assert (said.exit, said.errors) == (2, ["AGT111"]), said.err
        assert said.line("at").startswith("agent-prompts/meta/phases.yaml")


def test_a_phases_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "agent-prompts/meta/phases.yaml"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\xfe")
    said = asked(tmp_path, "phase", "check")
    assert (said.exit, said.errors) == (2, ["AGT107"])


def test_a_project_may_have_phases_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "agent-prompts/meta/phases.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(PHASES, encoding="utf-8")
    assert [one.title for one in App(tmp_path).phases.all] == ["First"]
    said = asked(tmp_path, "phase", "check", "--json")
    assert said.exit == 1
    (report,) = said.json["phases"]
    assert [one["code"] for one in report["findings"]] == ["AGT080"]
    assert asked(tmp_path, "phase", "check", "2").errors == ["AGT200"]
    assert asked(tmp_path, "phase", "draft", "requirements/note").line("fix") == "did you mean requirements/notes?"
