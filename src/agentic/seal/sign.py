"""Signing a checkpoint and holding a signature against its key: Ed25519 from a file, or a person's SSH key."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

from agentic.errors import BadSeal, NoCredentials, UsageError
from agentic.outside import shell
from agentic.seal.checkpoint import Signature
from agentic.seal.keys import Key

NAMESPACE = "agentic-seal"
ARMOUR = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----")


def make_ed25519(path: Path) -> str:
    """A new private key in a file that only its owner reads; the public half in base64. Raises UsageError where one is there."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", hint="name another file with --file.") from error
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def sign(body: str, key: Key, path: Path) -> Signature:
    """With the private half in `path`. Raises NoCredentials where it is not there, BadSeal where it is another key's."""
    if not path.is_file():
        raise NoCredentials(
            f"the private half of {key.name} is not in {path}",
            hint="name its file with --key-file or AGENTIC_SEAL_KEY.",
        )
    content = with_ed25519(body, path) if key.kind == "ed25519" else with_ssh(body, path)
    made = Signature(key.name, key.id, content)
    if not is_good(body, made, key):
        raise BadSeal(f"{path} is not the private half of {key.name}")
    return made


def with_ed25519(body: str, path: Path) -> bytes:
    """64 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise BadSeal(f"{path} is no private key without a password", cause=str(error)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadSeal(f"{path} is no Ed25519 key")
    return private.sign(body.encode())


def with_ssh(body: str, path: Path) -> bytes:
    """What `ssh-keygen -Y sign` makes, without its armour. An agent may hold the key: then `path` is its public half."""
    with tempfile.TemporaryDirectory(prefix="agentic-seal-") as folder:
        text = Path(folder) / "checkpoint"
        text.write_text(body, encoding="utf-8")
        done = shell.run(["ssh-keygen", "-Y", "sign", "-f", str(path), "-n", NAMESPACE, str(text)], seconds=120)
        if done.exit_code:
            raise BadSeal(f"ssh-keygen does not sign with {path}", cause=done.stderr.strip()[-500:])
        lines = text.with_name("checkpoint.sig").read_text(encoding="ascii").split()
    inside = "".join(lines[lines.index("SIGNATURE-----") + 1 : lines.index("-----END")])
    return base64.b64decode(inside)


def is_good(body: str, signature: Signature, key: Key) -> bool:
    """Did this key sign this text?"""
    return (ed25519_is_good if key.kind == "ed25519" else ssh_is_good)(body, signature, key)


def ed25519_is_good(body: str, signature: Signature, key: Key) -> bool:
    """By the key's 32 bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public)).verify(signature.content, body.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def ssh_is_good(body: str, signature: Signature, key: Key) -> bool:
    """By `ssh-keygen -Y verify`, which knows this one signer."""
    with tempfile.TemporaryDirectory(prefix="agentic-seal-") as folder:
        signers, armoured = Path(folder) / "signers", Path(folder) / "signature"
        signers.write_text(f'{key.name} namespaces="{NAMESPACE}" {key.public}\n', encoding="utf-8")
        inside = base64.b64encode(signature.content).decode()
        rows = [inside[at : at + 70] for at in range(0, len(inside), 70)]
        armoured.write_text("\n".join([ARMOUR[0], *rows, ARMOUR[1], ""]), encoding="ascii")
        words = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", key.name, "-n", NAMESPACE, "-s", str(armoured)]
        return shell.run(words, stdin=body, seconds=60).exit_code == 0
