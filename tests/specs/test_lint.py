"""The engine of lint: what a person allows, what is known of old, what is mended; and it survives whatever is written."""

from __future__ import annotations

import json
import os
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import agentic.specs.rules as rules
from agentic.app import App
from agentic.errors import AgenticError, BadSettings
from agentic.specs.baseline import FILE, compare, key_of, read_baseline, write_baseline
from agentic.specs.library import Library
from agentic.specs.lint import judge, lint
from agentic.specs.mend import Words, diff, mend, mended, repaired, write
from agentic.specs.rule import Mend
from agentic.specs.suppress import Hit, remarks, suppressions
from agentic.text import markdown
from agentic.text.loader import Loader, depth
from agentic.values import Finding
from agentic.values.path import normalise, wrong_with
from house import House, spec

CLEAN = Path(rules.__file__).parent / "clean"
ORDERS = "agent-prompts/tasks/ingestion/orders.md"
CRITERION = "- [ ] AC-3: the code compiles and lints (check: python)"
BAD = "- [ ] AC-3: the code is nice"
BECAUSE = "<!-- agentic: allow AGT022 because a person looks at it -->"
ROOTS = ("src", "tests", "configs", "docs")


@pytest.fixture
def clean(tmp_path: Path) -> House:
    """The project in which nothing is wrong."""
    shutil.copytree(CLEAN, tmp_path / "clean")
    return House(tmp_path / "clean")


def library(house: House) -> Library:
    """Read anew."""
    return Library(house.root, ROOTS)


def codes(house: House) -> list[str]:
    """What lint says."""
    return [one.code for one in lint(library(house))]


def edit(house: House, old: str, new: str, path: str = ORDERS) -> None:
    """Another wording."""
    text = house.read(path)
    assert old in text
    house.write(path, text.replace(old, new, 1))


# --- suppressions -----------------------------------------------------------------------------------------------

ALLOWED = {
    "on the line above": f"{BECAUSE}\n{BAD}",
    "on the line itself": f"{BAD} {BECAUSE}",
    "with a blank line between": f"{BECAUSE}\n\n{BAD}",
    "among others above": f"{BECAUSE}\n<!-- agentic: allow AGT004 because of something else -->\n{BAD}",
    "over two lines": f"<!-- agentic: allow AGT022 because a person\n     looks at it -->\n{BAD}",
    "indented": f"  {BECAUSE}\n{BAD}",
    "with two codes": f"<!-- agentic: allow AGT004, AGT022 because a person looks at it -->\n{BAD}",
    "in small letters": f"<!-- agentic: allow agt022 because a person looks at it -->\n{BAD}",
    "without blanks": f"<!--agentic: allow AGT022 because a person looks at it-->\n{BAD}",
    "for the whole file": f"{BAD}\n\n<!-- agentic: allow-file AGT022 because a person looks at it -->",
}


@pytest.mark.parametrize("name", ALLOWED)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_a_comment_with_a_reason_allows_a_finding(clean: House, name: str, end: str) -> None:
    edit(clean, CRITERION, ALLOWED[name])
    clean.write(ORDERS, clean.read(ORDERS).replace("\n", end))
    judged = judge(library(clean))
    assert [hit.finding.code for hit in judged.hits if hit.finding.code != "AGT091"] == []
    assert [(one.finding.code, one.reason) for one in judged.suppressed] == [("AGT022", "a person looks at it")]


def test_a_comment_in_the_front_matter_or_in_yaml_begins_with_a_hash(clean: House) -> None:
    edit(clean, "attempts: 3", "# agentic: allow AGT103 because the other runner needs it\natempts: 3")
    clean.write(
        "agent-prompts/context/team.yaml", "people:\n  # agentic: allow AGT015 because the editor is old\n\t- ann\n"
    )
    judged = judge(library(clean))
    assert {one.finding.code for one in judged.suppressed} >= {"AGT103", "AGT015"}
    assert not {"AGT103", "AGT015", "AGT091"} & {hit.finding.code for hit in judged.hits}


