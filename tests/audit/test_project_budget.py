"""Budgets of the whole project, by day and in all: held before the first request, from the archive itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agentic.archive import FOLDER
from asked import asked
from audit.lived import FIRST, SECOND, built, ran, writes
from audit.many import fill
from claude_server import Slow, Writes
from corridor.liars import turns
from house import House
from house.house import answered


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> float:
    """The worst case of the first request of a small task, in US dollars: as the journal tells it."""
    house = built(tmp_path_factory.mktemp("room") / "house")
    steps = house.journal(ran(house, writes(FIRST)).id)
    return next(step["body"]["worst_micro_usd"] for step in steps if step["kind"] == "requested") / 1_000_000


@pytest.fixture
def lived(tmp_path: Path) -> House:
    return built(tmp_path / "house")


def limit(house: House, **limits: float) -> None:
    told = ", ".join(f"{name}: {value}" for name, value in limits.items())
    house.write("configs/agentic.yaml", f"provider: {{retries: 1, longest_wait: 1}}\nlimits: {{turns: 6, {told}}}\n")


def spent(house: House) -> int:
    return sum(one.at_most_micro_usd or 0 for one in house.app().auditing.spent)


@pytest.mark.parametrize("name", ["usd_per_day", "usd_total"])
def test_a_run_that_may_pass_it_is_stopped_before_its_first_request(lived: House, room: float, name: str) -> None:
    ran(lived, writes(FIRST))
    limit(lived, **{name: room})
    with answered(turns(writes(SECOND))) as server:
        said = asked(lived.root, "run", House.TASK, "--provider", "anthropic", "--json")
        assert server.requests == []
    assert (said.exit, said.json["status"], said.json["requests"]) == (7, "stopped", 0)
    (finding,) = said.json["findings"]
    assert finding["code"] == "AGT702" and f"limits.{name} is ${room:.4f}" in finding["message"]
    assert "by 1 execution(s)" in finding["message"] and "may cost up to $0.3" in finding["message"]
    assert lived.read("src/adding.py") == FIRST


def test_with_a_larger_budget_the_run_goes_on(lived: House) -> None:
    limit(lived, usd_per_day=0.01)
    stopped = ran(lived, writes(FIRST))
    assert stopped.status == "stopped"
    limit(lived, usd_per_day=1)
    with answered(turns(writes(FIRST))):
        assert lived.app().corridor.resume(stopped.id).status == "done"


def test_within_the_budget_nothing_is_different(lived: House) -> None:
    limit(lived, usd_per_day=1, usd_total=1)
    assert ran(lived, writes("def add(:\n"), writes(FIRST)).status == "done"


def test_every_request_is_held_to_it_and_not_only_the_first(lived: House, room: float) -> None:
    limit(lived, usd_per_day=room)
    # The first request fits to the cent; what it really cost leaves no room for the worst case of another.
    stopped = ran(lived, writes("def add(:\n"), writes("def add(:\n\n"), writes(FIRST), attempts=3)
    assert stopped.status == "stopped" and stopped.requests == 1
    assert spent(lived) <= room * 1_000_000


def test_what_was_spent_on_another_day_is_not_counted_for_today_and_is_in_all(lived: House) -> None:
    fill(lived.root, 30, last=datetime.now(UTC) - timedelta(days=1), hours=1)
    assert spent(lived) > 500_000
    limit(lived, usd_per_day=0.5)
    assert ran(lived, writes(FIRST)).status == "done"
    limit(lived, usd_total=0.5)
    assert ran(lived, writes(SECOND)).findings[0].code == "AGT702"


def test_a_request_that_was_never_answered_counts_at_its_worst_case(lived: House) -> None:
    limit(lived, usd_per_day=0.5)
    done = ran(lived, writes(FIRST))
    file = lived.root / FOLDER / f"{done.id}.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    asked_ = next(place for place, line in enumerate(lines) if b'"kind":"requested"' in line)
    file.write_bytes(b"".join(lines[: asked_ + 1]))  # As a kill leaves it.
    (lived.root / "src/adding.py").unlink()
    stopped = ran(lived, writes(SECOND))
    assert stopped.status == "stopped" and "at most $0.3" in stopped.findings[0].message


def test_two_runs_at_once_do_not_both_take_the_last_of_it(lived: House) -> None:
    limit(lived, usd_per_day=0.5)
    for name in ("a", "b"):
        lived.write(
            f"agent-prompts/tasks/demo/{name}.md",
            lived.read(f"agent-prompts/{House.TASK}").replace("src/adding.py", f"src/{name}.py"),
        )
    words = ("run", "--provider", "anthropic", "--json")
    with answered(slowly) as server, ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda name: lived.cli(*words, f"demo/{name}"), ("a", "b")))
        assert len(server.requests) == 1
    assert sorted(one.returncode for one in done) == [0, 7], [one.stdout[-300:] + one.stderr[-300:] for one in done]
    assert sum("AGT702" in one.stdout and "at most $0.3" in one.stdout for one in done) == 1


def slowly(body: dict[str, Any]) -> Slow:
    """The file that is asked for, after so long that the other run has certainly asked as well."""
    path = "src/a.py" if "src/a.py" in str(body["messages"]) else "src/b.py"
    return Slow(8, Writes({path: FIRST}, finish="Done."))


@pytest.mark.parametrize("name", ["usd_per_day", "usd_total"])
def test_a_price_that_nobody_knows_cannot_be_counted(lived: House, name: str) -> None:
    limit(lived, **{name: 1})
    told: Any = ran(lived, writes(FIRST), model="claude-nobody-1")
    assert (told.status, told.exit_status, told.findings[0].code) == ("stopped", 7, "AGT703")
    assert "a price is not known" in told.findings[0].message


def test_a_journal_that_does_not_verify_cannot_be_counted(lived: House) -> None:
    done = ran(lived, writes(FIRST))
    file = lived.root / FOLDER / f"{done.id}.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"provider":"anthropic"', b'"provider":"somebody"', 1))
    limit(lived, usd_per_day=1)
    (finding,) = ran(lived, writes(SECOND), discard=("src/adding.py",)).findings
    assert finding.code == "AGT703" and f"{done.id} does not verify" in finding.message


def test_a_template_needs_no_room(lived: House) -> None:
    limit(lived, usd_per_day=0, usd_total=0)
    lived.write("agent-prompts/examples/adding.py.j2", f"{{#---\ntitle: Adding\nparameters: {{}}\n---#}}\n{FIRST}")
    text = lived.read(f"agent-prompts/{House.TASK}").replace("---\n", "---\ntemplate: examples/adding.py.j2\n", 1)
    lived.write(f"agent-prompts/{House.TASK}", text)
    assert lived.run().status == "done"
