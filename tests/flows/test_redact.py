"""What keeps redaction quick must not make it blind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentic.redact import HINTS, LOOKED_UP, PATTERNS, Redactor, vendors


@settings(deadline=None, derandomize=True, max_examples=40, database=None)
@pytest.mark.parametrize("rule", PATTERNS)
@given(data=st.data())
def test_whatever_a_pattern_finds_holds_one_of_its_hints(rule: str, data: st.DataObject) -> None:
    found = data.draw(st.from_regex(PATTERNS[rule].replace("(?<=://)", "://").replace("(?=@)", "@")))
    assert any(hint in found.lower() for hint in HINTS) and vendors().search(found)


def test_what_was_looked_up_is_a_secret_whatever_its_place_is_called() -> None:
    found = {
        f"{LOOKED_UP}object_stores.rate_limits.secret_key": "12345678",
        f"{LOOKED_UP}sources.databases.a.password": "hunt",
    }
    assert "12345678" not in Redactor(found)("key 12345678") and "hunt" not in Redactor(found)("said hunt")
