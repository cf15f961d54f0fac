"""100 secrets of 20 kinds, planted wherever a text comes in: none of them comes out again, whole or in pieces."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import quote, quote_plus

import pytest

from claude_server import ErrorInStream, Fails, Writes, claude
from house import House
from house.house import ADDING, TEST, spec
from planted import DIGITS, HEX, LETTERS, MAKERS, WIDE, made, private_key

PLACES = ("task", "context", "reply", "output", "error")
PIECE = 12
BY_SHAPE = (
    "private-key", "password-in-url", "aws-access-key", "aws-secret-key", "github-token", "gitlab-token", "slack-token", "jwt",
    "databricks-token", "huggingface-token", "pypi-token", "sendgrid-key", "anthropic-key", "dbt-token",
)  # fmt: skip
VALUES: dict[str, Callable[[Random], str]] = {
    "PLAIN_TOKEN": lambda random: made(random, LETTERS, 32),
    "ODD_PASSWORD": lambda random: f"p@ss w/{made(random, LETTERS, 14)}+&\\",
    "LINES_PRIVATE": lambda random: private_key()(random)[1],
    "HEX_SECRET": lambda random: made(random, HEX, 40),
    "DIGITS_PASSWORD": lambda random: made(random, DIGITS, 16),
    "WIDE_API_KEY": lambda random: made(random, WIDE, 43),
}
"""Name of a variable -> a value that no pattern knows."""
FORMS: tuple[Callable[[str], str], ...] = (
    str, lambda value: base64.b64encode(value.encode()).decode(), lambda value: quote(value, safe=""), json.dumps,
    lambda value: base64.b64encode(f"user:{value}".encode()).decode(), quote_plus, repr, lambda value: value.encode().hex(),
)  # fmt: skip
PLANTED = ("agent-prompts/tasks/demo/adding.md", "agent-prompts/context/planted.md", "planted/output.json")
"""Files that hold secrets because somebody wrote them there."""
NOISY = """
import json, sys, time
for number, text in enumerate(json.load(open("planted/output.json"))):
    stream = (sys.stdout, sys.stderr)[number % 2]
    middle = len(text) // 2
    for piece in ([text], [text[:middle], text[middle:]], list(text))[number % 3]:
        stream.write(piece)
        stream.flush()
    stream.write("\\n")
sys.exit(1)
"""
RUDE = """
import json, os
class Rude:
    name, model, costs, max_output_tokens = "rude", "", False, 0
    def __init__(self, settings, task): pass
    def answer(self, conversation):
        raise RuntimeError("it failed with " + " and ".join(json.loads(os.environ["PLANTED_ERRORS"])))
"""


@dataclass
class Planted:
    """What is planted, and what was said and written about it."""

    variables: dict[str, str] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Place -> the texts that are planted there."""
    secrets: list[str] = field(default_factory=list)
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    root: Path = Path()

    @property
    def pieces(self) -> set[str]:
        """Every piece of every secret, raw, in base64 and in URL form."""
        lines = [line for secret in self.secrets for line in secret.splitlines()]
        written = [form for line in lines for form in (line, quote(line), quote_plus(line), *in_base64(line))]
        return {form[at : at + PIECE] for form in written for at in range(len(form) - PIECE + 1)}

    def left(self, text: str) -> list[str]:
        """The pieces that a text holds."""
        pieces = self.pieces
        return [text[at : at + PIECE] for at in range(len(text) - PIECE + 1) if text[at : at + PIECE] in pieces]


def in_base64(line: str) -> Iterator[str]:
    """Wherever it begins; without the letters at its ends, which its neighbours share."""
    for before in range(3):
        yield base64.b64encode(b"x" * before + line.encode()).decode().rstrip("=")[4:-2]


def plant() -> Planted:
    """20 kinds in 5 places."""
    random, planted = Random(20261129), Planted()
    for place in PLACES:
        made_here = [MAKERS[rule][0](random) for rule in BY_SHAPE]
        planted.texts[place] = [text for text, _ in made_here]
        planted.secrets += [secret for _, secret in made_here]
        for number, (name, make) in enumerate(VALUES.items()):
            value = planted.variables[f"{place.upper()}_{name}"] = make(random)
            planted.secrets.append(value)
            planted.texts[place].append(FORMS[(number + len(planted.texts)) % len(FORMS)](value))
    return planted


