"""What keeps redaction quick must not make it blind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentic.redact import HINTS, PATTERNS, vendors


@settings(deadline=None, derandomize=True, max_examples=40, database=None)
@pytest.mark.parametrize("rule", PATTERNS)
@given(data=st.data())
def test_whatever_a_pattern_finds_holds_one_of_its_hints(rule: str, data: st.DataObject) -> None:
    found = data.draw(st.from_regex(PATTERNS[rule].replace("(?<=://)", "://").replace("(?=@)", "@")))
    assert any(hint in found.lower() for hint in HINTS) and vendors().search(found)
