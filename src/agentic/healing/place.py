"""Edits of compiled SQL -> new texts of the files that people wrote: the model, an ephemeral one within it, a macro, or YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agentic.healing.candidate import Case
from agentic.healing.edit import Edit, mapped
from agentic.healing.project import DbtProject
from agentic.healing.tokens import without_comments


def files_for(case: Case, node: str, compiled: str, edits: Sequence[Edit]) -> dict[str, str]:
    """Path -> new text; empty where no file can be found for them."""
    project = case.project
    path = str(project.node(node).get("original_file_path", ""))
    if path.endswith(".sql"):
        for each in (path, *ephemeral(project, node)):
            raw = project.whole(each) if each in project.files else ""
            if raw and (text := mapped(raw, compiled, edits)) and text != raw:
                return {each: text}
        return by_word(project, (path, *macro_files(project, node)), edits)
    return in_yaml(case, path, edits)


def ephemeral(project: DbtProject, node: str) -> Iterator[str]:
    """Files of models whose SQL stands within that of this one."""
    for name in project.ancestors(node):
        found = project.node(name)
        if found.get("config", {}).get("materialized") == "ephemeral":
            yield str(found["original_file_path"])


def macro_files(project: DbtProject, node: str) -> tuple[str, ...]:
    """Files of the project's own macros that this node calls."""
    names = project.node(node).get("depends_on", {}).get("macros", ())
    paths = [str(project.node(name).get("original_file_path", "")) for name in names]
    own = [path for path in project.files if path.startswith("macros/") and path.endswith(".sql")]
    return tuple(dict.fromkeys([*(path for path in paths if path in project.files), *own]))


def by_word(project: DbtProject, paths: Sequence[str], edits: Sequence[Edit]) -> dict[str, str]:
    """A name that a loop or macro made many times: replaced where it is written, in the first file that has it."""
    pairs = {(edit.old.strip('"'), edit.new.strip('"')) for edit in edits}
    if len(pairs) != 1:
        return {}
    ((old, new),) = pairs
    if not re.fullmatch(r"[^\W\d]\w*", old) or not re.fullmatch(r"[^\W\d]\w*", new):
        return {}
    for path in paths:
        text = project.whole(path) if path in project.files else ""
        if changed := with_word(text, old, new):
            return {path: changed}
    return {}


def with_word(text: str, old: str, new: str) -> str:
    """Every occurrence outside of comments replaced; empty where there is none."""
    places = [
        found.start() for found in re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)", without_comments(text), re.IGNORECASE)
    ]
    for place in reversed(places):
        text = text[:place] + new + text[place + len(old) :]
    return text if places else ""


def in_yaml(case: Case, path: str, edits: Sequence[Edit]) -> dict[str, str]:
    """A column of a test: renamed in the block of YAML that describes what is tested."""
    pairs = {(edit.old.strip('"'), edit.new.strip('"')) for edit in edits}
    text = case.project.whole(path) if path in case.project.files else ""
    if len(pairs) != 1 or not text:
        return {}
    ((old, new),) = pairs
    tested = str(case.node.get("attached_node") or "").rsplit(".", 1)[-1]
    start, end = block_of(text, tested)
    changed = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text[start:end])
    return {path: text[:start] + changed + text[end:]} if changed != text[start:end] else {}


def block_of(text: str, name: str) -> tuple[int, int]:
    """Where the description of a node begins and ends; all of the text where it is not found."""
    found = re.search(rf"^(\s*)-\s+name:\s*['\"]?{re.escape(name)}['\"]?\s*$", text, re.MULTILINE)
    if not found:
        return 0, len(text)
    after = re.compile(rf"^{found[1]}-\s|^\S", re.MULTILINE).search(text, found.end())
    return found.start(), after.start() if after else len(text)
