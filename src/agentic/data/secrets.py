"""A reference of configs/sources.yml -> the secret that it means, for the one program that needs it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agentic.data.registry import REGISTRY, Secret
from agentic.errors import BadSources, MissingProgram, NoCredentials
from agentic.outside import git
from agentic.redact import LOOKED_UP


@dataclass(slots=True)
class Secrets:
    """What was looked up is remembered, so that it can be hidden wherever it turns up."""

    root: Path
    environment: Mapping[str, str]
    found: dict[str, str] = field(default_factory=dict)
    """The name under which each is hidden -> its value."""

    def open(self, secret: Secret | str | None, place: str) -> str:
        """The value; a plain word is itself. Raises NoCredentials where there is none."""
        if secret is None or isinstance(secret, str):
            return secret or ""
        value = self.read(secret, place)
        if not value:
            where = secret.env or secret.keyring or secret.file
            raise NoCredentials(f"{place} has no value in {where}", path=REGISTRY, hint=how(secret))
        self.found[f"{LOOKED_UP}{place}"] = value
        return value

    def read(self, secret: Secret, place: str) -> str:
        """From where the reference points to."""
        if secret.env:
            return self.environment.get(secret.env, "")
        if secret.keyring:
            return from_keyring(secret.keyring, place)
        return from_file(self.root, secret.file, place)


def how(secret: Secret) -> str:
    """What to do about a secret that is not there."""
    if secret.env:
        return f"export {secret.env}=..."
    if secret.keyring:
        service, _, name = secret.keyring.rpartition("/")
        return shlex.join(["keyring", "set", service, name])
    return f"write it into {secret.file}."


def from_keyring(words: str, place: str) -> str:
    """`service/name` of the system's keyring."""
    service, _, name = words.rpartition("/")
    if not service or not name:
        raise BadSources(f"{place}: {words} is not service/name", path=REGISTRY)
    try:
        # Imported here: looking for the system's keyrings takes a while, and most secrets stand in the environment.
        import keyring
    except ModuleNotFoundError as error:
        raise MissingProgram(
            "keyring is not installed", hint="install agentic with the extra [ingest], or use {env: NAME}."
        ) from error
    try:
        return keyring.get_password(service, name) or ""
    except Exception as error:  # a backend is anybody's code, chosen by a variable, and may raise anything
        cause = f"{type(error).__name__}: {error}"
        raise NoCredentials(
            f"{place}: the keyring does not answer", path=REGISTRY, cause=cause, hint=mend(error)
        ) from error


def mend(error: Exception) -> str:
    """What to do about a keyring that does not answer."""
    from keyring.errors import KeyringLocked, NoKeyringError

    if isinstance(error, NoKeyringError):
        return "install a keyring (keyring --list-backends shows which are there), or use {env: NAME}."
    if isinstance(error, KeyringLocked):
        return "unlock it, or use {env: NAME}."
    return "keyring diagnose shows which backend is chosen; PYTHON_KEYRING_BACKEND names another; or use {env: NAME}."


def from_file(root: Path, name: str, place: str) -> str:
    """The one line of a file that git does not and would not hold."""
    path = (root / Path(name).expanduser()).resolve()
    refuse_shared(path, name, place)
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        raise NoCredentials(f"{place}: {name} cannot be read", path=REGISTRY, cause=str(error)) from error


def refuse_shared(path: Path, name: str, place: str) -> None:
    """A secret in a repository is a secret no more."""
    if git.ask(path.parent, "rev-parse", "--is-inside-work-tree") is None:
        return
    tracked = git.ask(path.parent, "ls-files", "--error-unmatch", "--", path.name) is not None
    if tracked or git.ask(path.parent, "check-ignore", "--quiet", "--no-index", "--", path.name) is None:
        state = "is in git" if tracked else "is not ignored by git"
        hint = "take it out of git, make a new secret" if tracked else "add it to .gitignore, or keep it elsewhere"
        raise BadSources(
            f"{place}: {name} holds a secret and {state}", path=REGISTRY, hint=f"{hint}; or use {{env: NAME}}."
        )
