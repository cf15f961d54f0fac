"""Files here: their names, sizes, digests; what was learned of them last time; and the lock of a database file."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import stat
import struct
import time
from pathlib import Path

from store_faults import Fault, Stopped

SETTLED = 1_000_000_000
"""Nanoseconds. What was written a moment ago may be written again within one tick of the clock, so its digest is not kept."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def walk(root, only):
    """name -> [size, mtime, ctime]; and what is left aside, with the reason."""
    found, aside = {}, []
    if only:
        path = Path(root, only)
        return ({only: told(path.stat())} if path.is_file() else {}), aside
    folders = [("", root)]
    while folders:
        before, folder = folders.pop()
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            for one in entries:
                name = f"{before}{one.name}"
                if one.name.startswith("."):
                    continue
                if one.is_dir(follow_symlinks=False):
                    folders.append((f"{name}/", one.path))
                elif reason := unfit(name, one):
                    aside.append((name.encode(errors="replace").decode(), reason))
                else:
                    found[name] = told(one.stat(follow_symlinks=False))
    return found, aside


def told(stats):
    """What changes when a file does."""
    return [stats.st_size, stats.st_mtime_ns, stats.st_ctime_ns]


def unfit(name, entry=None):
    """Why a file cannot be one on both sides; empty where it can."""
    if entry is not None and entry.is_symlink():
        return "is a link; links are not followed"
    if entry is not None and not entry.is_file():
        return "is no file"
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "has a name that is not UTF-8"
    if CONTROL.search(name):
        return "has a control character in its name"
    return "" if length <= 900 else "has too long a name"


def digest_of(file, size):
    """SHA-256 of so many bytes."""
    sum_, left = hashlib.sha256(), size
    while left and (data := file.read(min(1 << 20, left))):
        sum_.update(data)
        left -= len(data)
    return sum_.hexdigest() if not left else ""


def digests(root, files, kept, pool):
    """name -> digest; only of what is not known by size and times is a byte read."""
    known = {name: kept[name][3] for name, one in files.items() if name in kept and kept[name][:3] == one}

    def read(name):
        with contextlib.suppress(FileNotFoundError), open(Path(root, name), "rb") as file:
            return name, digest_of(file, files[name][0])
        return name, ""

    fresh = dict(pool.map(read, [name for name in files if name not in known]))
    return known | {name: sum_ for name, sum_ in fresh.items() if sum_}


def settled(files, sums):
    """What may be kept for the next time."""
    now = time.time_ns()
    return {name: [*one, sums[name]] for name, one in files.items() if name in sums and now - one[1] > SETTLED}


def inside(root, name):
    """Where an object goes. Raises Stopped for a name that leads anywhere else."""
    parts = name.split("/")
    if (
        not name
        or name.startswith("/")
        or "\0" in name
        or any(part in ("", ".", "..") for part in parts)
        or unfit(name)
    ):
        raise Stopped("AGT642", f"{name!r} is no name for a file under {root}", "rename the object in the store.")
    target = Path(root, *parts)
    # A link that somebody put into the folder would lead out of it.
    if not target.parent.resolve().is_relative_to(Path(root).resolve()) or target.is_symlink():
        raise Stopped("AGT642", f"{name} leads out of {root} by a link", "take the link away; links are not followed.")
    return target


class Memory:
    """What was learned: digests of files here, digests of objects there by their etag, and what both sides last had in common."""

    def __init__(self, path):
        self.path = Path(path)
        kept = {}
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        kept = kept if isinstance(kept, dict) and kept.get("version") == 1 else {}
        self.here, self.there, self.common = kept.get("here", {}), kept.get("there", {}), kept.get("common", {})
        self.manifest = kept.get("manifest", "")
        self.place = kept.get("place", "")
        """The mark of the place that was listed; empty: none was."""
        self.owed = kept.get("owed", False)
        """Does the manifest there lack what was sent since?"""
        self.saved = self.body()

    def body(self):
        """What is kept. The dictionaries are copies, so that it can be told later whether anything was learned."""
        return {
            "version": 1, "manifest": self.manifest, "place": self.place, "owed": self.owed, "here": dict(self.here),
            "there": dict(self.there), "common": dict(self.common),
        }  # fmt: skip

    def save(self):
        """All or nothing; nothing where nothing was learned."""
        body = self.body()
        if body == self.saved:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(f".{os.getpid()}.tmp")
        beside.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        beside.replace(self.path)
        self.saved = body


@contextlib.contextmanager
def alone(path):
    """One transfer of a container at a time."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Fault("busy", "another run moves files of this container") from error
        yield


@contextlib.contextmanager
def held(path, *, to_write):
    """A database file that nobody writes meanwhile. DuckDB itself locks the file while it is open, and waits for no one."""
    if Path(f"{path}.wal").exists():
        raise Stopped("AGT645", f"{path} has changes in its .wal that are not in it yet",
                      "close what has it open, or open it and say CHECKPOINT; then run this again.")  # fmt: skip
    if not Path(path).exists():
        yield
        return
    with open(path, "r+b" if to_write else "rb") as file:
        kind = fcntl.F_WRLCK if to_write else fcntl.F_RDLCK
        wish = struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 0, 0)
        try:
            if hasattr(fcntl, "F_OFD_SETLK"):
                fcntl.fcntl(file, fcntl.F_OFD_SETLK, wish)
            else:  # Weaker: the lock is gone as soon as this process closes the file anywhere.
                fcntl.lockf(file, (fcntl.LOCK_EX if to_write else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            raise Stopped("AGT645", f"{path} is open in another process{holder(file, wish)}",
                          "wait for it to end, or close it; nothing was moved.") from error  # fmt: skip
        yield


def holder(file, wish):
    """Its number, where the system tells it."""
    with contextlib.suppress(OSError, AttributeError):
        answer = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_OFD_GETLK, wish))
        return f" ({answer[4]})" if answer[4] > 0 else ""
    return ""


def is_same(path, known):
    """Has nobody written to it since it was looked at? `known` None: it was not there."""
    try:
        stats = os.stat(path)
    except FileNotFoundError:
        return known is None
    return stat.S_ISREG(stats.st_mode) and told(stats) == known