def test_a_finding_about_a_file_of_code_is_allowed_in_that_file(clean: House) -> None:
    long = "".join(f"NUMBER_{number} = {number}\n" for number in range(600))
    clean.write("src/ingestion/orders.py", long)
    found = {one.code for one in lint(library(clean)) if one.path == "src/ingestion/orders.py"}
    assert found
    allow = "".join(f"# agentic: allow-file {code} because it is a table of numbers\n" for code in found)
    clean.write("src/ingestion/orders.py", allow + long)
    assert not [one for one in lint(library(clean)) if one.path == "src/ingestion/orders.py"]


NOT_ALLOWED = {
    "another code": (f"<!-- agentic: allow AGT020 because of old times -->\n{BAD}", {"AGT022", "AGT091"}),
    "below": (f"{BAD}\n{BECAUSE}", {"AGT022", "AGT091"}),
    "a line of words between": (f"{BECAUSE}\n- [ ] AC-4: fast (check: python)\n{BAD}", {"AGT022", "AGT091"}),
    "no reason": (f"<!-- agentic: allow AGT022 -->\n{BAD}", {"AGT022", "AGT090"}),
    "no reason behind because": (f"<!-- agentic: allow AGT022 because -->\n{BAD}", {"AGT022", "AGT090"}),
    "one word": (f"<!-- agentic: allow AGT022 because legacy. -->\n{BAD}", {"AGT022", "AGT090"}),
    "signs for words": (f"<!-- agentic: allow AGT022 because ... ... -->\n{BAD}", {"AGT022", "AGT090"}),
    "a colon for because": (f"<!-- agentic: allow AGT022: a person looks at it -->\n{BAD}", {"AGT022", "AGT090"}),
    "another tool's word": (f"<!-- agentic: ignore AGT022 because a person looks -->\n{BAD}", {"AGT022", "AGT090"}),
    "a code that does not exist": (
        f"<!-- agentic: allow AGT02 because a person looks -->\n{BAD}",
        {"AGT022", "AGT092"},
    ),
    "no code": (f"<!-- agentic: allow because a person looks at it -->\n{BAD}", {"AGT022", "AGT092"}),
    "the whole file without a reason": (f"<!-- agentic: allow-file AGT022 -->\n{BAD}", {"AGT022", "AGT090"}),
    "in a fence": (f"```\n{BECAUSE}\n```\n{BAD}", {"AGT022"}),
    "in backticks": (f"Write `{BECAUSE}`.\n\n{BAD}", {"AGT022"}),
    "in a heading's mark": (f"# agentic: allow AGT022 because a person looks at it\n{BAD}", {"AGT022"}),
}


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_what_is_not_allowed_rightly_is_not_allowed(clean: House, name: str) -> None:
    text, expected = NOT_ALLOWED[name]
    edit(clean, CRITERION, text)
    judged = judge(library(clean))
    assert {hit.finding.code for hit in judged.hits} >= expected and not judged.suppressed
    allowances = {"AGT090", "AGT091", "AGT092", "AGT093"}
    assert {hit.finding.code for hit in judged.hits} & allowances == expected & allowances


def test_an_unknown_code_names_what_was_probably_meant(clean: House) -> None:
    edit(clean, CRITERION, f"<!-- agentic: allow UnmeasuredCriterium because a person looks -->\n{CRITERION}")
    found = next(one for one in lint(library(clean)) if one.code == "AGT092")
    assert "UnmeasuredCriterium" in found.message and "AGT022" in found.fix


