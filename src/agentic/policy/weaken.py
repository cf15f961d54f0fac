"""Were tests or expectations made weaker? Read off the syntax tree and the suite, before and after."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from agentic.values import Finding

SKIPS = ("skip", "skipif", "xfail", "importorskip")


def weakened(path: str, before: str, after: str, failed: frozenset[str], may_change: bool) -> tuple[Finding, ...]:
    """What a new version of a test file or suite no longer demands. `failed`: names of tests that had failed before."""
    if is_test(path):
        return tuple(weaker_tests(path, before, after, failed, may_change))
    if "/expectations/" in path and path.endswith(".json"):
        return tuple(weaker_suite(path, before, after))
    return ()


def is_test(path: str) -> bool:
    """A file that pytest collects, or that stands among those."""
    name = path.rsplit("/", 1)[-1]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py") or path.startswith("tests/"))


def weaker_tests(path: str, before: str, after: str, failed: frozenset[str], may_change: bool) -> Iterator[Finding]:
    """Tests gone, asserts gone, tests skipped; and of a test that failed, an assert that says something else."""
    old, new = tests_of(before), tests_of(after)
    for name, test in old.items():
        if name not in new:
            yield refuse(path, f"the test {name} was taken out")
        elif len(asserts(new[name])) < len(asserts(test)):
            yield refuse(path, f"{name} asserts less than before")
        elif name in failed and not may_change and ast.unparse(test) != ast.unparse(new[name]):
            yield refuse(path, f"{name} failed, and was changed: the code has to change, not the test")
    if skips(after) > skips(before):
        yield refuse(path, "tests are skipped that were not skipped before")


def refuse(path: str, message: str) -> Finding:
    """One weakening."""
    return Finding("policy: no-weaker-tests", message, path, code="AGT403")


def parsed(text: str) -> ast.AST:
    """The syntax tree; empty where the text does not parse, which is for another check to say."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def tests_of(text: str) -> dict[str, ast.AST]:
    """Test functions by name."""
    nodes = ast.walk(parsed(text))
    functions = (node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return {node.name: node for node in functions if node.name.startswith("test")}


def asserts(test: ast.AST) -> Counter[str]:
    """What a test demands: asserts, `pytest.raises`, `assert_...()`; as code, so that layout and comments do not count."""
    return Counter(ast.unparse(node) for node in ast.walk(test) if demands(node))


def demands(node: ast.AST) -> bool:
    """Is this node a demand?"""
    if isinstance(node, ast.Assert):
        return True
    name = called(node)
    return name == "raises" or name.startswith("assert")


def called(node: ast.AST) -> str:
    """The last name of what is called; empty for what is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def skips(text: str) -> int:
    """How many skips and expected failures a file has."""
    return sum(isinstance(node, ast.Attribute) and node.attr in SKIPS for node in ast.walk(parsed(text)))


def weaker_suite(path: str, before: str, after: str) -> Iterator[Finding]:
    """Expectations gone, loosened by `mostly`, or no longer critical."""
    old, new = expectations(before), expectations(after)
    for name, expectation in old.items():
        if name not in new:
            yield loose(path, f"the expectation {name} was taken out")
        elif share(new[name]) < share(expectation):
            yield loose(path, f"{name} was loosened to mostly {share(new[name])}")
        elif wider := widened(expectation, new[name]):
            yield loose(path, f"{name} was widened: {wider}")
        elif severity(new[name]) < severity(expectation):
            yield loose(path, f"{name} lost its severity")


def loose(path: str, message: str) -> Finding:
    """One loosening."""
    return Finding("policy: no-looser-expectations", message, path, code="AGT404")


def expectations(text: str) -> dict[str, Mapping[str, Any]]:
    """`type of column`, or of the whole table -> expectation. None where the file is no suite."""
    try:
        found = json.loads(text).get("expectations", [])
    except (ValueError, AttributeError, RecursionError):
        return {}
    listed = found if isinstance(found, list) else []
    return {title(one): one for one in listed if isinstance(one, dict) and isinstance(one.get("kwargs"), dict)}


def title(expectation: Mapping[str, Any]) -> str:
    """What an expectation is about, without how strict it is."""
    about = {key: value for key, value in expectation.get("kwargs", {}).items() if key.startswith("column")}
    return f"{expectation.get('type')} of {json.dumps(about, sort_keys=True) if about else 'the table'}"


def widened(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Which bound lets more through than before; empty where none does."""
    before, after = old.get("kwargs", {}), new.get("kwargs", {})
    for bound, sign in (("min_value", 1), ("max_value", -1)):
        was, now = before.get(bound), after.get(bound)
        if was is not None and (now is None or (comparable(was, now) and sign * was > sign * now)):
            return f"{bound} from {was} to {now}"
    for name in ("row_condition", "regex", "strict_min", "strict_max"):
        if before.get(name) != after.get(name):
            return name
    known, allowed = before.get("value_set"), after.get("value_set")
    if known and (not allowed or not set(map(str, allowed)) <= set(map(str, known))):
        return "value_set"
    return ""


def comparable(one: Any, other: Any) -> bool:
    """Numbers are; dates as text are left to the check itself."""
    return isinstance(one, (int, float)) and isinstance(other, (int, float))


def share(expectation: Mapping[str, Any]) -> float:
    """`mostly`; all where it says nothing."""
    said = expectation.get("kwargs", {}).get("mostly", 1.0)
    return float(said) if isinstance(said, (int, float)) else 0.0


def severity(expectation: Mapping[str, Any]) -> int:
    """Info < warning < critical, which is the default."""
    return {"info": 0, "warning": 1}.get(str(expectation.get("severity", "critical")), 2)
