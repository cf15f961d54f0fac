"""`yaml`: every YAML deliverable can be read, and no key stands in it twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agentic.checks.evidence import verdict
from agentic.ports import Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict


class Yaml:
    """Reads; runs nothing."""

    stops = True

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """One finding for each file that is none."""
        files = tuple(path for path in staged.changed if path.endswith((".yml", ".yaml")))
        found = tuple(one for path in files for one in faults(staged.root / path, path, spec.label))
        return verdict(spec, found, {"files": len(files)})


def faults(file: Path, path: str, source: str) -> Iterator[Finding]:
    """Why a file cannot be read, and what stands in it twice."""
    import yaml

    try:
        documents = [*yaml.compose_all(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        yield Finding(source, f"{path} is not YAML: {error.problem}", path, line)
    except (yaml.YAMLError, RecursionError) as error:
        yield Finding(source, f"{path} is not YAML: {' '.join(str(error).split())}", path, 1)
    else:
        for key, line in (found for document in documents for found in repeated(document, set())):
            yield Finding(source, f"the key {key} stands twice", path, line)


def repeated(node: Any, seen: set[int]) -> Iterator[tuple[str, int]]:
    """(key, line) of each key that its map has already; `<<` may stand twice. seen: nodes that an alias leads back to."""
    if id(node) in seen or node is None or isinstance(node.value, str):
        return
    seen.add(id(node))
    known: set[str] = set()
    for item in node.value:
        key, value = item if isinstance(item, tuple) else (None, item)
        if key is not None and isinstance(key.value, str) and key.value != "<<":
            if key.value in known:
                yield key.value, key.start_mark.line + 1
            known.add(key.value)
        yield from repeated(value, seen)
