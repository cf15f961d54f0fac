"""How everything is named by its content: in the archive, in findings, and in what a person approved."""

from __future__ import annotations


def digest(content: str | bytes) -> str:
    """`sha256:` and 64 digits; of a text, the digest of its UTF-8 bytes."""
    from hashlib import sha256  # Here, since OpenSSL takes a while, and lint names nothing by its content.

    return f"sha256:{sha256(content.encode() if isinstance(content, str) else content).hexdigest()}"
