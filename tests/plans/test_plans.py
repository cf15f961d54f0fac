"""A plan is numbered, checked, approved by a named person for the words as they stand, and put away when it is done."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from agentic.plans import PlanFile
from agentic.plans.write import begun, slug_of, with_line
from asked import Said, asked
from house import House

TODAY = datetime.now(UTC).strftime("%Y-%m-%d")
PLAN = "plans/proposed/001-streaming-sources.md"
DONE = "plans/implemented/001-streaming-sources.md"
TEMPLATE = (Path(__file__).parents[2] / "agent-prompts/meta/templates/plans/plan.md").read_text(encoding="utf-8")
TEXT = f"""# Streaming sources

## Summary

Größere Quellen werden in Teilen gelesen.

## Goals

- [ ] a month is queryable on the day it is delivered
- [ ] what works today works as before

## Architecture

```mermaid
flowchart LR
  source --> parts
```

Read in parts, since 10 GB do not fit.

## Implementation Phases

1. Read in parts.
2. Land in parts.

## Files to Create/Modify

| file | what |
|---|---|
| `src/ingestion/parts.py` | created: reads a part |
| configs/sources.yml | modified: the size of a part |

## Verification

| goal | shown by |
|---|---|
| a month is queryable | pytest tests/ingestion |

## Implementation Log