@pytest.mark.parametrize("code", ["AGT002", "AGT014", "AGT107", "AGT090", "AGT091"])
def test_conflicts_secrets_and_unreadable_files_cannot_be_allowed(clean: House, code: str) -> None:
    secret = "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzEXAMPLEKEY"
    edit(clean, CRITERION, f"{CRITERION}\n\n{'<' * 7} HEAD\none\n{'=' * 7}\ntwo\n{'>' * 7} theirs\n\n{secret}\n")
    before = {one.code for one in lint(library(clean))}
    assert {"AGT002", "AGT014"} <= before
    edit(clean, CRITERION, f"<!-- agentic: allow-file {code} because it is only an example -->\n{CRITERION}")
    found = lint(library(clean))
    assert before <= {one.code for one in found}
    assert [one.message for one in found if one.code == "AGT093"], found
    assert "cannot be allowed" in next(one.message for one in found if one.code == "AGT093")


def test_generated_parts_with_marks_of_their_own_are_left_in_peace() -> None:
    text = "<!-- agentic: begin status -->\nx\n<!-- agentic: end status -->\n<!-- agentic:generated by close -->\n"
    assert not list(remarks("agent-prompts/progress/project_status.md", text))


def test_suppressions_tell_where_they_are_written_and_what_they_cover() -> None:
    text = f"---\nid: A # agentic: allow AGT023 because there were two\n---\n# T\n{BECAUSE}\n\n- x\n"
    assert [(one.code, one.line, one.covers) for one in suppressions("a.md", text)] == [
        ("AGT023", 2, 2),
        ("AGT022", 5, 7),
    ]


@given(st.text(alphabet="agentic: allow AGT022because \n<!->#`-\r\u2028é", max_size=80))
def test_whatever_stands_in_a_comment_is_read_without_an_error(text: str) -> None:
    for path in ("a.md", "a.yaml"):
        for remark in remarks(path, f"{text}<!-- agentic: allow AGT022 because {text} -->\n# agentic: allow {text}"):
            assert remark.line >= 1


# --- the baseline -----------------------------------------------------------------------------------------------


def hit(code: str, message: str, path: str = "agent-prompts/a.md", line: int = 1) -> Hit:
    """One finding."""
    return Hit(Finding("lint", message, path, line, code=code))


def test_lines_may_move_and_a_known_finding_stays_known(tmp_path: Path) -> None:
    write_baseline(tmp_path, [hit("AGT030", "BR-1 stands twice (first on line 12)").finding], frozenset())
    moved = hit("AGT030", "BR-1 stands twice (first on line 99)", line=120)
    assert compare([moved], read_baseline(tmp_path), frozenset()).known == (moved.finding,)


def test_other_numbers_make_another_finding() -> None:
    assert key_of(hit("AGT050", "7 years and 5 years").finding) != key_of(hit("AGT050", "7 years and 6 years").finding)


def test_of_findings_that_read_the_same_as_many_are_known_as_were_counted(tmp_path: Path) -> None:
    same = [hit("AGT022", "nothing measures: it is nice", line=line) for line in (3, 9, 14)]
    write_baseline(tmp_path, [one.finding for one in same[:2]], frozenset())
    compared = compare(same, read_baseline(tmp_path), frozenset())
    assert [one.finding.line for one in compared.new] == [14] and compared.mended == 0
    assert compare(same[:1], read_baseline(tmp_path), frozenset()).mended == 1


def test_what_nobody_can_silence_is_in_no_baseline(tmp_path: Path) -> None:
    secret = hit("AGT014", "a secret in a spec")
    write_baseline(tmp_path, [secret.finding], {"AGT014"})
    assert json.loads((tmp_path / FILE).read_text())["entries"] == []
    assert compare([secret], Counter({key_of(secret.finding): 1}), {"AGT014"}).new == (secret,)


