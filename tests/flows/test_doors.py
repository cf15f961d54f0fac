"""Adopt, discard, undo, replay, follow up, several tasks, budgets, secrets, progress: the doors of the corridor."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asked import asked
from claude_server import Edits, Fails, Finishes, Many, Says, Slow, Writes, claude
from corridor.liars import WRONG, turns, written
from house import ADDING, TEST, House, spec
from house.house import answered

TASK = House.TASK
CODE = "src/adding.py"
OTHER = ADDING.replace("a + b", "b + a")


def done(house: House, script: Any = None, **wishes: Any) -> str:
    """A run that lands; its id."""
    execution = house.run(script=script or turns(written()), **wishes)
    assert execution.status == "done", execution.findings
    return execution.id


def small(house: House, name: str, **front: Any) -> None:
    """One more task, with one file and one quick check."""
    house.write(f"agent-prompts/tasks/demo/{name}.md", spec(title=name, deliverables=[f"src/{name}.py"], checks=["python"], criteria=(), **front))  # fmt: skip


def by_task(answer: Callable[[str], Any]) -> Callable[[dict[str, Any]], Any]:
    """Answers by the title of the task that is asked for."""

    def script(request: dict[str, Any]) -> Any:
        text = json.dumps(request["messages"])
        return answer(text.split("## TASK: ")[1].split("\\n")[0])

    return script


def writes(name: str) -> Any:
    """The one file of a small task."""
    return Writes({f"src/{name}.py": f'"""{name}."""\n'}, finish="done")


# --- files that a person edited ----------------------------------------------------------------------------


def test_a_hand_edited_file_is_refused_before_anything_is_asked(house: House) -> None:
    done(house)
    house.write(CODE, "# mine\n" + ADDING)
    with answered(turns(written())) as server:
        said = asked(house.root, "run", TASK, "--quiet")
    assert said.exit == 6 and not server.requests
    assert f"--adopt {CODE} keeps" in said.out and f"--discard {CODE} gives it up" in said.out
    assert house.read(CODE).startswith("# mine")


def test_an_adopted_file_stays_the_persons_now_and_in_later_runs(house: House) -> None:
    done(house)
    house.write(CODE, "# mine\n" + ADDING)
    adopted = house.run(script=turns(written()), adopt=(CODE,))
    assert adopted.status == "done" and [file.path for file in adopted.files if file.state == "kept"] == [CODE]
    done(house, turns(written(OTHER)))
    assert house.read(CODE) == "# mine\n" + ADDING


def test_checks_judge_the_version_that_a_person_adopted(house: House) -> None:
    done(house)
    house.write(CODE, WRONG)
    execution = house.run(script=turns(written()), adopt=(CODE,), attempts=1)
    assert execution.status == "failed" and "tests failed" in execution.findings[0].message
    assert house.read(CODE) == WRONG


def test_a_discarded_edit_is_overwritten_and_kept_as_a_backup(house: House) -> None:
    done(house)
    house.write(CODE, "# mine\n")
    second = done(house, discard=(CODE,))
    assert house.read(CODE) == ADDING
    assert house.read(f".agentic/backups/{second}/{CODE}") == "# mine\n"


def test_a_run_that_is_resumed_late_does_not_overwrite_a_newer_one(house: House) -> None:
    house.run(script=lambda request: Fails(529, "overloaded_error", 5))
    time.sleep(1.1)  # The archive tells beginnings to the second.
    assert house.run(script=turns(written())).status == "done"
    older = house.app().archive.ids()[0]
    with answered(turns(written(ADDING + "# older\n"))):
        late = house.app().corridor.resume(older)
    assert (late.status, late.exit_status) == ("refused", 6) and "began after this run" in late.findings[-1].message
    assert house.read("src/adding.py") == ADDING


# --- undo --------------------------------------------------------------------------------------------------


def test_undo_brings_back_the_bytes_of_before(house: House) -> None:
    done(house)
    before = house.tree()
    second = done(house, turns(written(OTHER)))
    assert house.tree() != before
    assert asked(house.root, "undo", second, "--quiet").exit == 0
    assert house.tree() == before


def test_undo_of_the_first_run_takes_its_files_away(house: House) -> None:
    before = house.tree()
    first = done(house)
    assert asked(house.root, "undo", first, "--quiet").exit == 0
    assert house.tree() == before


def test_undo_is_refused_after_an_edit(house: House) -> None:
    first = done(house)
    house.write(CODE, "# mine\n")
    said = asked(house.root, "undo", first, "--quiet")
    assert said.exit == 6 and "AGT406" in said.out and house.read(CODE) == "# mine\n"


# --- replay ------------------------------------------------------------------------------------------------


def test_replay_is_offline_and_byte_for_byte(house: House) -> None:
    first = done(house, turns(written(WRONG), Edits([(CODE, "a - b", "a + b")], finish="mended")))
    before = house.tree()
    replayed = house.app().corridor.replay(first, staged=False)
    assert (replayed.status, replayed.micro_usd, replayed.attempts) == ("done", 0, 2)
    assert house.tree() == before


def test_replay_brings_back_what_was_deleted(house: House) -> None:
    first = done(house)
    before = house.tree()
    (house.root / CODE).unlink()
    assert asked(house.root, "replay", first, "--quiet").exit == 0
    assert house.tree() == before


def test_replay_takes_prompt_and_task_from_the_archive_whatever_they_are_now(house: House) -> None:
    house.write("agent-prompts/context/x.md", "old words")
    house.write(f"agent-prompts/{TASK}", spec(context=("context/x.md",)))
    first = done(house)
    house.write("agent-prompts/context/x.md", "new words")
    house.write(
        f"agent-prompts/{TASK}", spec(title="Another", deliverables=("src/other.py",), checks=("python",), criteria=())
    )
    replayed = house.app().corridor.replay(first, staged=True)
    told = json.dumps([step["body"] for step in house.journal(replayed.id) if step["kind"] == "prompt"])
    assert replayed.status == "staged" and "old words" in told and "new words" not in told


# --- follow-up ---------------------------------------------------------------------------------------------


def test_a_follow_up_sends_the_files_as_they_are_and_names_what_it_refines(house: House) -> None:
    first = done(house)
    with answered(turns(Edits([(CODE, "a + b", "b + a")], finish="done"))) as server:
        execution = house.app().corridor.run((TASK,), 1, provider="anthropic", follow_up="Add the other way round.")[-1]
    sent = json.dumps(server.requests[0].body)
    assert execution.status == "done" and house.read(CODE) == OTHER
    assert "Add the other way round." in sent and "return a + b" in sent
    assert house.journal(execution.id)[0]["body"]["of"] == first
    assert f"- Refinement of: {first}" in house.read(execution.archive)


def test_a_follow_up_of_nothing_is_refused(house: House) -> None:
    with answered(turns(written())):
        said = asked(house.root, "run", TASK, "--follow-up", "More.")
    assert (said.exit, said.errors) == (2, ["AGT500"])


# --- several tasks -----------------------------------------------------------------------------------------


class Together(Slow):
    """An answer that is given when both requests are with Claude; alone, it is never given."""

    def __init__(self, both: threading.Barrier, answer: Any) -> None:
        object.__setattr__(self, "answer", answer)
        object.__setattr__(self, "both", both)

    @property
    def seconds(self) -> float:
        return self.both.wait() * 0.0


def test_independent_tasks_are_asked_for_at_the_same_time(house: House) -> None:
    small(house, "a"), small(house, "b")
    both = threading.Barrier(2, timeout=30)
    with answered(lambda request: Together(both, by_task(writes)(request))) as server:
        executions = house.app().corridor.run(("demo/a", "demo/b"), 2, provider="anthropic")
    assert {one.status for one in executions} == {"done"} and len(server.requests) == 2 and not both.broken


def test_a_task_waits_for_those_it_depends_on(house: House) -> None:
    (
        small(house, "c", depends_on=["tasks/demo/b.md"]),
        small(house, "b", depends_on=["tasks/demo/a.md"]),
        small(house, "a"),
    )
    with answered(by_task(writes)):
        executions = house.app().corridor.run(("demo/c", "demo/b", "demo/a"), 2, provider="anthropic")
    assert [one.task for one in executions] == [f"tasks/demo/{name}.md" for name in "abc"]


def test_what_depends_on_a_failed_task_is_not_run_and_the_others_are(house: House) -> None:
    (
        small(house, "a"),
        small(house, "b", depends_on=["tasks/demo/a.md"]),
        small(house, "c", depends_on=["tasks/demo/b.md"]),
        small(house, "d"),
    )
    with answered(by_task(lambda name: Finishes("done") if name == "a" else writes(name))) as server:
        executions = house.app().corridor.run(
            ("demo/a", "demo/b", "demo/c", "demo/d"), 2, provider="anthropic", attempts=1
        )
    ended = {one.task[11]: one for one in executions}
    assert {name: one.status for name, one in ended.items()} == {
        "a": "failed",
        "b": "interrupted",
        "c": "interrupted",
        "d": "done",
    }
    assert "a.md did not end well" in ended["b"].findings[0].message and len(server.requests) == 2
    assert not house.exists("src/b.py") and house.exists("src/d.py")


def test_a_dependency_that_was_never_done_is_named_with_the_command_that_does_it(house: House) -> None:
    small(house, "a"), small(house, "b", depends_on=["tasks/demo/a.md"])
    with answered(by_task(writes)) as server:
        said = asked(house.root, "run", "demo/b")
        assert (said.exit, said.errors) == (2, ["AGT109"]) and "agentic run tasks/demo/a.md" in said.line("fix")
        assert not server.requests
        assert asked(house.root, "run", "demo/a", "--quiet").exit == 0
        assert asked(house.root, "run", "demo/b", "--quiet").exit == 0


# --- budgets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("--budget-usd", "0.01"), ("--budget-usd", "0")])
def test_a_request_that_may_pass_the_budget_never_leaves(house: House, words: tuple[str, ...]) -> None:
    with answered(turns(written())) as server:
        said = asked(house.root, "run", TASK, "--json", *words)
    assert (said.exit, said.json["status"], said.json["findings"][0]["code"]) == (7, "stopped", "AGT700")
    assert not server.requests and said.json["micro_usd"] == 0


def test_a_budget_in_tokens_holds_as_well_and_a_larger_one_lets_it_go_on(house: House) -> None:
    house.write(f"agent-prompts/{TASK}", spec(budget={"tokens": 500}))
    with answered(turns(written())) as server:
        assert asked(house.root, "run", TASK, "--quiet").exit == 7 and not server.requests
        house.write(f"agent-prompts/{TASK}", spec(budget={"tokens": 500_000}))
        assert asked(house.root, "run", TASK, "--quiet").exit == 0


def test_a_model_without_a_price_cannot_be_held_to_a_budget_in_money(house: House) -> None:
    with answered(turns(written()), models=("claude-unheard-of",)) as server:
        said = asked(house.root, "run", TASK, "--model", "claude-unheard-of", "--budget-usd", "1", "--json")
        assert (said.exit, said.json["findings"][0]["code"], len(server.requests)) == (7, "AGT701", 0)
        free = asked(house.root, "run", TASK, "--model", "claude-unheard-of", "--quiet")
    assert free.exit == 0 and "cost     unknown" in free.out
    assert "cost: unknown" in house.read(house.app().archive.story(house.app().archive.newest()).execution().archive)


# --- secrets -----------------------------------------------------------------------------------------------

PLANTED = "hunter2-correct-horse"
VENDOR = "sk-ant-" + "api03-abcdefghijklmnop1234"


def test_no_secret_reaches_a_file_the_model_or_the_screen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PASSWORD", PLANTED)
    house.write("agent-prompts/context/x.md", f"The password is {PLANTED}, the key {VENDOR}.")
    checks = ["python", {"command": f"python -c \"print('{VENDOR}'); raise SystemExit(1)\""}]
    house.write(f"agent-prompts/{TASK}", spec(context=("context/x.md",), checks=checks, criteria=()))
    mine = {path for path in house.root.rglob("*") if path.is_file()}
    leaking = Many(
        [
            Says(f"I saw {PLANTED} and {VENDOR}."),
            Writes({CODE: f'KEY = "{VENDOR}"\n'}),
            written(ADDING + f"# {PLANTED}\n"),
        ]
    )
    with answered(turns(leaking, Many([Says(PLANTED), written()]))) as server:
        said = asked(house.root, "run", TASK, "--attempts", "2", "--send-redacted")
    sent = json.dumps([request.body for request in server.requests])
    texts = {
        path.relative_to(house.root).as_posix(): path.read_bytes()
        for path in house.root.rglob("*")
        if path.is_file() and path not in mine
    }
    for secret in (PLANTED, VENDOR):
        assert secret not in said.out + said.err
        assert not [path for path, content in texts.items() if secret.encode() in content]
        assert secret not in json.dumps(server.requests[0].body), "the first prompt"
    assert "[redacted:$WAREHOUSE_PASSWORD]" in sent and "[redacted:anthropic-key]" in sent


# --- what is shown -----------------------------------------------------------------------------------------


def test_staged_lands_nothing_and_ticks_what_was_shown(house: House) -> None:
    before = house.tree()
    execution = house.run(script=turns(written()), staged=True)
    assert (execution.status, execution.exit_status, execution.criteria[0].ticked) == ("staged", 0, True)
    assert house.tree() == before


def test_a_criterion_is_ticked_by_its_check_and_not_by_the_person_who_wrote_the_spec(house: House) -> None:
    words = ("AC-1: it adds (check: pytest)", "AC-2: it is nice")
    text = spec(criteria=words).replace("- [ ]", "- [x]")
    house.write(f"agent-prompts/{TASK}", text)
    failed = house.run(script=turns(written(WRONG)), attempts=1)
    passed = house.run(script=turns(written()))
    assert [one.ticked for one in failed.criteria] == [False, False]
    assert [one.ticked for one in passed.criteria] == [True, False]
    assert house.read(f"agent-prompts/{TASK}") == text, "the spec is the person's"


def test_progress_is_written_between_the_markers_and_a_persons_words_stay(house: House) -> None:
    done(house)
    page = "agent-prompts/progress/current_module_status.md"
    house.write(page, f"My own heading\n\n{house.read(page)}\nMy own end\n")
    house.run(script=turns(written(WRONG)), attempts=1)
    text = house.read(page)
    assert text.startswith("My own heading\n\n") and text.endswith("\nMy own end\n")
    assert text.count("## Module: demo") == 1 and "- [x] tasks/demo/adding.md (done (newest run: failed))" in text


# --- the archive -------------------------------------------------------------------------------------------


def flipped(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"demo"', b'"Demo"', 1), *lines[1:]]


DAMAGE = {
    "a changed byte": flipped,
    "a line that is gone": lambda lines: [*lines[:2], *lines[3:]],
    "two lines exchanged": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "a line that is doubled": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "a line of one's own": lambda lines: [*lines, b"{}"],
    "no JSON": lambda lines: [lines[0], b"x", *lines[2:]],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_verify_finds_what_was_done_to_a_journal(house: House, damage: str) -> None:
    path = house.app().archive.folder / f"{done(house)}.jsonl"
    assert asked(house.root, "audit", "verify").exit == 0
    path.write_bytes(b"\n".join(DAMAGE[damage](path.read_bytes().splitlines())) + b"\n")
    said = asked(house.root, "audit", "verify")
    assert said.exit == 1 and path.stem in said.out


def test_verify_finds_a_page_that_says_something_else(house: House) -> None:
    first = done(house)
    page = f"agent-prompts/progress/executed_prompts/{first}.md"
    house.write(page, house.read(page).replace("SUCCESS", "GREAT SUCCESS"))
    said = asked(house.root, "audit", "verify", "--json")
    assert said.exit == 1 and said.json["faults"] == [f"{first}.md says something else than its journal"]


@pytest.mark.parametrize("command", [("status",), ("audit", "list"), ("task", "list"), ("run", TASK)])
def test_a_broken_journal_is_an_error_and_no_traceback(house: House, command: tuple[str, ...]) -> None:
    path = house.app().archive.folder / f"{done(house)}.jsonl"
    path.write_bytes(b"x\n" + path.read_bytes())
    with answered(turns(written())):
        said = asked(house.root, *command)
    assert "AGT900" not in said.err and said.exit in (0, 1, 2), said


def test_the_journal_is_on_disk_before_the_first_request_leaves(house: House) -> None:
    seen: list[list[str]] = []

    def script(request: dict[str, Any]) -> Any:
        name = house.app().archive.ids()[-1]
        seen.append([step["kind"] for step in house.journal(name)])
        return written()

    done(house, script)
    assert seen == [["opened", "prompt", "requested"]]


# --- a provider of one's own -------------------------------------------------------------------------------


class Mine:
    """A provider by its dotted path."""

    name = "mine"
    model = ""
    costs = False
    max_output_tokens = 0

    def __init__(self, settings: Any, task: Any) -> None:
        self.task = task

    def answer(self, conversation: Any) -> Any:
        from agentic.values import Call, Reply

        calls = (Call("1", "write_file", {"path": CODE, "content": ADDING}), Call("2", "write_file", {"path": "tests/test_adding.py", "content": TEST}), Call("3", "finish", {"summary": "mine"}))  # fmt: skip
        return Reply("", "tool_use", calls=calls)


def test_a_class_of_ones_own_answers(house: House) -> None:
    execution = house.run(provider=f"{__name__}.Mine")
    assert (execution.status, execution.provider, execution.micro_usd) == ("done", "mine", 0)
    assert execution.notes == ("mine says: mine",)


# --- the prompt --------------------------------------------------------------------------------------------


def test_the_prompt_is_the_same_bytes_for_everybody_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = []
    for name, person in (("one", "Ada"), ("two/deeper", "Grace")):
        house = House.build(tmp_path / name)
        house.write("agent-prompts/context/x.md", "Words.")
        house.write(f"agent-prompts/{TASK}", spec(context=("context/x.md",)))
        monkeypatch.setenv("USER", person)
        monkeypatch.setenv("AGENTIC_DEVELOPER", person)
        prompts.append(asked(house.root, "prompt", TASK).out)
    assert prompts[0] == prompts[1] and str(tmp_path) not in prompts[0] and "Ada" not in prompts[0]


@pytest.mark.parametrize(
    ("kind", "order"),
    [
        ("implementation", ("TASK", "DELIVERABLES", "SUCCESS CRITERIA", "CONTEXT FILES", "TECHNICAL SPECIFICATIONS", "CONSTRAINTS & STANDARDS")),
        ("integration", ("TASK", "CONTEXT FILES", "TECHNICAL SPECIFICATIONS", "SUCCESS CRITERIA", "DELIVERABLES", "CONSTRAINTS & STANDARDS")),
    ],
)  # fmt: skip
def test_the_two_patterns_have_their_own_order_of_sections(house: House, kind: str, order: tuple[str, ...]) -> None:
    house.write(f"agent-prompts/{TASK}", spec(type=kind))
    said = asked(house.root, "prompt", TASK).out
    heads = [line[3:].split(":")[0] for line in said.splitlines() if line.startswith("## ")]
    assert tuple(heads) == order


def test_what_is_stable_comes_first_and_the_task_comes_last(house: House) -> None:
    house.write("agent-prompts/context/x.md", "Words.")
    house.write(f"agent-prompts/{TASK}", spec(context=("context/x.md",)))
    parts = [part["name"] for part in asked(house.root, "prompt", TASK, "--json").json["parts"]]
    assert parts == ["rules", "context: context/x.md", "task"]


def test_a_rate_limit_ends_with_7_and_can_be_resumed(house: House) -> None:
    with claude(turns(Fails(429, "rate_limit_error", 5))) as server:
        os.environ.update(server.environment)
        said = asked(house.root, "run", TASK, "--json", "--quiet")
    assert (said.exit, said.json["status"]) == (7, "stopped")
    with answered(turns(written())):
        assert asked(house.root, "resume", said.json["id"], "--quiet").exit == 0


def test_a_run_whose_deliverables_are_all_adopted_asks_nobody_and_judges_what_stands(house: House) -> None:
    house.write("src/adding.py", ADDING)
    house.write("tests/test_adding.py", TEST)
    with answered(lambda body: pytest.fail("nobody has to be asked")) as server:
        done = house.app().corridor.run(
            (House.TASK,), 1, provider="anthropic", adopt=("src/adding.py", "tests/test_adding.py")
        )[-1]
    assert (done.status, [file.state for file in done.files]) == ("done", ["kept", "kept"]), done.findings
    assert not server.heard
    assert {verdict.source for verdict in done.verdicts} >= {"python", "pytest: tests/test_adding.py"}
