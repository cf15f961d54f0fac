"""Text -> text without secrets, with the rules that found them and how often; never the values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from agentic.redact.patterns import vendor_spans
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.redact.forms import Form

MARK = "[redacted:"
SECRET_NAME = re.compile(
    r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS$|PWD|CREDENTIAL|AUTH(?!OR)|PRIVATE|DSN|CONNECTION_STRING)",
    re.IGNORECASE,
)
HARMLESS_NAME = re.compile(
    r"(MAX_|_?LIMIT|_COUNT|_FILE$|_PATH$|_DIR$|KEYBOARD|KEYRING|SSH_AUTH_SOCK|XAUTHORITY|^PWD$|^OLDPWD$)", re.IGNORECASE
)
NUMBER_NAME = re.compile(r"(SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS$|PWD|CREDENTIAL|PRIVATE)", re.IGNORECASE)
"""What may be of digits alone and is a secret all the same; a number of tokens is none."""
LOGIN = re.compile(r"://[^\s:/@]*:(?P<password>[^\s/@]+)@")
SHORTEST = 8
"""A shorter value would redact ordinary words."""
LOOKED_UP = "SECRET_of "
"""How the name of a secret begins that was looked up: it is one, whatever its place is called and however it looks."""
SHORTEST_KNOWN = 4


class Found(Noun, frozen=True):
    """A text, and what was taken out of it."""

    text: str
    rules: Mapping[str, int]
    """Rule -> how often."""
    lines: Mapping[str, int] = {}
    """Rule -> the line of its first place, from 1."""


class Looks(Protocol):
    """Whoever tells what is in a text."""

    def look(self, text: str) -> Found:
        """The text without secrets."""
        ...


class Redactor:
    """Replaces secrets by the name of the rule that found them.

    Values of secret-looking environment variables are found in every form of forms.py; keys of vendors by their shape.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    @cached_property
    def _forms(self) -> tuple[Form, ...]:
        """Made when the first text is looked at. The first to name a value gives it its rule."""
        named: dict[str, str] = {}
        for name, value in self._environment.items():
            for secret in secrets_in(name, value):
                named.setdefault(secret, f"${name}")
        if not named:
            return ()
        # Here, since it needs base64, json and urllib, and where there is no secret nobody has to wait for them.
        from agentic.redact.forms import forms_of

        return tuple(form for value, rule in named.items() for form in forms_of(rule, value))

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        return self.look(text).text

    def look(self, text: str) -> Found:
        """The text without secrets, and which there were."""
        spans = [span for form in self._forms for span in form.spans(text)]
        spans += vendor_spans(text)
        if not spans:
            return Found(text, {})
        rules: Counter[str] = Counter()
        lines: dict[str, int] = {}
        parts: list[str] = []
        done = 0
        for begin, end, rule in merged(spans):
            parts += (text[done:begin], f"{MARK}{rule}]")
            rules[rule] += 1
            lines.setdefault(rule, text.count("\n", 0, begin) + 1)
            done = end
        return Found("".join((*parts, text[done:])), dict(rules), lines)

    def deeply(self, body: Any) -> Any:
        """The same for every string inside lists and maps."""
        return Tally(self).deeply(body)

    def found_in(self, text: str) -> str:
        """The rule that finds a secret in `text`, or found one in it before; empty where none does."""
        clean = self(text)
        return clean[clean.index(MARK) + len(MARK) :].split("]")[0] if MARK in clean else ""


class Tally:
    """A redactor that remembers what it found."""

    def __init__(self, redactor: Looks) -> None:
        self._redactor = redactor
        self.rules: Counter[str] = Counter()
        """Rule -> how often, over all texts."""

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        found = self._redactor.look(text)
        self.rules.update(found.rules)
        return found.text

    def deeply(self, body: Any) -> Any:
        """The same for every string inside lists and maps."""
        if isinstance(body, str):
            return self(body)
        if isinstance(body, Mapping):
            return {self(str(key)): self.deeply(value) for key, value in body.items()}
        if isinstance(body, (list, tuple)):
            return [self.deeply(item) for item in body]
        return body


def merged(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """In order; of those that overlap, one, named by the longest that begins first."""
    ordered = sorted(spans, key=lambda span: (span[0], -span[1]))
    begin, end, rule = ordered[0]
    for after_begin, after_end, after in ordered[1:]:
        if after_begin < end:
            end = max(end, after_end)
            continue
        yield begin, end, rule
        begin, end, rule = after_begin, after_end, after
    yield begin, end, rule


def names_secret(name: str) -> bool:
    """Does a variable of this name hold a secret, by its name?"""
    return bool(SECRET_NAME.search(name)) and not HARMLESS_NAME.search(name)


def is_secret(name: str, value: str) -> bool:
    """Does a variable hold a secret? A number of tokens is none."""
    if name.startswith(LOOKED_UP):
        return len(value) >= SHORTEST_KNOWN
    counts = value.isdigit() and not NUMBER_NAME.search(name)
    return names_secret(name) and len(value) >= SHORTEST and not counts


def secrets_in(name: str, value: str) -> Iterator[str]:
    """What of a variable is secret: all of it, by its name; the password of an address, whatever it is called."""
    if is_secret(name, value):
        yield value
        if (stripped := value.strip()) != value and len(stripped) >= SHORTEST:
            yield stripped
    for login in LOGIN.finditer(value) if "://" in value else ():
        yield from (one for one in as_typed(login["password"]) if len(one) >= SHORTEST)


def as_typed(password: str) -> tuple[str, ...]:
    """A password as an address holds it, and as a person would type it."""
    from urllib.parse import unquote  # here, for the same reason

    return tuple(dict.fromkeys((password, unquote(password))))
