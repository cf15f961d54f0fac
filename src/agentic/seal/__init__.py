"""The archive sealed: a Merkle tree over its executions, and signatures over the tree."""

from agentic.seal.checkpoint import Checkpoint
from agentic.seal.keys import Key, Keys, Revoked, read_keys, write_keys
from agentic.seal.log import Leaf, Log

__all__ = ["Checkpoint", "Key", "Keys", "Leaf", "Log", "Revoked", "read_keys", "write_keys"]
