"""Mechanical repairs: lines as rules want them; every other byte of a file stays what it is."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agentic.errors import DiskFailed
from agentic.specs.library import Library
from agentic.specs.lint import Mended, judge
from agentic.specs.rule import Mend
from agentic.specs.suppress import Hit

PASSES = 5
"""How often a library is looked at again: one repair may uncover the next."""
BOM = "\ufeff"
ENDS = re.compile(r"(\r\n|\r|\n)")
"""The same line ends that the reader knows. `splitlines` would also cut at a form feed or a line separator."""


@dataclass(frozen=True, slots=True)
class Words:
    """One file as it is on disk."""

    raw: bytes
    text: str
    """Without its byte order mark."""

    @classmethod
    def read(cls, path: Path) -> Words:
        """Line ends as they are."""
        raw = path.read_bytes()
        return cls(raw, raw.decode("utf-8").removeprefix(BOM))

    def encoded(self, text: str) -> bytes:
        """Another text, with the byte order mark if there was one."""
        mark = BOM if self.raw.startswith(BOM.encode()) else ""
        return f"{mark}{text}".encode()


@dataclass(frozen=True)
class Bench:
    """Texts that are being repaired; the disk is not touched."""

    library: Library
    before: dict[str, Words]
    after: dict[str, str]
    counts: dict[str, int]
    skipped: dict[str, None]
    """What could not be repaired, and why; each said once."""


def mend(library: Library, meant: Callable[[tuple[Hit, ...]], Iterable[Hit]]) -> Bench:
    """Every repair that is offered for what is meant, again and again until nothing is left to do."""
    bench = Bench(library, {}, {}, {}, {})
    for _ in range(PASSES):
        judged = judge(replace(library, drafts=dict(bench.after)))
        if not one_pass(bench, by_file(meant(judged.hits))):
            return bench
    bench.skipped[f"not everything is mended after {PASSES} passes: run it once more"] = None
    return bench


def by_file(hits: Iterable[Hit]) -> Mapping[str, list[Mend]]:
    """Path -> its repairs."""
    found: dict[str, list[Mend]] = {}
    for hit in hits:
        if hit.mend:
            found.setdefault(hit.finding.path, []).append(hit.mend)
    return found


def one_pass(bench: Bench, mends: Mapping[str, list[Mend]]) -> int:
    """At most one repair a line. How many were made."""
    made = 0
    for path, wanted in mends.items():
        if path not in bench.before and (fault := refusal(bench, path)):
            bench.skipped[f"{path} is not mended: {fault}"] = None
            continue
        text, count = repaired(bench.after.get(path, bench.before[path].text), wanted, path, bench.skipped)
        if count:
            bench.after[path] = text
            bench.counts[path] = bench.counts.get(path, 0) + count
            made += count
    return made


def refusal(bench: Bench, path: str) -> str:
    """Why a file is not touched; empty where it may be, and then it is read."""
    root = bench.library.root
    if path not in bench.library.pages:
        return "it is no spec"
    if not (root / path).resolve().is_relative_to(root.resolve()):
        return "it is a link that leads out of the project"
    if not os.access(root / path, os.W_OK):
        return "it may not be written"
    try:
        bench.before[path] = Words.read(root / path)
    except (OSError, UnicodeDecodeError) as error:  # It was there a moment ago.
        return str(error)
    return ""


def repaired(text: str, mends: Iterable[Mend], path: str, skipped: dict[str, None]) -> tuple[str, int]:
    """(the text with other lines, how many). A line that is not what the repair is made for is left alone."""
    parts = ENDS.split(text)
    lines, ends = parts[::2], parts[1::2]
    usual = ends[0] if ends else "\n"
    touched: set[int] = set()
    for wish in mends:
        at = wish.line - 1
        if at in touched:
            continue
        new = instead(lines[at], wish) if 0 <= at < len(lines) else None
        if new is None:
            skipped[f"{path}:{wish.line} is not mended: the line reads otherwise by now"] = None
        elif new != lines[at]:
            touched.add(at)
            lines[at] = new.replace("\n", ends[at] if at < len(ends) else usual)
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)), len(touched)


def instead(line: str, wish: Mend) -> str | None:
    """The new line; None where the old one is not what was expected. Blanks at its end are nobody's affair."""
    if line == wish.before:
        return wish.after
    bare = line.rstrip()
    return wish.after + line[len(bare) :] if bare == wish.before.rstrip() else None


def mended(bench: Bench) -> tuple[Mended, ...]:
    """What changes, as people read it."""
    return tuple(
        Mended(path, diff(path, bench.before[path].text, text), bench.counts[path])
        for path, text in sorted(bench.after.items())
        if text != bench.before[path].text
    )


def diff(path: str, before: str, after: str) -> str:
    """A unified diff, with each line's own end."""
    import difflib

    found = difflib.unified_diff(pieces(before), pieces(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)


def pieces(text: str) -> list[str]:
    """Lines with their ends. A lone carriage return is none here: no diff can show it."""
    return [part for part in re.split(r"(?<=\n)", text) if part]


def write(bench: Bench) -> None:
    """Every file, beside and renamed, with the rights it had. Raises DiskFailed; files before it are written whole."""
    for path, text in sorted(bench.after.items()):
        words = bench.before[path]
        # Where it is a link, the file that it leads to is written.
        file = (bench.library.root / path).resolve()
        beside = file.with_name(f".agentic-{os.getpid()}.new")
        try:
            if file.read_bytes() != words.raw:
                bench.skipped[f"{path} is not mended: it was changed meanwhile"] = None
                del bench.after[path]
                continue
            write_through(beside, words.encoded(text))
            shutil.copymode(file, beside)
            beside.replace(file)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise DiskFailed(f"{path} cannot be mended", path=path, cause=str(error)) from error


def write_through(path: Path, raw: bytes) -> None:
    """On the disk when this returns: a rename must not arrive there before the words."""
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
