"""The code -> docs/reference/: commands, phases, rules, errors, settings, task specs, JSON and prompts, so that no page can be wrong.

    .venv/bin/python docs/make_reference.py

writes the pages; tests/docs/test_docs.py holds them to what this makes now. Nothing in them depends on the machine, the
day or the width of a terminal.
"""

from __future__ import annotations

import ast
import copy
import difflib
import inspect
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

FOLDER = Path(__file__).resolve().parent / "reference"
PACKAGE = FOLDER.parent.parent / "src/agentic"
MADE = "<!-- made by docs/make_reference.py from the code: change the code, then make it anew -->"
WIDTH = 110

EXITS = {
    0: "done, and every check passed",
    1: "it ran, and the answer is no: a check failed, a phase is incomplete, the archive does not verify",
    2: "wrong usage, configuration or spec",
    4: "something outside failed: provider, network, credentials, disk",
    5: "waits for a person's approval",
    6: "refused by policy",
    7: "stopped by a budget or a rate limit",
    130: "interrupted; what was done is recorded and can be resumed",
}
"""The contract of the command line. A test holds every exit status that the code knows to this table."""

KEYS = {
    "id": "A name for people and for tracing, such as `ING-S3`.",
    "module": "The module it belongs to; without it, the folder of the file.",
    "type": "`implementation`, or `integration`: another order of sections in the [prompt](prompts.md).",
    "requirements": "Ids of the requirements it serves.",
    "depends_on": "Tasks as `tasks/MODULE/FEATURE.md` that have to be done before.",
    "template": "A code template, from `agent-prompts/`. With it the task is generated without a model.",
    "parameters": "Values for the template, as its header declares them.",
    "checks": "What is run before anything lands, in this order. See [Checks](#checks).",
    "publish": "Jobs to run on the project's own lake once every check has passed.",
    "attempts": "Answers before the checks win, 1 to 20; without it, the setting `limits.attempts`.",
    "budget": "`{usd: 1.00, tokens: 200000}`, either or both; without it, `limits.usd` and `limits.tokens`.",
}
"""front-matter key -> meaning. A key that is missing here stops the making."""

SECTIONS = {
    "TASK": "What shall be made, behind the colon: `## TASK: Land the flights`.",
    "DELIVERABLES": "One list item for each file that may be written. The path comes first; words behind it are for people.",
    "SUCCESS CRITERIA": "Boxes: `- [ ] AC-1: words (check: job)`. Ticked in the archive, never in this file, when every "
    "check of that kind has passed. Without this section, boxes are read from TECHNICAL SPECIFICATIONS.",
    "CONTEXT FILES": "Files that the prompt carries: `- Schema: context/data_context.md`, from `agent-prompts/` or from the "
    "project's root.",
    "OBJECTIVE": "Why; goes into the prompt.",
    "TECHNICAL SPECIFICATIONS": "How; goes into the prompt.",
    "CONSTRAINTS & STANDARDS": "Within what bounds; goes into the prompt.",
}
"""section -> meaning, in the longer vocabulary."""
NEEDED = ("TASK", "DELIVERABLES")

OPTIONS = {
    "target": "what stands behind the colon in the short form",
    "seconds": "the longest that one command may take; without it, `checks.seconds`",
    "network": "`true`: the check may use the network (in a sandbox it otherwise has none)",
    "arguments": "a list of words for the job's command line",
    "mutate": "files that stand already, whose functions are emptied in turn to see that the tests notice",
    "table": "the table to validate; without it, the first `_` of the suite's name is read as a dot",
    "project_dir": "the dbt project; without it, `src/transformation`",
    "profiles_dir": "where `profiles.yml` is; without it, the dbt project",
    "environment": "names of variables that the check may see; one that holds a secret has to stand in `check_environment` of `configs/policy.yaml`",
}
"""option of a check -> meaning. An option that the code reads and that is missing here stops the making."""

