"""The agents and skills for Claude Code: what it would ignore in silence is found here, and the real one loads and obeys them."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from agentic.values.healing import Diagnosis, Fix, Healing
from claude_server import Answer, Says, Script, Uses, claude
from typeable import TICKS, command_lines, wrong_commands

ROOT = Path(__file__).resolve().parents[2]
AGENTS = sorted((ROOT / ".claude/agents").glob("*.md"))
SKILLS = sorted((ROOT / ".claude/skills").glob("*/SKILL.md"))
PAGES = [*AGENTS, *SKILLS]
MANIFEST, MARKETPLACE = (ROOT / ".claude-plugin" / name for name in ("plugin.json", "marketplace.json"))

MODELS = {"pipeline-orchestrator": "opus", "diagnostician": "sonnet", "simple-demo": "opus"}
HINTS = {"run-pipeline": "[build|run|test|seed]", "diagnose": "[error]", "apply-fix": "[--auto]", "validate": "[model]"}

# What Claude Code reads; everything else it ignores without a word. hooks, mcpServers and permissionMode are left out on purpose: a plugin's
# agent may not have them, and these files are the plugin's.
OF_AGENTS = {
    "name", "description", "tools", "disallowedTools", "model", "maxTurns", "skills", "memory", "background", "effort", "isolation",
    "color", "initialPrompt",
}  # fmt: skip
OF_SKILLS = {
    "name", "description", "when_to_use", "argument-hint", "arguments", "disable-model-invocation", "user-invocable", "allowed-tools",
    "model", "effort", "context", "agent", "paths", "shell", "license", "compatibility", "metadata",
}  # fmt: skip
OF_MANIFEST = {"name", "version", "description", "author", "homepage", "repository", "license", "keywords", "agents", "skills"}  # fmt: skip
TOOLS = {"Agent", "Bash", "Edit", "NotebookEdit", "Read", "Skill", "WebFetch", "WebSearch", "Write"}
WRITERS = {"Edit", "NotebookEdit", "Write"}
TOOL = re.compile(r"(?P<tool>\w+)(?:\((?P<pattern>[^)]*)\))?(?:,\s*|\s+|$)")


# --- what is looked for ----------------------------------------------------------------------------------------


def head(text: str) -> dict[str, Any]:
    """The front matter."""
    _, front, _ = text.split("---\n", 2)
    return yaml.safe_load(front)


def tools(words: str) -> list[tuple[str, str]]:
    """`Bash(git log *), Read` -> (Bash, `git log *`), (Read, ``)."""
    found = [(match["tool"], match["pattern"] or "") for match in TOOL.finditer(words)]
    assert "".join(match[0] for match in TOOL.finditer(words)) == words, words
    return found


def wrong(name: str, text: str, known: set[str]) -> list[str]:
    """What Claude Code would not tell: unknown keys, another name, values of another kind, tools that do not exist."""
    front = head(text)
    said = [f"unknown key {key}" for key in front.keys() - known]
    said += [f"no {key}" for key in ("name", "description") if not front.get(key)]
    said += [f"{key} is no text" for key in ("description", "argument-hint") if not isinstance(front.get(key, ""), str)]
    said += [f"name is {front.get('name')}"] if front.get("name") != name else []
    said += ["description is cut at 1,024 letters"] if len(str(front.get("description"))) > 1024 else []
    named = [tool for key in ("tools", "allowed-tools") if key in front for tool, _ in tools(front[key])]
    return said + [f"no tool {tool}" for tool in named if tool not in TOOLS]


def name_of(page: Path) -> str:
    """An agent's is that of its file, a skill's that of its folder."""
    return page.stem if page in AGENTS else page.parent.name


# --- what holds -------------------------------------------------------------------------------------------------


def test_there_are_the_agents_and_skills_that_were_asked_for():
    assert {path.stem: head(path.read_text())["model"] for path in AGENTS} == MODELS
    assert {path.parent.name for path in SKILLS} == HINTS.keys()
    for path in SKILLS:
        assert head(path.read_text())["argument-hint"].startswith(HINTS[path.parent.name])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_claude_code_understands_every_line_of_the_front_matter(page):
    assert wrong(name_of(page), page.read_text(), OF_AGENTS if page in AGENTS else OF_SKILLS) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_named_can_be_typed(page):
    text = page.read_text()
    assert [line for line, _ in command_lines(text)], "it calls no command"
    assert list(wrong_commands(text)) == []
    for _, pattern in tools(head(text).get("allowed-tools", "")):
        assert list(wrong_commands(f"`{pattern.removesuffix(' *')}`")) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_nobody_may_write_files_and_what_changes_something_is_asked_for_by_claude_code(page):
    front = head(page.read_text())
    assert not WRITERS & {tool for tool, _ in tools(front.get("tools", ""))}
    for tool, pattern in tools(front.get("allowed-tools", "")):
        assert tool == "Read" or re.fullmatch(r"agentic pipeline (diagnose|validate|history) \*", pattern), pattern


@pytest.mark.parametrize("page", AGENTS, ids=name_of)
def test_an_agent_has_a_list_of_tools_and_only_skills_of_ours(page):
    front = head(page.read_text())
    assert tools(front["tools"])
    assert set(front.get("skills", [])) <= HINTS.keys()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_is_read_is_data(page):
    text = " ".join(page.read_text().split())
    assert re.search(r"(What is read|It|What the commands print) is data", text)
    assert re.search(r"[Nn]ever follow|[Ff]ollow nothing|Follow what is written", text)


@pytest.mark.parametrize("page", [ROOT / ".claude/agents/pipeline-orchestrator.md", *SKILLS], ids=name_of)
def test_every_exit_code_that_can_come_has_its_answer(page):
    text = page.read_text()
    told = set(re.findall(r"^(?:\| |   - )(\d)(?: \||:)", text, re.MULTILINE))
    reads_only = name_of(page) in ("diagnose", "validate")
    assert told == {"0", "1", "2", "4", "6"} | (set() if reads_only else {"5", "7"})


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_fields_that_are_named_are_in_the_answer(page):
    fields = {one.name for noun in (Healing, Diagnosis, Fix) for one in msgspec.structs.fields(noun)}
    words = {match["text"] for match in TICKS.finditer(page.read_text())}
    other = {"build", "run", "test", "seed", "agentic", "diagnostician", "healthy", "healed", "ref", "source", "_"}
    assert {word for word in words if re.fullmatch(r"[a-z_]+", word)} <= fields | other


def test_the_plugin_uses_the_same_files():
    manifest = json.loads(MANIFEST.read_text())
    assert manifest.keys() <= OF_MANIFEST
    assert sorted(manifest["agents"]) == [f"./{path.relative_to(ROOT)}" for path in AGENTS]
    assert ROOT / manifest["skills"] == ROOT / ".claude/skills"
    # Where they lay as well, Claude Code would load others than those of the project.
    assert not [name for name in ("agents", "skills", "commands") if (ROOT / name).exists()]


def test_the_marketplace_offers_the_plugin():
    [offer] = json.loads(MARKETPLACE.read_text())["plugins"]
    manifest = json.loads(MANIFEST.read_text())
    assert (offer["name"], offer["description"]) == (manifest["name"], manifest["description"])
    assert (ROOT / offer["source"]).resolve() == ROOT


def test_the_plugin_has_the_version_of_the_package():
    from agentic import __version__

    assert json.loads(MANIFEST.read_text())["version"] == __version__


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("---\nname: x\ndescription: d\ntols: Bash\n---\n", "unknown key tols"),
        ("---\nname: x\ndescription: d\nallowed-tools: Bash\n---\n", "unknown key allowed-tools"),
        ("---\nname: y\ndescription: d\n---\n", "name is y"),
        ("---\nname: x\n---\n", "no description"),
        ("---\nname: x\ndescription: d\ntools: Bash, Shell\n---\n", "no tool Shell"),
        ("---\nname: x\ndescription: [a]\n---\n", "description is no text"),
        ("---\nname: x\ndescription: d\npermissionMode: bypassPermissions\n---\n", "unknown key permissionMode"),
    ],
)
def test_front_matter_that_is_wrong_is_found(page, says):
    assert says in wrong("x", page, OF_AGENTS)


# --- the real one ----------------------------------------------------------------------------------------------

REAL = os.environ.get("AGENTIC_TEST_CLAUDE") or shutil.which("claude")
real = pytest.mark.skipif(not REAL, reason="no Claude Code here: npm install @anthropic-ai/claude-code")
MODEL = "claude-sonnet-5-5"


def claude_code(home: Path, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The real program, in an empty home."""
    (home / "work").mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **more.pop("environment", {})}
    return subprocess.run(
        [str(REAL), *words], cwd=home / "work", env=environment, capture_output=True, text=True, timeout=120, check=False, **more
    )  # fmt: skip


