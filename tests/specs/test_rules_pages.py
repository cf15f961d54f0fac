"""Rules about pages and tasks: every wording of a defect is found on its line, and no careful wording is."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from agentic.settings import Settings
from agentic.specs import Library
from agentic.specs.lint import judge
from agentic.specs.rules import pages, tasks
from agentic.specs.selftest import CLEAN, known, planted
from agentic.specs.suppress import Hit

ROOTS = Settings().workspace.roots
ARCHITECTURE = "agent-prompts/design/architecture.md"
ORDERS = "agent-prompts/tasks/ingestion/orders.md"
LANDING = "agent-prompts/tasks/ingestion/landing.md"
SYSTEM = "agent-prompts/context/system_context.yaml"
TBD, LATER = "T" + "BD", "TO" + "DO"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The clean project."""
    return planted(tmp_path / "project", ())


def hits(root: Path) -> tuple[Hit, ...]:
    """Whatever lint has to say."""
    return judge(Library(root, ROOTS)).hits


def found(root: Path) -> set[tuple[str, str, int]]:
    """(code, path, line)."""
    return {(hit.finding.code, hit.finding.path, hit.finding.line) for hit in hits(root)}


def codes(root: Path) -> set[str]:
    """Codes alone."""
    return {code for code, _, _ in found(root)}


def swap(root: Path, path: str, old: str, new: str) -> int:
    """Change a file; the line on which the change stands."""
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def noted(root: Path, words: str, path: str = ARCHITECTURE) -> int:
    """A section of a document that says this; the line of its first word."""
    text = (root / path).read_text(encoding="utf-8") + "\n## Notes\n\n"
    (root / path).write_text(f"{text}{words}\n", encoding="utf-8")
    return text.count("\n") + 1


# --- nothing is said of what is fine ---------------------------------------------------------------------------

