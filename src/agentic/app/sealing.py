"""The desk for the seal: executions get their place in the log, the log gets a signature, and both are held against the disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agentic.archive.verify import Verification
from agentic.errors import BadSeal, UsageError, WrongBranch
from agentic.outside import clock, git
from agentic.seal import Checkpoint, Key, Keys, Leaf, Log, Revoked, merkle, read_keys, write_keys
from agentic.seal.checkpoint import read
from agentic.seal.log import faults_of
from agentic.seal.sign import make_ed25519, sign
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.app.core import App

KEY = "AGENTIC_SEAL_KEY"


class Sealed(Noun, frozen=True):
    """What one sealing did."""

    new: tuple[str, ...]
    """Executions that were sealed, or sealed again since they had grown."""
    size: int
    root: str
    """Hex."""
    signed_by: str
    checkpoint: str
    """Its file, from the project's root; empty where there was nothing to seal."""


@dataclass(frozen=True)
class Sealing:
    """Seal, verify, prove; and the keys."""

    app: App

    @property
    def log(self) -> Log:
        """Beside the journals."""
        return Log(self.app.archive.folder)

    @property
    def keys(self) -> Keys:
        """Whose signatures count."""
        return read_keys(self.app.root)

    # --- seal ---

    def seal(self, name: str = "", key_file: str = "", *, any_branch: bool = False) -> Sealed:
        """Append a leaf for every execution that is not in the log as it stands, and sign. Raises BadSeal where something is at fault."""
        self.refuse_branch(any_branch=any_branch)
        with self.app.tools.lock("seal"):
            key = self.signer(name)
            leaves = self.log.leaves()
            waits = self.waits()
            if found := [one for one in self.verify().faults if one not in waits]:
                raise BadSeal(
                    f"nothing is sealed over a fault: {found[0]}", hint="agentic audit verify names all of them."
                )
            known = {one.id: one.lines for one in leaves}
            heads = self.app.archive.heads()
            new = [Leaf(one, lines, head) for one, (lines, head) in heads.items() if lines > known.get(one, 0)]
            newest = self.log.newest()
            if not new and newest and newest.size == len(leaves):
                return Sealed((), newest.size, newest.root.hex(), newest.signatures[0].name, "")
            return self.signed([*leaves, *new], newest, key, self.private(key, key_file), tuple(one.id for one in new))

    def signed(
        self, leaves: Sequence[Leaf], newest: Checkpoint | None, key: Key, path: Path, new: tuple[str, ...]
    ) -> Sealed:
        """The log and its new checkpoint, on disk."""
        root = merkle.root([merkle.leaf(one.content) for one in leaves])
        # A clock that is behind must not make a row that goes backwards.
        at = max(clock.now(), newest.at) if newest else clock.now()
        text = Checkpoint(self.keys.origin, len(leaves), root, at, newest.size if newest else 0)
        if fault := key.fault(text.at):
            raise BadSeal(fault, hint="agentic audit key new makes another.")
        checkpoint = replace(text, signatures=(sign(text.body, key, path),))
        self.log.write(leaves, checkpoint)
        where = (self.log.checkpoints / str(checkpoint.size)).relative_to(self.app.root).as_posix()
        return Sealed(new, checkpoint.size, root.hex(), key.name, where)

    def refuse_branch(self, *, any_branch: bool) -> None:
        """Two branches that seal would give two orders. Raises WrongBranch."""
        branch, main = git.branch(self.app.root), self.app.settings.archive.main_branch
        if branch and branch not in main and not any_branch:
            raise WrongBranch(
                f"{branch} is not the main branch ({' or '.join(main)}), and the order of executions is made there"
            )

    def signer(self, name: str) -> Key:
        """The key that is named, or the one that counts today. Raises UsageError."""
        keys, now = self.keys, clock.now()
        if name:
            return keys.named(name)
        good = [key for key in keys.keys if not key.fault(now)]
        if not good:
            raise UsageError(
                "no key signs today", hint="agentic audit key new NAME --origin NAME_OF_THE_LOG makes one."
            )
        return good[-1]

    def private(self, key: Key, wish: str) -> Path:
        """Where its private half lies: as named, as AGENTIC_SEAL_KEY says, or where it was made."""
        given = wish or os.environ.get(KEY, "")
        return Path(given).expanduser() if given else private_file(key.name)

    # --- verify ---

    def verify(self, against: str = "", trusted: Sequence[str] = ()) -> Verification:
        """The archive and its seal. `against`: a checkpoint that was kept elsewhere. `trusted`: keys that were, as `name+id+base64`."""
        broken, leaves = self.faults(), self.leaves_or_none()
        faults = [*broken, *self.undecided()]
        faults += [] if faults else self.waits()
        sealed: dict[str, list[tuple[int, str]]] = {}
        for one in leaves:
            sealed.setdefault(one.id, []).append((one.lines, one.head))
        found = self.app.archive.verify(sealed, lambda words: self.app.watch("audit", words))
        newest = None if broken else self.log.newest()
        faults += self.against(against, leaves) if against else []
        faults += strangers(newest, self.keys, trusted) if trusted else []
        unsealed = found.executions - found.sealed
        notes = (
            [f"{unsealed} of {found.executions} executions are not sealed as they stand"] if leaves and unsealed else []
        )
        return replace(
            found, faults=(*found.faults, *faults), notes=(*found.notes, *notes),
            signed_at=newest.at if newest else "", signed_by=tuple(one.name for one in newest.signatures) if newest else (),
        )  # fmt: skip

    def faults(self) -> list[str]:
        """Of keys, log and checkpoints."""
        try:
            return list(self.log.faults(self.keys))
        except BadSeal as error:
            return [error.message]

    def waits(self) -> list[str]:
        """What the next checkpoint mends."""
        try:
            return list(self.log.waits(self.keys))
        except BadSeal:
            return []  # It was named as a fault.

    def undecided(self) -> Iterator[str]:
        """What the file of keys says and no record does: it is a file that anybody may edit."""
        try:
            keys = self.keys.keys
        except BadSeal:
            return  # It was named as a fault.
        # By the time of each: names tell nothing of two branches.
        decided = sorted(self.app.archive.decisions("key"), key=lambda one: one.at)
        said = {one.about: one.facts for one in decided if one.kind == "key"}
        for key in keys:
            if said.get(key.name) != facts_of(key):
                yield f"configs/seal-keys.yaml: what it says of {key.name} is not what was decided"
        for name in sorted(said.keys() - {key.name for key in keys}):
            yield f"configs/seal-keys.yaml: {name} was decided on, and is not in it"

    def leaves_or_none(self) -> tuple[Leaf, ...]:
        """What cannot be read was named as a fault."""
        try:
            return self.log.leaves()
        except BadSeal:
            return ()

    def against(self, file: str, leaves: Sequence[Leaf]) -> list[str]:
        """Does the log go on from a checkpoint that somebody else kept? Its own bytes are what is trusted."""
        path = self.app.here / file
        try:
            old = read(path.read_bytes().decode(), file)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} cannot be read", hint="it is a copy of a file of seal/checkpoints.") from error
        faults = [f"{file}: {one}" for one in faults_of(old, self.keys)]
        if old.size > len(leaves):
            return [*faults, f"{file}: {old.size} executions were sealed then, the log has {len(leaves)} now"]
        if merkle.root([merkle.leaf(one.content) for one in leaves[: old.size]]) != old.root:
            return [*faults, f"{file}: the first {old.size} lines of the log are not those that were signed then"]
        return faults

    # --- prove ---

    def proof(self, name: str) -> str:
        """That an execution is in the log, for somebody who has only this text and a key: C2SP tlog-proof. Raises BadSeal."""
        self.app.archive.path(name)
        newest, leaves = self.log.newest(), self.log.leaves()
        places = [at for at, one in enumerate(leaves) if one.id == name and newest and at < newest.size]
        if newest is None or not places:
            raise BadSeal(f"{name} is not sealed", hint="agentic audit seal seals it.")
        from base64 import b64encode

        hashes = [merkle.leaf(one.content) for one in leaves[: newest.size]]
        way = [b64encode(one).decode() for one in merkle.inclusion(hashes, places[-1])]
        extra = b64encode(leaves[places[-1]].content).decode()
        return "\n".join(["c2sp.org/tlog-proof@v1", f"extra {extra}", f"index {places[-1]}", *way, "", newest.text])

    # --- keys ---

    def new_key(self, name: str, origin: str, file: str, ssh: str, days: int, who: str, why: str) -> Key:
        """A key from now on. Its private half never lies in the project. Raises UsageError."""
        keys, now = self.keys, datetime.now(UTC)
        refuse_name(name, keys)
        if origin and keys.origin and origin != keys.origin:
            raise UsageError(f"this log is called {keys.origin}", hint="a log keeps its name.")
        public = self.ssh_key(ssh) if ssh else make_ed25519(self.new_file(name, file))
        begin, end = (one.strftime("%Y-%m-%dT%H:%M:%SZ") for one in (now, now + timedelta(days=days)))
        key = Key(name, "ssh" if ssh else "ed25519", public, begin, end)
        self.decide(name, who, why or "a key that signs the archive", facts_of(key))
        write_keys(self.app.root, Keys(keys.origin or origin or self.app.root.name, (*keys.keys, key)))
        return key

    def revoke(self, name: str, who: str, why: str) -> Key:
        """From now on it counts no more; what it signed before is covered by the next checkpoint of another key."""
        keys = self.keys
        if known := keys.named(name).revoked:
            raise UsageError(f"{name} was revoked at {known.at} already")
        key = replace(keys.named(name), revoked=Revoked(clock.now(), self.app.redact(" ".join(why.split()))))
        self.decide(name, who, why, facts_of(key))
        write_keys(self.app.root, replace(keys, keys=tuple(key if one.name == name else one for one in keys.keys)))
        return key

    def decide(self, about: str, who: str, why: str, facts: dict[str, str]) -> None:
        """Keys come and go by a named person's word."""
        from agentic.flows.decide import decide

        decide("key", about, who or self.app.tools.person(), why, self.app.tools, facts=facts)

    def new_file(self, name: str, wish: str) -> Path:
        """Where a private half is made. Raises UsageError for a place within the project."""
        path = (Path(wish).expanduser() if wish else private_file(name)).absolute()
        if path.resolve().is_relative_to(self.app.root.resolve()):
            raise UsageError(
                f"{path} lies in the project",
                hint="a private key in a repository is nobody's; name a file outside of it.",
            )
        return path

    def ssh_key(self, file: str) -> str:
        """The public line of an SSH key. Raises UsageError."""
        path = Path(file).expanduser()
        try:
            words = path.read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{file} cannot be read", hint="it is the public half, such as ~/.ssh/id_ed25519.pub."
            ) from error
        if len(words) < 2 or not words[0].startswith(("ssh-", "ecdsa-", "sk-")):
            raise UsageError(
                f"{file} is no public SSH key", hint="it is the public half, such as ~/.ssh/id_ed25519.pub."
            )
        return " ".join(words[:2])