def test_a_baseline_is_sorted_so_that_it_diffs_well(tmp_path: Path) -> None:
    found = [hit("AGT022", "ü", "agent-prompts/b.md").finding, hit("AGT020", "b").finding, hit("AGT020", "a").finding]
    write_baseline(tmp_path, found, frozenset())
    first = (tmp_path / FILE).read_bytes()
    write_baseline(tmp_path, reversed(found), frozenset())
    assert (tmp_path / FILE).read_bytes() == first and "ü" in first.decode() and first.endswith(b"}\n")
    entries = json.loads(first)["entries"]
    assert [(one["path"], one["message"]) for one in entries] == [
        ("agent-prompts/a.md", "a"),
        ("agent-prompts/a.md", "b"),
        ("agent-prompts/b.md", "ü"),
    ]


BROKEN = ["", "[]", "{}", "<<<<<<<", '{"entries": 3}', '{"entries": [1]}', '{"entries": [{"path": 1, "code": 2}]}',
          '{"entries": [{"path": "a", "code": "b", "message": "c", "count": "many"}]}', "\xff", "[" * 100_000]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:20])
def test_a_broken_baseline_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSettings, match="is no baseline") as raised:
        read_baseline(tmp_path)
    assert raised.value.path == FILE and "--write-baseline" in raised.value.fix


# --- repairs ----------------------------------------------------------------------------------------------------

WORDS = {
    "unix": "a\nb\nc\n",
    "windows": "a\r\nb\r\nc\r\n",
    "mac": "a\rb\rc\r",
    "mixed": "a\r\nb\nc\r",
    "no end": "a\nb\nc",
    "a byte order mark": "\ufeffa\nb\nc\n",
    "umlauts and tabs": "ä\t\nb\nöü  \n",
    "form feeds and separators": "a\x0ca\u2028a\x85\nb\nc\x0b\n",
    "blanks at ends": "a  \nb  \nc\t\n",
}


@pytest.mark.parametrize("name", WORDS)
def test_a_repair_changes_its_line_and_not_one_byte_beside(tmp_path: Path, name: str) -> None:
    raw = WORDS[name].encode()
    (tmp_path / "a.md").write_bytes(raw)
    words = Words.read(tmp_path / "a.md")
    text, count = repaired(words.text, [Mend(2, "b", "bee")], "a.md", {})
    assert count == 1 and words.encoded(text) == raw.replace(b"b", b"bee")


lines = st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8), max_size=6)
ends = st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=6, max_size=6)


@given(lines, ends, st.integers(-1, 7), st.text(alphabet="xy \t", min_size=1, max_size=3))
def test_whatever_the_text_only_the_line_that_is_meant_changes(
    given_lines: list[str], given_ends: list[str], number: int, after: str
) -> None:
    text = "".join(line + end for line, end in zip(given_lines, given_ends, strict=False))
    known = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    before = known[number - 1] if 0 < number <= len(known) else "there is none"
    found, count = repaired(text, [Mend(number, before, after)], "a.md", {})
    changed = found.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert count == (0 < number <= len(known) and before != after)
    assert changed == [after if index == number and count else line for index, line in enumerate(known, 1)]
    if not count:
        assert found == text


def test_a_line_that_reads_otherwise_by_now_is_left_alone_and_said() -> None:
    skipped: dict[str, None] = {}
    assert repaired("a\nb\n", [Mend(2, "B", "bee"), Mend(9, "x", "y")], "a.md", skipped) == ("a\nb\n", 0)
    assert list(skipped) == [
        "a.md:2 is not mended: the line reads otherwise by now",
        "a.md:9 is not mended: the line reads otherwise by now",
    ]


def test_of_two_repairs_of_one_line_the_second_waits_for_the_next_pass() -> None:
    skipped: dict[str, None] = {}
    assert repaired("a b\n", [Mend(1, "a b", "A b"), Mend(1, "a b", "a B")], "a.md", skipped) == ("A b\n", 1)
    assert not skipped


def test_a_repair_may_make_two_lines_of_one_with_the_line_end_of_the_file() -> None:
    assert repaired("a\r\nb", [Mend(1, "a", "a\nx"), Mend(2, "b", "b\ny")], "a.md", {}) == ("a\r\nx\r\nb\r\ny", 2)


