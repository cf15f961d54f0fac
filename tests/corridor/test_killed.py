"""SIGKILL at every durable write in turn, then resume: the same end as unkilled, and no request sent twice."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_server import Writes
from corridor.liars import WRONG, turns
from house import ADDING, TEST, House, spec
from house.house import answered

# A fork, so that what is heavy to import is imported once and not at every kill.
fork = multiprocessing.get_context("fork")
SCRIPT = (
    Writes({"src/adding.py": WRONG, "tests/test_adding.py": TEST}, finish="done"),
    Writes({"src/adding.py": ADDING}, finish="mended"),
)
CHECKS = ("python", {"command": 'python -c "from adding import add; assert add(1, 2) == 3"'})


def build(root: Path) -> House:
    """Two attempts: the first fails its check, the second mends it. Checks that are quick, since they run often."""
    house = House.build(root)
    house.write(f"agent-prompts/{House.TASK}", spec(checks=CHECKS, criteria=("AC-1: it adds (check: command)",)))
    return house


def in_child(work: Callable[[], None]) -> int:
    """Exit code of `work` in a process of its own; -9 where it was killed."""
    process = fork.Process(target=work)
    process.start()
    process.join(60)
    assert process.exitcode is not None, "it hangs"
    return process.exitcode


def killed_at(number: int, before: bool, house: House) -> Callable[[], None]:
    """A run that is killed at its n-th durable write: a line of the journal, a file of the landing, a rename."""

    def work() -> None:
        count = 0
        for name in ("fsync", "replace"):
            real = getattr(os, name)

            def counted(*given: object, real: Callable[..., object] = real) -> object:
                nonlocal count
                count += 1
                if count == number and before:
                    os.kill(os.getpid(), signal.SIGKILL)
                answer = real(*given)
                if count == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return answer

            setattr(os, name, counted)
        house.app().corridor.run((House.TASK,), 1, provider="anthropic")

    return work


def resumed(house: House) -> Callable[[], None]:
    """What a person does next."""

    def work() -> None:
        names = house.app().archive.ids()
        opened = bool(names) and bool(house.app().archive.story(names[-1]).first("opened"))
        execution = house.app().corridor.resume(names[-1]) if opened and not ended(house) else None
        if not opened:
            execution = house.app().corridor.run((House.TASK,), 1, provider="anthropic")[-1]
        assert execution is None or execution.status == "done", execution

    return work


def ended(house: House) -> bool:
    """Was the newest run closed before it was killed? Then only its pages may be missing."""
    archive = house.app().archive
    return archive.story(archive.ids()[-1]).ended


@pytest.fixture(scope="module")
def unkilled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tree after a run that nobody disturbed."""
    house = build(tmp_path_factory.mktemp("unkilled") / "house")
    assert house.run(script=turns(*SCRIPT)).status == "done"
    return house.tree()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("part", range(4))
def test_a_killed_run_is_resumed_to_the_same_end_and_pays_for_nothing_twice(
    tmp_path: Path, unkilled: dict[str, bytes], part: int, before: bool
) -> None:
    number, tried = part + 1, 0
    with answered(turns(*SCRIPT)) as server:
        while True:
            house = build(tmp_path / f"house{number}")
            start = len(server.requests)
            code = in_child(killed_at(number, before, house))
            if code == 0:
                break  # The run has fewer writes than this: every one has been tried.
            assert code == -signal.SIGKILL
            whole_or_nothing(house, unkilled)
            assert in_child(resumed(house)) == 0, f"write {number}"
            assert house.tree() == unkilled, f"write {number}"
            sent = Counter(request.fingerprint for request in server.requests[start:])
            assert set(sent.values()) == {1} and len(sent) == 2, f"write {number}: {sent}"
            assert house.app().archive.verify().verified, f"write {number}"
            number, tried = number + 4, tried + 1
    assert tried >= 5


def whole_or_nothing(house: House, unkilled: dict[str, bytes]) -> None:
    """The next command that looks at the project finds the old state or the new one, never half of it."""
    house.app().tools  # noqa: B018 (recovers a landing that was cut off)
    landed = [path for path in ("src/adding.py", "tests/test_adding.py") if house.exists(path)]
    assert landed in ([], ["src/adding.py", "tests/test_adding.py"])
    for path in landed:
        assert (house.root / path).read_bytes() == unkilled[path]
