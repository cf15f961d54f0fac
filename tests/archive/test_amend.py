"""Amendments: nothing is edited, a word is added, a text is taken out late, and all of it verifies and says so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agentic.app import App
from agentic.archive import Archive, Journal
from agentic.errors import ArchiveError, CannotTakeOut
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
