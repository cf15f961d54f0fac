"""No secret gets into a prompt, a file of the archive, a log or the screen."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

MARK = "[redacted:"
SECRET_NAME = re.compile(
    r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS$|PWD|CREDENTIAL|AUTH|PRIVATE|DSN|CONNECTION_STRING)",
    re.IGNORECASE,
)
HARMLESS_NAME = re.compile(
    r"(MAX_|_?LIMIT|_COUNT|_FILE$|_PATH$|_DIR$|KEYBOARD|SSH_AUTH_SOCK|XAUTHORITY|^PWD$|^OLDPWD$)", re.IGNORECASE
)
SHORTEST = 8
"""A shorter value would redact ordinary words."""
LOOKED_UP = "SECRET_of "
"""How the name of a secret begins that was looked up: it is one, whatever its place is called and however it looks."""
SHORTEST_KNOWN = 4

PATTERNS = {
    "anthropic-key": r"sk-ant-[A-Za-z0-9_-]{16,}",
    "aws-access-key": r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b",
    "aws-secret-key": r"(?i:aws_?secret_?(?:access_?)?key\W{1,5})[A-Za-z0-9/+=]{40}",
    "azure-storage-key": r"AccountKey=[A-Za-z0-9+/=]{40,}",
    "azure-sas": r"\bsig=[A-Za-z0-9%/+]{40,}",
    "github-token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})",
    "gitlab-token": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "slack-token": r"\bxox[abeprs]-[A-Za-z0-9-]{10,}",
    "slack-webhook": r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    "dbt-token": r"\bdbt[cu]_[A-Za-z0-9_-]{16,}",
    "google-key": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "openai-key": r"\bsk-(?:proj-)?[A-Za-z0-9]{32,}\b",
    "stripe-key": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "npm-token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "jwt": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "private-key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    "password-in-url": r"(?<=://)[^\s:/@]{1,64}:[^\s/@]{3,}(?=@)",
    "bearer": r"(?i:\bbearer\s+)[A-Za-z0-9._~+/-]{24,}=*",
}
RULES = tuple(PATTERNS)
HINTS = (
    "sk-", "akia", "asia", "agpa", "aida", "aroa", "aws", "accountkey=", "sig=", "ghp_", "gho_", "ghu_", "ghs_", "ghr_",
    "github_pat_", "glpat-", "xox", "hooks.slack.com", "dbtc_", "dbtu_", "aiza", "k_live_", "npm_", "eyj", "private key",
    "://", "bearer",
)  # fmt: skip
"""In small letters: without one of these words no pattern fits. Most texts hold none, and looking for words is quick."""


@cache
def vendors() -> re.Pattern[str]:
    """All patterns in one."""
    return re.compile("|".join(f"(?P<r{number}>{pattern})" for number, pattern in enumerate(PATTERNS.values())))


class Redactor:
    """Replaces secrets by the name of the rule that found them.

    Values of secret-looking environment variables are found raw, in base64 and in URL form; keys of common vendors by
    their shape. detect-secrets was weighed: its import alone costs 12 times the start of Python (docs/dependencies.md).
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        forms = {
            form: f"${name}" for name, value in environment.items() if is_secret(name, value) for form in written(value)
        }
        self._rules = forms
        # The longest first: a value that contains another must not be cut by it.
        known = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        self._known = re.compile(known) if known else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known:
            text = self._known.sub(lambda match: f"{MARK}{self._rules[match[0]]}]", text)
        small = text.lower()
        if not any(hint in small for hint in HINTS):
            return text
        return vendors().sub(lambda match: f"{MARK}{RULES[int((match.lastgroup or 'r0')[1:])]}]", text)

    def deeply(self, body: Any) -> Any:
        """The same for every string inside lists and maps."""
        if isinstance(body, str):
            return self(body)
        if isinstance(body, Mapping):
            return {self(str(key)): self.deeply(value) for key, value in body.items()}
        if isinstance(body, (list, tuple)):
            return [self.deeply(item) for item in body]
        return body

    def found_in(self, text: str) -> str:
        """The rule that finds a secret in `text`; empty where none does."""
        clean = self(text)
        return clean[clean.index(MARK) + len(MARK) :].split("]")[0] if MARK in clean else ""


def names_secret(name: str) -> bool:
    """Does a variable of this name hold a secret, by its name?"""
    return bool(SECRET_NAME.search(name)) and not HARMLESS_NAME.search(name)


def is_secret(name: str, value: str) -> bool:
    """Does a variable hold a secret? A number of tokens is none."""
    if name.startswith(LOOKED_UP):
        return len(value) >= SHORTEST_KNOWN
    return names_secret(name) and len(value) >= SHORTEST and not value.isdigit()


def written(value: str) -> Iterator[str]:
    """The forms in which a value turns up."""
    yield value
    yield quote(value, safe="")
    yield base64.b64encode(value.encode()).decode().rstrip("=")
