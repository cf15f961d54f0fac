"""Keys that nobody ever issued, made from parts when a test runs: no file here holds one, so that no scanner takes it for a leak."""

from __future__ import annotations

import base64
import string
from collections.abc import Callable, Mapping
from random import Random

SMALL, HEX, DIGITS = string.ascii_lowercase, "0123456789abcdef", string.digits
LETTERS = string.ascii_letters + DIGITS
WIDE = LETTERS + "-_"
CAPITALS = string.ascii_uppercase + DIGITS


def made(random: Random, letters: str, length: int) -> str:
    """A word that holds letters of each kind that there are, so that it looks as keys look, and ends in none that is cut off."""
    kinds = [
        [one for one in letters if one in kind] for kind in (string.ascii_lowercase, string.ascii_uppercase, DIGITS)
    ]
    sure = [random.choice(kind) for kind in kinds if kind]
    rest = [random.choice(letters) for _ in range(length - len(sure) - 1)]
    random.shuffle(both := [*sure, *rest])
    return "".join((*both, random.choice([one for one in letters if one.isalnum()])))


Maker = Callable[[Random], tuple[str, str]]
"""Random -> (the text in which it stands, the part of it that is secret)."""


def after(prefix: str, letters: str, length: int) -> Maker:
    """A prefix that tells the vendor, and a random part."""

    def make(random: Random) -> tuple[str, str]:
        secret = made(random, letters, length)
        return f"{prefix}{secret}", secret

    return make


def within(before: str, letters: str, length: int, behind: str = "") -> Maker:
    """A random part that only its surroundings tell."""

    def make(random: Random) -> tuple[str, str]:
        secret = made(random, letters, length)
        return f"{before}{secret}{behind}", secret

    return make


def dotted(prefix: str, letters: str, *lengths: int) -> Maker:
    """Random parts with dots between them."""

    def make(random: Random) -> tuple[str, str]:
        secret = ".".join(made(random, letters, length) for length in lengths)
        return f"{prefix}{secret}", secret

    return make


def token(random: Random) -> tuple[str, str]:
    """A web token: two maps, which always begin with the same letters, and a signature."""
    maps = ["ey" + "J" + made(random, LETTERS, 34) for _ in range(2)]
    secret = ".".join((*maps, made(random, WIDE, 43)))
    return secret, secret


def private_key(kind: str = "") -> Maker:
    """Lines of base64 in their frame."""

    def make(random: Random) -> tuple[str, str]:
        label = f"{kind} PRIVATE KEY".strip()
        lines = "\n".join(made(random, LETTERS + "+/", 64) for _ in range(6))
        return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----", lines

    return make


def pgp(random: Random) -> tuple[str, str]:
    """The same with another end."""
    text, lines = private_key("PGP")(random)
    return text.replace("PRIVATE KEY", "PRIVATE KEY BLOCK"), lines


def account(random: Random) -> tuple[str, str]:
    """The key of a service account of Google: JSON, so its lines are escaped."""
    text, lines = private_key()(random)
    escaped = text.replace("\n", "\\n")
    return '{"type": "service_account", "private_key": "' + escaped + '"}', lines.replace("\n", "\\n")


def putty(random: Random) -> tuple[str, str]:
    """A key as PuTTY keeps it."""
    lines = "\n".join(made(random, LETTERS + "+/", 64) for _ in range(3))
    return (
        "PuTTY-User-Key-" + f"File-2: ssh-rsa\nPrivate-Lines: 3\n{lines}\nPrivate-MAC: {made(random, HEX, 40)}",
        lines,
    )


def basic(random: Random) -> tuple[str, str]:
    """A name and a password, as a header carries them."""
    secret = base64.b64encode(f"loader:{made(random, LETTERS, 20)}".encode()).decode()
    return f"Authorization: Basic {secret}", secret


