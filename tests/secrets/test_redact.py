"""A secret in any form, whole or cut, is taken out; its rule and count are kept, never the value."""

from __future__ import annotations

import base64
import json
import re
from random import Random
from urllib.parse import quote, quote_plus

import pytest

from agentic.redact import LOOKED_UP, Redactor, Tally, by_line, is_secret
from planted import LETTERS, made, private_key

PLAIN = made(Random(1), LETTERS, 32)
ODD = "p@ss w0rd/" + made(Random(2), LETTERS, 8) + '+&"ü\\'
"""Needs an escape everywhere."""
KEY = private_key()(Random(3))[0]


def forms(value: str) -> list[str]:
    low = re.sub("%..", lambda found: found[0].lower(), quote(value, safe=""))
    content = value.encode()
    return [
        value, quote(value), quote(value, safe=""), low, quote_plus(value), json.dumps(value), json.dumps(value, ensure_ascii=False),
        repr(value), content.hex(), content.hex().upper(), base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode(),
        base64.b64encode(b"u:" + content).decode(), base64.b64encode(b"user:" + content + b"@host").decode(),
        base64.b64encode(b"user" + content + b"!").decode(), base64.urlsafe_b64encode(b"a" + content).decode(),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [PLAIN, ODD, KEY], ids=["plain", "odd", "key"])
def test_a_value_is_found_in_every_form(value: str) -> None:
    redact = Redactor({"DB_PASSWORD": value})
    for form in forms(value):
        clean = redact(f"before {form} behind")
        pieces = {form[at : at + 12] for at in range(len(form) - 11)} - {"-----BEGIN P", "PRIVATE KEY-"}
        left = [piece for piece in pieces if piece in clean and "-----" not in piece and "KEY" not in piece]
        assert clean.startswith("before ") and clean.endswith(" behind") and "[redacted:" in clean and not left, (
            form,
            clean,
            left,
        )


@pytest.mark.parametrize("length", [12, 15, 20, 31])
def test_a_value_that_was_cut_is_found_by_the_piece_that_is_left(length: int) -> None:
    redact = Redactor({"API_TOKEN": PLAIN})
    for piece in (PLAIN[:length], PLAIN[-length:]):
        for text in (f"it says {piece}", f"{piece}... it says", f"'{piece}'"):
            assert piece[:12] not in redact(text) and piece[-12:] not in redact(text)


def test_what_all_keys_of_a_vendor_begin_with_is_no_piece() -> None:
    redact = Redactor({"ANTHROPIC_API_KEY": "sk-" + "ant-api03-" + PLAIN})
    assert redact("keys begin with sk-ant-api03- and go on") == "keys begin with sk-ant-api03- and go on"


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("DB_PASSWORD", "12345678", True), ("MAX_TOKENS", "1000000000", False), ("API_TOKENS", "1000000000", False), ("API_TOKEN", "short", False),
        ("GIT_AUTHOR_NAME", "Somebody Else", False), ("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring", False),
        ("KEY_FILE", "/etc/keys/one.pem", False), ("LAKE_SECRET", PLAIN, True), (f"{LOOKED_UP}sources.a", "hunt", True),
    ],
)  # fmt: skip
def test_a_number_of_tokens_is_no_secret_and_a_password_of_digits_is_one(name: str, value: str, secret: bool) -> None:
    assert is_secret(name, value) is secret


def test_the_password_of_an_address_is_a_secret_whatever_the_variable_is_called() -> None:
    redact = Redactor({"WAREHOUSE": f"postgresql://loader:{quote('Qz7/' + PLAIN, safe='')}@db.example/orders"})
    assert (
        PLAIN not in redact(f"the password is Qz7/{PLAIN}") and redact("loader at db.example") == "loader at db.example"
    )


@pytest.mark.parametrize(
    "text",
    [
        "sha256:" + "0123456789abcdef" * 4, "commit 1aa6185b7e0f4a3c2d1e0f9a8b7c6d5e4f3a2b1c", "3f2b8c1e-7d4a-4b6f-9e0a-1c2d3e4f5a6b",
        "max_tokens: 1000, tokens: 123456789", "key: value", "postgresql://loader:${PASSWORD}@db/orders", "postgresql://user:password@localhost/db",
        "https://host:8080/path/a@b", "s3://bucket/key/file.parquet", "task-management-of-the-whole-warehouse-1", "-----BEGIN PRIVATE KEY----- begins a key",
        "Bearer authentication is used everywhere", "Basic authentication of the interface", "AC-1: every source row is in the table or in quarantine",
        "[redacted:github-token]", "postgresql://loader:[redacted:password-in-url]@db/orders", "token = get_token_from_the_environment_of_process()",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert Redactor({})(text) == text


def test_rules_are_counted_and_values_are_not_told() -> None:
    tally = Tally(Redactor({"DB_PASSWORD": PLAIN}))
    clean = tally.deeply({"a": [f"{PLAIN} and {PLAIN}"], f"key {PLAIN}": ["gh" + "p_" + "Zz9" * 12]})
    assert tally.rules == {"$DB_PASSWORD": 3, "github-token": 1} and PLAIN not in json.dumps(clean)


def test_cleaning_twice_changes_and_counts_nothing() -> None:
    redact = Redactor({"DB_PASSWORD": PLAIN})
    once = redact(f"{PLAIN} postgresql://a:{PLAIN}@b {KEY}")
    assert redact(once) == once and not redact.look(once).rules


def test_a_key_that_is_heard_line_by_line_is_hidden_on_every_line() -> None:
    heard = by_line(Redactor({}))
    said = [heard(line) for line in ("reads the key", *KEY.splitlines(), "goes on")]
    assert said[0] == "reads the key" and said[-1] == "goes on"
    assert not any(line[:12] in one for line in KEY.splitlines()[1:-1] for one in said)


def test_a_value_of_several_lines_is_hidden_on_each_of_them() -> None:
    redact = Redactor({"TLS_KEY": KEY})
    assert all(line not in redact(f"> {line}") for line in KEY.splitlines()[1:-1])


def test_a_key_without_an_end_or_without_a_beginning_is_found() -> None:
    redact, lines = Redactor({}), KEY.splitlines()
    for text in ("\n".join(lines[:4]), "\n".join(lines[2:]), "\n".join(f"E   {line}" for line in lines[:5])):
        assert not any(line[:12] in redact(text) for line in lines[2:4])