ENCODINGS = {
    "as it is": lambda text: text.encode(),
    "with the line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "with the line ends of an old Mac": lambda text: text.replace("\n", "\r").encode(),
    "with mixed line ends": lambda text: text.replace("\n", "\r\n", 20).encode(),
    "with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "without its last line end": lambda text: text.rstrip("\n").encode(),
    "with blanks at the ends of lines": lambda text: text.replace("\n", "  \n").encode(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_of_a_careful_project_nothing_is_said(project: Path, name: str) -> None:
    for file in project.glob("agent-prompts/**/*.*"):
        if name != "with the line ends of an old Mac" or file.suffix == ".md":
            file.write_bytes(ENCODINGS[name](file.read_text(encoding="utf-8")))
    assert found(project) == set()


FINE = (
    "See [the data context](../context/data_context.md) and [Apache Iceberg][iceberg].\n\n[iceberg]: https://iceberg.apache.org/",
    "- [The guide]\n\n[The guide]: https://example.org/guide",
    "The files lie under `orders/<day of load>/`; in prose a folder is orders/<day>/.",
    "A value is good if rows < 5 and columns > 3, or p <5 and q> 7.",
    "It is a Map<String, List<Order>> and an array<struct<a: int, b: string>>.",
    'A line<br>with <kbd>keys</kbd>, <details open>, <img src="x.png" alt="a picture"> and <https://example.org/a b>.',
    "Write to \\<day of load> or to <orders@example.org>.",
    "```\n<what nobody filled in> " + TBD + " [Name] NEEDS CLARIFICATION YYYY-MM-DD ???\n- []\n```",
    "The marks `" + TBD + "`, `???`, `[NEEDS CLARIFICATION: x]` and `- []` are known to lint.",
    "<!-- one modal verb each; <id> of the order -->\n\nSomething.",
    "Dates are written as YYYY-MM-DD; the archive says YYYY-MM-DD_orders_v1.",
    "- Format: YYYY-MM-DD",
    "| column | form |\n|---|---|\n| day | YYYY-MM-DD |",
    "- Values: [placed, shipped, cancelled]",
    "- Airports: [EWR, JFK, LGA]",
    "A table needs its key to be defined before it is created.",
    "Deletions have to be confirmed by a second person.",
    "Each row is expected to be decided on by the job, as defined later in this document.",
    "Orders that are not yet shipped are kept; why? Because they are.",
    "The to-do list of the warehouse is not read.",
    "What has to be done is done; the rest is to be loaded next month.",
    "Clarification of the terms is given in the glossary; the shop clarified them.",
    "1. first\n2. second\n\n(a) one\n(b) two",
    "- (a) one\n- (b) two\n- [a](https://example.org) is a link\n- [1] is a source",
    "- [ ] not done\n- [x] done\n- [X] done as well\n* [ ] with a star\n1. [ ] with a number\n  - [ ] further in",
    "A heading of old\n=======\n\nand its words.",
    "The password is read from `ORDERS_PASSWORD`; a token: from the vault, never here.",
    "- Address: postgresql://loader:${ORDERS_PASSWORD}@db.example/orders",
    "- Address: postgresql://user:password@db.example/orders",
    "- secret: vault/orders/loader\n- api_key: ORDERS_API_KEY\n- token: os.environ/x",
    "- Tokens: 200000 for each task, and the primary key: order_id.",
    "Not applicable: there is one shop.",
    "Bestellungen, die noch offen sind, werden noch am selben Tag geladen.",
    "- [x] The old job is gone: `src/ingestion/old.py` was removed\n- [x] The new one is there: `src/ingestion/orders.py`",
    "### Q-1: Are returns orders?\nA: No; sales, 2026-11-19.",
)


@pytest.mark.parametrize("words", FINE)
def test_no_careful_wording_is_a_finding(project: Path, words: str) -> None:
    noted(project, words)
    assert {one for one in found(project) if one[0] <= "AGT029" or one[0] > "AGT099"} == set()


def test_an_untouched_template_is_judged_by_phase_check_alone(project: Path) -> None:
    template = project / "agent-prompts/meta/templates/design/data_flows.md"
    template.parent.mkdir(parents=True)
    template.write_text(
        f"# Data Flows\n\n## Flows\n\n<each flow, from source to table> {TBD}\n\n## Limits\n", encoding="utf-8"
    )
    shutil.copy(template, project / "agent-prompts/design/data_flows.md")
    assert found(project) == set()
    noted(project, "Orders flow once a day.", "agent-prompts/design/data_flows.md")
    assert {"AGT003", "AGT004", "AGT007"} <= codes(project)


# --- words ---------------------------------------------------------------------------------------------------

WORDS = {
    "AGT003": (
        "<what grows, and what gives way first>", "- Owner: <name>", "<title>", "- [Clear, actionable title]", "- [List all files to be generated]",
        "[Detailed requirements including data flow, infrastructure, and quality requirements]", "- Developer: [Name]", "**Owner:** [Your Name]",
        "| risk | owner |\n|---|---|\n| [Describe the risk] | sales |", "- Updated: YYYY-MM-DD", "Lorem ipsum dolor sit amet", "- [ ] Requirement 1",
        "See examples/[template].py.", "Create [feature] as it is defined.", "Your text here", "{{ name }} writes the table.", "- Module: @MODULE@",
        "Placeholder", "- Owner: ______", "REPLACE_ME", "The job reads <name of the bucket> and writes.",
    ),
    "AGT004": (
        TBD, f"Retention: {TBD}", f"Kept for {TBD.lower()} years.", "Volume (TBC)", "**TBA**", "T.B.D.", "The threshold is to be determined.", "Owner: to be confirmed",
        "The key still has to be decided", "This needs to be decided.", "| key | ??? |\n|---|---|", f"{LATER}: ask finance", f"- {LATER}", "@todo ask", "to-do: ask finance",
        f"<!-- {LATER}: ask finance -->", f"Some words. <!-- {TBD.lower()} -->", "The layout will be defined later.", "Details to follow", "Coming soon",
        "Kept for XX days.", "Within NN hours", "Die Aufbewahrung wird noch festgelegt.", "Schwelle: noch offen", "Das ist noch zu klären",
        "The retention is not yet decided.", "Owner: ?", "- FIX" + "ME", "Partitioning is under discussion",
    ),
    "AGT005": (
        "[NEEDS CLARIFICATION: which zone?]", "Returns count [NEEDS CLARIFICATION].", "[CLARIFY with finance]", "[Clarification needed: who reads it?]", "NEEDS CLARIFICATION",
        "- needs clarification: who reads it", "<!-- clarify: who reads it? -->", "<!--\nclarify who reads it\n-->", "Kept for a year (?)", "Kept for a year (??)", "CLARIFY: who reads it",
        "[QUESTION: who reads it?]", "[ZU KLÄREN: wer liest es?]", "[Rückfrage: wer liest es?]", "Kept for [?] years",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "words"), [(code, words) for code, every in WORDS.items() for words in every])
def test_every_wording_of_unfinished_words_is_found_on_its_line(project: Path, code: str, words: str) -> None:
    line = noted(project, words)
    lines = {number for name, path, number in found(project) if name == code and path == ARCHITECTURE}
    assert lines & set(range(line, line + words.count("\n") + 1))


@pytest.mark.parametrize(
    "words", [f"time_zone: {TBD}", 'time_zone: "<zone of the shop>"', "time_zone: UTC  # [NEEDS CLARIFICATION]"]
)
def test_yaml_is_read_for_unfinished_words_too(project: Path, words: str) -> None:
    line = swap(project, SYSTEM, "time_zone: UTC", words)
    assert {(code, number) for code, path, number in found(project) if path == SYSTEM} & {
        (code, line) for code in WORDS
    }


# --- boxes ---------------------------------------------------------------------------------------------------

MENDED = {
    "- [] one": "- [ ] one", "-[ ] one": "- [ ] one", "-[x] one": "- [x] one", "- [x ] one": "- [x] one", "- [ x] one": "- [x] one", "- [ ]one": "- [ ] one",
    "* [y] one": "* [x] one", "- [✓] one": "- [x] one", "- ( ) one": "- [ ] one", "- (x) one": "- [x] one", "- [  ] one": "- [ ] one", "[ ] one": "- [ ] one",
    "[x] one": "- [x] one", "- {} one": "- [ ] one", "• [ ] one": "- [ ] one", "- [ one": "- [ ] one", "- [x one": "- [x] one", "  -[] one": "  - [ ] one",
    "1.[ ] one": "1. [ ] one", "- [Y] one": "- [x] one", "-[] **one**": "- [ ] **one**",
}  # fmt: skip


@pytest.mark.parametrize("written", MENDED)
def test_a_malformed_checkbox_is_found_and_mended(project: Path, written: str) -> None:
    line = noted(project, written)
    (hit,) = [hit for hit in hits(project) if hit.finding.code == "AGT008"]
    assert (hit.finding.line, hit.mend and (hit.mend.line, hit.mend.before, hit.mend.after)) == (
        line,
        (line, written, MENDED[written]),
    )


@pytest.mark.parametrize("written", ["- [-] one", "- [?] one", "- [ ]", "- []"])
def test_a_box_that_says_nothing_clear_is_found_and_left_to_its_author(project: Path, written: str) -> None:
    noted(project, written)
    (hit,) = [hit for hit in hits(project) if hit.finding.code == "AGT008"]
    assert hit.mend is None


# --- front matter ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["titel", "udpated", "Purpose", "version_", "realted_files", "audiance"])
def test_a_misspelt_key_is_mended_and_not_reported_as_missing_as_well(project: Path, key: str) -> None:
    right = {
        "titel": "title",
        "udpated": "updated",
        "Purpose": "purpose",
        "version_": "version",
        "realted_files": "related_files",
        "audiance": "audience",
    }[key]
    line = swap(project, "agent-prompts/standards/development_patterns.md", f"{right}:", f"{key}:")
    (hit,) = [hit for hit in hits(project) if hit.finding.path.endswith("development_patterns.md")]
    assert (
        (hit.finding.code, hit.finding.line) == ("AGT011", line) and hit.mend and hit.mend.after.startswith(f"{right}:")
    )


def test_a_key_of_ones_own_is_nobodys_affair(project: Path) -> None:
    swap(project, "agent-prompts/standards/development_patterns.md", "title:", "owner: data team\ntitle:")
    assert found(project) == set()


def test_a_project_that_writes_no_front_matter_is_not_told_to(project: Path) -> None:
    """Seed 003 shows data_context.md without, and development_patterns.md with."""
    for path in ("context/data_context.md", "standards/development_patterns.md"):
        file = project / "agent-prompts" / path
        file.write_text(file.read_text(encoding="utf-8").split("---\n", 2)[2].lstrip(), encoding="utf-8")
    assert codes(project) & {"AGT013"} == set()
    (project / "agent-prompts/standards/naming.md").write_text("# Naming\n\nSmall letters.\n", encoding="utf-8")
    assert codes(project) & {"AGT013"} == set()


# --- secrets -------------------------------------------------------------------------------------------------

SECRETS = (
    "AKIA" + "ABCDEFGHIJKLMNOP", "ghp_" + "a1B2" * 9, "sk-" + "ant-api03-" + "a1B2" * 6, "xoxb" + "-1234567890-abcdef", "glpat-" + "a1B2" * 5, "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + "a1B2" * 4,
    "postgresql://loader:" + "Tr0ub4dor" + "@db.example/orders", "password: " + "Summer2026", "The password is " + "hunter2!", '"api_key": "' + "9f8e7d6c5b4a" + '"',
    "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "a1B2" * 3, "Authorization: Bearer " + "a1B2" * 8, "DB_PASSWORD=" + "letmeinplease", "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "AccountKey=" + "a1B2" * 12 + "==", "client_secret: '" + "zX8~qQ1.aa" + "'",
)  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", ["- {}", "```text\n{}\n```", "<!-- {} -->"])
def test_a_secret_is_found_wherever_it_stands_and_never_shown(project: Path, secret: str, form: str) -> None:
    line = noted(project, form.format(secret))
    (hit,) = [hit for hit in hits(project) if hit.finding.code == "AGT014"]
    assert hit.finding.line == line + form.count("\n") // 2
    assert secret not in hit.finding.message and secret.split()[-1] not in hit.finding.message


# --- tasks ---------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_with_a_task_is_said_in_one_go_each_on_its_line(project: Path) -> None:
    swap(
        project,
        ORDERS,
        "depends_on: [tasks/ingestion/landing.md]",
        "depends_on:\n  - tasks/ingestion/landing.md\n  - tasks/ingestion/landed.md\n  - tasks/ingestion/orders.md",
    )
    swap(project, ORDERS, "  - python\n", "  - python\n  - pylint\n")
    swap(project, ORDERS, "requirements: [BR-1, BR-2, DR-1]", "requirements:\n  - BR-1\n  - BR-2\n  - DR-1\n  - BR-9")
    swap(
        project,
        ORDERS,
        "- src/ingestion/orders.py\n",
        "- src/ingestion/orders.py\n- /opt/orders.py\n- ../orders.py\n- docs.md\n",
    )
    swap(
        project,
        ORDERS,
        "- Schema: context/data_context.md\n",
        "- Schema: context/data_contxt.md\n- Glossary: context/words.md\n",
    )
    swap(project, ORDERS, "attempts: 3", "atempts: 3")
    text = (project / ORDERS).read_text(encoding="utf-8").splitlines()
    lines = {words: number for number, line in enumerate(text, 1) for words in (line.strip(),)}
    assert {(code, number) for code, path, number in found(project) if path == ORDERS} == {
        ("AGT025", lines["- BR-9"]), ("AGT109", lines["- tasks/ingestion/landed.md"]), ("AGT109", lines["- tasks/ingestion/orders.md"]),
        ("AGT108", lines["- pylint"]), ("AGT104", lines["- /opt/orders.py"]), ("AGT104", lines["- ../orders.py"]), ("AGT104", lines["- docs.md"]),
        ("AGT106", lines["- Schema: context/data_contxt.md"]), ("AGT106", lines["- Glossary: context/words.md"]), ("AGT103", lines["atempts: 3"]),
    }  # fmt: skip


def test_every_circle_is_said_on_the_line_that_closes_it(project: Path) -> None:
    base = project / "agent-prompts/tasks/serving"
    base.mkdir()
    for name, after in {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["e"], "e": ["c"], "f": ["a", "c"], "g": []}.items():
        needed = "".join(f"\n  - tasks/serving/{one}.md" for one in after)
        text = f"---\nid: S-{name}\ndepends_on:{needed}\nchecks: [python]\n---\n## TASK: {name}\n## DELIVERABLES:\n- src/serving/{name}.py\n"
        (base / f"{name}.md").write_text(text, encoding="utf-8")
    said = [hit.finding for hit in hits(project) if hit.finding.code == "AGT109"]
    assert [(one.path[-4:], one.line, one.message.count(" -> ")) for one in said] == [("a.md", 4, 2), ("c.md", 4, 3)]


def test_one_fault_of_a_task_does_not_make_its_neighbours_wrong(project: Path) -> None:
    swap(project, LANDING, "- src/ingestion/landing.py\n", "- /opt/landing.py\n- src/ingestion/landing.py\n")
    assert codes(project) == {"AGT104"}
    swap(project, LANDING, "requirements: [BR-1]", "requirements: [BR-1")
    assert {(code, path) for code, path, _ in found(project)} == {("AGT103", LANDING)}


def test_a_misspelt_checks_key_is_one_finding_with_its_mend(project: Path) -> None:
    line = swap(project, ORDERS, "checks:", "cheks:")
    (hit,) = hits(project)
    assert (hit.finding.code, hit.finding.line) == ("AGT103", line) and hit.mend and hit.mend.after == "checks:"


MEANT = {
    "a context file": (ORDERS, "context/data_context.md", "context/data_contex.md", "AGT106"),
    "a task": (ORDERS, "tasks/ingestion/landing.md", "tasks/ingestion/landng.md", "AGT109"),
    "a check": (ORDERS, "- pytest: ", "- pytst: ", "AGT108"),
    "a key": (ORDERS, "depends_on", "depend_on", "AGT103"),
    "a requirement": (LANDING, "[BR-1]", "[br-1]", "AGT025"),
    "a section": (ORDERS, "## SUCCESS CRITERIA", "## SUCCES CRITERIA", "AGT006"),
    "a section of another level": (LANDING, "## DEPENDENCIES", "### DEPENDENCIES", "AGT006"),
    "a date": ("agent-prompts/context/system_context.yaml", "  time_zone", "\ttime_zone", "AGT015"),
}


@pytest.mark.parametrize("name", MEANT)
def test_what_was_meant_is_written_by_the_mend(project: Path, name: str) -> None:
    path, right, wrong, code = MEANT[name]
    before = (project / path).read_text(encoding="utf-8").splitlines()
    line = swap(project, path, right, wrong)
    (hit,) = [hit for hit in hits(project) if hit.finding.code == code]
    assert hit.mend and (hit.finding.line, hit.mend.after) == (line, before[line - 1])


def test_a_name_that_is_near_nothing_is_not_mended(project: Path) -> None:
    swap(project, ORDERS, "context/data_context.md", "context/zebra.md")
    (hit,) = [hit for hit in hits(project) if hit.finding.code == "AGT106"]
    assert hit.mend is None


def test_every_mend_that_is_offered_for_a_planted_defect_ends_the_finding(tmp_path: Path) -> None:
    tried = 0
    for one in known():
        for number, defect in enumerate(one.defects):
            root = planted(tmp_path / f"{one.code}-{number}", (defect.plant,))
            for hit in [hit for hit in hits(root) if hit.mend and hit.finding.code == one.code][:1]:
                file = root / hit.finding.path
                lines = file.read_text(encoding="utf-8").split("\n")
                assert lines[hit.mend.line - 1] == hit.mend.before, (one.code, defect.name)
                lines[hit.mend.line - 1] = hit.mend.after
                file.write_text("\n".join(lines), encoding="utf-8")
                assert hit.finding not in {again.finding for again in hits(root)}, (one.code, defect.name)
                tried += 1
    assert tried > 30


def test_a_new_skeleton_is_found_to_be_one(project: Path) -> None:
    from agentic.app import App

    path = App(project).tasks.new("ingestion/returns")
    assert {code for code, where, _ in found(project) if where == f"agent-prompts/{path}"} == {"AGT003"}


def test_the_clean_project_is_shipped_with_nothing_but_words_and_code() -> None:
    assert {file.suffix for file in CLEAN.rglob("*") if file.is_file()} - {".pyc"} == {".md", ".yaml", ".py"}


HOSTILE = {
    "an angle that never closes": "<a " * 600_000,
    "a bracket that never closes": "[clarify " * 200_000,
    "dots without an end": "- <" + ". " * 900_000,
    "marks in a comment without an end": "<!--\n" + "what?\n" * 200_000,
    "code without an end": "```\n" + "what?\n" * 200_000,
    "one verb again and again": "needs to be " * 150_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_of_two_megabytes_is_judged_in_seconds(project: Path, name: str) -> None:
    noted(project, HOSTILE[name])
    library = Library(project, ROOTS)
    assert len(library.pages) > 5
    began = time.process_time()
    for rule in (*pages.RULES, *tasks.RULES):
        list(rule.look(library))
    assert time.process_time() - began < 30
