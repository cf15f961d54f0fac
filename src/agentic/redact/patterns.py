"""Keys of vendors by their shape: each row says what one looks like, and a word without which it can't be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from agentic.values.noun import Noun


class Pattern(Noun, frozen=True):
    """One shape. Where it has a group `value`, that alone is the secret; the rest is what it is called."""

    rule: str
    hints: tuple[str, ...]
    """In small letters: without one of these words it does not fit. Empty where the shape itself begins with a word, which is as quick."""
    shape: str
    bounded: bool = False
    """It begins a word: `sk-` is also the end of `task-`."""


def name(words: str) -> str:
    """`key` in letters of either case. Python's own flag for it is several times as slow."""
    return re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", words)


GIVEN = r"""["'\]]{0,2} *(?:=>|:=|::|=|:| ) *\\?["']?"""
"""How a name is told its value."""
FRESH = r"(?:(?<![a-z0-9])|(?<=\\[nrt]))"
HOLDS = r"(?:key|pwd|password|pass|token)"
DIGIT = r"(?=[^\s\"'\\]{0,200}\d)"
"""Words have none."""
PLACEHOLDER = (
    r"(?:\$[{(A-Z]|%[({]|\*+@|<|\{|\[|x{3,}|\.{3}|…|"
    + name("(?:your[\\w-]*|password|passwd|pass|secret|pw|pwd|example|changeme)") + r"@)"
)  # fmt: skip
"""`user:${PASSWORD}@host`: the place of a password, and passwords that are none."""
BEGIN = r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
END = r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
BREAK = r"(?:\s|\\+[nrt]|[\"'+,>|\\]|E  +)"
"""Between the lines of a key, wherever it was quoted; pytest begins its lines with an E."""

