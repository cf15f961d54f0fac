"""The framework changes by proposal: drafted through the corridor, shown as a difference, put in force by a named person."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from agentic.app import App
from agentic.errors import NoSuchDocument, PersonNeeded, UsageError
from asked import asked
from claude_server import Many, Uses, Writes
from house import House
from house.house import answered

PATTERNS = "agent-prompts/standards/development_patterns.md"
PROPOSED = "agent-prompts/meta/proposed/standards/development_patterns.md"
CHANGELOG = "agent-prompts/meta/framework_changelog.md"
WISH = "Say that a job logs how many rows it read, since 3 loads of May could not be counted afterwards."
LINE = "- A job logs how many rows it read: 3 loads of May could not be counted afterwards.\n"


@pytest.fixture
def shop(tmp_path: Path) -> House:
    """A fresh project."""
    App(tmp_path).framework.init(tmp_path / "shop", "shop")
    return House(tmp_path / "shop")


def changed(text: str, line: str = LINE) -> str:
    """With one line more below the first section."""
    head, section, rest = text.partition("\n## ")
    title, _, body = rest.partition("\n\n")
    assert section
    return f"{head}{section}{title}\n\n{line}{body}"


def proposed(house: House, text: str, path: str = PATTERNS, wish: str = WISH, **beside: str):
    """`agentic framework propose PATH --wish WISH`."""
    app = house.app()
    task = app.framework.propose(path, wish)
    others = [Uses("write_file", {"path": name, "content": words}) for name, words in beside.items()]
    with answered(lambda body: Many([*others, Writes({task.deliverables[0]: text}, finish="proposed")])) as server:
        (execution,) = app.corridor.carry((task,), provider="anthropic")
        execution_prompt = str(server.requests[0].body) if server.requests else ""
    return execution, execution_prompt


def accept(house: House, *words: str) -> Any:
    return asked(house.root, "framework", "accept", PATTERNS, *words)


def test_a_proposal_goes_through_the_corridor_and_changes_nothing_in_force(shop: House) -> None:
    before = shop.tree()
    execution, prompt = proposed(shop, changed(shop.read(PATTERNS)))
    assert execution.status == "done", execution.findings
    assert (f"document: {PROPOSED}", "passed") in {(one.source, one.status) for one in execution.verdicts}
    assert WISH in prompt
    assert shop.tree() == before | {PROPOSED: shop.read(PROPOSED).encode()}
    assert execution.id in asked(shop.root, "audit", "list").out
    assert asked(shop.root, "lint").exit == 0, "a proposal is no spec"


def test_a_proposal_is_shown_as_a_difference(shop: House) -> None:
    assert asked(shop.root, "framework", "diff").out.strip() == "nothing is proposed"
    proposed(shop, changed(shop.read(PATTERNS)))
    for words in ((), (PATTERNS,), ("standards/development_patterns.md",)):
        said = asked(shop.root, "framework", "diff", *words)
        assert said.exit == 0, said.err
        assert f"--- a/{PATTERNS}\n+++ b/{PATTERNS}" in said.out
        assert f"+{LINE.strip()}" in said.out
        assert "\n-" not in said.out.partition("@@")[2]
    (one,) = asked(shop.root, "framework", "diff", "--json").json["proposals"]
    assert (one["path"], one["proposed"]) == (PATTERNS, PROPOSED)


def test_a_person_accepts_with_a_reason_and_the_changelog_tells_it_between_its_markers(shop: House) -> None:
    proposed(shop, changed(shop.read(PATTERNS)))
    mine = shop.read(CHANGELOG).replace("<!-- agentic: generated", "My own words.\r\n\r\n<!-- agentic: generated")
    shop.write(CHANGELOG, mine + "\nMy words below.\n")
    wanted = shop.read(PROPOSED)
    said = accept(shop, "--by", "Ines\nRuiz", "--why", "three loads\n- could not be counted")
    assert said.exit == 0, said.err
    assert shop.read(PATTERNS) == wanted
    assert not shop.exists(PROPOSED)
    log = (shop.root / CHANGELOG).read_bytes().decode()
    entry = re.search(
        rf"^- (\S+): {PATTERNS} \(\+1 -0\), accepted by Ines Ruiz: three loads - could not be counted$", log, re.M
    )
    assert entry, log[-600:]
    assert log == (mine + "\nMy words below.\n").replace("<!-- agentic: end -->", f"{entry[0]}\n<!-- agentic: end -->")
    (decision,) = shop.app().archive.decisions()
    assert (decision.kind, decision.about, decision.who) == ("framework", PATTERNS, "Ines Ruiz")
    assert list(decision.files) == [PATTERNS]
    assert asked(shop.root, "audit", "verify").exit == 0
    assert asked(shop.root, "framework", "diff").out.strip() == "nothing is proposed"


@pytest.mark.parametrize("words", [(), ("--by", "Ines Ruiz"), ("--why", "three loads could not be counted"), ("--by", " ", "--why", "two words"), ("--by", "Ines Ruiz", "--why", "yes")])  # fmt: skip
def test_without_a_person_or_a_reason_nothing_is_accepted(shop: House, words: tuple[str, ...]) -> None:
    proposed(shop, changed(shop.read(PATTERNS)))
    before = shop.tree()
    said = accept(shop, *words)
    assert (said.exit, said.errors) == (2, [PersonNeeded.code])
    assert shop.tree() == before
    assert not shop.app().archive.decisions()


def test_what_would_change_nothing_is_not_accepted(shop: House) -> None:
    shop.write(PROPOSED, shop.read(PATTERNS))
    with pytest.raises(UsageError, match="nothing would change"):
        shop.app().framework.accept(PATTERNS, "Ines Ruiz", "just because of it")
    assert not shop.app().archive.decisions()


def test_where_nothing_is_proposed_nothing_is_accepted(shop: House) -> None:
    said = accept(shop, "--by", "Ines Ruiz", "--why", "three loads could not be counted")
    assert (said.exit, said.errors) == (2, [NoSuchDocument.code])
    assert PROPOSED in said.line("fix")


def test_a_changelog_that_cannot_be_read_stops_it_before_anything_is_decided(shop: House) -> None:
    proposed(shop, changed(shop.read(PATTERNS)))
    shop.write(CHANGELOG, b"\xff\xfe")
    said = accept(shop, "--by", "Ines Ruiz", "--why", "three loads could not be counted")
    assert (said.exit, said.errors) == (2, ["AGT107"])
    assert shop.exists(PROPOSED)
    assert not shop.app().archive.decisions()


def test_the_changelog_itself_and_a_new_file_can_be_proposed(shop: House) -> None:
    for path in (CHANGELOG, "agent-prompts/standards/naming.md"):
        old = shop.read(path) if shop.exists(path) else ""
        text = changed(old, "A line.\n") if old else "# Naming\n\n## Tables\n\nSmall letters.\n"
        execution, _ = proposed(shop, text, path, "Write it down.")
        assert execution.status == "done", execution.findings
        assert asked(shop.root, "framework", "accept", path, "--by", "Ines Ruiz", "--why", "it is agreed").exit == 0
        assert "Ines Ruiz" in shop.read(CHANGELOG)
        assert ("A line." if old else "Small letters.") in shop.read(path)


OUTSIDE = (
    "src/shop/x.py",
    "configs/policy.yaml",
    "agent-prompts/requirements/business_requirements.md",
    "agent-prompts/tasks/shop/x.md",
    "agent-prompts/progress/decisions_log.md",
    "agent-prompts/meta/../../src/shop/x.py",
    "agent-prompts/meta/../requirements/business_requirements.md",
    "agent-prompts/standards/../../../escaped.md",
    "/etc/passwd",
    "agent-prompts/meta/proposed/standards/x.md",
    "agent-prompts/meta/framework.json",
    "agent-prompts/meta/",
    "agent-prompts/metadata/x.md",
    "meta/../requirements/business_requirements.md",
    "",
)


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_but_the_framework_can_be_proposed_shown_or_accepted(shop: House, path: str) -> None:
    place = shop.root / "agent-prompts/meta/proposed" / path.removeprefix("agent-prompts/").removeprefix("/")
    if not path.endswith("/") and path:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("# Planted\n")
    before = {one: one.read_bytes() for one in shop.root.parent.rglob("*") if one.is_file()}
    for words in (["propose", path, "--wish", "x y", "--dry-run"], ["diff", path], ["accept", path, "--by", "Ines Ruiz", "--why", "it is time"]):  # fmt: skip
        if words[0] == "diff" and not path:
            continue
        said = asked(shop.root, "framework", *words)
        assert (said.exit, said.errors) == (2, [NoSuchDocument.code]), (words, said.out, said.err)
    assert {one: one.read_bytes() for one in shop.root.parent.rglob("*") if one.is_file()} == before


def test_a_proposing_claude_writes_nothing_but_its_proposal(shop: House) -> None:
    before = shop.tree()
    text = changed(shop.read(PATTERNS))
    execution, _ = proposed(shop, text, **{PATTERNS: "# Mine now\n", "configs/policy.yaml": "protected: []\n", CHANGELOG: "# Accepted\n"})  # fmt: skip
    assert execution.status == "done"
    assert {one.path for one in execution.refusals} == {PATTERNS, "configs/policy.yaml", CHANGELOG}
    assert shop.tree() == before | {PROPOSED: text.encode()}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("- A job may read 500 rows.\n", "nobody said 500"),
        ("- Call `count_everything()` first.\n", "nothing is called count_everything"),
        ("- Ask ops@shop.example.\n", "nobody named ops@shop.example"),
        ("- [x] All have agreed\n", "a box is ticked"),
        ("- TBD\n", "left for later"),
        ("- <what a job logs>\n", "still to be filled in"),
        ("Q-1: is that so?\nA: yes\n", "a question is answered"),
    ],
)
def test_a_proposal_says_what_was_said(shop: House, line: str, says: str) -> None:
    execution, _ = proposed(shop, changed(shop.read(PATTERNS), line))
    assert execution.status == "failed"
    assert any(says in one.message for one in execution.findings), execution.findings
    assert not shop.exists(PROPOSED)


def test_a_proposal_that_a_person_edited_is_not_drafted_over(shop: House) -> None:
    proposed(shop, changed(shop.read(PATTERNS)))
    shop.write(PROPOSED, "# Mine\n")
    execution, prompt = proposed(shop, changed(shop.read(PATTERNS)))
    assert (execution.status, prompt) == ("refused", "")
    assert shop.read(PROPOSED) == "# Mine\n"


def test_a_closure_tells_what_is_proposed(shop: House) -> None:
    proposed(shop, changed(shop.read(PATTERNS)))
    assert [*shop.app().closing.evolution()] == [
        f"- proposed for the framework: {PATTERNS} (agentic framework diff {PATTERNS})"
    ]