SAMPLE = """---
checks: [python, {pytest: tests/reporting/test_delays.py}]
---
## TASK: Put a delay into a class
## DELIVERABLES:
- src/reporting/delays.py
- tests/reporting/test_delays.py
## SUCCESS CRITERIA:
- [ ] AC-1: every delay has exactly one class (check: pytest)
## CONTEXT FILES:
- Schema: context/data_context.md
## TECHNICAL SPECIFICATIONS:
A function `classify(minutes: int | None) -> str`.
## CONSTRAINTS & STANDARDS:
No dependency.
"""


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    made = {
        "commands.md": commands,
        "phases.md": phases,
        "lint.md": lint_rules,
        "errors.md": errors,
        "settings.md": settings,
        "task-spec.md": task_spec,
        "json.md": json_nouns,
        "prompts.md": prompts,
    }
    return {name: f"{MADE}\n\n" + "\n".join(lines()).rstrip() + "\n" for name, lines in made.items()}


def main() -> int:
    """Write the pages that differ."""
    for name, text in pages().items():
        path = FOLDER / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"docs/reference/{name}\n")
    return 0


# --- commands ---------------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """Every command with its help."""
    from agentic.cli import cli
    from agentic.cli.options import OPTIONS as EVERYWHERE

    common = options_of(EVERYWHERE)
    yield "# Commands"
    yield ""
    yield "Every command understands these options; they are left out below. They may stand before or behind its name."
    yield ""
    yield from fenced(help_of(only(cli, common), "agentic"))
    yield ""
    yield "A TASK is given from `agent-prompts/` (`tasks/ingestion/s3.md`), from where you stand, or as `ingestion/s3`."
    yield "An ID is the name of an archived execution (`2026-11-20_s3_v1`); `agentic audit list` shows them."
    yield ""
    yield "## Exit codes"
    yield ""
    yield from table(("code", "meaning"), [(str(code), meaning) for code, meaning in EXITS.items()])
    for name, command in every_command(cli):
        yield ""
        yield f"## agentic {name}"
        yield ""
        yield from fenced(help_of(without(command, common), f"agentic {name}"))


