"""The index answers what the journals say, notices what changed, and is lost without harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from agentic.app import App
from agentic.archive import Archive, Index, Journal
from agentic.archive.blobs import Blobs
from agentic.values import Execution
from archive.kept import project, relive, sample


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    root = project(tmp_path / "project")
    for steps in sample()[:4]:
        relive(root, steps)
    return Archive(root)


def indexed(archive: Archive) -> Index[Execution]:
    return archive.index(Execution, lambda name, story: story.execution())


def test_it_says_what_the_journals_say(archive: Archive) -> None:
    index = indexed(archive)
    assert {one.id: one for one in index.told()} == {name: archive.story(name).execution() for name in archive.ids()}
    assert len(index.told(2)) == 2 and index.count() == 4
    landed = archive.owned()
    assert all(owned.id in index.landed(path) for path, owned in landed.items())


def test_what_comes_goes_and_goes_on_is_noticed(archive: Archive) -> None:
    indexed(archive)
    new = relive(archive.root, sample()[0], until=5)
    assert indexed(archive).told()[-1].status == "interrupted"
    journal = Journal.reopen(archive.path(new))
    for kind, body in sample()[0][5:]:
        journal.append(kind, body)
    journal.close()
    assert {one.id: one.status for one in indexed(archive).told()}[new] == "done"
    archive.path(new).unlink()
    assert indexed(archive).count() == 4


@pytest.mark.parametrize("harm", [b"", b"no database", None])
def test_losing_it_loses_nothing(archive: Archive, harm: bytes | None) -> None:
    before = indexed(archive).told()
    path = archive.root / ".agentic/index/execution.sqlite"
    path.unlink() if harm is None else path.write_bytes(harm)
    assert indexed(archive).told() == before


def test_a_lie_in_it_does_not_reach_verify(archive: Archive) -> None:
    index = indexed(archive)
    with index.con:
        index.con.execute("DELETE FROM executions")
    index.con.close()
    assert App(archive.root).sealing.verify().executions == 4


def test_a_broken_journal_is_left_out(archive: Archive) -> None:
    path = archive.path(archive.ids()[0])
    path.write_bytes(path.read_bytes().replace(b"opened", b"opener", 1))
    assert indexed(archive).count() == 3


def test_where_the_disk_takes_none_it_is_made_in_memory(archive: Archive) -> None:
    (archive.root / ".agentic").write_text("a file stands in its place", encoding="utf-8")
    assert indexed(archive).count() == 4


def test_all_executions_at_once_leave_long_texts_where_they_lie(archive: Archive) -> None:
    def whole(execution: Execution) -> Execution:
        told = [replace(one, evidence=Blobs(archive.folder).unstow(dict(one.evidence))) for one in execution.verdicts]
        return replace(execution, verdicts=tuple(told))

    found = archive.executions()
    assert {one.id: whole(one) for one in found} == {one.id: archive.story(one.id).execution() for one in found}
    verdicts = [verdict for one in found for verdict in one.verdicts]
    assert any("coverage" in one.evidence for one in verdicts) and any("$blob" in str(one.evidence) for one in verdicts)
