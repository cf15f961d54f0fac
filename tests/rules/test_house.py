"""The rules of the house hold: arrows, doors, style, size; and what is shipped is whole."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src/agentic").rglob("*.py"))
LONGEST_FUNCTION, LONGEST_FILE = 60, 400
BIN = Path(sys.executable).parent


def tool(*command: str) -> subprocess.CompletedProcess[str]:
    """A program of this Python's environment, standing in the repository."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # fmt: skip


@pytest.mark.parametrize("command", [("lint-imports", "--no-cache"), ("ruff", "check", "src", "tests", "benchmarks"), ("ruff", "format", "--check", "src", "tests", "benchmarks"), ("mypy",)], ids=" ".join)  # fmt: skip
def test_arrows_doors_and_style_hold(command: tuple[str, ...]) -> None:
    done = tool(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of each function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield (node.end_lineno or 0) - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def test_no_function_and_no_file_is_long() -> None:
    longest = sorted((one for path in SOURCES for one in functions(path)), reverse=True)
    largest = sorted(
        ((len(path.read_text().splitlines()), str(path.relative_to(ROOT))) for path in SOURCES), reverse=True
    )
    print("\n".join(f"{lines:5} {name}" for lines, name in (*longest[:10], *largest[:10])))
    assert longest[0][0] <= LONGEST_FUNCTION, longest[:3]
    assert largest[0][0] <= LONGEST_FILE, largest[:3]


def tracked() -> list[Path]:
    """Every text file that is in the repository or could be."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    if listed.returncode:
        pytest.skip("needs git and a clone")
    ends = (".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".j2", ".json", ".sql", ".txt")
    return [ROOT / name for name in listed.stdout.splitlines() if name.endswith(ends) and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        (r"/(?:work/(?:main|shared|seed)|root|home/[a-z]+)/", "a path of one machine"),
        (r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b", "work that was put off"),
        (r"^<{7} |^>{7} ", "a conflict"),
    ],
)
def test_the_tree_holds_no(pattern: str, what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if re.search(pattern, line) and path != Path(__file__)
    ]
    assert not found, what


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sources as they are, by the build backend that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheel")
    try:
        import hatchling  # noqa: F401
    except ImportError:
        pytest.skip("needs hatchling in the environment (dependency group dev)")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_everything_that_runs_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    files = [path for path in (ROOT / "src/agentic").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert not {path.relative_to(ROOT / "src").as_posix() for path in files} - set(names)
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"agentic"}
    assert "agentic/py.typed" in names


def test_the_wheel_runs_outside_of_the_repository(wheel: Path, tmp_path: Path) -> None:
    """A wheel is a zip file that Python can import from; what reads files beside itself needs them unpacked."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "project/agent-prompts/tasks/demo").mkdir(parents=True)
    task = "## TASK: Add\n## DELIVERABLES:\n- src/adding.py\n"
    (tmp_path / "project/agent-prompts/tasks/demo/adding.md").write_text(task, encoding="utf-8")
    where = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    for words in (
        ["--version"],
        ["prompt", "demo/adding"],
        ["task", "new", "demo/next"],
        ["explain"],
        ["config", "show"],
    ):
        command = [sys.executable, "-P", "-m", "agentic", *words]
        done = subprocess.run(command, cwd=tmp_path / "project", env=where, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)
    shown = subprocess.run([sys.executable, "-c", "import agentic; print(agentic.__file__)"], env=where, cwd=tmp_path, capture_output=True, text=True, check=True)  # fmt: skip
    assert shown.stdout.startswith(str(tmp_path))
