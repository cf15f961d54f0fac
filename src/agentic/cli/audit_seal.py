"""audit seal, prove, key: executions get their place in a signed log."""

from __future__ import annotations

import click

from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table

BY = click.option("--by", metavar="NAME", default="", help="Who decides; by default git's user.name.")
WHY = click.option("--why", metavar="TEXT", default="", help="The reason, for the record.")


@click.command()
@click.option(
    "--key", metavar="NAME", default="", help="The key of configs/seal-keys.yaml; by default the newest that counts."
)
@click.option(
    "--key-file",
    metavar="FILE",
    default="",
    help="Its private half; by default AGENTIC_SEAL_KEY, else where it was made.",
)
@click.option("--any-branch", is_flag=True, help="Also on a branch that archive.main_branch does not name.")
@common_options
def seal(common: Common, key: str, key_file: str, any_branch: bool) -> int:
    """Give every new execution its place in the log, and sign it.

    The log is a Merkle tree (RFC 6962), its signature a C2SP checkpoint. Run it on the main branch, in CI: that is where the order
    is made. Nothing is sealed over a fault. Keep a copy of the newest checkpoint where the writers of this repository cannot
    reach it: `audit verify --against COPY` then finds what they rewrote.
    """
    with display(common) as watch:
        done = common.app(watch).sealing.seal(key, key_file, any_branch=any_branch)
    if common.json:
        emit("sealed", done)
    elif done.checkpoint:
        say(
            f"sealed {len(done.new):,}, {done.size:,} in all, signed by {done.signed_by}\n  checkpoint  {done.checkpoint}"
        )
    else:
        say(f"nothing new: {done.size:,} sealed, signed by {done.signed_by}")
    return 0


@click.command()
@click.argument("id_", metavar="ID")
@common_options
def prove(common: Common, id_: str) -> int:
    """That an execution is in the log, for somebody who has only this text and a key (C2SP tlog-proof)."""
    proof = common.app().sealing.proof(id_)
    emit("proof", {"id": id_, "proof": proof}) if common.json else say(proof.rstrip("\n"))
    return 0


@click.group()
@common_options
def key(common: Common) -> None:
    """Whose signatures count: make, list and revoke keys."""


@key.command()
@click.argument("name", metavar="NAME")
@click.option("--origin", metavar="NAME", default="", help="The log's own name, once: such as example.org/flights.")
@click.option("--file", metavar="FILE", default="", help="Where the private half goes, outside of the project.")
@click.option("--ssh", metavar="FILE", default="", help="A person's SSH key instead: its public half.")
@click.option("--days", type=click.IntRange(1, 3660), default=365, show_default=True, help="How long it counts.")
@BY
@WHY
@common_options
def new(common: Common, name: str, origin: str, file: str, ssh: str, days: int, by: str, why: str) -> int:
    """A key that counts from now on; the one before goes on counting until it expires or is revoked."""
    made = common.app().sealing.new_key(name, origin, file, ssh, days, by, why)
    emit("seal_key", made) if common.json else say(
        f"{made.name} counts until {made.valid_until}\n  verifier  {made.verifier}"
    )
    return 0


@key.command("list")
@common_options
def list_(common: Common) -> int:
    """Every key, with what other programs know it by."""
    keys = common.app().sealing.keys
    if common.json:
        emit("seal_keys", keys)
        return 0
    rows = [(one.name, one.kind, one.valid_from, one.valid_until, f"{one.revoked.at}: {one.revoked.why}" if one.revoked else "", one.verifier) for one in keys.keys]  # fmt: skip
    table(("key", "kind", "from", "until", "revoked", "verifier"), rows)
    return 0


@key.command()
@click.argument("name", metavar="NAME")
@BY
@click.option("--why", metavar="TEXT", required=True, help="What happened to it, for the record.")
@common_options
def revoke(common: Common, name: str, by: str, why: str) -> int:
    """From now on its signatures count no more. Seal with another key afterwards."""
    gone = common.app().sealing.revoke(name, by, why)
    emit("seal_key", gone) if common.json else say(f"{gone.name} is revoked; seal with another key")
    return 0
