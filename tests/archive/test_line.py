"""A line is canonical JSON, and whoever changes it is told."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from agentic.archive.line import FIRST, body_of, read, replaced, write
from agentic.errors import BadJournal, NewerJournal
from agentic.text.canonical import canonical

BODIES = st.dictionaries(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    ),
)


@given(BODIES)
def test_the_quick_writer_and_the_standard_write_the_same(body: dict[str, Any]) -> None:
    assert canonical(body) == rfc8785.dumps(body)


@given(BODIES, st.text(alphabet=st.characters(max_codepoint=127)))
def test_control_letters_and_quotes_are_written_the_same(body: dict[str, Any], text: str) -> None:
    assert canonical({**body, text: text}) == rfc8785.dumps({**body, text: text})


@given(BODIES)
def test_what_is_written_is_read(body: dict[str, Any]) -> None:
    line, name = write(1, "note", "2026-11-29T09:00:00Z", body, FIRST)
    kept = read(line, 1, "x.jsonl")
    assert (kept.number, kept.kind, kept.name, kept.whole, body_of(kept, "x")) == (1, "note", name, True, body)


@given(BODIES, BODIES)
def test_another_body_keeps_the_chain_and_is_not_whole(body: dict[str, Any], other: dict[str, Any]) -> None:
    line, name = write(1, "note", "2026-11-29T09:00:00Z", body, FIRST)
    kept = read(replaced(read(line, 1, "x"), other), 1, "x")
    assert kept.name == name and kept.whole == (body == other)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda line: line + b"\r", BadJournal, "line 3 ends in CRLF"),
        (lambda line: line.replace(b'"v":2}', b'"v":7}'), NewerJournal, "line 3 is of version 7; this agentic knows 2"),
        (lambda line: line[:-1], BadJournal, "line 3 is not JSON"),
        (lambda line: b"{}", BadJournal, "line 3 is no record"),
        (lambda line: b"\xff", BadJournal, "line 3 is not JSON"),
    ],
)
def test_what_is_no_line_says_why(change: Any, error: type[BadJournal], words: str) -> None:
    line, _ = write(3, "note", "2026-11-29T09:00:00Z", {"a": 1}, FIRST)
    with pytest.raises(error, match=words) as caught:
        read(change(line), 3, "x.jsonl")
    assert (caught.value.path, caught.value.line) == ("x.jsonl", 3)
