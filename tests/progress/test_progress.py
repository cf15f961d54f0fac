"""The four progress files say what the archive says, between markers; every byte around them is a person's."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.errors import NotText
from agentic.flows.decide import decide
from agentic.progress import Choice, ModuleStatus, TaskStatus, write_progress
from agentic.progress.decisions import decisions_page
from agentic.progress.guide import guide_page
from agentic.progress.write import project_page
from agentic.text.between import END, FROM_ARCHIVE, placed, put_between
from agentic.values import Decision, Execution
from corridor.liars import WRONG, turns, written
from house import House, spec

FOLDER = "agent-prompts/progress"
LOG, GUIDE = f"{FOLDER}/decisions_log.md", f"{FOLDER}/next_module_guide.md"
STRUCTURE = "agent-prompts/design/module_structure.yaml"


class Nothing:
    """An archive in which nothing stands."""

    def executions(self) -> tuple[Execution, ...]:
        return ()

    def decisions(self) -> tuple[Decision, ...]:
        return ()


def decision(kind: str, about: str, at: str, who: str = "Ada", why: str = "it is so", name: str = "") -> Decision:
    return Decision(kind, about, who, why, at, name or f"{at[:10]}_{kind}_v1")


def execution(name: str, status: str = "done") -> Execution:
    return Execution(id=name, task="tasks/a/x.md", module="a", status=status, provider="template")


def module(name: str, *done: bool) -> ModuleStatus:
    """A module with a task for each answer to "is it done?"."""
    tasks = [
        TaskStatus(f"tasks/{name}/t{number}.md", None, execution("e") if one else None)
        for number, one in enumerate(done)
    ]
    return ModuleStatus(name, tuple(tasks))


def structure(*modules: tuple[str, str]) -> str:
    """(name, depends on) of each module."""
    return "modules:\n" + "".join(
        f"  - name: {name}\n    responsibility: Does it.\n    files: [src/{name}]\n    depends_on: [{needs}]\n"
        for name, needs in modules
    )


def done(house: House) -> str:
    return house.run(script=turns(written())).id


# --- between the markers -----------------------------------------------------------------------------------

WORDS = {
    "nothing": (b"", b"", b"\n"),
    "words above": ("Größe\n".encode(), "Größe\n\n".encode(), b"\n"),
    "words without a last line end": ("Größe".encode(), "Größe\n\n".encode(), b"\n"),
    "three empty lines at the end": (b"a\n\n\n", b"a\n\n\n", b"\n"),
    "the line ends of Windows": ("Größe\r\nb\r\n".encode(), "Größe\r\nb\r\n\r\n".encode(), b"\r\n"),
    "a mark before the first letter": (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfa\n\n", b"\n"),
    "a part, words around it": (f"über\n{FROM_ARCHIVE}\nold\n{END}\nunter".encode(), "über\n".encode(), b"\nunter"),
    "a part without a last line end": (f"a\n{FROM_ARCHIVE}\nold\n{END}".encode(), b"a\n", b""),
    "a part of Windows": (f"a\r\n{FROM_ARCHIVE}\r\nold\r\n{END}\r\nb".encode(), b"a\r\n", b"\r\nb"),
    "words behind the end": (f"{FROM_ARCHIVE}\n{END} mine\n".encode(), b"", b" mine\n"),
    "a beginning without an end": (f"{FROM_ARCHIVE}\nmine\n".encode(), f"{FROM_ARCHIVE}\nmine\n\n".encode(), b"\n"),
    "an end without a beginning": (f"mine\n{END}\n".encode(), f"mine\n{END}\n\n".encode(), b"\n"),
    "an end before the beginning": (f"{END}\n{FROM_ARCHIVE}\nmine".encode(), f"{END}\n{FROM_ARCHIVE}\nmine\n\n".encode(), b"\n"),
    "a beginning twice": (f"{FROM_ARCHIVE}\nmine\n{FROM_ARCHIVE}\nold\n{END}\n".encode(), f"{FROM_ARCHIVE}\nmine\n".encode(), b"\n"),
    "a part of somebody else": (
        f"<!-- agentic: other -->\nx\n{END}\n{FROM_ARCHIVE}\nold\n{END}\n".encode(), f"<!-- agentic: other -->\nx\n{END}\n".encode(), b"\n"),
    "a part cut open by another": (
        f"{FROM_ARCHIVE}\nmine\n<!-- agentic: other -->\nx\n{END}".encode(),
        f"{FROM_ARCHIVE}\nmine\n<!-- agentic: other -->\nx\n{END}\n\n".encode(), b"\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_every_byte_around_our_part_stays(tmp_path: Path, name: str) -> None:
    before, head, tail = WORDS[name]
    file = tmp_path / "page.md"
    file.write_bytes(before)
    assert put_between(file, FROM_ARCHIVE, "Neu: ä\nzwei\n")
    newline = "\r\n" if b"\r\n" in before else "\n"
    ours = newline.join((FROM_ARCHIVE, "Neu: ä", "zwei", END)).encode()
    assert file.read_bytes() == head + ours + tail
    assert not put_between(file, FROM_ARCHIVE, "Neu: ä\nzwei\n") and file.read_bytes() == head + ours + tail
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_both_parts_of_a_file_that_was_merged_by_halves_are_brought_up_to_date() -> None:
    part = f"{FROM_ARCHIVE}\nold\n{END}\n"
    merged = f"<<<<<<< ours\n{part}=======\n{part}>>>>>>> theirs\n"
    assert placed(merged, FROM_ARCHIVE, "new") == merged.replace("old", "new")


def test_words_in_our_part_that_look_like_a_marker_are_none() -> None:
    first = placed("mine\n", FROM_ARCHIVE, f"why: {END} and {FROM_ARCHIVE}")
    assert placed(first, FROM_ARCHIVE, "new") == f"mine\n\n{FROM_ARCHIVE}\nnew\n{END}\n"


def test_a_page_that_is_no_text_is_left_alone_and_the_others_are_written(house: House) -> None:
    house.write(LOG, b"\xff\xfe mine")
    with pytest.raises(NotText):
        write_progress(house.root, Nothing(), "")
    assert (house.root / LOG).read_bytes() == b"\xff\xfe mine"
    assert "# Next Module Guide" in house.read(GUIDE) and "# Project Status" in house.read(
        f"{FOLDER}/project_status.md"
    )


def test_a_run_writes_all_four_files_and_keeps_a_persons_words(house: House) -> None:
    for name in ("current_module_status", "project_status", "decisions_log", "next_module_guide"):
        house.write(f"{FOLDER}/{name}.md", "Über uns\r\n".encode())
    done(house)
    for name in ("current_module_status", "project_status", "decisions_log", "next_module_guide"):
        text = (house.root / f"{FOLDER}/{name}.md").read_bytes().decode()
        assert text.startswith(f"Über uns\r\n\r\n{FROM_ARCHIVE}\r\n# ") and text.count(FROM_ARCHIVE) == 1


def test_what_init_writes_is_what_an_empty_archive_says(tmp_path: Path) -> None:
    import agentic.framework as framework

    starters = Path(framework.__file__).parent / "starters" / FOLDER
    (tmp_path / "agent-prompts").mkdir()
    write_progress(tmp_path, Nothing(), "")
    for name in ("project_status.md", "decisions_log.md", "next_module_guide.md"):
        assert (tmp_path / FOLDER / name).read_text() == (starters / name).read_text()


# --- decisions ---------------------------------------------------------------------------------------------


def test_decisions_stand_newest_first_each_with_its_record_and_the_one_before_it() -> None:
    kept = [
        decision("waiver", "phases/2", "2026-01-01T10:00:00Z", why="the first | reason\nin two lines"),
        decision("closure", "modules/a", "2026-01-02T10:00:00Z", "Bob"),
        decision("waiver", "phases/2", "2026-01-03T10:00:00Z", why="another reason", name="2026-01-03_waiver_v2"),
    ]
    choices = [Choice("2026-01-02T11:00:00Z", "adopted", "src/a.py", "Cleo", "2026-01-02_a_v1")]
    rows = list(decisions_page(kept, choices))[3:]
    assert rows == [
        "| 2026-01-03 | waiver | phases/2 | Ada | another reason | [2026-01-03_waiver_v2](executed_prompts/2026-01-03_waiver_v2.md), after [2026-01-01_waiver_v1](executed_prompts/2026-01-01_waiver_v1.md) |",
        "| 2026-01-02 | adopted | src/a.py | Cleo | kept as the person's own version | [2026-01-02_a_v1](executed_prompts/2026-01-02_a_v1.md) |",
        "| 2026-01-02 | closure | modules/a | Bob | it is so | [2026-01-02_closure_v1](executed_prompts/2026-01-02_closure_v1.md) |",
        "| 2026-01-01 | waiver | phases/2 | Ada | the first \\| reason in two lines | [2026-01-01_waiver_v1](executed_prompts/2026-01-01_waiver_v1.md) |",
    ]


def test_of_one_second_the_later_record_stands_first() -> None:
    at = "2026-01-01T10:00:00Z"
    rows = list(decisions_page([decision("waiver", "phases/1", at), decision("waiver", "phases/2", at)], ()))[3:]
    assert ["phases/2" in row for row in rows] == [True, False]


def test_a_decision_is_in_the_log_as_soon_as_it_is_made(house: House) -> None:
    decide("waiver", "phases/3", "Ada Lovelace", "the machine comes later", house.app().tools)
    assert "| waiver | phases/3 | Ada Lovelace | the machine comes later | [" in house.read(LOG)


def test_what_a_person_adopted_or_discarded_is_in_the_log(house: House) -> None:
    done(house)
    house.write("src/adding.py", house.read("src/adding.py") + "# mine\n")
    adopted = house.run(script=turns(written()), adopt=("src/adding.py",))
    assert adopted.status == "done", adopted.findings
    house.write("tests/test_adding.py", house.read("tests/test_adding.py") + "# mine\n")
    discarded = house.run(script=turns(written()), adopt=("src/adding.py",), discard=("tests/test_adding.py",))
    assert discarded.status == "done", discarded.findings
    rows = [row.split(" | ")[1:] for row in house.read(LOG).split("\n")[4:-2]]
    assert [
        (kind, path, who, record.count(run.id))
        for (kind, path, who, _, record), run in zip(rows, (discarded, discarded, adopted), strict=True)
    ] == [
        ("adopted", "src/adding.py", "A Tester", 2),
        ("discarded", "tests/test_adding.py", "A Tester", 2),
        ("adopted", "src/adding.py", "A Tester", 2),
    ]


def test_a_wish_that_was_not_heeded_is_no_decision(house: House) -> None:
    done(house)
    house.write("src/adding.py", house.read("src/adding.py") + "# mine\n")
    failed = house.run(script=turns(written(WRONG)), discard=("src/adding.py",), attempts=1)
    assert failed.status == "failed" and "Nobody has decided anything yet." in house.read(LOG)


# --- the next module ---------------------------------------------------------------------------------------


def guide(*modules: ModuleStatus, closed: tuple[str, ...] = (), closures: tuple[str, ...] = ()) -> str:
    return "\n".join(guide_page(modules, closed, closures))


def test_the_next_module_is_the_first_in_order_that_is_not_done() -> None:
    text = guide(module("a", True), module("b", True, False), module("c", False), closed=("a",))
    assert "## Next Module: b\n" in text and "1 of 2 task(s) done" in text
    assert (
        "`agentic lint tasks/b/t1.md`" in text and "`agentic run tasks/b/t1.md`" in text and "tasks/b/t0.md" not in text
    )
    assert "`agentic close b`" in text and "`agentic close a`" not in text


def test_what_is_done_and_not_closed_is_closed_first() -> None:
    text = guide(module("a", True), module("b"))
    assert "1. `agentic close a`: its tasks are done, and nobody has closed it\n2. `agentic task new b/FEATURE`" in text


def test_a_module_without_a_task_begins_with_one() -> None:
    text = guide(module("b"))
    assert "no task yet" in text and "`agentic prompt tasks/b/FEATURE.md`" in text


def test_when_every_module_is_done_the_way_leads_on() -> None:
    text = guide(module("a", True), closed=("a",))
    assert "## Next Module: none\n" in text and "1. `agentic phase show 5`" in text


def test_what_the_last_module_taught_is_linked() -> None:
    modules = (module("a", True), module("b", True), module("c", False))
    assert "- [Closure of b](closure_b.md)" in guide(*modules, closures=("a", "b"))
    assert "- [Closure of a](closure_a.md)" in guide(*modules, closures=("a",))
    assert "Nothing is written down yet" in guide(*modules)


def test_a_module_with_a_hundred_tasks_is_not_a_page_of_a_hundred_lines() -> None:
    text = guide(module("a", *[False] * 100))
    assert "the other 80 in the same way: `agentic task list`" in text and text.count("\n") < 40


def test_the_order_is_that_of_the_structure_and_what_is_hand_written_is_not_built(house: House) -> None:
    house.write(STRUCTURE, structure(("later", "demo, common"), ("demo", "common"), ("common", "")))
    house.write("src/common/x.py", "")
    house.write("agent-prompts/tasks/extra/x.md", spec(deliverables=["src/x.py"], checks=["python"], criteria=()))
    done(house)
    assert house.app().structure.to_build() == ("demo", "later")
    order = house.read(GUIDE).split("## Building Order:\n")[1].split("\n")
    assert order[:3] == [
        "1. demo: COMPLETE, 1 of 1 task(s) done",
        "2. later: NOT_STARTED, no task yet",
        "3. extra: NOT_STARTED, 0 of 1 task(s) done",
    ]
    assert "## Next Module: later\n" in house.read(GUIDE)


@pytest.mark.parametrize("content", [b"modules: [", b"\xff\xfe", b"", b"modules:\n  - name: a\n    files: [src/a]\n"])
def test_a_structure_that_is_wrong_does_not_stop_a_run(house: House, content: bytes) -> None:
    house.write(STRUCTURE, content)
    assert house.run(script=turns(written())).status == "done"
    assert "## Next Module:" in house.read(GUIDE)


def test_the_status_of_the_project_says_where_it_stands_what_was_learned(house: House) -> None:
    assert "- [Closure of a](closure_a.md)" in list(project_page([module("a", True)], ["a"]))
    house.write(f"{FOLDER}/closure_demo.md", "# Closure of demo\n")
    done(house)
    assert "## Learnings:\n- [Closure of demo](closure_demo.md)\n" in house.read(f"{FOLDER}/project_status.md")
