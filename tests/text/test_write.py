"""Whole files: nobody ever finds half of one, and nothing is left beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.errors import DiskFailed
from agentic.text.write import write_beside, write_file, write_report


def test_what_cannot_be_put_in_its_place_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "page.md").mkdir()
    with pytest.raises(OSError, match="page"):
        write_beside(tmp_path / "page.md", "words")
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_what_a_crash_left_beside_a_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".page.md.new").write_text("half a wo")
    write_beside(tmp_path / "page.md", "words")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("page.md", "words")]


def test_line_ends_and_bytes_are_written_as_they_are_given(tmp_path: Path) -> None:
    write_file(tmp_path / "new/folder/page.md", "one\r\ntwo\n", "page.md")
    write_file(tmp_path / "new/folder/raw", b"\xff", "raw")
    assert (tmp_path / "new/folder/page.md").read_bytes() == b"one\r\ntwo\n"
    assert (tmp_path / "new/folder/raw").read_bytes() == b"\xff"


def test_a_file_where_a_folder_should_be_is_told_by_the_name_that_people_know(tmp_path: Path) -> None:
    (tmp_path / "plans").write_text("")
    with pytest.raises(DiskFailed, match="plans/001-a.md cannot be written") as told:
        write_file(tmp_path / "plans/001-a.md", "words", "plans/001-a.md")
    assert told.value.path == "plans/001-a.md"


def test_a_report_goes_to_a_device_as_it_is_and_not_to_a_name_that_is_none(tmp_path: Path) -> None:
    write_report(Path("/dev/null"), "words", "/dev/null")
    assert Path("/dev/null").is_char_device()
    for name in ("a\0b", "."):
        with pytest.raises(DiskFailed):
            write_report(tmp_path / name, "words", name)
