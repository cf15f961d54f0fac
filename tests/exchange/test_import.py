"""Transcripts of Claude Code become executions that are marked as done by hand, each word of them once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentic.budget import cost
from agentic.exchange.places import Places
from agentic.exchange.told import instant
from agentic.values import Usage
from agentic.values.digest import digest
from asked import Said, asked
from claude_server import Says, Uses, claude
from corridor.liars import turns, written
from exchange.sessions import MODEL, SESSION, USED, Session, use, words
from house import House
from house.house import answered

USAGE = Usage(input=10, output=5, cache_read=300, cache_write_5m=50, cache_write_1h=20)
HOMES = "/" + "home"
"""A path of one machine stands nowhere in this repository."""
ORDERS = '"""Orders."""\n'


def session(house: House, **more: Any) -> Session:
    """Worked in this very project."""
    return Session(str(house.root), **more)


def simple(house: House, **more: Any) -> Session:
    """One prompt, one file, one word."""
    begun = session(house, **more).says("Write the orders, please.")
    return begun.writes(f"{house.root}/src/orders.py", ORDERS).answers("m-2", words("Done."))


def take(house: House, written: Session, *flags: str) -> Said:
    return asked(house.root, "audit", "import", str(written.save(house.root.parent)), *flags)


def imported(house: House):
    [execution] = [one for one in house.app().archive.executions() if one.purpose == "import"]
    return execution


def journals(house: House) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in (house.root / "agent-prompts/progress").rglob("*") if path.is_file()
    }


# --- what comes in ---------------------------------------------------------------------------------------


def test_a_transcript_is_one_execution_by_hand(house):
    said = take(house, simple(house))
    assert said.exit == 0 and said.out.startswith(f"imported: {SESSION}.jsonl as ")
    execution = imported(house)
    assert (execution.purpose, execution.provider, execution.model) == ("import", "claude-code", MODEL)
    assert (execution.requests, execution.attempts, execution.files, execution.verdicts) == (2, 0, (), ())
    assert execution.usage == USAGE + USAGE
    assert execution.micro_usd == 2 * cost(USAGE, MODEL, instant("2026-11-20T10:00:00Z").date())
    assert asked(house.root, "audit", "verify").exit == 0


def test_page_list_and_report_say_that_it_was_done_by_hand(house):
    take(house, simple(house))
    execution = imported(house)
    page = house.read(execution.archive)
    assert "by hand, in Claude Code 2.1.197, branch feature/orders, 2026-11-20 10:00 to 10:00 UTC" in page
    assert "(by hand: nothing was checked)" in page and "Write the orders, please." in page
    assert f"by hand: Write src/orders.py ({digest(ORDERS)[:19]})" in page
    assert "by hand" in asked(house.root, "audit", "list").out
    assert "nothing of it was checked or landed" in asked(house.root, "audit", "show").out


def test_what_was_said_stands_in_the_journal_in_turn(house):
    take(house, simple(house).says("And a test.").answers("m-3", words("I will.")))
    steps = house.journal(imported(house).id)
    kinds = [step["kind"] for step in steps if step["kind"] != "requested"]
    assert kinds == ["opened", "prompt", "reply", "wrote", "reply", "followed_up", "reply", "closed"]
    assert steps[0]["body"]["transcript"]["session"] == SESSION
    assert steps[0]["body"]["transcript"]["folders"] == ["."]
    [wrote] = [step["body"] for step in steps if step["kind"] == "wrote"]
    assert (wrote["path"], wrote["digest"], wrote["lines"]) == ("src/orders.py", digest(ORDERS), 1)
    assert [step["body"]["said_at"] for step in steps][0] == "2026-11-20T10:00:01.250Z"


def test_an_answer_in_many_records_is_counted_once_with_its_last_usage(house):
    streamed = session(house).says("Go on.")
    for number, block in enumerate((words("First."), words("Second."), use("Bash", {"command": "ls"}))):
        streamed.answers("m-1", block, usage={**USED, "output_tokens": 1 + 2 * number})
    take(house, streamed)
    execution = imported(house)
    assert (execution.requests, execution.usage) == (1, USAGE)
    [reply] = house.app().archive.story(execution.id).replies
    assert reply.text == "First.\n\nSecond." and [call.tool for call in reply.calls] == ["Bash"]


def test_a_subagents_tokens_count_and_its_orders_are_nobodys_words(house):
    asking = session(house).says("Look around.").says("You are an agent.", isSidechain=True)
    take(house, asking.answers("m-1", words("I looked."), isSidechain=True))
    execution = imported(house)
    assert execution.usage == USAGE and "You are an agent" not in house.read(execution.archive)
    [body] = [step["body"] for step in house.journal(execution.id) if step["kind"] == "reply"]
    assert body["reply"]["about"] == {"by_agent": True}


EDITED = {
    "an edit": ("Edit", {"old_string": "a", "new_string": "b"}, {"originalFile": "a a\n"}, "b a\n"),
    "an edit everywhere": ("Edit", {"old_string": "a", "new_string": "b", "replace_all": True}, {"originalFile": "a a\n"}, "b b\n"),
    "several edits": ("MultiEdit", {"edits": [{"old_string": "a", "new_string": "b"}, {"old_string": "b", "new_string": "c"}]}, {"originalFile": "a\n"}, "c\n"),
    "an edit of a file that is not told": ("Edit", {"old_string": "a", "new_string": "b"}, {"originalFile": None}, None),
    "an edit that a person changed": ("Edit", {"old_string": "a", "new_string": "b"}, {"originalFile": "a\n", "userModified": True}, None),
    "an edit that does not fit": ("Edit", {"old_string": "x", "new_string": "b"}, {"originalFile": "a\n"}, None),
    "a notebook": ("NotebookEdit", {"new_source": "1"}, {}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITED)
def test_a_file_is_named_by_its_digest_where_that_can_be_told(house, name):
    tool, given, result, content = EDITED[name]
    path = {"notebook_path" if tool == "NotebookEdit" else "file_path": f"{house.root}/src/x.py"}
    take(house, session(house).says("Do.").answers("m-1", use(tool, {**path, **given})).did("t1", result))
    [wrote] = [step["body"] for step in house.journal(imported(house).id) if step["kind"] == "wrote"]
    assert (wrote["path"], wrote["digest"]) == ("src/x.py", "" if content is None else digest(content))


def test_a_write_that_failed_wrote_nothing(house):
    failing = session(house).says("Do.").answers("m-1", use("Write", {"file_path": "x.py", "content": "x"}))
    take(house, failing.did("t1", "Error: no", is_error=True))
    assert not [step for step in house.journal(imported(house).id) if step["kind"] == "wrote"]


def test_records_that_nobody_knows_are_counted_and_named(house):
    strange = simple(house).add("file-history-snapshot").add("hologram", message=None).add("hologram", message=7)
    strange.says("<command-name>/clear</command-name>").says("meta", isMeta=True).answers(
        "m-9", words("Error"), model="<synthetic>"
    )
    said = take(house, strange, "--json")
    [told] = said.json["imports"]
    assert told["passed_over"] == {
        "assistant (Claude Code itself)": 1, "file-history-snapshot": 1, "hologram": 2, "user (not said by a person)": 2,
    }  # fmt: skip
    assert "2 hologram" in house.read(imported(house).archive)


def test_a_model_without_a_price_costs_nobody_knows_what(house):
    said = take(house, session(house).says("Hello.").answers("m-1", words("Hello."), model="another-model-9"))
    assert imported(house).micro_usd is None and "unknown" in said.out


# --- what does not get in --------------------------------------------------------------------------------


def test_no_secret_and_no_path_of_a_machine_gets_into_the_archive(house, monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2hunter2")
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    leaking = session(house).says(f"The password is hunter2hunter2, the key {key}; see {HOMES}/reader/notes.txt.")
    leaking.answers(
        "m-1",
        words(f"I look at {house.root}/src and {house.root}."),
        use("Bash", {"command": f"cd {house.root} && ls ~/x"}),
    )
    leaking.writes(f"{house.root}/.env", f"KEY={key}\n", "t2")
    take(house, leaking)
    everything = b"".join(journals(house).values()).decode()
    assert "hunter2" not in everything and key not in everything
    assert str(house.root) not in everything and f"{HOMES}/reader" not in everything
    assert "I look at src and .." in everything and "cd . && ls ~/x" in everything and "~/notes.txt" in everything


def test_work_in_another_checkout_is_told_from_where_it_began(house):
    elsewhere = (
        Session(f"{HOMES}/reader/work/house").says("Do.").writes(f"{HOMES}/reader/work/house/src/x.py", "x = 1\n")
    )
    take(house, elsewhere)
    [wrote] = [step["body"] for step in house.journal(imported(house).id) if step["kind"] == "wrote"]
    assert wrote["path"] == "src/x.py"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/w/house/src/x.py", "src/x.py"),
        ("in /w/house, of /w/house-two/x", "in ., of /w/house-two/x"),
        ("~/.claude/projects/-w-house/memory", "~/.claude/projects/project/memory"),
        (f"/Users/reader/x, {HOMES}/reader and " + "/root" + "/y, /rooted", "~/x, ~ and ~/y, /rooted"),
        (r"C:\Users\reader\x", r"~\x"),
    ],
)
def test_a_path_says_the_same_on_every_machine(text, clean):
    assert Places(("/w/house",))(text) == clean


BROKEN = {
    "no JSON": ("{half", 2, "is not JSON"),
    "no record": ("[]", 2, "no record"),
    "no type": ('{"message": {}}', 2, "no record"),
    "an answer without a message": ('{"type": "assistant", "timestamp": "2026-11-20T10:00:00Z"}', 2, "without a message"),
    "a prompt without a time": ('{"type": "user", "message": {"content": "x"}}', 2, "no time"),
    "an answer without a time": ('{"type": "assistant", "message": {"id": "m"}, "timestamp": "soon"}', 2, "no time"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_is_refused_with_its_place_and_nothing_is_written(house, name):
    line, number, says = BROKEN[name]
    whole, broken = simple(house), session(house, session="b0b")
    broken.says("Hello.").records.append(line)
    paths = [str(one.save(house.root.parent)) for one in (whole, broken)]
    said = asked(house.root, "audit", "import", *paths)
    assert (said.exit, said.errors) == (2, ["AGT508"]) and says in said.message
    assert said.line("at") == f"{paths[1]}:{number}"
    assert not journals(house)


def test_a_transcript_in_which_nobody_speaks_is_refused(house):
    said = take(house, session(house).add("summary"))
    assert (said.exit, said.errors) == (2, ["AGT508"]) and "nobody says anything" in said.message
    assert asked(house.root, "audit", "import", "nowhere.jsonl").errors == ["AGT508"]


# --- again -----------------------------------------------------------------------------------------------


def test_the_same_transcript_twice_changes_nothing_and_says_so(house):
    take(house, simple(house))
    before = journals(house)
    said = take(house, simple(house))
    assert said.exit == 0 and said.out.startswith("known: ") and imported(house).id in said.out
    assert journals(house) == before


def test_a_transcript_that_has_grown_is_a_new_version_with_what_is_new(house):
    grown = simple(house)
    take(house, grown)
    first = imported(house)
    grown.says("And a test.").answers("m-3", words("I will."), usage={**USED, "output_tokens": 7})
    said = take(house, grown)
    second = house.app().archive.executions()[-1]
    assert said.exit == 0 and f"after {first.id}" in said.out
    assert (second.of, second.id) == (first.id, first.id.replace("_v1", "_v2"))
    assert (second.requests, second.usage.output) == (1, 7)
    assert "And a test." in house.read(second.archive) and "Write the orders" not in house.read(second.archive)
    assert house.app().evidence.metrics("task", "").total.usage == USAGE + USAGE + Usage(10, 7, 300, 50, 20)
    assert take(house, grown).out.startswith("known: ")


def test_an_answer_that_was_still_coming_in_is_counted_with_what_came_later(house):
    growing = session(house).says("Go on.").answers("m-1", words("First."), usage={**USED, "output_tokens": 2})
    take(house, growing)
    take(house, growing.answers("m-1", words("Second.")))
    executions = house.app().archive.executions()
    assert sum((one.usage for one in executions), Usage()) == USAGE
    assert [reply.text for one in executions for reply in house.app().archive.story(one.id).replies] == [
        "First.",
        "Second.",
    ]


def test_a_transcript_that_was_rewritten_is_refused(house):
    take(house, simple(house))
    other = simple(house).says("More.")
    other.records[0]["message"]["content"] = "Other words."
    before = journals(house)
    said = take(house, other)
    assert (said.exit, said.errors) == (2, ["AGT508"]) and "are not those that were imported" in said.message
    assert journals(house) == before


def test_a_copy_of_a_session_counts_no_answer_again(house):
    take(house, simple(house))
    copied = (
        simple(house, session="c0c0c0c0-1111-4222-8333-444444444444").says("Another way.").answers("m-7", words("So."))
    )
    take(house, copied)
    second = house.app().archive.executions()[-1]
    assert (second.of, second.requests, second.usage) == ("", 1, USAGE)
    assert "Another way." in house.read(second.archive) and "Write the orders" not in house.read(second.archive)
    assert "2 answer(s) of a transcript that it was copied from" in house.read(second.archive)


def test_an_import_that_was_killed_is_brought_to_its_end_by_the_next(house):
    going_on = simple(house)
    take(house, going_on)
    whole = imported(house)
    path = house.root / whole.archive.replace(".md", ".jsonl")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))
    (house.root / whole.archive).unlink()
    said = take(house, going_on.says("More.").answers("m-5", words("Yes.")))
    first, second = house.app().archive.executions()
    assert said.exit == 0 and (first.id, first.status, first.usage) == (whole.id, "done", whole.usage)
    assert (second.of, second.requests) == (first.id, 1)
    assert asked(house.root, "audit", "verify").exit == 0


def test_a_dry_run_shows_what_would_come_and_writes_nothing(house):
    said = take(house, simple(house), "--dry-run")
    assert said.exit == 0 and said.out.startswith("would be imported: ") and "src/orders.py" in said.out
    assert not journals(house)


def test_json_is_what_its_schema_accepts(house):
    said = take(house, simple(house), "--json")
    jsonschema.validate(said.json, json.loads(asked(house.root, "schema", "imports").out))
    [told] = said.json["imports"]
    assert (told["state"], told["id"]) == ("new", imported(house).id)
    assert [one["path"] for one in told["files"]] == ["src/orders.py"]


# --- what it does not prove ------------------------------------------------------------------------------


def test_work_by_hand_proves_no_task_and_owns_no_file(house):
    house.write("src/adding.py", "# mine\n")
    take(house, session(house).says("Do.").writes(f"{house.root}/src/adding.py", "# mine\n"), "--task", House.TASK)
    app = house.app()
    assert imported(house).task == House.TASK and imported(house).module == "demo"
    assert app.archive.owned() == {}
    assert [(task.done, task.state) for module in app.modules() for task in module.tasks] == [(False, "not started")]
    [proof] = app.evidence.proofs
    assert proof.standing is None and proof.state == "not started"
    assert asked(house.root, "drift").exit in (0, 1) and app.evidence.trace().requirements == ()


def test_work_by_hand_takes_nothing_away_from_a_task_that_is_done(house):
    done = house.run(script=turns(written()))
    take(house, simple(house), "--task", House.TASK)
    app = house.app()
    assert [task.state for module in app.modules() for task in module.tasks] == ["done"]
    assert app.evidence.proofs[0].standing.id == done.id
    figures = app.evidence.metrics("task", "").total
    assert (figures.runs.of, figures.executions) == (1, {"import": 1, "run": 1})
    assert figures.usage == done.usage + USAGE + USAGE
    with answered(turns(written())):
        again = app.corridor.run((House.TASK,), 1, provider="anthropic", follow_up="Once more.")[-1]
    assert (again.purpose, again.of) == ("refinement", done.id)


@pytest.mark.parametrize("command", ["resume", "replay", "undo"])
def test_nothing_in_it_can_be_run(house, command):
    take(house, simple(house))
    said = asked(house.root, command, imported(house).id)
    assert (said.exit, said.errors) == (2, ["AGT500"])


def test_it_belongs_to_a_module_or_to_a_task(house):
    take(house, simple(house), "--module", "demo")
    assert imported(house).module == "demo"
    assert take(house, simple(house), "--module", "dmo").errors == ["AGT200"]
    assert take(house, simple(house), "--module", "demo", "--task", House.TASK).errors == ["AGT200"]


def test_it_is_exported_as_what_it_was(house):
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    take(house, simple(house))
    text = house.app().exchange.otel(())
    assert f'"{SESSION}"' in text and "agentic.execution.by_hand" in text
    began = int(instant("2026-11-20T10:00:01Z").timestamp())
    assert f'"startTimeUnixNano": "{began}250000000"' in text
    assert house.app().exchange.in_toto(()) == ""


# --- the real one ----------------------------------------------------------------------------------------

REAL = os.environ.get("AGENTIC_TEST_CLAUDE") or shutil.which("claude")


def offers_to_write(body: dict[str, Any]) -> bool:
    """Is it a request of the conversation itself?"""
    return any(tool.get("name") == "Write" for tool in body.get("tools", ()))


@pytest.mark.skipif(not REAL, reason="no Claude Code here: npm install @anthropic-ai/claude-code")
def test_a_transcript_of_the_real_claude_code_comes_in_as_it_is(house, tmp_path):
    home, path = tmp_path / "home", f"{house.root}/src/orders.py"
    home.mkdir()
    uses = turns(
        Uses("Write", {"file_path": path, "content": "x = 1\n"}),
        Uses("Edit", {"file_path": path, "old_string": "x = 1", "new_string": "x = 2"}),
        Says("Written, and changed."),
    )

    def script(body):
        # It also asks for a title, and offers no tool for that.
        return uses(body) if offers_to_write(body) else Says("A title")

    with claude(script) as server:
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), **server.environment}
        command = [str(REAL), "--print", "--model", MODEL, "--permission-mode", "acceptEdits"]
        done = subprocess.run(
            command, input="Write the orders, please.", cwd=house.root, env=environment, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    [transcript] = home.glob(".claude/projects/*/*.jsonl")
    said = asked(house.root, "audit", "import", str(transcript))
    assert said.exit == 0, said.err
    execution = imported(house)
    main = [
        request
        for request in server.requests
        if any(tool.get("name") == "Write" for tool in request.body.get("tools", ()))
    ]
    assert execution.requests == len(main) == 3 and execution.model == MODEL and execution.micro_usd
    assert house.read("src/orders.py") == "x = 2\n"
    assert f"by hand: Edit src/orders.py ({digest('x = 2' + chr(10))[:19]})" in house.read(execution.archive)
    assert "Write the orders, please." in house.read(execution.archive)
    everything = b"".join(journals(house).values()).decode()
    assert str(house.root) not in everything and str(home) not in everything
    assert Path(execution.archive).name.startswith(execution.id)