def test_blanks_at_the_end_of_a_line_are_kept() -> None:
    assert repaired("- [x]a  \n", [Mend(1, "- [x]a", "- [x] a")], "a.md", {}) == ("- [x] a  \n", 1)


def test_a_diff_says_where_a_file_has_no_last_line_end() -> None:
    assert diff("a.md", "x\ny", "x\nz").splitlines()[3:] == [
        " x", "-y", "\\ No newline at end of file", "+z", "\\ No newline at end of file"
    ]  # fmt: skip


def mend_all(house: House) -> list[str]:
    """Everything that is offered, written. What was skipped."""
    bench = mend(library(house), lambda hits: hits)
    write(bench)
    return list(bench.skipped)


def test_two_typos_on_one_line_are_both_mended_and_nothing_is_left(clean: House) -> None:
    edit(clean, "depends_on: [tasks/ingestion/landing.md]", "depends_on: [tasks/ingestion/landng.md]")
    edit(clean, "attempts: 3", "atempts: 3")
    edit(clean, CRITERION, "*  [X]AC-3: the code compiles and lints (check: python)")
    wrong = set(codes(clean))
    assert {"AGT109", "AGT103"} <= wrong
    assert mend_all(clean) == []
    assert "depends_on: [tasks/ingestion/landing.md]" in clean.read(ORDERS) and "\nattempts: 3\n" in clean.read(ORDERS)
    assert not {"AGT109", "AGT103", "AGT008"} & set(codes(clean))


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["windows", "unix"])
def test_a_mended_file_keeps_its_line_ends_its_mark_its_rights_and_every_other_word(clean: House, end: str) -> None:
    text = clean.read(ORDERS).replace("attempts: 3", "atempts: 3") + "\nÄußerstes\tEnde \u2028 ohne Zeilenende"
    raw = ("\ufeff" + text.replace("\n", end)).encode()
    clean.write(ORDERS, raw).chmod(0o640)
    assert mend_all(clean) == []
    assert (clean.root / ORDERS).read_bytes() == raw.replace(b"atempts", b"attempts")
    assert (clean.root / ORDERS).stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (clean.root / ORDERS).parent.iterdir() if path.name.startswith(".")] == []


def test_what_a_person_allows_is_not_mended(clean: House) -> None:
    edit(clean, "attempts: 3", "# agentic: allow AGT103 because the other runner needs it\natempts: 3")
    before = clean.tree()
    mend_all(clean)
    assert clean.tree() == before


def test_a_file_that_changes_under_our_hands_is_not_written(clean: House) -> None:
    edit(clean, "attempts: 3", "atempts: 3")
    bench = mend(library(clean), lambda hits: hits)
    clean.write(ORDERS, "somebody else was quicker\n")
    write(bench)
    assert clean.read(ORDERS) == "somebody else was quicker\n"
    assert list(bench.skipped) == [f"{ORDERS} is not mended: it was changed meanwhile"] and mended(bench) == ()


def test_a_link_that_leads_out_of_the_project_is_not_written_through(clean: House) -> None:
    edit(clean, "attempts: 3", "atempts: 3")
    outside = clean.root.parent / "orders.md"
    (clean.root / ORDERS).rename(outside)
    (clean.root / ORDERS).symlink_to(outside)
    before = outside.read_bytes()
    assert mend_all(clean) == [f"{ORDERS} is not mended: it is a link that leads out of the project"]
    assert outside.read_bytes() == before


def test_a_link_within_the_project_stays_a_link(clean: House) -> None:
    edit(clean, "attempts: 3", "atempts: 3")
    (clean.root / "kept").mkdir()
    (clean.root / ORDERS).rename(clean.root / "kept/orders.md")
    (clean.root / ORDERS).symlink_to(clean.root / "kept/orders.md")
    assert mend_all(clean) == []
    assert (clean.root / ORDERS).is_symlink() and "\nattempts: 3\n" in clean.read("kept/orders.md")