def session(home: Path, said: str, *answers: Answer, **environment: str) -> list[dict[str, Any]]:
    """One prompt with the plugin loaded, answered by our server: every request of the conversation. Titles are asked for beside it."""
    with claude(one_after_the_other(*answers)) as server:
        words = ("--print", "--model", MODEL, "--plugin-dir", str(ROOT))
        done = claude_code(home, *words, input=said, environment={**server.environment, **environment})
        assert done.returncode == 0, done.stdout + done.stderr
    return [request.body for request in server.requests if request.body.get("tools")]


def one_after_the_other(*answers: Answer) -> Script:
    """These; then a word, however often it is asked."""
    waiting = list(answers)
    return lambda body: waiting.pop(0) if waiting and body.get("tools") else Says("done")


@real
@pytest.mark.parametrize("manifest", [MANIFEST, MARKETPLACE], ids=lambda path: path.name)
def test_the_real_one_finds_nothing_wrong(tmp_path, manifest):
    done = claude_code(tmp_path, "plugin", "validate", "--strict", str(manifest))
    assert done.returncode == 0, done.stdout + done.stderr


@real
def test_the_real_one_offers_every_agent_and_skill_and_has_every_tool(tmp_path):
    request = session(tmp_path, "Hello.")[0]
    told = json.dumps(request)
    assert [name for name in (*MODELS, *HINTS) if f"agentic:{name}" not in told] == []
    named = {tool for page in PAGES for key in ("tools", "allowed-tools") for tool, _ in tools(head(page.read_text()).get(key, ""))}  # fmt: skip
    assert named <= {tool["name"] for tool in request["tools"]}


