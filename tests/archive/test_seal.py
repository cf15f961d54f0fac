"""Sealing: the log, its checkpoints, keys that come and go, and what somebody else kept."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from agentic.app import App
from agentic.archive import FOLDER, Archive
from agentic.errors import BadSeal, NoCredentials, UsageError, WrongBranch
from agentic.outside import clock
from agentic.seal import Log, merkle, read_keys, write_keys
from agentic.seal.checkpoint import read
from agentic.seal.sign import ed25519_is_good
from archive.kept import ROOT, WHO, files, project, relive, sample
from asked import asked


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "keys"))
    app = App(project(tmp_path / "project"))
    app.sealing.new_key("seal-1", "example.org/log", "", "", 30, WHO, "the first key")
    relive(app.root, sample()[0])
    return app


def test_a_seal_verifies_and_says_who_signed(app: App) -> None:
    done = app.sealing.seal()
    assert (len(done.new), done.size, done.signed_by) == (2, 2, "seal-1")
    found = app.sealing.verify()
    assert found.verified and (found.sealed, found.signed_by) == (2, ("seal-1",))


def test_a_checkpoint_is_the_text_that_c2sp_describes(app: App) -> None:
    done = app.sealing.seal()
    text = (app.root / done.checkpoint).read_text(encoding="utf-8")
    origin, size, root, *_ = text.split("\n")
    assert (origin, size, base64.b64decode(root).hex()) == ("example.org/log", "2", done.root)
    body, signature = text.split("\n\n")
    dash, name, content = signature.rstrip("\n").split(" ")
    key = read_keys(app.root).keys[0]
    assert (dash, name) == ("—", "seal-1") and base64.b64decode(content)[:4] == key.id
    assert ed25519_is_good(body + "\n", read(text, "x").signatures[0], key)


def test_nothing_new_is_sealed_once(app: App) -> None:
    app.sealing.seal()
    before = files(app)
    assert app.sealing.seal().checkpoint == "" and files(app) == before


def test_an_execution_that_went_on_is_sealed_again(app: App) -> None:
    from agentic.archive import Journal

    name = relive(app.root, sample()[1], until=3)
    app.sealing.seal()
    journal = Journal.reopen(app.archive.path(name))
    journal.append("interrupted", {"code": "AGT130", "message": "x", "cause": "", "fix": ""})
    journal.close()
    assert app.sealing.seal().new == (name,)
    assert app.sealing.verify().verified and len(Log(app.archive.folder).leaves()) == 4


def test_nothing_is_sealed_over_a_fault(app: App) -> None:
    path = app.archive.folder / f"{app.archive.ids()[0]}.jsonl"
    path.write_bytes(path.read_bytes().replace(b"A Tester", b"B Tester"))
    with pytest.raises(BadSeal, match="nothing is sealed over a fault"):
        app.sealing.seal()


def test_a_crash_between_log_and_checkpoint_is_a_fault_that_the_next_seal_mends(app: App) -> None:
    app.sealing.seal()
    newest = max(Log(app.archive.folder).checkpoints.iterdir())
    newest.unlink()
    assert app.sealing.verify().faults == ("seal/log.jsonl: lines 1 to 2 are not signed",)
    app.sealing.seal()
    assert app.sealing.verify().verified


# --- keys ---------------------------------------------------------------------------------------------------


def test_keys_rotate(app: App) -> None:
    app.sealing.seal()
    app.sealing.new_key("seal-2", "", "", "", 30, WHO, "a new year")
    assert app.sealing.seal().signed_by == "seal-2"
    assert app.sealing.verify().verified


def test_a_revoked_key_speaks_for_nothing_until_another_has_signed(app: App) -> None:
    app.sealing.seal()
    app.sealing.new_key("seal-2", "", "", "", 30, WHO, "a new one")
    app.sealing.revoke("seal-1", WHO, "the laptop was stolen")
    assert any("was revoked" in fault and "it is the newest" in fault for fault in app.sealing.verify().faults)
    again = App(app.root)
    newest = again.sealing.log.newest()
    assert newest and newest.signatures[0].name == "seal-1"


def test_after_a_revocation_the_next_key_seals_and_all_verifies(app: App) -> None:
    app.sealing.seal()
    app.sealing.new_key("seal-2", "", "", "", 30, WHO, "a new one")
    app.sealing.revoke("seal-1", WHO, "the laptop was stolen")
    assert app.sealing.seal("seal-2").signed_by == "seal-2"
    assert app.sealing.verify().verified


def test_an_expired_key_does_not_sign(app: App) -> None:
    keys = read_keys(app.root)
    write_keys(app.root, replace(keys, keys=(replace(keys.keys[0], valid_until="2020-01-01T00:00:00Z"),)))
    with pytest.raises(UsageError, match="no key signs today"):
        app.sealing.seal()


def test_a_private_key_is_its_owners_alone_and_never_in_the_project(app: App, tmp_path: Path) -> None:
    private = tmp_path / "keys/agentic/seal/seal-1.pem"
    assert private.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="lies in the project"):
        app.sealing.new_key("seal-2", "", str(app.root / "key.pem"), "", 30, WHO, "a careless one")


def test_without_the_private_half_nothing_is_signed(app: App, tmp_path: Path) -> None:
    (tmp_path / "keys/agentic/seal/seal-1.pem").unlink()
    with pytest.raises(NoCredentials, match="the private half of seal-1"):
        app.sealing.seal()


def test_the_private_half_of_another_key_is_refused(app: App, tmp_path: Path) -> None:
    app.sealing.new_key("seal-2", "", str(tmp_path / "other.pem"), "", 30, WHO, "another one")
    with pytest.raises(BadSeal, match="is not the private half of seal-1"):
        app.sealing.seal("seal-1", str(tmp_path / "other.pem"))


def test_a_person_signs_with_an_ssh_key(app: App, tmp_path: Path) -> None:
    private = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(private)], check=True)
    app.sealing.new_key("by-hand", "", "", f"{private}.pub", 30, WHO, "signed by hand")
    assert app.sealing.seal("by-hand", str(private)).signed_by == "by-hand"
    assert app.sealing.verify().verified
    newest = max(Log(app.archive.folder).checkpoints.iterdir())
    newest.write_text(newest.read_text(encoding="utf-8").replace("after 0", "after 1"), encoding="utf-8")
    assert any("forged" in fault for fault in app.sealing.verify().faults)


def test_keys_are_decided_in_the_order_of_time_whatever_the_branch(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.sealing.new_key("seal-2", "", "", "", 30, WHO, "another one")
    branched = replace_branch(app)
    monkeypatch.setattr(clock, "now", lambda: "2099-01-01T00:00:00Z")
    branched.sealing.revoke("seal-2", WHO, "it was lost with token " + "ghp_" + "a1B2" * 9)
    assert "ghp_" not in (app.root / "configs/seal-keys.yaml").read_text(encoding="utf-8")
    assert App(app.root).sealing.verify().verified
    with pytest.raises(UsageError, match="was revoked at"):
        branched.sealing.revoke("seal-2", WHO, "lost once more")


def replace_branch(app: App) -> App:
    """The same project on a branch."""
    other = App(app.root)
    other.__dict__["archive"] = Archive(app.root, lambda: "work")
    return other


def test_a_clock_that_is_behind_does_not_break_the_row(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.sealing.seal()
    newest = app.sealing.log.newest()
    relive(app.root, sample()[1])
    monkeypatch.setattr(clock, "now", lambda: read_keys(app.root).keys[0].valid_from)
    app.sealing.seal()
    again = app.sealing.log.newest()
    assert newest and again and again.at >= newest.at and app.sealing.verify().verified


@pytest.mark.parametrize("harm", [b"[" * 5000, b"!!bool x", b"!!timestamp x", b"\xff", b"keys: 5", b"- 1"])
def test_a_broken_list_of_keys_is_a_fault_and_never_a_traceback(app: App, harm: bytes) -> None:
    app.sealing.seal()
    (app.root / "configs/seal-keys.yaml").write_bytes(harm)
    said = asked(app.root, "audit", "verify")
    assert said.exit == 1 and "configs/seal-keys.yaml" in said.out and "AGT900" not in said.err


@pytest.mark.parametrize("name", ["²", "0", "x", "9" * 5000])
def test_what_is_no_checkpoint_is_named(app: App, name: str) -> None:
    app.sealing.seal()
    (Log(app.archive.folder).checkpoints / name[:200]).write_text("x", encoding="utf-8")
    assert asked(app.root, "audit", "verify").exit == 1


# --- what others hold ---------------------------------------------------------------------------------------


def test_a_copy_kept_elsewhere_finds_a_full_rewrite(app: App, tmp_path: Path) -> None:
    app.sealing.seal()
    newest = max(Log(app.archive.folder).checkpoints.iterdir())
    copy = tmp_path / "copy"
    copy.write_bytes(newest.read_bytes())
    relive(app.root, sample()[1])
    app.sealing.seal()
    assert app.sealing.verify(str(copy)).verified
    # Whoever holds the keys begins the archive anew without its first execution.
    for path in files(app):
        path.unlink()
    app.sealing.new_key("seal-2", "", "", "", 30, WHO, "another beginning")
    keys = read_keys(app.root)
    write_keys(app.root, replace(keys, keys=keys.keys[1:]))
    relive(app.root, sample()[1])
    app.sealing.seal()
    assert app.sealing.verify().verified
    told = app.sealing.verify(str(copy)).faults
    assert any("the first 2 lines of the log are not those that were signed then" in fault for fault in told)


def test_a_key_from_elsewhere_is_believed_before_the_file_of_keys(app: App) -> None:
    app.sealing.seal()
    verifier = read_keys(app.root).keys[0].verifier
    assert app.sealing.verify(trusted=[verifier]).verified
    assert app.sealing.verify(trusted=["other+00000000+AAAA"]).faults == (
        "no key that was named signed the newest checkpoint",
    )


def test_a_proof_stands_without_the_archive(app: App) -> None:
    app.sealing.seal()
    name = app.archive.ids()[0]
    head, below = app.sealing.proof(name).split("\n\n", 1)
    kind, extra, index, *way = head.split("\n")
    assert kind == "c2sp.org/tlog-proof@v1"
    checkpoint, leaf = read(below, "proof"), base64.b64decode(extra.removeprefix("extra "))
    hashes = [base64.b64decode(one) for one in way]
    at = int(index.removeprefix("index "))
    assert name.encode() in leaf
    assert merkle.includes(merkle.leaf(leaf), at, checkpoint.size, hashes, checkpoint.root)
    assert not merkle.includes(merkle.leaf(leaf + b" "), at, checkpoint.size, hashes, checkpoint.root)


def test_a_proof_of_what_is_not_sealed_is_refused(app: App) -> None:
    with pytest.raises(BadSeal, match="is not sealed"):
        app.sealing.proof(app.archive.ids()[0])


# --- two clones ---------------------------------------------------------------------------------------------


def git(where: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=A Tester", "-c", "user.email=a@example.org", *words],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lived_on(clone: Path, branch: str) -> None:
    """The same task on a branch of one's own, under the same name, on the same day."""
    git(clone, "switch", "-q", "-c", branch)
    app = App(clone)
    for steps in (sample()[0], sample()[0], sample()[1]):
        name, journal = app.archive.create("s3")
        for kind, body in steps:
            journal.append(kind, {**body, "id": name, "developer": branch} if kind == "opened" else body)
        journal.close()
        app.archive.write_page(name)
    app.amending.amend(name, "sign-off", branch, f"read on {branch}")
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", branch)


