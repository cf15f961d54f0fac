"""Rules about secrets: none stands in a spec, since specs go into prompts, into git and into the archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agentic.redact import vendor_spans
from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.rule import Defect, Rule, Said, add, swap
from agentic.specs.rules.planting import ARCHITECTURE, DATA_CONTEXT, ORDERS, PATTERNS, SYSTEM_CONTEXT
from agentic.specs.rules.spoken import places
from agentic.text import Line

LONG = 15
"""Letters of the shortest key of a vendor. Paths are as long; keys with a slash have one of the marks below beside them."""
WILD = re.compile(r"[A-Z0-9]")
MARKS = ("pass", "pwd", "secret", "token", "credential", "key", "bearer", "://")
GIVEN = re.compile(
    r"(?<![a-z])(?:passw(?:or)?d|passphrase|pwd|secret|(?:api|access|secret|private|auth|client|account|storage|encryption)[ _-]?(?:key|token|secret)"
    r"|token|credential)s?[\"'`*]*\s*(?::|=|\bis\b)\s*[\"'`*]*(?P<value>[^\s\"'`,;|()\[\]{}<>]{6,})",
    re.IGNORECASE,
)
"""`password: hunter2!`: a name that says so, and a value."""
SET = re.compile(r"\b[A-Z_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY)=(?!\$|<|\{|\*|x{3})[\w!@#%^&+-]{8,}")
"""`DB_PASSWORD=letmein`: as it is written for a shell."""
VARIABLE = re.compile(
    r"^[A-Z][A-Z0-9_]*$|^[a-z_]+(?:[./][a-z_0-9]+)+$|^\$|^%|^\*+|^x+$|^\.+|^(?:os|env|vault|secret|file|https?|s3|sha\d+)[.:/]"
)
"""The name of a variable, a path, an address, stars: no value."""


def secrets(library: Library) -> Iterator[Said]:
    """By their shape, or by the name of what they are the value of. What is found is never shown.

    Wherever on the page: code and comments are sent as well.
    """
    for page in library.pages.values():
        marked = tuple(places(page, MARKS))
        shaped = shapes(page, marked)
        for line in places(page, MARKS + shaped) if shaped else marked:
            if kind := by_shape(line.text, any_there=bool(shaped)) or by_name(line.text):
                yield Said(page.path, line.number, f"a secret in a spec: {kind}")


def shapes(page: Page, marked: Iterable[Line]) -> tuple[str, ...]:
    """The first lines of all keys on a page, in small letters. Looked for where one can be, not in all the prose, which takes longer."""
    long = dict.fromkeys(
        word for word in page.text.split() if len(word) >= LONG and "/" not in word and WILD.search(word)
    )
    dense = "\n".join((*(line.text for line in marked), *long))
    return tuple({dense[begin:end].splitlines()[0].lower() for begin, end, _ in vendor_spans(dense)})


def by_shape(line: str, *, any_there: bool) -> str:
    """The rule of the redactor that fits; a key of several lines is told by its first."""
    if "-----BEGIN " in line and "PRIVATE KEY-----" in line:
        return "private-key"
    return next((rule for _, _, rule in vendor_spans(line)), "") if any_there else ""


def by_name(line: str) -> str:
    """A value that nobody would write by chance: letters and digits, or letters and signs. A budget has other tokens."""
    for found in GIVEN.finditer(line) if not line.startswith("budget:") else ():
        value = found["value"].rstrip(".:*")
        if len(value) >= 6 and not VARIABLE.match(value) and is_wild(value):
            return "a value behind a name that says so"
    return "a value of a variable that says so" if SET.search(line) else ""


def is_wild(value: str) -> bool:
    """Of at least two kinds of letters, digits and signs, as passwords are; a plain word or number is none."""
    letters, digits = re.search(r"[A-Za-z]", value), re.search(r"\d", value)
    return bool(letters and (digits or re.search(r"[!@#$%^&+=?~]", value)))


AWS = "AKIA" + "IOSFODNN7EXAMPLE"
GITHUB = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a"
CLAUDE = "sk-" + "ant-api03-Zm9yIHRlc3RzIG9ubHkgbm90IGEga2V5"

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT014", "SecretInSpec", "A secret stands in a spec; from there it goes into prompts, into git and into the archive.",
        "revoke it, take it out, and name the variable of the environment that holds it.", secrets,
        (
            Defect("a key of AWS", swap(SYSTEM_CONTEXT, "  time_zone: UTC\n", f"  time_zone: UTC\n  aws_access_key_id: {AWS}\n")),
            Defect("a token of GitHub", add(PATTERNS, f"\n- Clone with `{GITHUB}`.\n")),
            Defect("a key of Anthropic", add(ORDERS, f"- The key is {CLAUDE}.\n")),
            Defect("a password in an address", swap(DATA_CONTEXT, "in the bucket of the shop", "in postgresql://loader:" + "Tr0ub4dor@db.example/orders")),
            Defect("a password by name", add(ARCHITECTURE, "\n- Password: " + "hunter2!now\n")),
            Defect("a private key", add(PATTERNS, "\n```text\n-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n```\n")),
            Defect("in a comment", add(ARCHITECTURE, f"\n<!-- api_key = {'Zx81' * 5} -->\n")),
        ),
        firm=True,
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
