"""The code -> docs/reference/: commands, errors, settings, task specs, JSON and prompts, so that no page can be wrong.

    .venv/bin/python docs/make_reference.py

writes the pages; tests/docs/test_docs.py holds them to what this makes now. Nothing in them depends on the machine, the
day or the width of a terminal.
"""

from __future__ import annotations

import ast
import copy
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
    1: "it ran, and the answer is no: a check failed, the archive does not verify",
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


# --- settings -----------------------------------------------------------------------------------------------


def settings() -> Iterator[str]:
    """Both files."""
    from agentic.settings import Policy, Settings
    from agentic.settings.about import abouts
    from agentic.settings.load import FILES, PREFIX, leaves

    yield "# Settings"
    yield ""
    yield "`agentic config show` lists every setting with its value and where it came from. An unknown key is refused."
    for kind in (Settings, Policy):
        about = abouts(kind)
        yield ""
        yield f"## {FILES[kind]}"
        yield ""
        if kind is Settings:
            yield f"Default < file < environment < flag. A variable is the key in capitals behind `{PREFIX}`:"
            yield f"`limits.attempts` is `{PREFIX}LIMITS_ATTEMPTS`."
        else:
            yield "Default < file. No variable and no flag overrides it: it is there to bind whoever runs this."
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


def fenced(text: str) -> Iterator[str]:
    """Text as it is."""
    yield "```text"
    yield text.rstrip()
    yield "```"


if __name__ == "__main__":
    sys.exit(main())
