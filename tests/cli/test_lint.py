"""`agentic lint` and `agentic explain`: paths, forms, allowances, the baseline, repairs, exit codes; and the audit tells."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import agentic.specs.rules as rules
from agentic.app.linting import LintReport, explanations
from agentic.cli import formats
from agentic.specs.rules import RULES
from agentic.specs.suppress import Suppressed
from agentic.values import Finding
from asked import asked
from corridor.liars import turns, written
from house import House, spec
from house.house import answered

CLEAN = Path(rules.__file__).parent / "clean"
ORDERS = "agent-prompts/tasks/ingestion/orders.md"
LANDING = "agent-prompts/tasks/ingestion/landing.md"
CRITERION = "- [ ] AC-3: the code compiles and lints (check: python)"
BAD = "- [ ] AC-3: the code is nice"
ALL = f"{len([*CLEAN.glob('agent-prompts/**/*.md'), *CLEAN.glob('agent-prompts/**/*.yaml')])} files"
BECAUSE = "<!-- agentic: allow AGT022 because a person looks at it -->"


@pytest.fixture
def clean(tmp_path: Path) -> House:
    """The project in which nothing is wrong."""
    shutil.copytree(CLEAN, tmp_path / "clean")
    return House(tmp_path / "clean")


@pytest.fixture
def bad(clean: House) -> House:
    """One criterion that nothing measures, on line 21."""
    return edited(clean, CRITERION, BAD)


def edited(house: House, old: str, new: str, path: str = ORDERS) -> House:
    """Another wording."""
    text = house.read(path)
    assert old in text
    house.write(path, text.replace(old, new, 1))
    return house


def line_of(house: House, words: str) -> int:
    """Where it stands."""
    return house.read(ORDERS).splitlines().index(words) + 1


# --- text -------------------------------------------------------------------------------------------------------


def test_a_finding_is_a_place_a_code_words_and_what_to_do(bad: House) -> None:
    said = asked(bad.root, "lint")
    assert said.exit == 1 and said.err == ""
    assert said.out == (
        f"{ORDERS}:{line_of(bad, BAD)}: error[AGT022] nothing measures: AC-3: the code is nice\n"
        "  fix: end the criterion with `(check: KIND)`, where KIND is one of the task's checks.\n"
        f"1 error in {ALL}\n"
    )


def test_a_clean_project_is_one_line_and_none_with_quiet(clean: House) -> None:
    assert (asked(clean.root, "lint").exit, asked(clean.root, "lint").out) == (0, f"no findings in {ALL}\n")
    assert (asked(clean.root, "lint", "--quiet").exit, asked(clean.root, "lint", "--quiet").out) == (0, "")


def finding(
    severity: str = "error", path: str = "agent-prompts/a.md", line: int = 3, message: str = "wrong"
) -> Finding:
    """One finding."""
    return Finding("lint", message, path, line, severity, "AGT022", fix="mend it.")  # type: ignore[arg-type]


def test_what_is_counted_is_said_in_whole_words() -> None:
    found = (finding(), finding(), finding("warning"), finding("note"))
    allowed = (Suppressed(finding(), "a good reason", 2),) * 2
    report = LintReport(found, allowed, (finding(),) * 4, tuple("abcdefghijkl"))
    assert formats.counted(report) == "2 errors, 1 warning, 1 note in 12 files (2 suppressed, 4 in the baseline)"
    assert formats.counted(LintReport((), files=("a",))) == "no findings in 1 file"


def test_others_words_steer_no_terminal_and_begin_no_line() -> None:
    report = LintReport((finding(message="\x1b[2Jx\nerror[AGT001] forged", path="agent-prompts/\x07a.md"),))
    shown = formats.text(report)
    assert "\x1b" not in shown and "\x07" not in shown and "\nerror[AGT001]" not in shown


def test_colours_are_shown_where_they_are_wanted_only(bad: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in asked(bad.root, "lint").out
    assert "\x1b[31m" in asked(bad.root, "lint", "--color", "always").out
    assert "\x1b[" not in asked(bad.root, "lint", "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in bad.cli("lint").stdout


# --- paths ------------------------------------------------------------------------------------------------------

PATHS = {
    "a task by module and feature": "ingestion/orders",
    "a task from agent-prompts/": "tasks/ingestion/orders.md",
    "a task without its ending": "tasks/ingestion/orders",
    "a task from the root": ORDERS,
    "a folder from agent-prompts/": "tasks",
    "a folder from the root": "agent-prompts/tasks/ingestion/",
    "a module": "ingestion",
    "everything": "agent-prompts",
    "where one stands": ".",
}


@pytest.mark.parametrize("name", PATHS)
def test_a_task_a_file_or_a_folder_may_be_named(bad: House, name: str) -> None:
    said = asked(bad.root, "lint", PATHS[name])
    assert said.exit == 1 and "AGT022" in said.out, said


@pytest.mark.parametrize("path", ["requirements", "context/data_context.md", "tasks/ingestion/landing.md", "context/system_context.yaml"])  # fmt: skip
def test_what_is_not_named_is_not_told(bad: House, path: str) -> None:
    said = asked(bad.root, "lint", path)
    assert (said.exit, said.out) == (0, "no findings in 1 file\n")


def test_from_a_folder_below_paths_are_those_of_that_folder(bad: House) -> None:
    below = bad.root / "agent-prompts/tasks/ingestion"
    assert asked(below, "lint", "orders.md").exit == 1
    assert asked(below, "lint", "landing.md").exit == 0
    assert asked(below, "lint", ".").exit == 1
    assert asked(below, "lint", str(bad.root / ORDERS)).exit == 1


def test_the_graph_is_judged_though_only_one_file_is_named(clean: House) -> None:
    edited(clean, "- src/ingestion/orders.py", "- src/ingestion/landing.py")
    told = [asked(clean.root, "lint", path).out for path in ("ingestion/orders", "ingestion/landing")]
    assert any("AGT020" in out for out in told)


NO_SPEC = {
    "nothing of that name": ("tasks/ingestion/ordrs.md", "did you mean tasks/ingestion/orders.md?"),
    "a folder with a typo": ("requirement", "did you mean requirements?"),
    "code": ("src/ingestion/orders.py", "did you mean tasks/ingestion/orders.md?"),
    "a folder of code": ("src", "under agent-prompts/"),
    "outside": ("../../..", "under agent-prompts/"),
    "an empty word": ("", "under agent-prompts/"),
    "a NUL": ("a\0b", "under agent-prompts/"),
    "a long name": ("x" * 5000, "under agent-prompts/"),
    "a template": ("meta/templates/x.md", ""),
}


@pytest.mark.parametrize("name", NO_SPEC)
def test_a_path_that_is_no_spec_is_an_error_with_what_was_meant(clean: House, name: str) -> None:
    clean.write("agent-prompts/meta/templates/x.md", "x")
    path, fix = NO_SPEC[name]
    said = asked(clean.root, "lint", path)
    assert (said.exit, said.errors, said.out) == (2, ["AGT101"], "") and fix in said.line("fix"), said
    assert asked(clean.root, "lint", path, "--json").json["error"]["code"] == "AGT101"


def test_a_file_that_is_no_text_can_be_named_too(clean: House) -> None:
    clean.write("agent-prompts/context/latin.md", "Größe".encode("latin-1"))
    assert "AGT107" in asked(clean.root, "lint", "context/latin.md").out


# --- JSON, SARIF, JUnit, GitHub ---------------------------------------------------------------------------------


@pytest.fixture
def everything(bad: House) -> House:
    """A finding, one that is allowed, one that is known of old, and one that can be mended."""
    edited(bad, "  - pytest: tests/ingestion/test_landing.py", "  - pytst: tests/ingestion/test_landing.py", LANDING)
    asked(bad.root, "lint", "--write-baseline")
    edited(
        bad,
        "## SUCCESS CRITERIA:",
        f'## SUCCESS CRITERIA:\n{BECAUSE}\n- [ ] AC-0: it looks good\n- [ ] AC-9: <ü> & "so"',
    )
    return edited(bad, "attempts: 3", "atempts: 3")


def test_json_is_the_same_by_either_name_and_its_schema_accepts_it(everything: House) -> None:
    first, second = asked(everything.root, "lint", "--json"), asked(everything.root, "lint", "--format", "json")
    assert first == second and first.exit == 1
    jsonschema.validate(first.json, json.loads(asked(everything.root, "schema", "findings").out))
    assert {one["code"] for one in first.json["findings"]} == {"AGT022", "AGT103"}
    assert [one["reason"] for one in first.json["suppressed"]] == ["a person looks at it"]
    assert len(first.json["known"]) == 2 and first.json["mendable"] == 1 and ORDERS in first.json["files"]


TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "level", "locations", "partialFingerprints"],
    "properties": {
        "message": TEXT,
        "level": {"enum": ["none", "note", "warning", "error"]},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array", "minItems": 1,
            "items": {
                "required": ["kind", "justification"],
                "properties": {"kind": {"enum": ["inSource", "external"]}, "status": {"enum": ["accepted"]}},
            },
        },
        "locations": {
            "type": "array", "minItems": 1,
            "items": {"required": ["physicalLocation"], "properties": {"physicalLocation": {
                "required": ["artifactLocation", "region"],
                "properties": {
                    "artifactLocation": {"required": ["uri"], "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}},
                    "region": {"required": ["startLine"], "properties": {"startLine": {"type": "integer", "minimum": 1}}},
                },
            }}},
        },
    },
}  # fmt: skip
RULE = {
    "type": "object",
    "required": ["id", "name", "shortDescription", "help"],
    "properties": {"shortDescription": TEXT, "help": TEXT},
}
SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array", "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                    "tool": {"required": ["driver"], "properties": {"driver": {
                        "required": ["name", "rules"], "properties": {"rules": {"type": "array", "uniqueItems": True, "items": RULE}},
                    }}},
                },
            },
        },
    },
}  # fmt: skip
"""What SARIF 2.1.0 demands of the parts that are used here, and what GitHub demands beyond it."""


def sarif(house: House, *words: str) -> dict:
    """Held against the schema; against the official one where SARIF_SCHEMA names its file."""
    log = json.loads(asked(house.root, "lint", "--format", "sarif", *words).out)
    jsonschema.validate(log, SARIF)
    if path := os.environ.get("SARIF_SCHEMA"):
        jsonschema.validate(log, json.loads(Path(path).read_text(encoding="utf-8")))
    return log["runs"][0]


def test_sarif_holds_findings_and_what_is_allowed_with_its_reason(everything: House) -> None:
    run = sarif(everything)
    told = [
        (one["ruleId"], one["level"], [why["kind"] for why in one.get("suppressions", ())]) for one in run["results"]
    ]
    assert sorted(told) == sorted([
        ("AGT022", "error", []), ("AGT103", "error", []), ("AGT022", "error", ["inSource"]),
        ("AGT022", "error", ["external"]), ("AGT108", "error", ["external"]),
    ])  # fmt: skip
    assert [one["suppressions"][0]["justification"] for one in run["results"] if one.get("suppressions")][
        0
    ] == "a person looks at it"
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_a_fingerprint_stays_while_lines_move_and_tells_equal_findings_apart(bad: House) -> None:
    edited(bad, BAD, f"{BAD}\n{BAD}")
    before = [one["partialFingerprints"] for one in sarif(bad)["results"]]
    edited(bad, "## DELIVERABLES:", "Some words above.\n\n## DELIVERABLES:")
    after = sarif(bad)["results"]
    assert [one["partialFingerprints"] for one in after] == before and len({str(one) for one in before}) == len(before)


def test_sarif_of_a_clean_project_is_a_log_without_results(clean: House) -> None:
    assert sarif(clean)["results"] == []


def test_a_path_with_umlauts_and_blanks_is_a_uri(bad: House) -> None:
    bad.write("agent-prompts/context/größe nötig.md", "Größe".encode("latin-1"))
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in sarif(bad)["results"]}
    assert "agent-prompts/context/gr%C3%B6%C3%9Fe%20n%C3%B6tig.md" in uris


def test_junit_is_one_test_case_a_file(everything: House) -> None:
    said = asked(everything.root, "lint", "--format", "junit")
    suites = ElementTree.fromstring(said.out)
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    assert said.exit == 1 and ORDERS in cases and LANDING in cases
    assert (suites.get("tests"), suites.get("failures")) == (str(len(cases)), "1")
    failed = [name for name, case in cases.items() if case.find("failure") is not None]
    assert failed == [ORDERS]
    assert 'AC-9: <ü> & "so"' in cases[ORDERS].find("failure").text
    assert "a person looks at it" in cases[ORDERS].find("system-out").text


def test_junit_fails_for_a_warning_only_when_strict() -> None:
    report = LintReport((finding("warning"),), files=("agent-prompts/a.md",))
    assert 'failures="0"' in formats.junit(report) and "<system-out>" in formats.junit(report)
    assert 'failures="1"' in formats.junit(report, strict=True)


def test_control_characters_are_spelt_out_in_xml() -> None:
    words = "".join(chr(number) for number in (*range(0x20), 0x7F, 0x85, 0xFFFE, 0x1F600)) + "<&>\"'"
    report = LintReport((finding(message=words, path=f"agent-prompts/{words}.md"),))
    case = ElementTree.fromstring(formats.junit(report)).find(".//testcase")
    assert case is not None and "\\u0000" in case.find("failure").get("message") and "\U0001f600" in case.get("name")


def test_github_annotates_lines_and_nobodys_words_become_a_command() -> None:
    report = LintReport((finding("note", "agent-prompts/a,b:c.md", 0, "100 % wrong\n::error::forged"),))
    first, *rest = formats.github(report).splitlines()
    assert (
        first
        == "::notice file=agent-prompts/a%2Cb%3Ac.md,line=1,title=AGT022::100 %25 wrong%0A::error::forged%0Afix: mend it."
    )
    assert rest == ["1 note in 0 files"]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_a_report_is_written_to_a_file_in_each_form(bad: House, form: str) -> None:
    printed = asked(bad.root, "lint", "--format", form).out
    said = asked(bad.root, "lint", "--format", form, "--output", "report.out")
    assert (said.exit, said.out, said.err) == (1, "", f"report.out: 1 error in {ALL}\n")
    assert bad.read("report.out").rstrip("\n") == printed.rstrip("\n")


def test_a_report_may_go_to_a_device_and_not_into_a_folder_that_is_not_there(bad: House) -> None:
    assert asked(bad.root, "lint", "--output", "/dev/null", "--quiet").exit == 1 and Path("/dev/null").is_char_device()
    said = asked(bad.root, "lint", "--output", "no/such/folder/x.sarif")
    assert (said.exit, said.errors) == (4, ["AGT308"])


CONTRADICTIONS = [("--json", "--format", "sarif"), ("--dry-run",), ("--write-baseline", "tasks"), ("--write-baseline", "--fix"), ("--format", "html")]  # fmt: skip


@pytest.mark.parametrize("words", CONTRADICTIONS, ids=" ".join)
def test_what_cannot_be_meant_together_is_refused(bad: House, words: tuple[str, ...]) -> None:
    before = bad.tree()
    said = asked(bad.root, "lint", *words)
    assert (said.exit, said.out) == (2, "") and said.line("fix") or "AGT200" in said.out
    assert bad.tree() == before


# --- exit codes -------------------------------------------------------------------------------------------------


def test_warnings_count_when_strict(clean: House) -> None:
    edited(clean, CRITERION, f"{BECAUSE}\n{CRITERION}")
    assert (asked(clean.root, "lint").exit, asked(clean.root, "lint", "--strict").exit) == (0, 1)
    clean.write("configs/agentic.yaml", "lint:\n  severity: {AGT022: note}\n")
    edited(clean, f"{BECAUSE}\n{CRITERION}", BAD)
    assert (asked(clean.root, "lint").exit, asked(clean.root, "lint", "--strict").exit) == (0, 0)
    clean.write("configs/agentic.yaml", "lint:\n  severity: {AGT022: warning}\n")
    assert (asked(clean.root, "lint").exit, asked(clean.root, "lint", "--strict").exit) == (0, 1)


# --- allowances -------------------------------------------------------------------------------------------------


def test_what_is_allowed_is_listed_with_its_reason(bad: House) -> None:
    edited(bad, BAD, f"{BECAUSE}\n{BAD}")
    assert asked(bad.root, "lint").out == f"no findings in {ALL} (1 suppressed)\n"
    line = line_of(bad, BAD)
    said = asked(bad.root, "lint", "--suppressed")
    assert said.exit == 0 and said.out == (
        f"{ORDERS}:{line}: allowed[AGT022] nothing measures: AC-3: the code is nice\n"
        f"  because: a person looks at it (line {line - 1})\n"
        "1 suppressed\n"
    )


def test_the_audit_tells_what_a_person_allowed_in_the_spec(house: House) -> None:
    text = spec(criteria=("AC-1: it adds (check: pytest)", "AC-2: it is nice"))
    house.write(f"agent-prompts/{House.TASK}", text.replace("- [ ] AC-2", f"{BECAUSE}\n- [ ] AC-2"))
    done = house.run(script=turns(written()))
    assert done.suppressed == ("AGT022 (a person looks at it)",)
    opened = house.journal(done.id)[0]["body"]
    assert [(one["code"], one["reason"]) for one in opened["suppressed"]] == [("AGT022", "a person looks at it")]
    page = house.read(done.archive)
    assert "- Suppressed: AGT022 (a person looks at it)\n" in page.split("## PROMPT")[0]
    assert "allowed  AGT022 (a person looks at it)" in asked(house.root, "audit", "show").out
    assert asked(house.root, "audit", "verify").exit == 0


def test_without_a_suppression_the_journal_and_the_page_say_nothing_of_it(house: House) -> None:
    done = house.run(script=turns(written()))
    assert "suppressed" not in house.journal(done.id)[0]["body"] and "Suppressed" not in house.read(done.archive)


# --- the baseline -----------------------------------------------------------------------------------------------


def test_what_is_known_of_old_does_not_count_and_what_is_new_does(bad: House) -> None:
    written_ = asked(bad.root, "lint", "--write-baseline")
    assert written_.exit == 0 and "configs/lint-baseline.json holds 1 finding\n" in written_.out
    assert asked(bad.root, "lint").out == f"no findings in {ALL} (1 in the baseline)\n"
    assert asked(bad.root, "lint", "--no-baseline").exit == 1
    edited(bad, "## SUCCESS CRITERIA:", "## SUCCESS CRITERIA:\n- [ ] AC-0: it looks good")
    said = asked(bad.root, "lint")
    assert said.exit == 1 and "AC-0" in said.out and "AC-3" not in said.out


def test_what_is_mended_is_said_so_that_the_baseline_gets_shorter(bad: House) -> None:
    asked(bad.root, "lint", "--write-baseline")
    edited(bad, BAD, CRITERION)
    said = asked(bad.root, "lint")
    assert said.exit == 0 and "note: 1 entry of the baseline is mended: run agentic lint --write-baseline" in said.out
    assert asked(bad.root, "lint", "--json").json["notes"] == [
        "1 entry of the baseline is mended: run agentic lint --write-baseline"
    ]
    asked(bad.root, "lint", "--write-baseline")
    assert asked(bad.root, "lint").out == f"no findings in {ALL}\n"


def test_a_conflict_and_a_secret_are_in_no_baseline(bad: House) -> None:
    edited(bad, BAD, f"{BAD}\n\n{'<' * 7} HEAD\none\n{'=' * 7}\ntwo\n{'>' * 7} theirs\n")
    said = asked(bad.root, "lint", "--write-baseline")
    assert said.exit == 1 and "AGT002" in said.out and "AGT022" not in said.out
    assert "AGT002" not in bad.read("configs/lint-baseline.json")


def test_no_execution_writes_the_baseline(house: House) -> None:
    path = "configs/lint-baseline.json"
    house.write(f"agent-prompts/{House.TASK}", spec(deliverables=[path], checks=["python"], criteria=()))
    with answered(turns(written())):
        said = asked(house.root, "run", House.TASK, "--attempts", "1")
    assert said.exit in (1, 6) and not house.exists(path)


# --- repairs ----------------------------------------------------------------------------------------------------


def test_a_dry_run_shows_what_would_change_and_changes_nothing(clean: House) -> None:
    edited(clean, "attempts: 3", "atempts: 3")
    before = clean.tree()
    said = asked(clean.root, "lint", "--fix", "--dry-run")
    assert said.exit == 1 and clean.tree() == before
    assert f"--- a/{ORDERS}\n+++ b/{ORDERS}\n" in said.out and "\n-atempts: 3\n+attempts: 3\n" in said.out
    assert "1 line would be mended in 1 file" in said.out and "AGT103" in said.out


def test_fix_mends_shows_and_judges_again(clean: House) -> None:
    edited(clean, "attempts: 3", "atempts: 3")
    edited(clean, CRITERION, BAD)
    said = asked(clean.root, "lint", "--fix")
    assert said.exit == 1 and "\n-atempts: 3\n+attempts: 3\n" in said.out and "1 line mended in 1 file" in said.out
    assert "AGT022" in said.out and "AGT103" not in said.out
    assert "\nattempts: 3\n" in clean.read(ORDERS)
    again = asked(clean.root, "lint", "--fix", "--json")
    assert (again.json["mended"], [one["code"] for one in again.json["findings"]]) == ([], ["AGT022"])


def test_fix_touches_what_is_named_and_nothing_else(clean: House) -> None:
    edited(clean, "attempts: 3", "atempts: 3")
    before = clean.tree()
    asked(clean.root, "lint", "--fix", "requirements")
    assert clean.tree() == before
    asked(clean.root, "lint", "--write-baseline")
    known = clean.tree()
    asked(clean.root, "lint", "--fix")
    assert clean.tree() == known


def test_lint_offers_what_it_could_mend(clean: House) -> None:
    edited(clean, "attempts: 3", "atempts: 3")
    assert "1 of them can be mended: agentic lint --fix" in asked(clean.root, "lint").out


# --- explain ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_explained_in_its_own_words(tmp_path: Path, rule: rules.Rule) -> None:
    said = asked(tmp_path, "explain", rule.code.lower())
    assert said.exit == 0 and said.out.startswith(f"{rule.code}  {rule.name}\n  {rule.meaning}\n  do:   ")


def test_the_list_holds_errors_findings_and_rules_in_order(tmp_path: Path) -> None:
    told = [line.split()[0] for line in asked(tmp_path, "explain").out.splitlines() if line.startswith("AGT")]
    assert told == sorted(told) == list(explanations()) and {"AGT022", "AGT101", "AGT403"} <= set(told)
    assert explanations()["AGT022"].exit_status == 1


def test_a_code_that_is_nearly_one_is_named(tmp_path: Path) -> None:
    said = asked(tmp_path, "explain", "AGT2022")
    assert (said.exit, said.errors) == (2, ["AGT200"]) and "did you mean AGT" in said.line("fix")


def test_no_two_rules_have_one_code_or_one_name() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES) == len({rule.name for rule in RULES})
    assert not {rule.code for rule in RULES} & {code for code in explanations() if not code.startswith("AGT0")}
