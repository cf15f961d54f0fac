"""The index answers what the journals say, notices what changed, and is lost without harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.app import App
from agentic.archive import Archive, Journal
from archive.kept import project, relive, sample


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    root = project(tmp_path / "project")
    for steps in sample()[:4]:
        relive(root, steps)
    return Archive(root)


def test_it_says_what_the_journals_say(archive: Archive) -> None:
    index = archive.index()
    assert {one.id: one for one in index.executions()} == {one.id: one for one in archive.executions()}
    assert len(index.executions(2)) == 2 and index.count() == 4
    landed = archive.owned()
    assert all(owned.id in index.landed(path) for path, owned in landed.items())


def test_what_comes_goes_and_goes_on_is_noticed(archive: Archive) -> None:
    archive.index()
    new = relive(archive.root, sample()[0], until=5)
    assert archive.index().executions()[-1].status == "interrupted"
    journal = Journal.reopen(archive.path(new))
    for kind, body in sample()[0][5:]:
        journal.append(kind, body)
    journal.close()
    assert {one.id: one.status for one in archive.index().executions()}[new] == "done"
    archive.path(new).unlink()
    assert archive.index().count() == 4


@pytest.mark.parametrize("harm", [b"", b"no database", None])
def test_losing_it_loses_nothing(archive: Archive, harm: bytes | None) -> None:
    before = archive.index().executions()
    path = archive.root / ".agentic/index/archive.sqlite"
    path.unlink() if harm is None else path.write_bytes(harm)
    assert archive.index().executions() == before


def test_a_lie_in_it_does_not_reach_verify(archive: Archive) -> None:
    index = archive.index()
    with index.con:
        index.con.execute("DELETE FROM executions")
    index.con.close()
    assert App(archive.root).sealing.verify().executions == 4


def test_a_broken_journal_is_left_out(archive: Archive) -> None:
    path = archive.path(archive.ids()[0])
    path.write_bytes(path.read_bytes().replace(b"opened", b"opener", 1))
    assert archive.index().count() == 3


def test_where_the_disk_takes_none_it_is_made_in_memory(archive: Archive) -> None:
    (archive.root / ".agentic").write_text("a file stands in its place", encoding="utf-8")
    assert archive.index().count() == 4