def test_a_clean_project_has_nothing_to_mend(clean: House) -> None:
    bench = mend(library(clean), lambda hits: hits)
    assert mended(bench) == () and codes(clean) == []


# --- settings ---------------------------------------------------------------------------------------------------


def found_with(house: House, severity: str) -> tuple[Finding, ...]:
    """With this setting."""
    house.write("configs/agentic.yaml", f"lint:\n  severity: {severity}\n")
    return house.app().lint(())


def test_a_rule_is_as_severe_as_the_settings_say(clean: House) -> None:
    edit(clean, CRITERION, BAD)
    assert [(one.code, one.severity) for one in found_with(clean, "{AGT022: note}")] == [("AGT022", "note")]
    assert [(one.code, one.severity) for one in found_with(clean, "{AGT020: note}")] == [("AGT022", "error")]


WRONG = {
    "{AGT0222: note}": ("no rule AGT0222", "did you mean AGT022?"),
    "{AGT104: note}": ("no rule AGT104", "AGT"),
    "{AGT022: warn}": ("AGT022 is warn", "did you mean warning?"),
    "{AGT022: off}": ("cannot be switched off", "because REASON"),
    "{AGT022: [note]}": ("AGT022 is ['note']", "did you mean note?"),
    "{AGT022: 7}": ("AGT022 is 7", "write error, warning or note."),
    "{AGT014: note}": ("stays error", "take the line out"),
    "{22: note}": ("no rule 22", ""),
}


@pytest.mark.parametrize("severity", WRONG)
def test_a_wrong_severity_is_refused_with_file_line_and_remedy(clean: House, severity: str) -> None:
    says, fix = WRONG[severity]
    with pytest.raises(BadSettings) as raised:
        found_with(clean, severity)
    assert says in raised.value.message and fix in raised.value.fix
    assert (raised.value.path, raised.value.line) == ("configs/agentic.yaml", 2)


# --- short ways, taken because thousands are read at once ---------------------------------------------------------

LINES = ["# a", "## TASK: x", "#", "#x", "####### y", "- a", "- [ ] b", "  - c", "> q", "1. x", "```", "~~~", "", "  text",
         "   # z", "    code", "\tcode", "<div>", "<!-- c -->", "-->", "[foo]:", "[foo]: /url 'x", "'", "===", "---", "- ## in",
         "> ## in", "`a", "b`", "- ", "-", "*  *", "2)", "| a |", "|---|", "## t ##", "- <!-- x", "-    y", "-     y", "[^1]: f"]  # fmt: skip
PAGES = st.lists(st.sampled_from(LINES), max_size=9) | st.text(alphabet="#-> \n<!ab`[]:'=*1.)\\_&", max_size=25).map(str.splitlines)  # fmt: skip


@given(PAGES)
def test_headings_are_the_same_without_the_parser(given_lines: list[str]) -> None:
    text = "\n".join(given_lines)
    if markdown.is_plain(text):
        levels = [(level, place["start"]) for kind, level, place in markdown.blocks_of(text) if kind == "Heading"]
        seen = [(f"H{one.level}", markdown.line_starts(text)[one.line - 1]) for one in markdown.plain_headings(text)]
        atx = [(level, start) for level, start in levels if text[start] == "#"]
        assert seen == atx and not [kind for kind, _, _ in markdown.blocks_of(text) if kind == "CodeBlock"]


SCALARS = ["a", "1", "1.5", "true", "null", "~", "2020-01-01", "'q'", "!!str 3", "!!int '3'", "yes", "<<", "0x1f", "12:30", ".nan", "!x y"]  # fmt: skip
TREES = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda given: f"[{', '.join(given)}]")
        | st.dictionaries(st.sampled_from(["a", "1", "<<", "b c", "true"]), inner, max_size=3).map(
            lambda given: "{" + ", ".join(f"{key}: {value}" for key, value in given.items()) + "}"
        )
    ),
    max_leaves=8,
)


