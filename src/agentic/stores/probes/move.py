"""Files there and back: several at once, each whole or not at all, and what came of each."""

import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from compare import UNKNOWN
from local import inside, is_same
from remote import PART
from store_faults import Fault, Stopped, fault_of

PIECE = 2 * PART
EVERY = 1.0
FORCE = "look at both; --force lets this side win."


class Transfer:
    """One direction, one container."""

    def __init__(self, sides, order, tell):
        self.sides, self.order, self.tell = sides, order, tell
        self.root, self.remote, self.memory = sides.root, sides.remote, sides.memory
        self.force = sides.force
        self.lock, self.bytes, self.at = threading.Lock(), 0, 0.0

    def run(self, names, one_of, pool):
        """Each name through `one_of`. What stops everything waits for what is under way; what was moved stays moved."""
        results, fault, waiting = [], None, {pool.submit(self.one, one_of, name): name for name in names}
        for done in as_completed(waiting):
            if done.cancelled():
                continue
            try:
                results.append(done.result())
            except Fault as error:
                fault = fault or error
                for other in waiting:
                    other.cancel()
            self.told(len(results), len(names))
        return sorted(results, key=lambda one: one["path"]), fault

    def one(self, one_of, name):
        """What came of it."""
        row = {"path": name, "state": self.sides.state(name), "bytes": 0}
        try:
            did, count = one_of(name)
            return row | {"did": did, "bytes": count}
        except Stopped as error:
            kept = error.code == "AGT640"
            return row | {
                "did": "kept" if kept else "failed",
                "code": error.code,
                "message": error.message,
                "fix": error.fix,
            }
        except OSError as error:
            fault = fault_of(error, self.remote.where)
            if fault:
                raise fault from error
            return row | {"did": "failed", "code": "AGT644", "message": f"{name}: {error}", "fix": ""}

    def told(self, count, of):
        """Progress, not more often than a person reads."""
        if time.monotonic() - self.at > EVERY or count == of:
            self.at = time.monotonic()
            self.tell(f"{count:,} of {of:,} files, {self.bytes / 1e6:,.1f} MB")

    def moved(self, count):
        """So many bytes more."""
        with self.lock:
            self.bytes += count

    # --- there ------------------------------------------------------------------------------------------------

    def send(self, name):
        """One file, unless the object holds something that never was here."""
        there, here = self.sides.there(name), self.sides.sums[name]
        if there == UNKNOWN and not self.force:
            there = self.read(name)
            if there == here:
                return "same", 0
        self.refuse_loss(name, self.memory.common.get(name), there, "object")
        size = self.sides.files[name][0]
        old = self.sides.objects[name]["etag"] if name in self.sides.objects else ""
        with open(Path(self.root, name), "rb") as file:
            etag = self.remote.put(name, file, size, here, old)
        with self.lock:
            self.memory.there[name] = [etag, size, here]
            self.memory.common[name] = here
        self.moved(size)
        return "sent", size

    def refuse_loss(self, name, common, other, what):
        """What would be overwritten and never was on this side, is not, unless it was said."""
        if self.force or other in (None, common):
            return
        why = "was changed since" if common else "was never on this side"
        raise Stopped("AGT640", f"{name}: the {what} {why}, and would be lost", FORCE)

    def read(self, name):
        """The digest of an object that nobody told, by reading it."""
        one, sum_, at = self.sides.objects[name], hashlib.sha256(), 0
        while at < one["size"]:
            data, _ = self.remote.piece(name, one["etag"], at, min(at + PIECE, one["size"]))
            sum_.update(data)
            at += len(data)
        with self.lock:
            self.memory.there[name] = [one["etag"], one["size"], sum_.hexdigest()]
        return sum_.hexdigest()

    # --- back -------------------------------------------------------------------------------------------------

    def fetch(self, name):
        """One object, into its place when it is whole and its digest is right."""
        target = inside(self.root, name)
        here, there = self.sides.sums.get(name), self.sides.there(name)
        if there != UNKNOWN:
            self.refuse_loss(name, self.memory.common.get(name), here, "file here")
        target.parent.mkdir(parents=True, exist_ok=True)
        one = self.sides.objects[name]
        part, sum_, count = self.gathered(target, name, one)
        if sum_ == here:
            part.unlink()
        else:
            try:
                self.refuse_loss(name, self.memory.common.get(name), here, "file here")
                if not is_same(target, self.sides.files.get(name)):
                    raise Stopped("AGT643", f"{name} was written to here while it was fetched", "run it again.")
            except Stopped:
                part.unlink()
                raise
            part.replace(target)
        with self.lock:
            self.memory.there[name] = [one["etag"], one["size"], sum_]
            self.memory.common[name] = sum_
        return ("same" if sum_ == here else "fetched"), count

    def gathered(self, target, name, one):
        """The object in a file beside its place. What an earlier run fetched of the same state is not fetched again."""
        begins = f".{hashlib.sha256(name.encode()).hexdigest()[:12]}-"
        part = target.parent / f"{begins}{hashlib.sha256(one['etag'].encode()).hexdigest()[:12]}.part"
        for old in target.parent.glob(f"{begins}*.part"):
            if old != part:
                old.unlink(missing_ok=True)
        sum_, count, said = hashlib.sha256(), 0, None
        with open(part, "a+b") as file:
            file.seek(0)
            while data := file.read(1 << 20):
                sum_.update(data)
            if file.tell() > one["size"]:
                file.truncate(0)
                sum_ = hashlib.sha256()
            while (at := file.tell()) < one["size"]:
                data, said = self.remote.piece(name, one["etag"], at, min(at + PIECE, one["size"]))
                file.write(data)
                file.flush()
                sum_.update(data)
                count += len(data)
                self.moved(len(data))
            os.fsync(file.fileno())
        if said is None and (head := self.remote.head(name)):
            said = head[1] if head[0] == one["etag"] else ""
        if said and said != sum_.hexdigest():
            part.unlink()
            raise Stopped("AGT641", f"{name} has another digest than the one it was stored with; it was not put in place",
                          "upload it again from where it is whole, or give the object up.")  # fmt: skip
        return part, sum_.hexdigest(), count


def planned(names, sides, transfer, direction):
    """The same as a preview: nothing is moved."""
    rows = []
    for name in names:
        state = sides.state(name)
        size = sides.files[name][0] if direction == "upload" else sides.objects[name]["size"]
        stays = state in ("differs", "changed on both sides") and not transfer.force
        row = {"path": name, "state": state, "did": "kept" if stays else "waits", "bytes": size}
        if stays:
            row |= {"code": "AGT640", "message": f"{name}: {state}, so that something would be lost", "fix": FORCE}
        rows.append(row)
    return rows


def pool_of(order):
    """So many at once."""
    return ThreadPoolExecutor(max_workers=order["parallel"])