def test_two_clones_on_two_branches_are_merged_sealed_and_consistent(app: App, tmp_path: Path) -> None:
    git(app.root, "init", "-q", "-b", "main")
    (app.root / ".gitignore").write_text(".agentic/\n", encoding="utf-8")
    (app.root / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    app.sealing.seal()
    git(app.root, "add", "-A")
    git(app.root, "commit", "-q", "-m", "begun")
    old = tmp_path / "old"
    old.write_bytes(max(Log(app.archive.folder).checkpoints.iterdir()).read_bytes())
    for name in ("one", "two"):
        git(tmp_path, "clone", "-q", str(app.root), name)
        lived_on(tmp_path / name, f"work/{name}")
        with pytest.raises(WrongBranch):
            App(tmp_path / name).sealing.seal()
        git(app.root, "fetch", "-q", str(tmp_path / name), f"work/{name}:work/{name}")
    for name in ("one", "two"):
        git(app.root, "merge", "-q", "--no-edit", f"work/{name}")
    merged = App(app.root)
    assert [one for one in merged.archive.ids() if ".work-" in one] and len(merged.archive.ids()) == 10
    assert len(merged.sealing.seal().new) == 8
    assert merged.sealing.verify(str(old)).verified
    merged.amending.amend(merged.archive.ids()[0], "sign-off", WHO, "read after the merge")
    log = (app.root / "agent-prompts/progress/decisions_log.md").read_text(encoding="utf-8")
    assert [log.count(f"| read on work/{name} |") for name in ("one", "two")] == [1, 1] and "<<<<" not in log
    log = Log(merged.archive.folder)
    hashes, before = [merkle.leaf(one.content) for one in log.leaves()], read(old.read_text(encoding="utf-8"), "old")
    newest = log.newest()
    assert newest and newest.size == 10 and before.size == 2
    assert merkle.goes_on(before.size, before.root, newest.size, newest.root, merkle.consistency(hashes, before.size))


def test_two_branches_that_sealed_differently_are_found(app: App, tmp_path: Path) -> None:
    git(app.root, "init", "-q", "-b", "main")
    (app.root / ".gitignore").write_text(".agentic/\n", encoding="utf-8")
    app.sealing.seal()
    git(app.root, "add", "-A")
    git(app.root, "commit", "-q", "-m", "begun")
    git(tmp_path, "clone", "-q", str(app.root), "one")
    lived_on(tmp_path / "one", "work/one")
    App(tmp_path / "one").sealing.seal(any_branch=True)
    git(tmp_path / "one", "add", "-A")
    git(tmp_path / "one", "commit", "-q", "-m", "sealed there")
    relive(app.root, sample()[2])
    App(app.root).sealing.seal()
    git(app.root, "add", "-A")
    git(app.root, "commit", "-q", "-m", "sealed here")
    git(app.root, "fetch", "-q", str(tmp_path / "one"), "work/one:work/one")
    merged = subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "merge", "-q", "work/one"], cwd=app.root, capture_output=True, text=True, check=False)  # fmt: skip
    assert merged.returncode and "seal/log.jsonl" in merged.stdout
    assert any("seal/log.jsonl: line 3 is no leaf" in fault for fault in App(app.root).sealing.verify().faults)
    # One branch's log is taken; the checkpoints of the other are not its own.
    git(app.root, "checkout", "--ours", f"{FOLDER}/seal/log.jsonl")
    told = App(app.root).sealing.verify().faults
    assert any("seal/checkpoints/6: 6 leaves were signed, the log has 3" in fault for fault in told)
    # What is to be done: the seal of the main branch whole, then what came from the other one is sealed there.
    for size in Log(app.archive.folder).sizes():
        if size == 6:
            (Log(app.archive.folder).checkpoints / "6").unlink()
    assert len(App(app.root).sealing.seal().new) == 4
    assert App(app.root).sealing.verify().verified


