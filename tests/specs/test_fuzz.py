"""No input gives a traceback: arbitrary text, broken specs, arbitrary YAML, arbitrary calls of a model."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentic.errors import AgenticError, BadSettings, NotText, SpecError
from agentic.settings import load, load_policy
from agentic.specs import parse, read_text
from agentic.specs.context import read_datasets
from agentic.values import Call, Change, ChangeSet
from agentic.values.path import normalise
from agentic.workspace import Fence, apply
from house import spec

QUICK = settings(
    deadline=None, derandomize=True, max_examples=150, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
SEEDS = (
    spec(),
    spec(context=("context/x.md",), id="A-1", budget={"usd": 1}, depends_on=["tasks/a/b.md"]),
    "## TASK: Add\n## FILES TO CREATE:\n- src/adding.py\n## DEPENDENCIES:\n- None\n## SPECIFICATIONS:\n- [ ] it adds\n",
)
SPLINTERS = ("---\n", "## ", "## TASK:", "- [ ] ", "- ", "```", ": ", "{", "[", "&a", "*a", "!!python/object:os.system", "\t", "\r", "\x00", "\ufeff", "\u2028", "| a | b | c |", "?", "<<: *a", "'", '"', "> ", "    ", "`")  # fmt: skip
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.binary(max_size=8)
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10) | st.integers(), inner, max_size=4), max_leaves=12)  # fmt: skip
KEYS = ("id", "module", "type", "requirements", "depends_on", "template", "parameters", "checks", "publish", "attempts", "budget")  # fmt: skip


def reads(text: str) -> None:
    """A task, or a SpecError."""
    with contextlib.suppress(SpecError):
        task = parse(text, "tasks/demo/x.md")
        assert task.deliverables and all(normalise(path) == (path, "") for path in task.deliverables)


@QUICK
@given(st.text() | st.text(alphabet="-#:[]{}&*!|>'\"`\n \t,x1"))
def test_no_text_breaks_the_reader(text: str) -> None:
    reads(text)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good spec after a few accidents."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        accident = draw(st.sampled_from(("delete", "double", "splice", "text")))
        piece = {
            "delete": "",
            "double": text[start:end] * 2,
            "splice": draw(st.sampled_from(SPLINTERS)),
            "text": draw(st.text(max_size=8)),
        }[accident]
        text = text[:start] + piece + text[end if accident in ("delete", "double") else start :]
    return text


@QUICK
@given(mutated())
def test_no_accident_to_a_good_spec_breaks_the_reader(text: str) -> None:
    reads(text)


@QUICK
@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=4))
def test_no_value_in_the_front_matter_breaks_the_reader(front: dict[str, object]) -> None:
    try:
        told = yaml.safe_dump(front)
    except yaml.YAMLError:
        return
    reads(f"---\n{told}---\n## TASK: Add\n## DELIVERABLES:\n- src/a.py\n")


@QUICK
@given(values)
def test_no_check_breaks_the_reader(check: object) -> None:
    try:
        told = yaml.safe_dump({"checks": [check, {"job": check}, {"command": check}]})
    except yaml.YAMLError:
        return
    reads(f"---\n{told}---\n## TASK: Add\n## DELIVERABLES:\n- src/a.py\n")


@pytest.mark.parametrize("text", ["---\n" + "[" * 5000 + "\n---\n", "---\n" + "- " * 3000 + "x\n---\n", "---\na: &a [*a]\n---\n", "---\n? {a: b}\n: c\n---\n", "---\n<<: 3\n---\n", "---\n!!binary x\n---\n", "---\na: 2024-99-99T99:99:99\n---\n", "> " * 4000, "- " * 4000, "#" * 50_000])  # fmt: skip
def test_what_parsers_trip_over_does_not_trip_the_reader(text: str) -> None:
    reads(text)


@QUICK
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.md"
    file.write_bytes(content)
    with contextlib.suppress(NotText):
        reads(read_text(file, "x.md"))


@QUICK
@given(st.text() | st.text(alphabet="#|`:-Dataset xy.\n "))
def test_no_text_breaks_the_reader_of_datasets(text: str) -> None:
    read_datasets(f"### Dataset: a\n{text}\n| x | int | no |\n")


@QUICK
@given(st.text() | st.text(alphabet="./\\~:aA\0\n "))
def test_a_path_is_inside_or_has_a_fault(written: str) -> None:
    path, fault = normalise(written)
    assert bool(path) != bool(fault)
    assert not path or (normalise(path) == (path, "") and ".." not in path.split("/") and not path.startswith("/"))


SECTIONS = ("provider", "limits", "checks", "workspace", "lake", "prices", "protected", "tests", "publish")


@QUICK
@given(st.dictionaries(st.sampled_from(SECTIONS) | st.text(max_size=8), values, max_size=4) | values)
def test_no_yaml_breaks_the_settings(tmp_path: Path, tree: object) -> None:
    (tmp_path / "configs").mkdir(exist_ok=True)
    try:
        told = yaml.safe_dump(tree)
    except yaml.YAMLError:
        return
    for name, work in (
        ("agentic.yaml", lambda: load(tmp_path, {}, {})),
        ("policy.yaml", lambda: load_policy(tmp_path)),
    ):
        (tmp_path / "configs" / name).write_text(told, encoding="utf-8")
        with contextlib.suppress(BadSettings):
            work()


@QUICK
@given(st.binary(max_size=120) | st.text(alphabet="limts:{}[]&*!\n aep1", max_size=60).map(str.encode))
def test_no_bytes_break_the_settings(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "configs").mkdir(exist_ok=True)
    (tmp_path / "configs/agentic.yaml").write_bytes(content)
    with contextlib.suppress(BadSettings):
        load(tmp_path, {}, {})


@QUICK
@given(st.dictionaries(st.sampled_from(["AGENTIC_LIMITS_ATTEMPTS", "AGENTIC_LIMITS_USD", "AGENTIC_CHECKS_SANDBOX", "AGENTIC_WORKSPACE_ROOTS", "AGENTIC_PRICES"]), st.text(max_size=12)))  # fmt: skip
def test_no_variable_breaks_the_settings(environment: dict[str, str]) -> None:
    with contextlib.suppress(BadSettings):
        load(None, environment, {})


DECLARED = ("src/a.py", "tests/test_a.py")
paths = st.sampled_from((*DECLARED, "../x", "/etc/x", "./src//a.py", "src/b.py", "SRC/a.py", "src/a.py/", "src/linked/x.py", "src")) | st.text(max_size=20)  # fmt: skip
arguments = st.dictionaries(st.sampled_from(("path", "content", "old", "new", "mode")), paths | scalars, max_size=4)
calls = st.builds(
    Call, st.just("c1"), st.sampled_from(("write_file", "edit_file", "finish", "run_shell", "")), arguments
)


@QUICK
@given(st.lists(calls, max_size=6))
def test_whatever_a_model_calls_the_draft_holds_declared_files_only(tmp_path: Path, wanted: list[Call]) -> None:
    (tmp_path / "src").mkdir(exist_ok=True)
    (tmp_path / "src/a.py").write_text("x = 1\n")
    fence = Fence(tmp_path, DECLARED, 1000, lambda text: "")
    draft = ChangeSet((Change("src/a.py", "x = 1\n"),))
    for call in wanted:
        applied = apply(draft, call, fence)
        assert applied.result.call == "c1" and applied.result.refused == (applied.refusal is not None)
        assert applied.draft == draft if applied.refusal else True
        draft = applied.draft
    assert set(draft.paths) <= set(DECLARED) and len(set(draft.paths)) == len(draft.paths)
    assert {path.name for path in tmp_path.rglob("*")} == {"src", "a.py"}, "nothing is written"


@QUICK
@given(st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_no_command_line_gives_a_traceback(words: list[str]) -> None:
    from asked import asked

    said = asked(Path("/"), *words, "--project", "/")
    assert "AGT900" not in said.err and "Traceback" not in said.err + said.out


def test_every_error_has_a_code_a_remedy_and_an_exit_status_of_the_contract() -> None:
    from agentic.errors import all_errors

    tree = all_errors(AgenticError)
    assert {error.exit_status for error in tree} <= {1, 2, 4, 5, 6, 7, 130}
    assert all(error.hint and error.__doc__ for error in tree)
    assert len({error.code for error in tree}) == len(tree)