def every_command(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """`task`, `task new`, ...: in the order of --help."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        yield prefix + name, command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{prefix}{name} ")


def options_of(decorators: Sequence[Any]) -> frozenset[str]:
    """Names of the options that these decorators add."""

    def probe() -> None:
        """Nothing."""

    for decorate in decorators:
        decorate(probe)
    added: list[click.Parameter] = getattr(probe, "__click_params__", [])
    return frozenset(str(option.name) for option in added)


def without(command: click.Command, names: frozenset[str]) -> click.Command:
    """The same command, some options fewer."""
    changed = copy.copy(command)
    changed.params = [option for option in command.params if option.name not in names]
    return changed


def only(command: click.Command, names: frozenset[str]) -> click.Command:
    """The same command with these options alone."""
    changed = copy.copy(command)
    changed.params = [option for option in command.params if option.name in names]
    return changed


def help_of(command: click.Command, path: str) -> str:
    """Its help, always as wide."""
    context = click.Context(
        command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"]
    )
    return command.get_help(context)


# --- errors -------------------------------------------------------------------------------------------------


def errors() -> Iterator[str]:
    """Every code there is."""
    from agentic.app.linting import explanations

    yield "# Codes of errors, findings and rules"
    yield ""
    yield "`agentic explain CODE` says the same, offline. Exit codes are in [commands](commands.md#exit-codes)."
    yield "What begins with AGT0 is a rule of `agentic lint` or of `agentic phase check`."
    yield ""
    rows = [
        (one.code, one.name, one.meaning.replace("<", "&lt;"), one.fix.replace("<", "&lt;"), str(one.exit_status))
        for one in explanations().values()
    ]
    yield from table(("code", "name", "meaning", "what to do", "exit"), rows)


# --- phases -------------------------------------------------------------------------------------------------


def phases() -> Iterator[str]:
    """What `agent-prompts/meta/phases.yaml` asks for."""
    from agentic.phases import FILE, read_phases

    yield "# The seven phases"
    yield ""
    yield f"Made from `{FILE}`, the one file that commands, templates and this page read. A project may change its own copy."
    yield ""
    yield "`agentic phase list` tells how far each is, `agentic phase check 1` what is missing, `agentic phase show 1` prints what"
    yield "stands below. What makes a document count, what a gate does and what a waiver is:"
    yield "[phases and gates](../explanation/phases-and-gates.md)."
    yield ""
    yield "**Required**: without it the phase is incomplete. Any other document counts once it exists. What kind a document is of:"
    yield ""
    yield from table(("kind", "counts when", "how to begin"), PHASE_KINDS)
    for phase in read_phases((PACKAGE.parent.parent / FILE).read_text(encoding="utf-8")):
        yield ""
        yield from one_phase(phase)


PHASE_KINDS = (
    ("document", "every section of its template says something, nothing is left to be filled in, answered or ticked", "`agentic phase draft NAME`, or with `--blank` its template"),
    ("governance", "it is there and not empty: it comes with `agentic init`", "`agentic framework propose FILE --wish TEXT` drafts a change"),
    ("folder", "it holds a file, notes about itself apart", "by hand"),
    ("code", "it is there and not empty; a draft of it has to pass the check that stands with it", "`agentic phase draft NAME`"),
)  # fmt: skip


def one_phase(phase: Any) -> Iterator[str]:
    """Its gate, steps, documents and checklist."""
    yield f"## Phase {phase.number}: {phase.title}"
    yield ""
    if phase.after:
        yield f"Begins when phase {', '.join(map(str, phase.after))} is complete, or waived."
        yield ""
    for step in phase.steps:
        yield f"### {step.id} {step.title}"
        yield ""
        yield from (f"- {activity}" for activity in step.activities)
        yield ""
        if step.with_claude:
            yield f"With Claude: {step.with_claude}."
            yield ""
        yield from table(
            ("document", "required", "kind", "what it is for", "draft"), map(phase_document, step.documents)
        )
        yield ""
    yield "Checklist:"
    yield ""
    yield from (f"- {line.item}" for line in phase.checklist)
    yield ""
    yield f"Deliverables: {'; '.join(phase.deliverables)}."


def phase_document(document: Any) -> tuple[str, ...]:
    """One row. Many of these files are made by the reader, so their paths are plain text."""
    name = "tasks/MODULE/FEATURE" if document.name == "tasks" else document.name
    drafted = document.kind in ("document", "code") or document.name == "tasks"
    return (
        document.path, "yes" if document.required else "", document.kind, document.purpose,
        f"`agentic phase draft {name}`" if drafted else "",
    )  # fmt: skip


# --- rules of lint ------------------------------------------------------------------------------------------


def lint_rules() -> Iterator[str]:
    """Every rule with what it means, what to do, and the first defect that proves it."""
    from agentic.specs.rules import RULES
    from agentic.specs.selftest import known

    yield "# Rules of lint"
    yield ""
    yield "`agentic lint` judges every page under `agent-prompts/` and the graph between them; `agentic explain CODE` says what"
    yield "stands here, offline. What lint proves, and what it cannot: [specs that are checked](../explanation/specs-that-are-checked.md)."
    yield ""
    yield "The example of each rule is a defect that `agentic selftest` plants into a clean project to prove that the rule still"
    yield "bites: lines with `-` are the clean project, lines with `+` what was made of them (an arrow is a tab), and below is what"
    yield "lint says."
    yield ""
    yield "Beside these rules lint says what the reader of tasks would refuse, in the same words:"
    yield f"{', '.join(one.code for one in known() if one.code >= 'AGT100')} ([error codes](errors.md))."
    yield "AGT080 to AGT087 are said by `agentic phase check`."
    yield ""
    ordered = sorted(RULES, key=lambda rule: rule.code)
    rows = [(f"[{rule.code}](#{rule.code.lower()}-{rule.name.lower()})", rule.name, rule.severity) for rule in ordered]
    yield from table(("code", "name", "severity"), rows)
    for rule in ordered:
        yield ""
        yield from one_rule(rule)


def one_rule(rule: Any) -> Iterator[str]:
    """One rule; its example is planted, not told."""
    yield f"## {rule.code} {rule.name}"
    yield ""
    yield text_of(rule.meaning)
    yield ""
    silence = " Nothing silences it: no comment, no baseline, no setting." if rule.firm else ""
    yield f"{rule.severity.capitalize()}. What to do: {text_of(rule.fix)}{silence}"
    if shown := next(filter(None, (planted(rule, defect) for defect in rule.defects)), ""):
        yield ""
        yield from fenced(shown, "diff")


def text_of(words: str) -> str:
    """Words with angle brackets, which Markdown would take for HTML."""
    return words.replace("<", "&lt;")


MOST_LINES = 12


def planted(rule: Any, defect: Any) -> str:
    """The difference that a defect makes, and what lint says of it; empty where it is no text to be shown."""
    import tempfile

    from agentic.settings import Settings
    from agentic.specs.library import Library
    from agentic.specs.selftest import CLEAN
    from agentic.specs.selftest import planted as plant

    with tempfile.TemporaryDirectory() as folder:
        broken = plant(Path(folder) / "broken", (defect.plant,))
        lines = list(difference(CLEAN, broken))
        said = next(iter(sorted(rule.look(Library(broken, Settings().workspace.roots)), key=str)), None)
    if said is None or not 0 < len(lines) <= MOST_LINES or not all(line.isprintable() for line in lines):
        return ""
    place = f"{said.path}:{said.line}" if said.line else said.path
    return "\n".join([*lines, f"# {place}: {rule.severity}[{rule.code}] {' '.join(said.message.split())}"])


def difference(before: Path, after: Path) -> Iterator[str]:
    """Files that differ: `# path`, then lines with `-` and `+`, without those around them."""
    names = {
        path.relative_to(root).as_posix() for root in (before, after) for path in root.rglob("*") if path.is_file()
    }
    for name in sorted(name for name in names if "__pycache__" not in name):
        old, new = (contents(root / name) for root in (before, after))
        if old != new:
            yield f"# {name}"
            changed = difflib.unified_diff(old, new, lineterm="", n=0)
            yield from (line for line in changed if not line.startswith(("---", "+++", "@@")))


def contents(path: Path) -> list[str]:
    """Its lines; none where it is not there. A tab is shown as an arrow: nobody would see it."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return [line.replace("\t", "→") for line in text.splitlines()]


# --- settings -----------------------------------------------------------------------------------------------


def settings() -> Iterator[str]:
    """Each file."""
    from agentic.settings import Notifications, Policy, Settings
    from agentic.settings.about import abouts
    from agentic.settings.load import FILES, PREFIX, leaves

    yield "# Settings"
    yield ""
    yield "`agentic config show` lists every setting with its value and where it came from. An unknown key is refused."
    for kind in (Settings, Policy, Notifications):
        about = abouts(kind)
        yield ""
        yield f"## {FILES[kind]}"
        yield ""
        if kind is Settings:
            yield f"Default < file < environment < flag. A variable is the key in capitals behind `{PREFIX}`:"
            yield f"`limits.attempts` is `{PREFIX}LIMITS_ATTEMPTS`."
        elif kind is Policy:
            yield "Default < file. No variable and no flag overrides it: it is there to bind whoever runs this."
        else:
            yield "Default < file. Secrets stand in variables, which it names. [Tell people](../how-to/tell-people.md) shows one."
        yield ""
        rows = [(f"`{key}`", shown(value), about[key]) for key, value in leaves(kind())]
        yield from table(("key", "default", "what it is"), rows)


def shown(value: Any) -> str:
    """A default as YAML would say it."""
    if value is None:
        return "none"
    if value == "":
        return "empty"
    plain = list(value) if isinstance(value, tuple) else value
    return f"`{json.dumps(plain)}`"


# --- task specs ---------------------------------------------------------------------------------------------


def task_spec() -> Iterator[str]:
    """Front matter, sections, checks."""
    from agentic.checks import CHECKS
    from agentic.settings import Settings
    from agentic.specs.rules.sections import LONG, SHORT

    yield "# A task spec"
    yield ""
    yield "One Markdown file under `agent-prompts/tasks/MODULE/`. `agentic task new MODULE/FEATURE` writes a skeleton,"
    yield "`agentic lint` judges it, `agentic prompt TASK` shows what would be sent."
    yield ""
    yield "## Front matter"
    yield ""
    yield "Every key is optional; an unknown one is an error."
    yield ""
    yield from table(("key", "type", "default", "meaning"), front_matter())
    yield ""
    yield "## Sections"
    yield ""
    yield "Headings are read in capitals or not. Either vocabulary may be used, also mixed; a section may stand once."
    yield ""
    yield from table(("section", "also called", "needed", "meaning"), sections())
    yield ""
    yield "Without what is needed, a task cannot be read (AGT105). Of the rest lint asks for every section of the vocabulary that"
    yield f"the task uses ([AGT006](lint.md#agt006-incompletetask)): {', '.join(LONG)}; or {', '.join(SHORT)}."
    yield "Where nothing is to be said, write `None.` and why."
    yield ""
    yield "Deliverables lie under " + ", ".join(f"`{root}/`" for root in Settings().workspace.roots)
    yield "(setting `workspace.roots`): relative, without `..`, each named once."
    yield ""
    yield "## Checks"
    yield ""
    yield "`- python`, `- pytest: tests/x.py`, or with options `- job: {target: src/x.py, seconds: 300}`."
    yield "All checks run in a scratch tree, without credentials, in bubblewrap where the machine has it"
    yield "([the sandbox](../explanation/sandbox.md))."
    for kind, check in CHECKS.items():
        yield ""
        yield from one_check(kind, check)


def front_matter() -> Iterator[tuple[str, str, str, str]]:
    """From the struct that refuses unknown keys."""
    from agentic.specs.parse import Front

    for field in msgspec.structs.fields(Front):
        default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        kind = {str: "text", tuple: "list", dict: "map"}.get(type(default), "number")
        yield f"`{field.name}`", kind, "none" if default in ("", (), {}, None) else f"`{default}`", KEYS[field.name]


def sections() -> Iterator[tuple[str, str, str, str]]:
    """Both vocabularies."""
    from agentic.specs.parse import SAME

    for name, meaning in SECTIONS.items():
        # parse.py reads CONSTRAINTS where the longer heading is not there.
        other = [short for short, long in SAME.items() if long == name] + ["CONSTRAINTS"] * (
            name.startswith("CONSTRAINTS")
        )
        yield f"`{name}`", ", ".join(f"`{short}`" for short in other), "yes" if name in NEEDED else "", meaning


def one_check(kind: str, check: Any) -> Iterator[str]:
    """What it does, in the words of its own module, and its options, read from its code."""
    from agentic.specs.parse import NEEDS_TARGET

    module = sys.modules[type(check).__module__]
    tree = ast.parse(inspect.getsource(module))
    yield f"### {kind}"
    yield ""
    yield sentence(ast.get_docstring(tree))
    yield sentence(inspect.getdoc(type(check)))
    if check.stops:
        yield "When it fails, the checks after it are not run."
    yield ""
    yield from table(("option", "meaning"), options_read(kind, kind in NEEDS_TARGET))


def options_read(kind: str, needs_target: bool) -> Iterator[tuple[str, str]]:
    """What the reader of specs lets through for a check of this kind."""
    from agentic.specs.parse import EVERY
    from agentic.specs.parse import OPTIONS as OF_KIND

    target = OPTIONS["target"] + (" (needed)" if needs_target else "")
    yield "`target`", target if kind != "python" else "not used: every Python file that was written is looked at"
    for option in (*OF_KIND.get(kind, {}), *EVERY):
        yield f"`{option}`", OPTIONS[option]


def sentence(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((text or "").split("\n\n")[0].split())


# --- JSON ---------------------------------------------------------------------------------------------------


def json_nouns() -> Iterator[str]:
    """What --json prints."""
    from agentic.cli.nouns import NOUNS, json_schema

    schemas = {noun: json_schema(noun) for noun in NOUNS}
    parts: dict[str, Any] = {}
    for schema in schemas.values():
        parts |= schema["$defs"]
    printed = printers()
    yield "# What --json prints"
    yield ""
    yield "One object on stdout, with a `schema` key (`agentic.execution/1`). Within a major version keys are only added."
    yield "`agentic schema NOUN` prints the JSON Schema that these tables are made from."
    for noun, schema in sorted(schemas.items()):
        by = ", ".join(f"`agentic {name}`" for name in printed.get(noun, ()))
        yield ""
        yield f"## {noun}"
        yield ""
        yield f"Printed by {by or 'every command that ends with an error'}."
        yield ""
        yield from members(schema)
    yield ""
    yield "## Parts"
    for name, schema in sorted(parts.items()):
        if name.lower() in schemas:  # told above, under the same heading
            continue
        yield ""
        yield f"### {name}"
        yield ""
        yield sentence(schema.get("description"))
        yield ""
        yield from members(schema)


def printers() -> dict[str, list[str]]:
    """Noun -> commands that emit it, or whose report does."""
    from agentic.cli import COMMANDS

    found: dict[str, list[str]] = {}
    for name, (module, _) in COMMANDS.items():
        for noun in sorted({*emitted(module), *(emitted("report") if module == "run" else ())}):
            found.setdefault(noun, []).append(name)
    return found


def emitted(module: str) -> Iterator[str]:
    """Nouns that a module of cli/ hands to `emit`."""
    for node in ast.walk(ast.parse((PACKAGE / f"cli/{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "emit" and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def members(schema: Mapping[str, Any]) -> Iterator[str]:
    """Keys of an object."""
    needed = schema.get("required", [])
    rows = [
        (f"`{key}`", type_of(value), "always" if key in needed else "")
        for key, value in schema.get("properties", {}).items()
    ]
    yield from table(("key", "type", "there"), rows)


def type_of(schema: Mapping[str, Any]) -> str:
    """A JSON Schema type in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(one)}`" for one in schema["enum"])
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        return f"list of {type_of(inner)}" if inner else "list"
    return str(schema.get("type", "anything"))


# --- prompts ------------------------------------------------------------------------------------------------


def prompts() -> Iterator[str]:
    """What a model is told."""
    from agentic.prompts import render
    from agentic.providers.tools import TOOLS
    from agentic.specs import parse

    context = [("context/data_context.md", "(the file, redacted)")]
    yield "# Prompts"
    yield ""
    yield "A prompt is put together in this order: tools, rules, context files in the declared order, deliverables that"
    yield "exist already, the task. What is stable comes first, so that a provider can cache it."
    yield ""
    yield "## Tools"
    yield ""
    yield from table(
        ("tool", "what the model is told of it"), [(f"`{tool['name']}`", tool["description"]) for tool in TOOLS]
    )
    rules = render(parse(SAMPLE, "tasks/reporting/delays.md"), context, {})
    yield ""
    yield "## Rules"
    yield ""
    yield from fenced(rules.system.text)
    for kind in ("implementation", "integration"):
        task = parse(SAMPLE.replace("---\n", f"---\ntype: {kind}\n", 1), "tasks/reporting/delays.md")
        prompt = render(task, context, {})
        yield ""
        yield f"## The {kind} pattern"
        yield ""
        yield from fenced("\n".join([*(part.text for part in prompt.context), prompt.task.text]))


# --- Markdown -----------------------------------------------------------------------------------------------


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; a bar inside a cell does not end it."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def fenced(text: str, kind: str = "text") -> Iterator[str]:
    """Text as it is."""
    # A fence has to be longer than those inside.
    fence = "````" if "```" in text else "```"
    yield f"{fence}{kind}"
    yield text.rstrip()
    yield fence


if __name__ == "__main__":
    sys.exit(main())