def test_a_checkout_with_other_ends_of_lines_leaves_the_archive_alone(app: App, tmp_path: Path) -> None:
    (app.root / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    (app.root / ".gitignore").write_text(".agentic/\n", encoding="utf-8")
    app.sealing.seal()
    git(app.root, "init", "-q", "-b", "main")
    git(app.root, "add", "-A")
    git(app.root, "commit", "-q", "-m", "begun")
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", str(app.root), "windows")
    assert b"\r\n" in (tmp_path / "windows/agent-prompts/README.md").read_bytes()
    assert App(tmp_path / "windows").sealing.verify().verified


# --- on the command line ------------------------------------------------------------------------------------


def test_the_commands_say_what_they_did(app: App) -> None:
    said = asked(app.root, "audit", "seal")
    assert said.exit == 0 and said.out.startswith("sealed 2, 2 in all, signed by seal-1")
    assert "2 sealed, by seal-1" in asked(app.root, "audit", "verify").out
    assert asked(app.root, "audit", "key", "list", "--json").json["keys"][0]["name"] == "seal-1"
    assert asked(app.root, "audit", "prove", app.archive.ids()[0]).out.startswith("c2sp.org/tlog-proof@v1")
    said = asked(app.root, "audit", "key", "revoke", "seal-1", "--why", "it was lost on a train")
    assert said.exit == 0 and asked(app.root, "audit", "verify").exit == 1
