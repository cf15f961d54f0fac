"""Amendments: nothing is edited, a word is added, a text is taken out late, and all of it verifies and says so."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import rfc8785

from agentic.app import App
from agentic.archive import Archive, Journal
from agentic.archive.line import FIRST
from agentic.errors import ArchiveError, Busy, CannotTakeOut
from agentic.values.digest import digest
from archive.kept import WHO, files, project, relive, sample
from asked import asked

SECRET = "the-word-that-should-not-be-here"


@pytest.fixture
def app(tmp_path: Path) -> App:
    app = App(project(tmp_path / "project"))
    relive(app.root, sample()[0])
    return app


def with_secret(app: App) -> str:
    """An execution whose task, reply and end hold the secret, in a long text and in a line."""
    name, journal = app.archive.create("leaky")
    for kind, body in sample()[0]:
        told = {**body}
        if kind == "opened":
            told |= {"id": name, "developer": f"A Tester {SECRET}", "task_text": body["task_text"] + SECRET}
        if kind == "closed":
            told |= {"notes": [f"it said {SECRET}", "x" * 600 + SECRET]}
        journal.append(kind, told)
    journal.close()
    app.archive.write_page(name)
    return name


def test_a_word_is_added_and_what_stands_is_untouched(app: App) -> None:
    before = files(app)
    name = app.archive.ids()[0]
    made = app.amending.amend(name, "correction", WHO, "the figure in it was of May")
    assert {path: content for path, content in files(app).items() if path in before} == before
    assert made.about == name and made.facts["lines"] == str(len(app.archive.story(name).steps))
    assert app.sealing.verify().verified


def test_an_amendment_of_what_is_not_there_is_refused(app: App) -> None:
    with pytest.raises(ArchiveError, match="no execution"):
        app.amending.amend("2020-01-01_x_v1", "sign-off", WHO, "all is well here")


def test_a_text_is_taken_out_of_lines_and_long_texts_and_all_verifies(app: App) -> None:
    name = with_secret(app)
    assert app.auditing.index.count() == 2
    finds = app.amending.find(SECRET)
    assert {bool(one.line) for one in finds} == {True, False}
    made = app.amending.redact(SECRET, finds, WHO, "a password that still works")
    # Neither in the archive, nor in what is derived from it.
    assert not [path for path in app.root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    found = App(app.root).sealing.verify()
    assert found.faults == ()
    assert any("something was taken out" in note for note in found.notes)
    assert any(f"taken out by {made.id}" in note for note in found.notes)
    assert f"[taken out by {made.id}]" in (app.archive.folder / f"{name}.md").read_text(encoding="utf-8")
    assert App(app.root).archive.story(name).execution().status == "done"


def test_a_line_that_was_taken_out_otherwise_than_decided_is_found(app: App) -> None:
    name = with_secret(app)
    app.amending.redact(SECRET, app.amending.find(SECRET), WHO, "a password that still works")
    path = app.archive.folder / f"{name}.jsonl"
    path.write_bytes(path.read_bytes().replace(b"A Tester [taken", b"B Tester [taken"))
    assert any("line 1 says something else than was written" in fault for fault in app.sealing.verify().faults)


def test_a_long_text_that_nobody_decided_on_is_missed(app: App) -> None:
    path = next(path for path in files(app) if "blobs" in path.parts)
    path.unlink()
    assert any(path.name in fault and "it is gone" in fault for fault in app.sealing.verify().faults)


def test_a_text_that_was_taken_out_and_came_back_is_a_fault(app: App) -> None:
    with_secret(app)
    before = files(app)
    app.amending.redact(SECRET, app.amending.find(SECRET), WHO, "a password that still works")
    gone = next(path for path in before if path not in files(app))
    gone.parent.mkdir(exist_ok=True)
    gone.write_bytes(before[gone])
    assert any("took it out, and it is there" in fault for fault in app.sealing.verify().faults)


def test_what_holds_the_archive_together_is_not_taken_out(app: App) -> None:
    before = files(app)
    name = app.archive.ids()[0]
    with pytest.raises(CannotTakeOut, match="holds it as `id`"):
        app.amending.redact(name, app.amending.find(name), WHO, "nobody should know it")
    assert files(app) == before
    with pytest.raises(CannotTakeOut, match="stands nowhere"):
        app.amending.redact("zzz", app.amending.find("zzz"), WHO, "nobody should know it")


def test_the_seal_holds_over_what_was_taken_out(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "keys"))
    with_secret(app)
    app.sealing.new_key("seal-1", "example.org/log", "", "", 30, WHO, "the first key")
    app.sealing.seal()
    app.amending.redact(SECRET, app.amending.find(SECRET), WHO, "a password that still works")
    assert App(app.root).sealing.verify().verified
    App(app.root).sealing.seal()
    assert App(app.root).sealing.verify().sealed == 4


def test_the_command_shows_the_places_and_asks(app: App, tmp_path: Path) -> None:
    name = with_secret(app)
    text = tmp_path / "secret"
    text.write_text(SECRET + "\n", encoding="utf-8")
    words = ("audit", "redact", "--text-from", str(text), "--by", WHO, "--why", "it still works")
    said = asked(app.root, *words, "--no-input")
    assert said.exit == 5 and f"{name}.jsonl: line 1" in said.out and SECRET not in said.out + said.err
    said = asked(app.root, *words, "--yes")
    assert said.exit == 0 and "taken out of" in said.out and asked(app.root, "audit", "verify").exit == 0


# --- the journal itself -------------------------------------------------------------------------------------


def test_a_half_written_line_is_a_fault_and_told_by_whoever_goes_on(app: App) -> None:
    name = relive(app.root, sample()[0], until=3)
    path = app.archive.path(name)
    path.write_bytes(path.read_bytes() + b'{"at":"2026')
    assert app.sealing.verify().faults == (
        f"{name}.jsonl: its last line is half-written; a crash cut it off, or somebody did",
    )
    journal = Journal.reopen(path)
    assert journal.cut == 11
    journal.close()


def test_a_run_without_an_end_is_told_and_no_fault(app: App) -> None:
    name = relive(app.root, sample()[0], until=4)
    found = app.sealing.verify()
    assert found.verified and found.interrupted == (name,)


def test_long_texts_are_stored_once_and_come_back_whole(app: App) -> None:
    there = {path for path in files(app) if "blobs" in path.parts}
    name = relive(app.root, sample()[0])
    assert {path for path in files(app) if "blobs" in path.parts} == there
    kept = [(step.kind, {**step.body, "id": ""}) for step in app.archive.story(name).steps]
    assert kept == [(kind, {**body, "id": ""}) for kind, body in sample()[0]]


@pytest.mark.parametrize("key", ["$blob", "$$blob", "$", "blob"])
def test_a_key_of_ones_own_is_never_taken_for_a_long_text(app: App, key: str) -> None:
    name, journal = app.archive.create("keys")
    body = {"of": {key: "sha256:" + "0" * 64}, "long": {key: "x" * 2000}, "lone": "\ud800", "big": 2**60, "part": 0.5}
    journal.append("note", body)
    journal.close()
    told = Archive(app.root).story(name).steps[0].body
    assert told["of"] == body["of"] and told["long"] == body["long"]
    assert (told["lone"], told["big"], told["part"]) == ("?", str(2**60), "0.5")


def test_threads_may_keep_the_same_text_at_once(app: App) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from agentic.archive.blobs import Blobs

    texts = [str(random.Random(number % 7).random()) * 100 for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda text: Blobs(app.archive.folder).keep(text.encode()), texts))
    assert len(set(names)) == 7 and not list((app.archive.folder / "blobs").rglob("*.new"))


# --- what an attack on it found ------------------------------------------------------------------------------


def test_a_line_of_the_first_form_is_not_touched(app: App) -> None:
    name = app.archive.ids()[0]
    path = app.archive.folder / f"{name}.jsonl"
    rows, last = [], FIRST
    for step in app.archive.story(name).steps[:3]:
        record = {
            "at": step.at,
            "body": {**step.body, "developer": SECRET},
            "kind": step.kind,
            "prev": last,
            "seq": step.number,
        }
        rows.append(rfc8785.dumps(record))
        last = digest(rows[-1])
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    before = files(app)
    with pytest.raises(CannotTakeOut, match="of the first form"):
        app.amending.redact(SECRET, app.amending.find(SECRET), WHO, "it still works there")
    assert files(app) == before


def test_a_run_that_is_under_way_is_not_rewritten(app: App) -> None:
    _, journal = app.archive.create("busy")
    journal.append("opened", {"developer": SECRET})
    before = files(app)
    with pytest.raises(Busy):
        app.amending.redact(SECRET, app.amending.find(SECRET), WHO, "it still works there")
    assert files(app) == before
    journal.close()


@pytest.mark.parametrize("text", ["sha256", "src/"])
def test_digests_and_paths_stay_what_they_are(app: App, text: str) -> None:
    digests = {line: re.findall(rb"sha256:[0-9a-f]{64}", content) for line, content in files(app).items()}
    finds = app.amending.find(text)
    if finds:
        app.amending.redact(text, finds, WHO, "nobody should know it")
    for path, content in files(app).items():
        if path in digests and path.suffix == ".jsonl":
            assert re.findall(rb"sha256:[0-9a-f]{64}", content) == digests[path]
    assert app.sealing.verify().verified
    assert all(one.status for one in App(app.root).archive.executions())


def with_evidence(app: App, evidence: dict[str, object]) -> str:
    name, journal = app.archive.create("evidence")
    for kind, body in sample()[0]:
        told = {**body, "id": name} if kind == "opened" else {**body}
        if kind == "looked":
            told["verdicts"] = [{**one, "evidence": {**one["evidence"], **evidence}} for one in body["verdicts"]]
        journal.append(kind, told)
    journal.close()
    app.archive.write_page(name)
    return name


def test_a_text_in_a_long_list_is_taken_out_and_readers_go_on(app: App) -> None:
    remark = {
        "standard": "x",
        "message": f'he said "{SECRET}"' * 30,
        "path": "",
        "line": 1,
        "severity": "note",
        "fix": "",
    }
    name = with_evidence(app, {"remarks": [remark], "tails": [f"{number} " * 300 for number in range(4)]})
    assert app.sealing.verify().faults == () and not app.sealing.verify().notes
    app.amending.redact(f'"{SECRET}"', app.amending.find(f'"{SECRET}"'), WHO, "it still works there")
    again = App(app.root)
    assert again.sealing.verify().faults == ()
    assert again.archive.story(name).execution().first_look and again.archive.executions() and again.auditing.all


def test_a_long_text_within_a_list_is_missed(app: App) -> None:
    with_evidence(app, {"tails": [f"{number} " * 300 for number in range(4)]})
    inner = next(path for path in files(app) if path.read_bytes() == b"3 " * 300)
    inner.unlink()
    assert any(inner.name in fault and "it is gone" in fault for fault in app.sealing.verify().faults)


def test_a_line_that_was_taken_out_and_came_back_is_a_fault(app: App) -> None:
    name = with_secret(app)
    before = files(app)
    app.amending.redact(SECRET, app.amending.find(SECRET), WHO, "it still works there")
    for path in (app.archive.folder / f"{name}.jsonl", app.archive.folder / f"{name}.md"):
        path.write_bytes(before[path])
    assert any("line 1 is not as" in fault for fault in app.sealing.verify().faults)


def test_a_short_text_in_a_drafted_file_is_found_and_taken_out(app: App) -> None:
    name, journal = app.archive.create("short")
    for kind, body in sample()[0]:
        told = {**body, "id": name} if kind == "opened" else {**body}
        if kind == "changes":
            told["files"] = [{**file, "text": f"KEY = '{SECRET}'"} for file in body["files"]]
        journal.append(kind, told)
    journal.close()
    app.archive.write_page(name)
    finds = app.amending.find(SECRET)
    assert [one.file for one in finds] == [f"{name}.jsonl"]
    app.amending.redact(SECRET, finds, WHO, "it still works there")
    assert not [path for path, content in files(app).items() if SECRET.encode() in content]
    assert app.sealing.verify().faults == ()


def test_a_reason_that_says_the_text_again_is_refused(app: App) -> None:
    with_secret(app)
    with pytest.raises(CannotTakeOut, match="the reason holds the very text"):
        app.amending.redact(SECRET, app.amending.find(SECRET), WHO, f"since {SECRET} works")


def test_half_a_line_that_holds_it_is_no_silent_rest(app: App) -> None:
    with_secret(app)
    path = app.archive.path(relive(app.root, sample()[0], until=2))
    path.write_bytes(path.read_bytes() + f'{{"at":"{SECRET}'.encode())
    with pytest.raises(CannotTakeOut, match="half-written"):
        app.amending.redact(SECRET, app.amending.find(SECRET), WHO, "it still works there")


ODD = {
    "a directory": lambda path: path.mkdir(),
    "a dangling link": lambda path: path.symlink_to("nowhere"),
    "a loop": lambda path: path.symlink_to(path.name),
    "a list": lambda path: path.write_bytes(b"[1]\n"),
    "a body that is none": lambda path: path.write_bytes(b'{"body":5}\n'),
    "deep nesting": lambda path: path.write_bytes(b"[" * 100_000 + b"\n"),
    "a number of many digits": lambda path: path.write_bytes(b'{"at":"x","body":{},"v":' + b"9" * 5000 + b"}\n"),
}


@pytest.mark.parametrize("name", ["2026-01-01_x_v1.jsonl", "2026-01-01_key-x_v1.jsonl", "blobs/ab/" + "c" * 62])
@pytest.mark.parametrize("odd", ODD)
def test_odd_files_are_faults_and_never_a_traceback(app: App, odd: str, name: str) -> None:
    path = app.archive.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    ODD[odd](path)
    said = asked(app.root, "audit", "verify")
    assert said.exit == 1 and "AGT900" not in said.err and path.name[:20] in said.out
    for words in (("audit", "list"), ("audit", "stats"), ("audit", "approvals"), ("status",)):
        assert "AGT900" not in asked(app.root, *words).err, words


def test_a_model_with_a_long_name_is_no_fault(app: App) -> None:
    name, journal = app.archive.create("longnames" * 40)
    for kind, body in sample()[0]:
        told = {**body, "id": name} if kind == "opened" else {**body}
        if kind == "reply":
            told["reply"] = {**body["reply"], "model": "m" * 700}
        journal.append(kind, told)
    journal.close()
    app.archive.write_page(name)
    assert app.sealing.verify().faults == ()
