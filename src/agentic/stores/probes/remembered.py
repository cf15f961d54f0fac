"""The other side without a list: what the last run left in the memory, and a question on each file that does not agree with it."""

from compare import Sides, wanted


def sides_of(order, remote, memory, pool, tell):
    """Both sides: by the memory where that is wished and it is of this very place, else by the list."""
    by_memory = order.get("quick") and memory.place == remote.mark
    return (Remembered if by_memory else Sides)(order, remote, memory, pool, tell)


class Remembered(Sides):
    """Both sides, as this one remembers them. What others did there is seen only for files that are asked about."""

    listed = False

    def look(self, order):
        """Every object whose digest is remembered."""
        there = self.memory.there.items()
        self.objects = {name: {"etag": one[0], "size": one[1]} for name, one in there if self.only in ("", name)}

    def learn(self):
        """A question for each file that would be sent, so that it is decided by what is there now, as with the list."""
        # Not the condition of the upload alone: some stores leave If-Match aside without a word, and a preview sends nothing.
        unsure = wanted(self.states(), "upload", self.force)
        self.heads = len(unsure)
        for name, found in self.pool.map(lambda name: (name, self.remote.head(name)), unsure):
            self.correct(name, found)

    def correct(self, name, found):
        """What is there takes the place of what was remembered."""
        self.objects.pop(name, None)
        old = self.memory.there.pop(name, ["", 0, ""])
        if found:
            etag, digest, size = found
            known = old[2] if old[:2] == [etag, size] else ""
            self.objects[name] = {"etag": etag, "size": size}
            self.memory.there[name] = [etag, size, known or digest or self.by_etag(name, etag)]

    def agree(self):
        """Nothing is forgotten: a name that is not remembered there may be there."""
        self.memory.common.update(self.alike())
