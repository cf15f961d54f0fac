"""What is here, what is there -> what differs. Bytes are read only where nothing else can tell."""

import hashlib
from pathlib import Path

from local import digests, settled, walk
from remote import MANIFEST

UNKNOWN = "?"
UPLOAD = ("only here", "changed here", "differs", "changed on both sides", "unknown")
DOWNLOAD = ("only there", "changed there", "differs", "changed on both sides", "unknown")


def wanted(states, direction, force):
    """Names that would move or have to be spoken of."""
    chosen = UPLOAD if direction == "upload" else DOWNLOAD
    other = "changed there" if direction == "upload" else "changed here"
    return [name for name, state in states.items() if state in chosen or (force and state == other)]


class Sides:
    """Both sides of one container."""

    listed = True

    def __init__(self, order, remote, memory, pool, tell):
        self.root, self.only = order["folder"], order["only"]
        self.remote, self.memory, self.pool, self.tell = remote, memory, pool, tell
        self.force, self.heads, self.hidden = order.get("force", False), 0, 0
        self.files, self.aside = walk(self.root, self.only)
        self.look(order)
        self.sums = digests(self.root, self.files, memory.here, pool)
        self.files = {name: one for name, one in self.files.items() if name in self.sums}
        memory.here = settled(self.files, self.sums)
        self.learn()

    def look(self, order):
        """Every object that is there."""
        self.objects, self.hidden = self.remote.listing()
        self.manifest = self.objects.pop(MANIFEST, None)
        names = set(order.get("names") or ([self.only] if self.only else self.objects))
        self.objects = {name: one for name, one in self.objects.items() if name in names}
        self.memory.place = self.remote.mark

    def learn(self):
        """Digests of objects: remembered, from the manifest, from an object's own metadata."""
        if self.manifest and self.manifest["etag"] != self.memory.manifest:
            self.memory.there |= {name: one for name, one in self.remote.known().items() if self.fits(name, one)}
            self.memory.manifest = self.manifest["etag"]
        there = {name: tuple(one) for name, one in self.memory.there.items() if self.fits(name, one)}
        unsure = [name for name, one in self.objects.items() if name not in there and self.has_size(name, one["size"])]
        self.heads = len(unsure)
        for name, found in self.pool.map(lambda name: (name, self.remote.head(name)), unsure):
            if found and found[0] == self.objects[name]["etag"]:
                there[name] = (found[0], found[2], found[1] or self.by_etag(name, found[0]))
        self.memory.there = {name: list(one) for name, one in there.items()}

    def fits(self, name, one):
        """Is it about the object that is there now?"""
        now = self.objects.get(name)
        return now is not None and (now["etag"], now["size"]) == (one[0], one[1])

    def has_size(self, name, size):
        """Could both be the same?"""
        return name in self.files and self.files[name][0] == size

    def by_etag(self, name, etag):
        """The etag of an object that was put in one piece is mostly its MD5. If it is ours, the bytes are; if not, nothing follows."""
        if len(etag) != 32 or name not in self.sums:
            return ""
        with open(Path(self.root, name), "rb") as file:
            same = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == etag
        return self.sums[name] if same else ""

    def there(self, name):
        """An object's digest; UNKNOWN where nobody told it; None where there is no object."""
        if name not in self.objects:
            return None
        return (self.memory.there.get(name) or ("", 0, ""))[2] or UNKNOWN

    def state(self, name):
        """In words."""
        here, there, common = self.sums.get(name), self.there(name), self.memory.common.get(name)
        if here is None or there is None:
            return "only there" if here is None else "only here"
        if here == there:
            return "same"
        if there == UNKNOWN and self.has_size(name, self.objects[name]["size"]):
            return "unknown"
        if common in (here, there):
            return "changed there" if common == here else "changed here"
        return "changed on both sides" if common else "differs"

    def states(self):
        """Every name of either side."""
        return {name: self.state(name) for name in sorted({*self.sums, *self.objects})}

    def agree(self):
        """What both sides have now is what a change is told by later."""
        names = {*self.sums, *self.objects}
        self.memory.common = {name: sum_ for name, sum_ in self.memory.common.items() if name in names}
        self.memory.common.update(self.alike())

    def alike(self):
        """Digests of what is the same."""
        return {name: sum_ for name, sum_ in self.sums.items() if self.there(name) == sum_}