@given(TREES)
def test_front_matter_has_the_same_values_without_the_constructor(text: str) -> None:
    def tried(make: Callable[[yaml.Node], object]) -> str:
        try:
            return repr(make(yaml.compose(text, Loader=Loader)))
        except (yaml.YAMLError, ValueError, TypeError, AttributeError) as error:
            return type(error).__name__

    assert tried(markdown.plain) == tried(lambda tree: markdown.Constructor().construct_document(tree))


@given(st.text(alphabet="aZ0_-./\\~:\n \u00e9\u200b", max_size=14) | st.text(max_size=10))
def test_a_plain_path_is_what_the_careful_way_would_make_of_it(written_: str) -> None:
    text = unicodedata.normalize("NFC", written_.strip())
    fault = wrong_with(text) or ("names no file" if PurePosixPath(text).as_posix() == "." else "")
    assert normalise(written_) == (("", fault) if fault else (PurePosixPath(text).as_posix(), ""))


@pytest.mark.parametrize("text", ["[" * 60_000, "- " * 60_000, "? " * 60_000, "{a: " * 60_000, "".join(f"{' ' * n}a:\n" for n in range(2000))], ids=lambda text: text[:8])  # fmt: skip
def test_yaml_that_nests_too_deep_is_refused_before_it_takes_the_process_down(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="deeper than 1000"):
        yaml.compose(text, Loader=Loader)
    assert depth("a: [1, 2]\nb: {c: [3]}\n" * 1000) < 10


# --- bad input --------------------------------------------------------------------------------------------------

TASK = "agent-prompts/tasks/demo/adding.md"


def loop(house: House) -> None:
    (house.root / "agent-prompts/context").mkdir()
    (house.root / "agent-prompts/context/up").symlink_to("../..", target_is_directory=True)
    (house.root / "agent-prompts/context/loop.md").symlink_to("loop.md")


def pipe(house: House) -> None:
    os.mkfifo(house.root / "agent-prompts/tasks/demo/pipe.md")


def endless(house: House) -> None:
    (house.root / "agent-prompts/tasks/demo/zero.md").symlink_to("/dev/zero")


def strange_name(house: House) -> None:
    with open(os.fsencode(house.root / "agent-prompts/tasks/demo") + b"/caf\xe9.md", "wb") as file:
        file.write(b"## TASK: x\n")


def strange_code(house: House) -> None:
    shutil.copytree(CLEAN, house.root, dirs_exist_ok=True)
    os.mkfifo(house.root / "src/ingestion/pipe.py")
    (house.root / "src/ingestion/loop.py").symlink_to("loop.py")
    (house.root / "src/ingestion/folder.py").mkdir()
    (house.root / "src/up").symlink_to("../..", target_is_directory=True)
    with open(os.fsencode(house.root / "src/ingestion") + b"/caf\xe9.py", "wb") as file:
        file.write(b"import json\n" * 900)


def templates_gone(house: House) -> None:
    house.write("agent-prompts/meta/templates/x.md", "x")
    (house.root / "agent-prompts/meta/templates/tasks.md").symlink_to("gone.md")
    house.write("agent-prompts/tasks.md", "# x\n")


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
CONFLICT = f"---\nid: A\n{'<' * 7} HEAD\nattempts: 2\n{'=' * 7}\nattempts: 3\n{'>' * 7} theirs\n---\n## TASK: x\n"