PATTERNS = (
    Pattern("private-key", ("private key",), rf"{BEGIN}(?:[\s\S]{{1,16000}}?{END}|{BREAK}+(?:[A-Za-z-]+: [^\n\\]*{BREAK}+)*(?:[A-Za-z0-9+/=]{{8,}}{BREAK}*)+)"),
    Pattern("private-key", ("private key",), rf"(?:[A-Za-z0-9+/]{{40,76}}{BREAK}+)+[A-Za-z0-9+/=]*{BREAK}*{END}"),
    Pattern("private-key", (), r"PuTTY-User-Key-File-\d(?:[\s\S]{1,16000}?Private-MAC: ?[0-9a-f]*)?"),
    Pattern("age-key", ("age-secret-key-1",), r"AGE-SECRET-KEY-1[A-Z0-9]{16,}"),
    Pattern("password-in-url", ("://",), rf"://[^\s:/@\"'<>\[\]]{{0,64}}:(?!{PLACEHOLDER})(?P<value>[^\s/@\"'<>]{{3,256}})@(?=[\w\[%.{{$<-])"),
    Pattern("basic-auth", ("basic ",), rf"(?:{name('authorization')}{GIVEN}{name('basic')}\s+(?P<value>[A-Za-z0-9+/_-]{{11,}}={{0,2}}))"),
    Pattern("basic-auth", ("basic ",), rf"{name('basic')}\s+(?P<value>{DIGIT}[A-Za-z0-9+/_-]{{12,}}={{0,2}})(?![A-Za-z0-9])", bounded=True),
    Pattern("bearer", ("bearer",), rf"{name('bearer')}(?:\s+|%20)(?P<value>{DIGIT}[A-Za-z0-9._~+/-]{{16,}}=*)", bounded=True),
    Pattern("authorization", ("authorization",), rf"{name('authorization')}{GIVEN}{name('(?:token|apikey|key|digest)')}\s+(?P<value>{DIGIT}[A-Za-z0-9._~+/=-]{{12,}})"),
    Pattern("api-key-header", ("x-api-key", "x_api_key", "api-key:", "x-auth-token"), rf"(?:{name('x[-_]api[-_]key')}|{name('api-key')}|{name('x-auth-token')}){GIVEN}(?P<value>{DIGIT}[A-Za-z0-9._~+/=-]{{12,}})"),
    Pattern("jwt", ("eyj",), r"eyJ[A-Za-z0-9_=-]{10,}\.[A-Za-z0-9_=-]{10,}(?:\.[A-Za-z0-9_.+/=-]*)?"),

    Pattern("airtable-token", ("pat",), r"pat[A-Za-z0-9]{14}\.[a-f0-9]{40,64}", bounded=True),
    Pattern("anthropic-key", ("sk-ant-",), r"sk-ant-[A-Za-z0-9_-]{12,}"),
    Pattern("artifactory-token", (), r"AKC[A-Za-z0-9]{10,}", bounded=True),
    Pattern("artifactory-token", (), r"AP[0-9A-F](?=[A-Za-z]*\d)[A-Za-z0-9]{8,}(?![A-Za-z0-9])", bounded=True),
    Pattern("atlassian-token", (), r"ATATT3[A-Za-z0-9_=-]{16,}"),
    Pattern("aws-access-key", (), r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA|AGPA|AIDA|ANPA|AROA|AIPA)[A-Z0-9]{12,16}", bounded=True),
    Pattern("aws-secret-key", ("aws",), rf"{name('aws')}.{{0,20}}?{name('(?:key|pwd|pw|password|pass|token)')}.{{0,20}}?[\"'](?P<value>[0-9a-zA-Z/+]{{40}})\\?[\"']"),
    Pattern("aws-secret-key", ("secret_access_key", "secretaccesskey", "aws_secret", "awssecret"), rf"{name('(?:secret_?access_?key|aws_?secret(?:_?key)?)')}\W{{1,6}}(?P<value>[A-Za-z0-9/+]{{30,}}={{0,2}})"),
    Pattern("aws-session-token", ("session_token", "sessiontoken"), rf"{name('session_?token')}\W{{1,6}}(?P<value>[A-Za-z0-9/+]{{40,}}={{0,2}})"),
    Pattern("azure-client-secret", ("7q~", "8q~"), r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{16,}"),
    Pattern("azure-sas", ("sig=",), r"sig=(?P<value>[A-Za-z0-9%/+_-]{30,}={0,2})", bounded=True),
    Pattern("azure-storage-key", ("accountkey=", "sharedaccesskey="), rf"{name('(?:account|sharedaccess)key')}=(?P<value>[A-Za-z0-9+/=]{{20,}})"),
    Pattern("databricks-token", (), r"(?:dapi|dose)[a-f0-9]{24,40}(?:-\d)?", bounded=True),
    Pattern("dbt-token", (), r"dbt[cus]_[A-Za-z0-9_-]{12,}"),
    Pattern("digitalocean-token", ("_v1_",), r"do[oprt]_v1_[a-f0-9]{16,}"),
    Pattern("discord-token", (), r"[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}", bounded=True),
    Pattern("discord-webhook", ("/api/webhooks/",), r"/api/webhooks/\d+/(?P<value>[A-Za-z0-9_-]{16,})"),
    Pattern("docker-token", ("dckr_",), r"dckr_[po]at_[A-Za-z0-9_-]{12,}"),
    Pattern("github-token", (), r"gh[pousr]_[A-Za-z0-9_]{12,}"),
    Pattern("ibm-key", ("api_key ", "api-key ", "apikey "), rf"{name('api')}[_-]?{name('key')}[\"']? +[\"']?(?P<value>(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{{44}})(?![A-Za-z0-9_-])"),
    Pattern("github-token", ("github_pat_",), r"github_pat_[A-Za-z0-9_]{12,}"),
    Pattern("gitlab-token", (), r"gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas|ffct)-[A-Za-z0-9_.-]{12,}"),
    Pattern("gitlab-token", ("gr1348941",), r"GR1348941[A-Za-z0-9_-]{12,}"),
    Pattern("google-key", (), r"AIza[A-Za-z0-9_-]{20,}"),
    Pattern("google-token", ("ya29.", "gocspx-", "1//0"), r"ya29\.[A-Za-z0-9_-]{16,}|GOCSPX-[A-Za-z0-9_-]{12,}|1//0[A-Za-z0-9_-]{24,}"),
    Pattern("grafana-token", (), r"gl(?:c|sa)_[A-Za-z0-9+/=_]{16,}"),
    Pattern("groq-key", (), r"gsk_[A-Za-z0-9]{16,}"),
    Pattern("huggingface-token", ("hf_", "api_org_"), r"(?:hf|api_org)_[A-Za-z0-9]{16,}", bounded=True),
    Pattern("mailchimp-key", ("-us",), r"[0-9a-z]{32}-us[0-9]{1,2}"),
    Pattern("new-relic-key", (), r"NRAK-[A-Z0-9]{16,}"),
    Pattern("npm-token", ("npm_",), r"npm_[A-Za-z0-9]{16,}", bounded=True),
    Pattern("npm-token", ("_authtoken",), rf"_{name('auth')}{name('token')}\s*=\s*(?P<value>(?!\$)[^\s\"']{{11,}})"),
    Pattern("openai-key", (), r"sk-(?:(?:proj|svcacct|admin|None|service)-[A-Za-z0-9_-]{16,}|[A-Za-z0-9_-]*[A-Za-z0-9]{10,}T3BlbkFJ[A-Za-z0-9_-]*|(?:[A-Za-z0-9]+-)?(?=[A-Za-z]*\d)[A-Za-z0-9]{20,})", bounded=True),
    Pattern("pypi-token", ("pypi-ag",), r"pypi-Ag[A-Za-z0-9_-]{12,}"),
    Pattern("replicate-token", ("r8_",), r"r8_[A-Za-z0-9]{24,}", bounded=True),
    Pattern("sendgrid-key", (), r"SG\.(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]*)?", bounded=True),
    Pattern("shopify-token", (), r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{16,}"),
    Pattern("slack-token", ("xox", "xapp-"), rf"(?:{name('xox')}[a-eoprsA-EOPRS]|{name('xapp')})[.-][A-Za-z0-9-]{{10,}}(?:-[A-Za-z0-9]+)*"),
    Pattern("slack-webhook", ("hooks.slack.com",), rf"{name('hooks')}\.{name('slack')}\.{name('com')}/(?:{name('services')}|{name('workflows')})/(?P<value>[A-Za-z0-9_/]{{16,}})"),
    Pattern("snowflake-token", ("snowflake token",), rf"{name('snowflake token')}\s*=\s*\\?[\"']?(?P<value>[^\s\"'\\]{{16,}})"),
    Pattern("snowflake-token", (), r"ver:\d-hint:\d+-(?P<value>[A-Za-z0-9+/=_-]{16,})"),
    Pattern("softlayer-key", ("api.softlayer.com",), rf"{name('api')}\.{name('softlayer')}\.{name('com')}/{name('soap')}/[vV]3(?:\.1)?/(?P<value>[A-Za-z0-9]{{32,}})"),
    Pattern("square-token", ("sq0",), r"sq0[a-z]{3}-[0-9A-Za-z\\_-]{16,}"),
    Pattern("stripe-key", ("k_live_", "k_test_"), r"[rs]k_(?:live|test)_[A-Za-z0-9]{12,}"),
    Pattern("stripe-key", (), r"whsec_[A-Za-z0-9+/=]{16,}"),
    Pattern("teams-webhook", ("webhook.office.com", ".logic.azure.com"), r"(?:webhook\.office\.com/webhookb2|logic\.azure\.com[:\d]*/workflows)/(?P<value>[^\s\"'<>]{20,})"),
    Pattern("telegram-token", (), r":(?<=\d{8}:)(?P<value>[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])"),
    Pattern("twilio-key", (), r"(?:AC|SK)(?=[a-z]*\d)[a-z0-9]{32}(?![A-Za-z0-9])", bounded=True),
    Pattern("vault-token", (), r"hv[sbr]\.[A-Za-z0-9_-]{20,}", bounded=True),
)  # fmt: skip


ASSIGNED = re.compile(r"[=:]>? *\\?[\"']?(?P<value>[A-Za-z0-9_-]{24,64})(?![A-Za-z0-9_-])")
NAMED = (
    ("ibm-cos-key", r"secret[-_]?(?:access)?[-_]?key", r"[a-f0-9]{48}"),
    ("softlayer-key", rf"{FRESH}(?:softlayer|sl)[_-]?(?:api)?[_-]?{HOLDS}", r"[a-z0-9]{64}"),
    ("cloudant-key", rf"{FRESH}(?:cloudant|clou|cl)[_-]?(?:api[_-]?)?(?:key|pwd|pw|password|pass|token)", r"[0-9a-f]{64}|[a-z]{24}"),
    ("ibm-key", HOLDS, r"(?-i:(?=.*\d)(?=.*[A-Z])(?=.*[a-z])).{44}"),
)  # fmt: skip
"""Rule, how the name ends, what the value looks like: keys that only their name tells from any other word."""
LONG = 2000
"""In a text of so many letters there is always a long word."""
BEFORE = 40
"""Letters of a name that are looked at."""
SHORT = re.compile(r"[\w+/=~.%-]{11}|://|-----|PuTTY")
"""What a text holds that holds any key at all."""


def vendor_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """(begin, end, rule) of every key in a text."""
    if len(text) < LONG and not SHORT.search(text):
        return
    yield from by_shape(text)
    yield from by_name(text)


def by_name(text: str) -> Iterator[tuple[int, int, str]]:
    """`ibm_api_key = ...`"""
    for match in ASSIGNED.finditer(text):
        begin, end = match.span("value")
        named = text[max(0, match.start() - BEFORE) : match.start()].rstrip("\"'] \\:=")
        for rule, called, shape in NAMED:
            if compiled(rf"(?i){called}$").search(named) and compiled(f"(?i){shape}").fullmatch(match["value"]):
                yield begin, end, rule


def by_shape(text: str) -> Iterator[tuple[int, int, str]]:
    """`ghp_...`"""
    small = text.lower()
    for pattern in PATTERNS:
        if pattern.hints and not any(hint in small for hint in pattern.hints):
            continue
        for match in compiled(pattern.shape).finditer(text):
            if not pattern.bounded or begins_word(text, match.start()):
                begin, end = match.span("value" if "value" in match.re.groupindex else 0)
                yield begin, end, pattern.rule


@cache
def compiled(shape: str) -> re.Pattern[str]:
    """Only what a text may hold is compiled: all of them together would cost more than a prompt."""
    return re.compile(shape)


def begins_word(text: str, at: int) -> bool:
    """Is there no letter or digit before it? The n of an escaped line break is none."""
    return at == 0 or not text[at - 1].isalnum() or text[max(0, at - 2) : at] in ("\\n", "\\r", "\\t")