- {TODAY}: proposed
"""


@pytest.fixture
def planned(house: House) -> House:
    """A project with one plan that lacks nothing."""
    house.write(PLAN, TEXT)
    return house


def found(house: House, *words: str) -> list[tuple[str, int]]:
    """(code, line) of what `plan check` says of the first plan."""
    said = asked(house.root, "plan", "check", *words, "--json")
    return [(one["code"], one["line"]) for one in said.json["plans"][0]["findings"]]


def approved(house: House) -> Said:
    return asked(house.root, "plan", "approve", "1", "--by", "Ada Lovelace", "--why", "it is needed now", "--json")


def carried_out(house: House) -> None:
    """Goals ticked, files made, the log written."""
    path = PLAN if house.exists(PLAN) else DONE
    text = house.read(path).replace("- [ ]", "- [x]")
    house.write(path, f"{text}- {TODAY}: parts are read\n")
    house.write("src/ingestion/parts.py", "")
    house.write("configs/sources.yml", "")


# --- new ---------------------------------------------------------------------------------------------------


def test_a_new_plan_takes_the_next_number_over_both_folders(house: House) -> None:
    house.write("plans/implemented/007-old.md", TEXT)
    house.write("plans/proposed/002-other.md", TEXT)
    house.write("plans/proposed/README.md", "words")
    said = asked(house.root, "plan", "new", "Größere  Quellen & Co.!")
    assert said.exit == 0 and said.out.startswith("plans/proposed/008-groessere-quellen-co.md\n")
    assert house.read("plans/proposed/008-groessere-quellen-co.md").startswith(
        "# Größere Quellen & Co.!\n\n## Summary\n"
    )


def test_a_new_plan_is_made_from_the_projects_own_template(house: House) -> None:
    house.write("agent-prompts/meta/templates/plans/plan.md", "# x\n\n## Ours\n")
    asked(house.root, "plan", "new", "first")
    assert house.read("plans/proposed/001-first.md") == "# first\n\n## Ours\n"
    house.write("plans/TEMPLATE.md", "## No title\n@TODAY@\n")
    asked(house.root, "plan", "new", "second")
    assert house.read("plans/proposed/002-second.md") == f"# second\n\n## No title\n{TODAY}\n"


def test_a_new_plan_from_the_frameworks_template_says_what_is_still_to_be_filled_in(house: House) -> None:
    said = asked(house.root, "plan", "new", "Streaming sources", "--json")
    jsonschema.validate(said.json, json.loads(asked(house.root, "schema", "created").out))
    check = asked(house.root, "plan", "check")
    assert check.exit == 1 and all(f"{name}: still to be filled in" in check.out for name in ("Summary", "Goals", "Architecture", "Implementation Phases", "Files to Create/Modify", "Verification"))  # fmt: skip
    assert f"- {TODAY}: proposed" in house.read(PLAN) and "AGT670" not in check.out


@pytest.mark.parametrize("title", ["", "   ", "???", "日本"])
def test_a_title_without_a_letter_that_a_name_can_have_is_refused(house: House, title: str) -> None:
    said = asked(house.root, "plan", "new", title)
    assert (said.exit, said.errors) == (2, ["AGT200"]) and not list(house.root.glob("plans/proposed/*"))


def test_a_slug_is_short_and_plain() -> None:
    assert slug_of("Ärger über Öl, Straße") == "aerger-ueber-oel-strasse"
    assert len(slug_of("word " * 50)) <= 60 and not slug_of("word " * 50).endswith("-")


def test_a_title_takes_the_place_of_the_templates_and_of_nothing_in_code() -> None:
    text = begun("```sh\n# no title\n```\n# <title>\n", "Mine", TODAY)
    assert text == "```sh\n# no title\n```\n# Mine\n"


# --- check -------------------------------------------------------------------------------------------------


def test_nothing_is_said_of_a_plan_that_lacks_nothing(planned: House) -> None:
    said = asked(planned.root, "plan", "check")
    assert (said.exit, said.out) == (0, f"{PLAN}: proposed\n")


DEFECTS = {
    "a section that is missing": ("## Verification", "## Verifying", "AGT670", 1),
    "a section that says nothing": ("Größere Quellen werden in Teilen gelesen.\n", "", "AGT670", 3),
    "a section of a comment": ("Größere Quellen werden in Teilen gelesen.", "<!-- later -->", "AGT670", 3),
    "a section of an empty table": ("| a month is queryable | pytest tests/ingestion |\n", "", "AGT670", 33),
    "a section of empty boxes": ("1. Read in parts.\n2. Land in parts.", "- [ ]\n-", "AGT670", 21),
    "a section that stands twice": ("## Verification", "## Summary\n\nAgain.\n\n## Verification", "AGT670", 33),
    "words of the template": ("Read in parts, since 10 GB do not fit.", "<how it works, what was weighed, and why this way>", "AGT671", 19),
    "a box of the template": ("source --> parts", 'before["<what is there>"] --> parts', "AGT671", 16),
    "a title of the template": ("# Streaming sources", "# <the plan in one line>", "AGT671", 1),
    "no title": ("# Streaming sources\n", "", "AGT670", 1),
    "goals that are no boxes": ("- [ ] ", "- ", "AGT673", 7),
    "files that are none": ("| `src/ingestion/parts.py` | created: reads a part |\n| configs/sources.yml | modified: the size of a part |\n", "| all of them | changed |\n", "AGT670", 26),
    "a file outside the project": ("configs/sources.yml", "../sources.yml", "AGT675", 31),
    "an approval by hand": ("# Streaming sources\n", "# Streaming sources\nApproved: me\n", "AGT674", 2),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found_with_its_line(planned: House, name: str) -> None:
    old, new, code, line = DEFECTS[name]
    assert old in TEXT
    planned.write(PLAN, TEXT.replace(old, new))
    assert (code, line) in found(planned), found(planned)
    assert asked(planned.root, "plan", "check", "1").exit == 1


def test_angle_brackets_that_the_template_does_not_have_may_stand_in_code(planned: House) -> None:
    planned.write(PLAN, TEXT.replace("source --> parts", 'source --> parts["<b class>x y</b>"]'))
    assert found(planned) == []


@pytest.mark.parametrize("name", ["1-short.md", "streaming.md", "001_streaming.md", "001-Streaming.md", "001-.md"])
def test_a_name_without_number_and_words_is_a_finding(house: House, name: str) -> None:
    house.write(f"plans/proposed/{name}", TEXT)
    assert found(house) == [("AGT672", 1)]


def test_two_plans_of_one_number_are_a_finding_of_both(planned: House) -> None:
    planned.write("plans/implemented/001-other.md", TEXT)
    said = asked(planned.root, "plan", "list", "--json")
    assert ["AGT672" in [one["code"] for one in plan["findings"]] for plan in said.json["plans"]] == [True, True]
    assert (
        asked(planned.root, "plan", "check", "1").errors,
        asked(planned.root, "plan", "check", "001-other").exit,
    ) == (["AGT200"], 1)


def test_a_plan_that_is_no_text_is_a_finding_and_the_list_goes_on(planned: House) -> None:
    planned.write("plans/proposed/002-bytes.md", b"\xff\xfe\x00")
    planned.write("plans/proposed/003-front.md", "---\na: [\n---\n# x\n")
    planned.write("plans/proposed/004-empty.md", "")
    said = asked(planned.root, "plan", "list")
    assert said.exit == 0 and "002" in said.out and "Streaming sources" in said.out
    assert (
        found(planned, "2") == [("AGT107", 0)]
        and found(planned, "3")[0][0] == "AGT103"
        and ("AGT670", 1) in found(planned, "4")
    )


def test_a_plan_of_windows_is_read_like_any_other(house: House) -> None:
    house.write(PLAN, b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert found(house) == []


@pytest.mark.parametrize("wish", ["1", "001", "001-streaming-sources", "001-streaming-sources.md", PLAN])
def test_a_plan_may_be_named_in_each_of_these_ways(planned: House, wish: str) -> None:
    assert asked(planned.root, "plan", "check", wish).exit == 0


@pytest.mark.parametrize("wish", ["2", "0", "x", "²", "9" * 5000, "../001-streaming-sources"])
def test_a_plan_that_is_not_there_is_wrong_usage(planned: House, wish: str) -> None:
    said = asked(planned.root, "plan", "check", wish)
    assert (said.exit, said.errors) == (2, ["AGT200"]) and "plan list" in said.line("fix")


def test_without_a_plan_the_list_is_empty_and_the_check_passes(house: House) -> None:
    assert (asked(house.root, "plan", "list").out, asked(house.root, "plan", "check").exit) == ("no plan yet\n", 0)


# --- approve -----------------------------------------------------------------------------------------------


def test_an_approval_is_a_line_below_the_title_and_a_decision_in_the_archive(planned: House) -> None:
    said = approved(planned)
    assert (said.exit, said.json["state"], said.json["approved_by"]) == (0, "approved", "Ada Lovelace")
    jsonschema.validate(said.json, json.loads(asked(planned.root, "schema", "plan").out))
    lines = planned.read(PLAN).split("\n")
    assert lines[:2] == ["# Streaming sources", ""] and lines[3:5] == ["", "## Summary"]
    assert lines[2] == f"Approved: Ada Lovelace, {TODAY} ({PlanFile(PLAN, TEXT).promise})"
    decision = planned.app().archive.decisions()[-1]
    assert (decision.kind, decision.about, decision.who, decision.why) == (
        "approval",
        "plans/001",
        "Ada Lovelace",
        "it is needed now",
    )
    assert list(decision.files) == [PLAN] and decision.facts["promise"] == PlanFile(PLAN, TEXT).promise


def test_nobody_approves_a_plan_without_a_name(planned: House) -> None:
    for name in ("", " ", "<name>", "a\nb\x1b"):
        said = asked(planned.root, "plan", "approve", "1", "--by", name)
        assert (said.exit, said.errors) == (2, ["AGT204"]) and "--by NAME" in said.line("fix")
    assert asked(planned.root, "plan", "approve", "1").errors == ["AGT204"]
    assert planned.read(PLAN) == TEXT and planned.app().archive.decisions() == ()


def test_a_plan_with_a_finding_is_not_approved(planned: House) -> None:
    planned.write(PLAN, text := TEXT.replace("## Verification", "## Verifying"))
    said = approved(planned)
    assert (said.exit, said.json["state"]) == (1, "proposed") and said.json["findings"][0]["code"] == "AGT670"
    assert planned.read(PLAN) == text and planned.app().archive.decisions() == ()


def test_an_approval_leaves_every_byte_of_a_person_as_it_was(house: House) -> None:
    raw = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    house.write(PLAN, raw)
    assert approved(house).exit == 0
    after = (house.root / PLAN).read_bytes()
    line = next(line for line in after.split(b"\r\n") if line.startswith(b"Approved: "))
    assert after.replace(line + b"\r\n\r\n", b"", 1) == raw and found(house) == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("# T\n\ntext", "# T\n\nLINE\n\ntext"),
        ("# T", "# T\n\nLINE\n"),
        ("# T\r\nx\ny\r\n", "# T\r\n\r\nLINE\r\nx\ny\r\n"),
        ("---\na: 1\n---\n# T\n", "---\na: 1\n---\n# T\n\nLINE\n"),
    ],
)
def test_the_line_stands_below_the_title(text: str, after: str) -> None:
    assert with_line(text, PlanFile(PLAN, text), "LINE") == after


def test_ticks_and_the_log_may_change_after_the_approval(planned: House) -> None:
    approved(planned)
    carried_out(planned)
    assert (
        asked(planned.root, "plan", "list", "--json").json["plans"][0]["state"] == "approved" and found(planned) == []
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- [ ] what works today works as before\n", ""),
        ("Read in parts, since", "Read whole, since"),
        ("configs/sources.yml", "configs/other.yml"),
        ("# Streaming sources", "# Streaming"),
        ("## Implementation Log", "## Later\n\nAnd the moon.\n\n## Implementation Log"),
    ],
)
def test_another_promise_has_to_be_approved_again(planned: House, old: str, new: str) -> None:
    approved(planned)
    planned.write(PLAN, planned.read(PLAN).replace(old, new))
    listed = asked(planned.root, "plan", "list", "--json").json["plans"][0]
    assert (listed["state"], listed["approved_by"]) == ("proposed", "") and ("AGT674", 3) in found(planned)
    assert asked(planned.root, "plan", "implemented", "1").exit == 1 and planned.exists(PLAN)
    assert approved(planned).exit == 0 and planned.read(PLAN).count("Approved: ") == 1 and found(planned) == []


def test_an_approval_that_nobody_put_on_record_is_none(planned: House) -> None:
    line = f"Approved: Ada Lovelace, {TODAY} ({PlanFile(PLAN, TEXT).promise})"
    planned.write(PLAN, TEXT.replace("# Streaming sources\n", f"# Streaming sources\n\n{line}\n"))
    assert found(planned) == [("AGT674", 3)]
    carried_out(planned)
    assert asked(planned.root, "plan", "implemented", "1").exit == 1
    assert approved(planned).exit == 0 and found(planned) == []


def test_what_is_approved_is_not_approved_again(planned: House) -> None:
    approved(planned)
    assert (approved(planned).exit, len(planned.app().archive.decisions())) == (2, 1)


# --- implemented -------------------------------------------------------------------------------------------


def test_a_plan_that_is_carried_out_is_put_away_as_it_is(planned: House) -> None:
    approved(planned)
    carried_out(planned)
    text = planned.read(PLAN)
    said = asked(planned.root, "plan", "implemented", "1", "--json")
    assert (said.exit, said.json["state"], said.json["path"]) == (0, "implemented", DONE)
    assert planned.read(DONE) == text and not planned.exists(PLAN)
    assert asked(planned.root, "plan", "check").exit == 0
    assert asked(planned.root, "plan", "implemented", "1").exit == 2
    assert asked(planned.root, "plan", "approve", "1", "--by", "Ada").exit == 2


def leave_a_box(house: House) -> None:
    house.write(PLAN, house.read(PLAN).replace("- [x]", "- [ ]", 1))


def leave_a_file(house: House) -> None:
    (house.root / "src/ingestion/parts.py").unlink()


def leave_the_log(house: House) -> None:
    house.write(PLAN, house.read(PLAN).replace(f"- {TODAY}: parts are read\n", "- yesterday: parts are read\n"))


def date_it_before(house: House) -> None:
    house.write(PLAN, house.read(PLAN).replace(f"- {TODAY}: parts are read\n", "- 2020-01-01: parts are read\n"))


@pytest.mark.parametrize(
    ("undo", "code", "says"),
    [
        (leave_a_box, "AGT673", "not ticked: a month is queryable"),
        (leave_a_file, "AGT675", "src/ingestion/parts.py does not exist"),
        (leave_the_log, "AGT676", "says nothing of"),
        (date_it_before, "AGT676", "says nothing of"),
    ],
)
def test_a_plan_that_is_not_carried_out_stays(planned: House, undo: object, code: str, says: str) -> None:
    approved(planned)
    carried_out(planned)
    undo(planned)
    said = asked(planned.root, "plan", "implemented", "1")
    assert said.exit == 1 and f"error[{code}] " in said.out and says in said.out and planned.exists(PLAN)


def test_a_plan_that_nobody_approved_is_not_implemented(planned: House) -> None:
    carried_out(planned)
    said = asked(planned.root, "plan", "implemented", "1")
    assert said.exit == 1 and "nobody has approved the plan" in said.out and planned.exists(PLAN)


def test_a_file_that_was_to_be_removed_must_be_gone(planned: House) -> None:
    planned.write(PLAN, TEXT.replace("modified: the size of a part", "removed: nobody reads it"))
    approved(planned)
    carried_out(planned)
    assert "configs/sources.yml is still there" in asked(planned.root, "plan", "implemented", "1").out
    (planned.root / "configs/sources.yml").unlink()
    assert asked(planned.root, "plan", "implemented", "1").exit == 0


@pytest.mark.parametrize(
    "written",
    [
        "- `src/a.py` (new)\n- **src/b/c.sql**: modified\n",
        "### Create\n\n1. src/a.py\n\n### Modify\n\n* src/b/c.sql, for the new column\n",
        "```\nsrc/a.py      # new\nsrc/b/c.sql\n```\n",
        "| File | Change |\n|---|---|\n| `src/a.py` | new |\n| src/b/*.sql | changed |\n",
    ],
)
def test_files_are_read_however_they_are_listed(planned: House, written: str) -> None:
    start, end = TEXT.index("| file |"), TEXT.index("## Verification")
    planned.write(PLAN, TEXT[:start] + written + "\n" + TEXT[end:])
    approved(planned)
    carried_out(planned)
    said = asked(planned.root, "plan", "implemented", "1")
    assert said.exit == 1 and said.out.count("does not exist") == 2, said.out
    planned.write("src/a.py", "")
    planned.write("src/b/c.sql", "")
    assert asked(planned.root, "plan", "implemented", "1").exit == 0


def test_an_old_plan_that_was_never_approved_is_a_warning(house: House) -> None:
    house.write(DONE, TEXT)
    said = asked(house.root, "plan", "check")
    assert said.exit == 0 and "warning[AGT674] the plan was implemented and never approved" in said.out


def test_two_at_once_do_not_get_the_same_number(house: House) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "agentic", "plan", "new"]
    running = [
        subprocess.Popen([*command, f"plan {name}"], cwd=house.root, stdout=subprocess.DEVNULL) for name in "abcd"
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0, 0]
    assert sorted(path.name[:3] for path in house.root.glob("plans/proposed/*.md")) == ["001", "002", "003", "004"]