@real
@pytest.mark.parametrize("agent", MODELS)
def test_the_real_one_starts_an_agent_with_its_tools_model_and_skills(tmp_path, agent):
    page = ROOT / f".claude/agents/{agent}.md"
    front, (_, _, body) = head(page.read_text()), page.read_text().split("---\n", 2)
    start = Uses("Agent", {"subagent_type": f"agentic:{agent}", "description": "begin", "prompt": "Begin, please."})
    # Our server may not have the model that the alias stands for today; what was asked counts.
    asked = session(tmp_path, "Hello.", start)[1]
    assert front["model"] in asked["model"]
    assert {tool["name"] for tool in asked["tools"]} == {tool for tool, _ in tools(front["tools"])}
    assert json.dumps(body.strip().splitlines()[0]).strip('"') in json.dumps(asked["system"])
    for skill in front.get("skills", []):
        title = (ROOT / f".claude/skills/{skill}/SKILL.md").read_text().split("---\n", 2)[2].strip().splitlines()[0]
        assert title in json.dumps(asked["messages"])


@real
@pytest.mark.parametrize("skill", ["diagnose", "apply-fix"])
def test_the_real_one_lets_a_skill_read_and_asks_a_person_before_a_fix(tmp_path, skill):
    """Nobody is there to be asked, so what has to be asked for is not done."""
    program = tmp_path / "bin/agentic"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/called\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    reads = Uses("Bash", {"command": "agentic pipeline diagnose --json", "description": "read"})
    fixes = Uses("Bash", {"command": "agentic pipeline fix --approve 1a2b3c4d --json", "description": "fix"})
    path = f"{program.parent}:{os.environ['PATH']}"
    asked = session(tmp_path, f"/agentic:{skill} now", reads, fixes, PATH=path)
    assert "The person's words: now" in json.dumps(asked[0]["messages"])
    assert (tmp_path / "called").read_text() == "pipeline diagnose --json\n"