def build(root: Path, planted: Planted) -> House:
    """A project in which somebody left them."""
    house = House.build(root)
    said = "\n".join(f"- it is {text}" for text in planted.texts["task"])
    text = spec(
        checks=["python", {"command": "python noisy.py"}],
        context=["context/planted.md"],
        attempts=2,
        criteria=["AC-1: it says yes (check: command)"],
    )
    house.write(PLANTED[0], text.replace("A function `add(a, b)`.", f"A function `add(a, b)`.\n{said}"))
    house.write(PLANTED[1], "# What we know\n" + "\n".join(planted.texts["context"]) + "\n")
    house.write(PLANTED[2], json.dumps(planted.texts["output"]))
    house.write("noisy.py", NOISY)
    return house


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """Real runs of the real program, once for all tests of this file."""
    planted, base = plant(), tmp_path_factory.mktemp("planted")
    house, temporary, elsewhere = build(base / "house", planted), base / "tmp", base / "python"
    temporary.mkdir()
    elsewhere.mkdir()
    (elsewhere / "rude.py").write_text(RUDE)
    errors, replies = planted.texts["error"], planted.texts["reply"]
    known = {
        **planted.variables, "TMPDIR": str(temporary), "PLANTED_ERRORS": json.dumps(errors), "AGENTIC_DEVELOPER": "A Tester", "CI": "",
        "PYTHONPATH": f"{Path(__file__).parents[2] / 'src'}:{elsewhere}",
    }  # fmt: skip
    answer = Writes(
        {"src/adding.py": ADDING, "tests/test_adding.py": TEST}, finish=f"done with {' and '.join(replies[:7])}",
        open_questions=replies[7:14], text=" ".join(replies[14:]),
    )  # fmt: skip
    stolen = Writes(
        {"src/adding.py": f"{ADDING}\nKEY = '''{replies[4]}'''\n", "tests/test_adding.py": TEST}, finish="with a key"
    )
    scripts = {
        "withheld": ([], ("run", House.TASK, "--provider", "anthropic")),
        "failed": ([answer, answer], ("run", House.TASK, "--provider", "anthropic", "--send-redacted")),
        "stolen": ([stolen, answer], ("run", House.TASK, "--provider", "anthropic", "--send-redacted", "--attempts", "1", "--json")),
        "refused": ([Fails(400, message=" ".join(errors[:10]))], ("run", House.TASK, "--provider", "anthropic", "--send-redacted")),
        "cut": (
            [ErrorInStream("api_error", " ".join(errors[10:]))] * 2, ("run", House.TASK, "--provider", "anthropic", "--send-redacted", "--json"),
        ),
        "counted": ([], ("prompt", House.TASK, "--count")),
    }  # fmt: skip
    for name, (script, words) in scripts.items():
        with claude(script) as server:
            planted.said[name] = house.cli(*words, environment={**known, **server.environment})
            planted.requests.append(json.dumps([request.body for request in server.heard], ensure_ascii=False))
            planted.requests.append("\n".join(str(request.body) for request in server.heard))
    for words in (
        ("run", House.TASK, "--provider", "rude.Rude"), ("prompt", House.TASK), ("prompt", House.TASK, "--json"), ("lint",),
        ("audit", "show"), ("audit", "show", "--json"), ("audit", "export"), ("task", "show", House.TASK), ("drift",), ("status",),
    ):  # fmt: skip
        planted.said[" ".join(words)] = house.cli(*words, environment=known)
    planted.root = base
    return planted


def test_there_are_a_hundred_of_twenty_kinds() -> None:
    planted = plant()
    assert len(set(planted.secrets)) == 100 and len(BY_SHAPE) + len(VALUES) == 20
    assert all(planted.left(text) for texts in planted.texts.values() for text in texts[: len(BY_SHAPE)])


def test_the_runs_did_what_they_were_to_do(planted: Planted) -> None:
    codes = {name: done.returncode for name, done in planted.said.items()}
    assert (codes["withheld"], codes["failed"], codes["refused"], codes["cut"], codes["counted"]) == (6, 1, 4, 4, 6), (
        codes
    )
    assert "[redacted:" in planted.said["failed"].stdout and "noisy.py" in planted.said["failed"].stdout
    assert "AGT900" in planted.said[f"run {House.TASK} --provider rude.Rude"].stderr
    assert all("Traceback" not in done.stdout + done.stderr for done in planted.said.values())


def test_nothing_is_sent_without_consent(planted: Planted) -> None:
    done = planted.said["withheld"]
    assert (
        "error[AGT408]" in done.stderr
        and "agent-prompts/tasks/demo/adding.md" in done.stderr
        and "--send-redacted" in done.stderr
    )
    assert planted.requests[0] == "[]" and "AGT408" in planted.said["counted"].stderr and planted.requests[-2] == "[]"


def test_no_request_holds_a_secret(planted: Planted) -> None:
    assert any("[redacted:" in text for text in planted.requests)
    assert not planted.left("\n".join(planted.requests))


def test_no_file_holds_a_secret(planted: Planted) -> None:
    files = [path for path in planted.root.rglob("*") if path.is_file() and not str(path).endswith(PLANTED)]
    names = {path.relative_to(planted.root).as_posix() for path in files}
    assert any(name.endswith(".jsonl") for name in names) and any(name.startswith("tmp/agentic-") for name in names)
    found = {str(path): left for path in files if (left := planted.left(path.read_bytes().decode("utf-8", "replace")))}
    assert not found


def test_the_terminal_shows_no_secret(planted: Planted) -> None:
    found = {name: left for name, done in planted.said.items() if (left := planted.left(done.stdout + done.stderr))}
    assert not found


def test_the_journal_keeps_the_rules_the_counts_and_the_consent(planted: Planted) -> None:
    folder = planted.root / "house/agent-prompts/progress/executed_prompts"
    steps = [
        json.loads(line)
        for line in (folder / sorted(one.name for one in folder.glob("*_v1.jsonl"))[0]).read_text().splitlines()
    ]
    (prompt,) = [step["body"] for step in steps if step["kind"] == "prompt"]
    assert prompt["consent"] == {"who": "A Tester", "flag": "--send-redacted"}
    assert prompt["redacted"]["github-token"] == 2 and prompt["redacted"]["$TASK_PLAIN_TOKEN"] >= 1
    assert {one["path"] for one in prompt["secrets"]} == set(PLANTED[:2])
    assert any(step["body"].get("redacted") for step in steps if step["kind"] == "reply")
    assert (
        "redacted github-token" in planted.said["audit show"].stdout or "redacted" in planted.said["audit show"].stdout
    )
