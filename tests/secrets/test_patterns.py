"""What the patterns find, and what they leave alone."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from random import Random

import detect_secrets.plugins
import pytest
from detect_secrets.plugins.base import RegexBasedDetector

from agentic.redact import PATTERNS, Redactor
from agentic.redact.patterns import NAMED
from planted import MAKERS

ROUNDS = 20
RULES = sorted({pattern.rule for pattern in PATTERNS} | {row[0] for row in NAMED})
AROUND = ("{}", "say {} now", '"{}",', "'{}'", "a\n{}\nb", "\\n{}\\n", "({})", "x={}", "E   {}", "{}")
LEFT_OUT = {"IPPublicDetector": "an address of a machine is no secret, and an architecture is full of them"}
"""Plugins of detect-secrets that find by a pattern and that we do not follow."""
NOT_BY_PATTERN = {
    "Base64HighEntropyString": "digests and ids in our own journals look the same",
    "HexHighEntropyString": "the same: a commit, a digest",
    "KeywordDetector": "`password: str` is in every program; what is behind such a name in a spec is the linter's (AGT014)",
}
"""Plugins that guess from how random a word looks, or from the name before it."""


def planted(rule: str) -> list[tuple[str, str]]:
    random = Random(rule)
    return [maker(random) for maker in MAKERS[rule] for _ in range(ROUNDS)]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_finds_its_keys_wherever_they_stand(rule: str) -> None:
    redact = Redactor({})
    for text, secret in planted(rule):
        for around in AROUND:
            clean = redact(around.replace("{}", text))
            assert secret not in clean, clean
            assert f"[redacted:{rule}]" in clean, clean


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.rule)
def test_no_pattern_waits_for_a_word_that_its_keys_lack(pattern) -> None:
    from agentic.redact.patterns import compiled

    found = [text for text, _ in planted(pattern.rule) if compiled(pattern.shape).search(text)]
    assert all(not pattern.hints or any(hint in text.lower() for hint in pattern.hints) for text in found)


def plugins() -> Iterator[type]:
    for one in pkgutil.iter_modules(detect_secrets.plugins.__path__):
        module = importlib.import_module(f"detect_secrets.plugins.{one.name}")
        yield from (cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__)


BY_PATTERN = [cls for cls in plugins() if issubclass(cls, RegexBasedDetector) and not inspect.isabstract(cls)]


def test_every_plugin_of_detect_secrets_is_followed_or_named_with_a_reason() -> None:
    others = {cls.__name__ for cls in plugins() if hasattr(cls, "secret_type") and not inspect.isabstract(cls)}
    assert others - {cls.__name__ for cls in BY_PATTERN} == set(NOT_BY_PATTERN)
    assert len(BY_PATTERN) > 20 and set(LEFT_OUT) < {cls.__name__ for cls in BY_PATTERN}


@pytest.mark.parametrize(
    "plugin", [cls for cls in BY_PATTERN if cls.__name__ not in LEFT_OUT], ids=lambda cls: cls.__name__
)
def test_what_detect_secrets_finds_by_a_pattern_is_found_here(plugin: type) -> None:
    redact, theirs = Redactor({}), plugin()
    texts = [text for rule in MAKERS for text, _ in planted(rule)]
    found = {regex: [text for text in texts if regex.search(text)] for regex in theirs.denylist}
    for regex, samples in found.items():
        assert samples, f"no sample is found by {regex.pattern}"
        for text in samples:
            cleaned = redact(text)
            assert cleaned != text and not regex.search(cleaned), (regex.pattern, text, cleaned)