INPUT = {
    "a circle of links": loop,
    "a pipe": pipe,
    "a device without end": endless,
    "a name that is no UTF-8": strange_name,
    "a template that is gone": templates_gone,
    "strange files of code": strange_code,
    "a folder with the name of a spec": lambda house: (house.root / "agent-prompts/tasks/demo/x.md").mkdir(),
    "Latin-1": lambda house: house.write(TASK, "## TASK: Größe\n".encode("latin-1")),
    "a NUL": lambda house: house.write(TASK, "## TASK: a\0b\n"),
    "UTF-16": lambda house: house.write(TASK, "## TASK: a\n".encode("utf-16")),
    "ten megabytes": lambda house: house.write(TASK, spec() + "x" * 10_000_000),
    "conflict marks in the front matter": lambda house: house.write(TASK, CONFLICT),
    "deep YAML": lambda house: house.write("agent-prompts/context/deep.yaml", "[" * 60_000),
    "deep front matter": lambda house: house.write(TASK, f"---\nid: {'[' * 60_000}\n---\n## TASK: x\n"),
    "a YAML bomb": lambda house: house.write("agent-prompts/context/bomb.yaml", BOMB),
    "a bomb in the front matter": lambda house: house.write(TASK, f"---\nparameters:\n  {BOMB.replace(chr(10), chr(10) + '  ')}\n---\n## TASK: x\n"),
    "mixed line ends and a byte order mark": lambda house: house.write(TASK, "\ufeff" + spec().replace("\n", "\r\n", 7)),
    "one line of a megabyte": lambda house: house.write(TASK, spec() + "- [ ] " + "(" * 1_000_000),
    "many headings": lambda house: house.write("agent-prompts/requirements/many.md", "## BR-1: x\n" * 60_000),
    "many items": lambda house: house.write("agent-prompts/requirements/many.md", "".join(f"- BR-{n}: it must be {n}\n" for n in range(40_000))),
    "many deliverables": lambda house: house.write(TASK, "## TASK: x\n## DELIVERABLES:\n" + "".join(f"- src/a{n}.py\n" for n in range(40_000))),
    "many comments": lambda house: house.write(TASK, spec() + "<!-- agentic: allow AGT022 -->\n" * 5_000),
}  # fmt: skip


@pytest.mark.parametrize("name", INPUT)
def test_whatever_is_written_lint_answers_in_words_and_soon(house: House, name: str) -> None:
    INPUT[name](house)
    done = house.cli("lint", "--json", seconds=20)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr
    assert json.loads(done.stdout)["schema"] == "agentic.findings/1"
    assert "AGT900" not in done.stdout + done.stderr


def test_thousands_of_tasks_are_judged(house: House) -> None:
    for number in range(3000):
        house.write(f"agent-prompts/tasks/m{number % 50}/f{number}.md", spec(deliverables=[f"src/f{number}.py"], checks=["python"], criteria=()))  # fmt: skip
    done = house.cli("lint", "--quiet", seconds=60)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr


def test_a_name_that_is_no_utf8_is_told_with_its_bytes(house: House) -> None:
    strange_name(house)
    found = [one for one in lint(library(house)) if one.code == "AGT107"]
    assert [one.path for one in found] == ["agent-prompts/tasks/demo/caf\\udce9.md"] and "not UTF-8" in found[0].message


def test_a_file_that_nobody_can_read_is_one_finding_and_the_others_are_judged(house: House) -> None:
    edit(house, "- [ ] AC-1: it adds (check: pytest)", "- [ ] it adds", TASK)
    house.write("agent-prompts/tasks/demo/latin.md", "## TASK: Größe\n".encode("latin-1"))
    assert {"AGT107", "AGT022"} <= set(codes(house))


def test_a_draft_is_judged_in_place_of_the_file(clean: House) -> None:
    draft = clean.read(ORDERS).replace(CRITERION, BAD)
    assert codes(clean) == []
    assert [one.code for one in lint(Library(clean.root, ROOTS, {ORDERS: draft}))] == ["AGT022"]


def test_an_error_of_ours_is_none_of_the_outside(house: House) -> None:
    """What lint raises, it raises with words for people."""
    house.write("configs/lint-baseline.json", "{")
    with pytest.raises(AgenticError) as raised:
        App(house.root).lint(())
    assert raised.value.fix
