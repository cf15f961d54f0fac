"""Done means shown: what each liar and each failing stream gets. docs/reference/liars.md is this, as a table."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agentic.outside.sandbox import choose
from corridor.data_liars import DATA_LIARS
from corridor.liars import LIARS, STREAMS, Liar
from house import House
from house.house import answered

DOC = Path(__file__).parents[2] / "docs/reference/liars.md"


@pytest.mark.parametrize("liar", [*LIARS, *STREAMS, *DATA_LIARS], ids=lambda liar: liar.name)
def test_a_model_gets_what_its_work_shows_and_nothing_for_its_words(house: House, liar: Liar) -> None:
    if liar.fenced and choose("auto")[0] == "none":
        pytest.skip(f"{liar.name}: needs bubblewrap, which this machine has not")
    liar.prepare(house)
    before = house.tree()
    with answered([]) as server:
        server.script = liar.script(house)
        execution = house.app().corridor.run((House.TASK,), 1, provider="anthropic", attempts=liar.attempts)[-1]
    assert (execution.status, execution.exit_status) == (liar.status, liar.exit)
    told = [
        *(one.message for one in execution.findings),
        *(one.reason for one in execution.refusals),
        *codes(house, execution.id),
    ]
    assert not liar.says or any(liar.says in words for words in told), told
    assert not [path for path in liar.never if house.exists(path)]
    landed = {path: text.encode() for path, text in liar.lands.items()}
    assert house.tree() == before | landed
    assert row(liar, told) in DOC.read_text(encoding="utf-8") or written_down(liar, told)


def codes(house: House, name: str) -> list[str]:
    """Codes of requests that were not answered."""
    return [step["body"]["code"] for step in house.journal(name) if step["kind"] == "unanswered"]


def row(liar: Liar, told: list[str]) -> str:
    """One line of the table in the docs."""
    why = next((words for words in told if liar.says and liar.says in words), "").replace("|", "\\|")
    return f"| {liar.name} | {liar.does} | {liar.status} | {liar.exit} | {'yes' if liar.lands else 'no'} | {why} |"


def written_down(liar: Liar, told: list[str]) -> bool:
    """With AGENTIC_WRITE_DOCS the table is written instead of compared; benchmarks and docs say how."""
    if not os.environ.get("AGENTIC_WRITE_DOCS"):
        return False
    lines = [line for line in DOC.read_text(encoding="utf-8").splitlines() if not line.startswith(f"| {liar.name} |")]
    DOC.write_text("\n".join([*lines, row(liar, told)]) + "\n", encoding="utf-8")
    return True


def test_the_table_in_the_docs_has_every_liar_and_nobody_else() -> None:
    rows = [
        line.split("|")[1].strip() for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ][1:]
    assert sorted(rows) == sorted(liar.name for liar in (*LIARS, *STREAMS, *DATA_LIARS))