def facts_of(key: Key) -> dict[str, str]:
    """What a record says of a key."""
    told = {"public": key.verifier, "from": key.valid_from, "until": key.valid_until}
    return {**told, "revoked": f"{key.revoked.at}: {key.revoked.why}"} if key.revoked else told


def private_file(name: str) -> Path:
    """Where a private half lies unless somebody says otherwise."""
    home = os.environ.get("XDG_CONFIG_HOME", "") or "~/.config"
    return Path(home).expanduser() / "agentic" / "seal" / f"{name}.pem"


def refuse_name(name: str, keys: Keys) -> None:
    """A name stands in signature lines, and once only. Raises UsageError."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}", name):
        raise UsageError(
            f"{name} is no name for a key", hint="a word of letters, digits, dots and dashes, such as seal-2026."
        )
    if any(key.name == name for key in keys.keys):
        raise UsageError(
            f"there is a key {name}", hint="a new key has a new name, so that old signatures stay what they are."
        )


def strangers(newest: Checkpoint | None, keys: Keys, trusted: Sequence[str]) -> list[str]:
    """Is the newest checkpoint signed by a key that the reader knows from elsewhere?"""
    known = {(key.name, key.id): key.verifier for key in keys.keys}
    signers = {known.get((one.name, one.key), "") for one in newest.signatures} if newest else set()
    return [] if signers & set(trusted) else ["no key that was named signed the newest checkpoint"]
