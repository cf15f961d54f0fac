"""Settings and environment -> the channels that are switched on, what is missing of the others, and which values are secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from agentic.redact import LOOKED_UP, Redactor
from agentic.settings import Notifications
from agentic.settings.notifications import Email
from agentic.values.finding import Finding
from agentic.values.noun import Noun

FILE = "configs/notifications.yml"
CODE = "AGT330"
SHORTEST_PIECE = 16
"""A shorter part of an address may be an ordinary word."""
SHORTEST_PATH = 12


class Mailbox(Noun, frozen=True):
    """A mail server, and who writes to whom."""

    host: str
    port: int
    security: str
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = ""


class Channel(Noun, frozen=True):
    """One way to people that is switched on."""

    name: str
    """`slack`, as the settings call it."""
    variable: str = ""
    """Where its address came from."""
    url: str = ""
    mailbox: Mailbox | None = None


class Forge(Noun, frozen=True):
    """The repository whose issues tell of causes."""

    repository: str
    token: str
    api_url: str


def forge(places: Notifications, environment: Mapping[str, str]) -> Forge | None:
    """None where it is switched off, or where something is missing."""
    settings = places.github
    token = environment.get(settings.token_variable, "")
    repository = settings.repository or environment.get("GITHUB_REPOSITORY", "")
    if settings.use == "never" or not token or not repository:
        return None
    api = settings.api_url or environment.get("GITHUB_API_URL", "") or "https://api.github.com"
    return Forge(repository, token, api)


def channels(places: Notifications, environment: Mapping[str, str]) -> tuple[Channel, ...]:
    """Mails and chats."""
    mailbox = mailbox_of(places.email, environment)
    mails = (Channel("email", mailbox=mailbox),) if mailbox and places.email.use != "never" else ()
    return (*mails, *(Channel(name, variable, url) for name, variable, url in addresses(places, environment) if url))


def addresses(places: Notifications, environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(channel, variable, address) of all that is not switched off."""
    for name in ("slack", "teams", "webhook", "logic_app"):
        section = getattr(places, name)
        if section.use != "never":
            yield name, section.url_variable, environment.get(section.url_variable, "").strip()


def mailbox_of(email: Email, environment: Mapping[str, str]) -> Mailbox | None:
    """None where nobody can be written to."""
    if not (email.host and email.sender and email.to):
        return None
    user = environment.get(email.user_variable, "")
    password = environment.get(email.password_variable, "")
    return Mailbox(email.host, email.port, email.security, email.sender, email.to, user, password)


# --- what is missing ---------------------------------------------------------------------------------------


def missing(places: Notifications, environment: Mapping[str, str]) -> Iterator[Finding]:
    """A channel that is wanted and cannot be used: one that is there `always`, and a mail of which half is said."""
    if places.github.use == "always" and forge(places, environment) is None:
        has_token = environment.get(places.github.token_variable)
        yield lacking("github", "set github.repository" if has_token else f"export {places.github.token_variable}=...")
    email = places.email
    unsaid = [name for name in ("host", "sender", "to") if not getattr(email, name)]
    if unsaid and email.use != "never" and (email.use == "always" or len(unsaid) < 3):
        yield lacking("email", f"set {', '.join(f'email.{name}' for name in unsaid)}")
    for name, variable, url in addresses(places, environment):
        if not url and getattr(places, name).use == "always":
            yield lacking(name, f"export {variable}=...")


def lacking(name: str, fix: str) -> Finding:
    """Nobody is told here, and what would change that."""
    return Finding(
        f"notices: {name}", f"{name} tells nobody: it is not set up", path=FILE, severity="warning", code=CODE, fix=f"{fix}, or {name}.use: never."
    )  # fmt: skip


# --- what is secret ----------------------------------------------------------------------------------------


def redactor(places: Notifications, environment: Mapping[str, str]) -> Redactor:
    """Finds what the environment holds, and the addresses and keys of all channels, whatever their variables are called."""
    return Redactor({**environment, **{f"{LOOKED_UP}{name}": value for name, value in secrets(places, environment)}})


def secrets(places: Notifications, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(a name of its own, value)"""
    yield "github", environment.get(places.github.token_variable, "")
    yield "email", environment.get(places.email.password_variable, "")
    for name, _, url in addresses(places, environment):
        yield from ((f"{name}{'' if number == 0 else f' {number}'}", piece) for number, piece in enumerate(pieces(url)))


def pieces(url: str) -> Iterator[str]:
    """An address, and the parts of it in which the secret is: who knows them can write to the channel."""
    yield url
    try:
        parts = urlsplit(url)
    # It is no address; the door says so.
    except ValueError:
        return
    query = urlencode(parse_qsl(parts.query))
    yield from (
        path
        for path in (f"{parts.path}?{query}", f"{parts.path}?{parts.query}", parts.path)
        if len(path) >= SHORTEST_PATH
    )
    values = (value for _, value in parse_qsl(parts.query))
    for word in (*parts.path.split("/"), *values):
        if len(word) >= SHORTEST_PIECE and any(letter.isdigit() for letter in word):
            yield word