MAKERS: Mapping[str, tuple[Maker, ...]] = {
    "private-key": (private_key(), private_key("RSA"), private_key("OPENSSH"), private_key("EC"), private_key("DSA"), private_key("SSH2 ENCRYPTED"), pgp, account, putty),
    "age-key": (after("AGE-SECRET-" + "KEY-1", CAPITALS, 58),),
    "password-in-url": (within("postgresql://loader:", LETTERS, 18, "@db.example:5432/orders"), within("redis://:", LETTERS, 24, "@cache/0"),
        within("https://loader:", HEX, 64, "@account.cloudant.com"), within("https://loader:", SMALL, 24, "@account.cloudant.com")),
    "basic-auth": (basic,),
    "bearer": (within("Authorization: Bearer ", WIDE, 40),),
    "authorization": (within("Authorization: Token ", LETTERS, 40),),
    "api-key-header": (within("x-api-key: ", LETTERS, 32),),
    "jwt": (token,),
    "airtable-token": (lambda random: (f"pat{made(random, LETTERS, 14)}.{(key := made(random, HEX, 64))}", key),),
    "anthropic-key": (after("sk-" + "ant-api03-", WIDE, 95),),
    "artifactory-token": (after("AK" + "C", LETTERS, 60), after("AP" + "5", LETTERS, 40)),
    "atlassian-token": (after("ATA" + "TT3", WIDE, 180),),
    "aws-access-key": (after("AK" + "IA", CAPITALS, 16), after("AS" + "IA", CAPITALS, 16)),
    "aws-secret-key": (
        within("aws_secret_access_key = ", LETTERS + "/+", 40), within('"SecretAccessKey": "', LETTERS + "/+", 40, '"'),
        within("aws password: '", LETTERS + "/+", 40, "'"),
    ),
    "aws-session-token": (within("aws_session_token=", LETTERS + "/+", 220),),
    "azure-client-secret": (lambda random: (f"{made(random, LETTERS, 4)[1:]}8Q~{(key := made(random, WIDE, 34))}", key),),
    "azure-sas": (within("https://lake.blob.core.windows.net/raw?sv=2024&sig=", LETTERS, 43, "%3D"),),
    "azure-storage-key": (within("AccountName=lake;AccountKey=", LETTERS + "+/", 86, "=="),),
    "cloudant-key": (within("cloudant_password = ", HEX, 64), within('cl_apikey: "', SMALL, 24, '"')),
    "databricks-token": (after("da" + "pi", HEX, 32),),
    "dbt-token": (after("db" + "tc_", WIDE, 40), after("db" + "tu_", WIDE, 40)),
    "digitalocean-token": (after("dop" + "_v1_", HEX, 64),),
    "discord-token": (lambda random: ((key := f"M{made(random, WIDE, 24)}.{made(random, WIDE, 6)}.{made(random, WIDE, 27)}"), key),),
    "discord-webhook": (within("https://discord.com/api/webhooks/123456789012345678/", WIDE, 68),),
    "docker-token": (after("dckr_" + "pat_", WIDE, 27),),
    "github-token": (after("gh" + "p_", LETTERS, 36), after("gh" + "s_", LETTERS, 36), after("github_" + "pat_", LETTERS + "_", 82)),
    "gitlab-token": (
        after("gl" + "pat-", WIDE, 20), after("gl" + "rt-", WIDE, 20), after("gl" + "cbt-64_", WIDE, 20), after("gl" + "imt-", WIDE, 25),
        after("gl" + "ptt-", WIDE, 40), after("gl" + "agent-", WIDE, 50), after("gl" + "oas-", WIDE, 64), after("GR13" + "48941", WIDE, 20),
    ),
    "google-key": (after("AI" + "za", WIDE, 35),),
    "google-token": (after("ya" + "29.", WIDE, 60), after("GOC" + "SPX-", WIDE, 28), after("1/" + "/0", WIDE, 60)),
    "grafana-token": (after("gl" + "sa_", LETTERS, 41),),
    "groq-key": (after("gs" + "k_", LETTERS, 52),),
    "huggingface-token": (after("h" + "f_", LETTERS, 34),),
    "ibm-cos-key": (within("cos_hmac_secret_key = ", HEX, 48),),
    "ibm-key": (within("ibm_cloud_api_key = ", WIDE, 44), within("ibmcloud login --apikey ", WIDE, 44)),
    "mailchimp-key": (lambda random: ((key := made(random, HEX, 32)) + "-us12", key),),
    "new-relic-key": (after("NR" + "AK-", CAPITALS, 27),),
    "npm-token": (after("np" + "m_", LETTERS, 36), within("//registry.npmjs.org/:_auth" + "Token=", HEX, 36)),
    "openai-key": (
        after("sk" + "-proj-", WIDE, 100), after("s" + "k-", LETTERS, 48),
        lambda random: (f"sk-{(key := made(random, LETTERS, 20) + 'T3Blbk' + 'FJ' + made(random, LETTERS, 20))}", key),
    ),
    "pypi-token": (after("pypi-" + "AgEIcHlwaS5vcmc", WIDE, 90), after("pypi-" + "AgENdGVzdC5weXBpLm9yZw", WIDE, 90)),
    "replicate-token": (after("r" + "8_", LETTERS, 37),),
    "sendgrid-key": (dotted("S" + "G.", WIDE, 22, 43),),
    "shopify-token": (after("shp" + "at_", HEX, 32),),
    "slack-token": (
        lambda random: ("xo" + f"xb-{made(random, DIGITS, 12)}-{made(random, DIGITS, 12)}-{(key := made(random, LETTERS, 24))}", key),
        after("xa" + "pp-1-", LETTERS, 40),
    ),
    "slack-webhook": (lambda random: (f"https://hooks.slack.com/services/T{made(random, CAPITALS, 9)}/B{made(random, CAPITALS, 9)}/{(key := made(random, LETTERS, 24))}", key),),
    "snowflake-token": (within('Authorization: Snowflake Token="', LETTERS, 80, '"'), within("ver:3-hint:92019685-", LETTERS, 80)),
    "softlayer-key": (within("softlayer_api_key = ", HEX, 64), within("https://api.softlayer.com/soap/v3/", HEX, 64)),
    "square-token": (after("sq0" + "csp-", WIDE, 43),),
    "stripe-key": (after("sk" + "_live_", LETTERS, 24), after("rk" + "_live_", LETTERS, 24), after("wh" + "sec_", LETTERS, 32)),
    "teams-webhook": (within("https://firm.webhook.office.com/webhookb2/", HEX + "-", 120),),
    "telegram-token": (within("123456789:", WIDE, 35),),
    "twilio-key": (after("S" + "K", HEX, 32), after("A" + "C", HEX, 32)),
    "vault-token": (after("hv" + "s.", WIDE, 90),),
}  # fmt: skip
"""Rule -> makers of what it has to find."""
