"""Whatever is wrong with a spec is one error that says what, where and what to do now; the tree stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from asked import asked
from house import House, spec

TASK = House.TASK
AT = f"agent-prompts/{TASK}"


@dataclass(frozen=True)
class Bad:
    """One thing that can be wrong."""

    name: str
    prepare: Callable[[House], object]
    code: str
    says: str
    at: str = ""
    fix: str = ""
    task: str = TASK
    exit: int = 2


def text(content: str | bytes) -> Callable[[House], object]:
    """The whole spec."""
    return lambda house: house.write(AT, content)


def front(lines: str) -> Callable[[House], object]:
    """A good spec with this front matter; its first line is line 2."""
    body = spec(criteria=()).split("---\n", 2)[2]
    return text(f"---\n{lines}\n---\n{body}")


def made(**given: object) -> Callable[[House], object]:
    """A spec that is good but for what is given."""
    return text(spec(**given))  # type: ignore[arg-type]


def files(*paths: str) -> Callable[[House], object]:
    """Other deliverables; the first stands on line 6."""
    return made(deliverables=paths, checks=("python",), criteria=())


def nothing(house: House) -> None:
    """The project is fine; what is asked for is not."""


def twice(house: House) -> None:
    house.write(AT, spec().replace("## SUCCESS", "## DELIVERABLES:\n- src/b.py\n## SUCCESS"))


def both_vocabularies(house: House) -> None:
    house.write(AT, spec().replace("## SUCCESS", "## FILES TO CREATE:\n- src/b.py\n## SUCCESS"))


def linked_context(house: House) -> None:
    (house.root.parent / "secret.md").write_text("x")
    (house.root / "agent-prompts/linked.md").symlink_to(house.root.parent / "secret.md")
    house.write(AT, spec(context=("linked.md",)))


def looping_context(house: House) -> None:
    (house.root / "agent-prompts/loop.md").symlink_to("loop.md")
    house.write(AT, spec(context=("loop.md",)))


def looping_spec(house: House) -> None:
    (house.root / "agent-prompts/tasks/demo/loop.md").symlink_to("loop.md")


def binary_context(house: House) -> None:
    house.write("agent-prompts/context/picture.md", b"\x89PNG\r\n\xff\xfe")
    house.write(AT, spec(context=("context/picture.md",)))


def large_context(house: House) -> None:
    house.write("agent-prompts/context/data.md", "x" * 3_000_000)
    house.write(AT, spec(context=("context/data.md",)))


def near_template(house: House) -> None:
    house.write("agent-prompts/examples/iceberg_ingestion.py.j2", "{#---\ntitle: x\n---#}\n")
    house.write(AT, spec(template="examples/iceberg_ingest.py.j2"))


def itself(house: House) -> None:
    house.write(AT, spec(depends_on=[TASK]))


SPECS = (
    Bad("no such file", nothing, "AGT101", "no task tasks/demo/none.md", task="tasks/demo/none.md"),
    Bad("nearly its name", nothing, "AGT101", "no task", fix=f"did you mean {TASK}", task="tasks/demo/ading.md"),
    Bad("a folder", nothing, "AGT101", "no task", task="tasks/demo"),
    Bad("too long a name", nothing, "AGT101", "no task", task="x" * 5000),
    Bad("a name with a NUL", nothing, "AGT101", "no task", task="tasks/\0.md"),
    Bad("outside tasks/", lambda house: house.write("agent-prompts/context/x.md", "x"), "AGT101", "not under agent-prompts/tasks/", task="context/x.md"),
    Bad("outside the project", lambda house: house.write("../x.md", spec()), "AGT101", "not under agent-prompts/tasks/", task="../x.md"),
    Bad("a link to itself", looping_spec, "AGT101", "no task", task="tasks/demo/loop.md"),
    Bad("empty", text(""), "AGT102", "is empty", AT),
    Bad("blank lines", text("\n \n\t\n"), "AGT102", "is empty", AT),
    Bad("a byte order mark only", text(b"\xef\xbb\xbf"), "AGT102", "is empty", AT),
    Bad("not UTF-8", text(b"## TASK: caf\xe9\n"), "AGT107", "is not UTF-8", AT),
    Bad("UTF-16", text("## TASK: x\n".encode("utf-16")), "AGT107", "is not UTF-8", AT),
    Bad("a NUL", text(spec().replace("src/adding.py", "src/add\0ing.py")), "AGT107", "NUL", AT),
    Bad("ten megabytes", text(spec() + "x" * 10_000_000), "AGT107", "more than 2,000,000", AT),
    Bad("broken YAML", front("id: A\nchecks: [python"), "AGT103", "is not YAML", f"{AT}:4:"),
    Bad("a tab in YAML", front("id: A\n\tchecks: x"), "AGT103", "is not YAML", f"{AT}:3:1"),
    Bad("a bad date", front("id: 2026-13-45"), "AGT103", "is not YAML", AT),
    Bad("YAML that is no map", front("- python"), "AGT103", "is not a map", f"{AT}:2"),
    Bad("front matter without an end", text("---\nid: A\n## TASK: x\n"), "AGT103", "never ends", f"{AT}:1"),
    Bad("an unknown key", front("depend_on: []"), "AGT103", "unknown key: depend_on", f"{AT}:2", "did you mean depends_on?"),
    Bad("a strange key", front("id: A\nzzz: 1"), "AGT103", "unknown key: zzz", f"{AT}:3", "known keys: id, module"),
    Bad("a key twice", front("id: A\nattempts: 2\nattempts: 3"), "AGT103", "attempts stands twice", f"{AT}:4"),
    Bad("a word for a number", front("attempts: many"), "AGT103", "attempts: Expected `int | null`, got `str`", f"{AT}:2"),
    Bad("no attempt", front("attempts: 0"), "AGT103", "attempts: 0", f"{AT}:2", "from 1 to 20"),
    Bad("a number for a list", front("requirements: 3"), "AGT103", "requirements: Expected `array`", f"{AT}:2"),
    Bad("a word for a list", front("checks: python"), "AGT103", "checks: Expected `array`", f"{AT}:2"),
    Bad("a list for a map", front("parameters: [1]"), "AGT103", "parameters: Expected `object`", f"{AT}:2"),
    Bad("an unknown type", front("type: refactoring"), "AGT103", "type: refactoring", f"{AT}:2", "implementation or integration"),
    Bad("a budget below nothing", front("budget: {usd: -1}"), "AGT103", "budget: usd is -1", f"{AT}:2"),
    Bad("a budget that is no number", front("budget: {usd: .nan}"), "AGT103", "budget: usd is nan", f"{AT}:2"),
    Bad("a budget in euros", front("budget: {eur: 1}"), "AGT103", "unknown key eur", f"{AT}:2", "usd, tokens"),
    Bad("a check without its target", front("checks: [job]"), "AGT103", "job needs a target", f"{AT}:2"),
    Bad("two checks in one", front("checks: [{job: a.py, pytest: b.py}]"), "AGT103", "one `kind: target`", f"{AT}:2"),
    Bad("an unknown option", front("checks: [{job: {target: src/a.py, netwrok: true}}]"), "AGT103", "netwrok", f"{AT}:2", "did you mean network?"),
    Bad("an option of a wrong type", front("checks: [{job: {target: src/a.py, seconds: many}}]"), "AGT103", "seconds", f"{AT}:2"),
    Bad("a command without an end", front("checks: [{command: \"python -c 'x\"}]"), "AGT103", "command", f"{AT}:2"),
    Bad("a blank command", front("checks: [{command: ' '}]"), "AGT103", "command needs a target", f"{AT}:2"),
    Bad("an unknown check", front("checks: [{pytst: tests/a.py}]"), "AGT108", "unknown check: pytst", f"{AT}:2", "did you mean pytest?"),
    Bad("a criterion without its check", made(criteria=("AC-1: it runs (check: job)",)), "AGT108", "measured by job", f"{AT}:9", "add it under `checks:`"),
    Bad("a criterion with a typo", made(criteria=("AC-1: it adds (check: pytset)",)), "AGT108", "measured by pytset", f"{AT}:9", "did you mean pytest?"),
    Bad("no TASK", text("## DELIVERABLES:\n- src/a.py\n"), "AGT105", "the section TASK is missing", f"{AT}:1"),
    Bad("no DELIVERABLES", text("## TASK: x\n## OBJECTIVE:\ny\n"), "AGT105", "the section DELIVERABLES is missing", AT),
    Bad("a misspelt section", text("## TASK: x\n## DELIVERABELS:\n- src/a.py\n"), "AGT105", "DELIVERABLES is missing", f"{AT}:2", "did you mean DELIVERABLES"),
    Bad("DELIVERABLES without a file", text("## TASK: x\n## DELIVERABLES:\nsoon\n"), "AGT105", "names no file", f"{AT}:2"),
    Bad("a TASK without a title", text("## TASK:\n## DELIVERABLES:\n- src/a.py\n"), "AGT105", "TASK has no title", f"{AT}:1"),
    Bad("headings in a code fence only", text("```\n## TASK: x\n## DELIVERABLES:\n- src/a.py\n```\n"), "AGT105", "TASK is missing", AT),
    Bad("a section twice", twice, "AGT100", "DELIVERABLES stands twice", f"{AT}:8"),
    Bad("a section in both vocabularies", both_vocabularies, "AGT100", "FILES TO CREATE stands twice", f"{AT}:8"),
    Bad("a deliverable outside", files("../../etc/x.py"), "AGT104", "is outside the project: ../../etc/x.py", f"{AT}:6"),
    Bad("a deliverable that climbs", files("src/a.py", "src/../../x.py"), "AGT104", "is outside the project", f"{AT}:7"),
    Bad("an absolute deliverable", files("/etc/x.py"), "AGT104", "is absolute: /etc/x.py", f"{AT}:6"),
    Bad("a deliverable at home", files("~/x.py"), "AGT104", "is absolute", f"{AT}:6"),
    Bad("a deliverable on a drive", files("C:/x.py"), "AGT104", "is absolute", f"{AT}:6"),
    Bad("a backslash", files("src\\x.py"), "AGT104", "backslash", f"{AT}:6"),
    Bad("a deliverable twice", files("src/a.py", "src/a.py"), "AGT104", "named twice: src/a.py (first on line 6)", f"{AT}:7"),
    Bad("a deliverable twice, spelt otherwise", files("src/a.py", "./src//a.py"), "AGT104", "named twice", f"{AT}:7"),
    Bad("a folder as deliverable", files("src/"), "AGT104", "names no file", f"{AT}:6"),
    Bad("an invisible letter", files("src/a\u200b.py"), "AGT104", "control characters", f"{AT}:6"),
    Bad("a name too long", files(f"src/{'x' * 250}.py"), "AGT104", "too long", f"{AT}:6"),
    Bad("a forbidden folder", files("agent-prompts/tasks/x.md"), "AGT104", "outside the folders for generated files", AT, "name a path under src/, tests/"),
    Bad("git's own folder", files(".git/hooks/pre-commit"), "AGT104", "outside the folders", AT),
    Bad("a file at the root", files("setup.py"), "AGT104", "outside the folders", AT),
    Bad("no such context file", made(context=("context/none.md",)), "AGT106", "context/none.md does not exist", f"{AT}:11"),
    Bad("a folder as context", made(context=("tasks",)), "AGT106", "does not exist", f"{AT}:11"),
    Bad("context outside", made(context=("../../x.md",)), "AGT106", "does not exist", f"{AT}:11"),
    Bad("context behind a link", linked_context, "AGT106", "does not exist", f"{AT}:11"),
    Bad("context in a loop", looping_context, "AGT106", "does not exist", f"{AT}:11"),
    Bad("context with a long name", made(context=("x" * 5000,)), "AGT106", "does not exist", f"{AT}:11"),
    Bad("context that is no text", binary_context, "AGT107", "context/picture.md is not UTF-8", "context/picture.md"),
    Bad("context that is data", large_context, "AGT107", "is data", "context/data.md"),
    Bad("no such template", made(template="examples/none.j2"), "AGT110", "no template examples/none.j2", AT, "agent-prompts/examples/"),
    Bad("nearly a template", near_template, "AGT110", "no template", AT, "did you mean examples/iceberg_ingestion.py.j2?"),
    Bad("a template outside", made(template="../../x.j2"), "AGT110", "no template", AT),
    Bad("an unknown dependency", made(depends_on=["tasks/demo/add.md"]), "AGT109", "depends on tasks/demo/add.md, which does not exist", AT, f"did you mean {TASK}?"),
)  # fmt: skip


@pytest.mark.parametrize("bad", SPECS, ids=lambda bad: bad.name)
@pytest.mark.parametrize("command", ["prompt", "run"])
def test_what_is_wrong_with_a_spec_is_one_error_with_place_and_remedy(house: House, command: str, bad: Bad) -> None:
    bad.prepare(house)
    before = house.tree()
    said = asked(house.root, command, bad.task)
    assert (said.exit, said.errors, said.out) == (bad.exit, [bad.code], ""), said
    assert bad.says in said.message
    assert said.line("at").startswith(bad.at) and (bad.fix in said.line("fix") if bad.fix else said.line("fix")), said
    assert house.tree() == before and not house.exists("agent-prompts/progress")


@pytest.mark.parametrize("bad", SPECS, ids=lambda bad: bad.name)
def test_the_same_error_is_one_json_object_for_scripts(house: House, bad: Bad) -> None:
    bad.prepare(house)
    said = asked(house.root, "run", bad.task, "--json")
    error = said.json["error"]
    assert (said.exit, said.json["schema"], error["code"], said.err) == (bad.exit, "agentic.error/1", bad.code, "")
    assert bad.says in error["message"] and error["fix"]
    assert not bad.at or error["where"]["path"] == bad.at.split(":")[0]


@pytest.mark.parametrize("bad", [bad for bad in SPECS if bad.task == TASK], ids=lambda bad: bad.name)
def test_lint_says_it_in_the_same_words(house: House, bad: Bad) -> None:
    bad.prepare(house)
    said = asked(house.root, "lint", "--json")
    found = {one["code"]: one["message"] for one in said.json["findings"] if one["severity"] == "error"}
    assert said.exit == 1 and bad.says in found[bad.code]


def test_a_task_that_depends_on_itself_is_refused(house: House) -> None:
    itself(house)
    said = asked(house.root, "run", TASK)
    assert (said.exit, said.errors) == (2, ["AGT109"]) and "in a circle" in said.message


def test_tasks_that_depend_on_each_other_are_refused_before_any_of_them_runs(house: House) -> None:
    house.write(
        "agent-prompts/tasks/demo/a.md",
        spec(deliverables=["src/a.py"], depends_on=["tasks/demo/b.md"], checks=["python"], criteria=()),
    )
    house.write(
        "agent-prompts/tasks/demo/b.md",
        spec(deliverables=["src/b.py"], depends_on=["tasks/demo/a.md"], checks=["python"], criteria=()),
    )
    said = asked(house.root, "run", "demo/a", "demo/b")
    assert (said.exit, said.errors) == (2, ["AGT109"]) and "in a circle" in said.message
    assert not house.exists("agent-prompts/progress")


GOOD = {
    "no front matter": "## TASK: Add\n## DELIVERABLES:\n- src/adding.py\n",
    "the shorter vocabulary": "## TASK: Add\n## FILES TO CREATE:\n- src/adding.py\n## DEPENDENCIES:\n- None\n## SPECIFICATIONS:\n- [ ] it adds\n",
    "a byte order mark": "\ufeff" + spec(),
    "lines of Windows": spec().replace("\n", "\r\n"),
    "lines of the old Mac": spec().replace("\n", "\r"),
    "words behind a path": "## TASK: Add\n## DELIVERABLES:\n- `src/adding.py`: the sum\n- src/b.py (new)\n",
    "headings in small letters": spec().replace("## TASK", "## Task").replace("## DELIVERABLES", "## Deliverables"),
    "an empty front matter": "---\n---\n## TASK: Add\n## DELIVERABLES:\n- src/adding.py\n",
    "keys without a value": "---\ndepends_on:\nchecks:\n---\n## TASK: Add\n## DELIVERABLES:\n- src/adding.py\n",
    "a heading in a code fence": spec() + "```\n## TASK: not this one\n```\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_only_unusual_is_read(house: House, name: str) -> None:
    house.write(AT, GOOD[name])
    said = asked(house.root, "prompt", TASK)
    assert (said.exit, said.errors) == (0, []) and "src/adding.py" in said.out
