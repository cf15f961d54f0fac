"""`yaml`: every YAML deliverable can be read, and no key stands in it twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
    """Why a file cannot be read."""
    import yaml

    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        yield Finding(source, f"{path} is not YAML: {error.problem}", path, line)
        return
    except (yaml.YAMLError, RecursionError) as error:
        yield Finding(source, f"{path} is not YAML: {' '.join(str(error).split())}", path, 1)
        return
    keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield Finding(source, f"the key {key} stands twice", path, 1)
