"""The command line: parse, call, show. Commands are imported when they are called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from agentic import __version__
from agentic.cli.options import Common, common_options

COMMANDS = {
    "init": ("init", "A project in the layout of the seven phases, ready to work in."),
    "phase": ("phase", "The seven phases: what each asks for, what is there, and drafts of what is not."),
    "run": ("run", "Carry tasks from spec to landed files."),
    "resume": ("run", "Go on with a run that was cut off."),
    "replay": ("run", "Run an archived execution again, offline."),
    "undo": ("run", "Take back what an execution landed."),
    "prompt": ("prompt", "Show what would be sent, with tokens and cost."),
    "task": ("task", "Begin, list and show task specs."),
    "lint": ("lint", "Judge every spec under agent-prompts/, and the graph between them."),
    "structure": ("structure", "Hold design/module_structure.yaml against the code."),
    "plan": ("plan", "Plans: proposed, approved by a named person, implemented."),
    "status": ("status", "Where every module stands, by evidence."),
    "review": ("review", "Let Claude review code against the standards of the project."),
    "generate": ("review", "Let Claude write tests or documentation for code that stands."),
    "close": ("close", "Close a module: evidence, checks run again, coverage, documents, a signature."),
    "framework": ("framework", "How governance, standards and templates change: proposed, shown, accepted."),
    "trace": ("trace", "From requirement to evidence: task, deliverable, check, commit, data."),
    "drift": ("drift", "What has parted since it was proven: wording, files, data contract, closed modules."),
    "metrics": ("metrics", "How well it goes: first pass, adherence, coverage, time, tokens, money."),
    "lake": ("lake", "Look at the lake's tables, compare them over time, and take a bad load back."),
    "ingest": ("ingest", "Load the sources of configs/sources.yml into raw tables."),
    "quality": ("quality", "Hold data against its expectations, and look how that went over time."),
    "store": ("store", "Move files to an object store and back: S3 and Azure Blob, compared by digest."),
    "profile": (
        "profile",
        "Measure a source: columns, keys, what points where, what is odd, and the rules that follow.",
    ),
    "pipeline": (
        "pipeline",
        "Run dbt pipelines, and heal them: diagnosed, proposed, judged, applied with a backup, verified on the data.",
    ),
    "audit": ("audit", "List, show, verify and seal archived executions, and ask of them."),
    "doctor": ("doctor", "What is installed, reachable, allowed; how to mend what is not."),
    "config": ("config", "Every setting, and where its value came from."),
    "explain": ("explain", "What a code means, of an error or of a rule of lint, and what to do."),
    "selftest": ("selftest", "Plant every known defect, and prove that its rule still bites."),
    "schema": ("schema", "The JSON Schema of what --json prints."),
    "completion": ("completion", "A completion script for your shell."),
}
"""name -> (module of this package, what it does). A test holds the words to the commands' own."""


class Lazy(click.Group):
    """A group that imports a command when it is called, so that --help and --version stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(importlib.import_module(f"agentic.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table above: no command is imported for a line of help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown command names the one that was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(f"no command {args[0]}.{f' Did you mean {near[0]}?' if near else ''}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="agentic", message="%(prog)s %(version)s")
@common_options
def cli(common: Common) -> None:
    """Write specs, get validated data pipelines.

    Begin with `agentic doctor`, then `agentic run tasks/ingestion/s3.md`.
    """


def roof(arguments: list[str]) -> int:
    """Everything that can end a call, as an exit code. Errors are shown here and nowhere else."""
    from agentic.errors import AgenticError, Interrupted, UsageError

    json = "--json" in arguments
    try:
        result = cli.main(arguments, prog_name="agentic", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        # Foreign errors become ours at this edge, with a hint where click has one.
        context = getattr(error, "ctx", None)
        hint = f"{context.command_path} --help tells more." if context else ""
        return show(UsageError(error.format_message(), hint=hint), json)
    except AgenticError as error:
        return show(error, json)
    except (KeyboardInterrupt, click.Abort):
        show(Interrupted("interrupted"), json)
        # A thread may still wait for an answer. Every journal is on disk, so nothing is lost by not waiting with it.
        sys.stdout.flush()
        os._exit(130)
    except BrokenPipeError:
        # Whoever read our output has left; that is their right, and Python shall not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 (a traceback is a bug; it is still one when nobody sees it)
        return show(bug(error), json)


def show(error: BaseException, json: bool) -> int:
    """Show one error; its exit status."""
    from agentic.cli.output import show_error

    return show_error(error, json=json)


def bug(error: Exception) -> BaseException:
    """What should not have happened, with the traceback in a file for whoever mends it."""
    import tempfile
    import traceback

    from agentic.cli.output import redactor
    from agentic.errors import AgenticError

    with tempfile.NamedTemporaryFile("w", prefix="agentic-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(redactor()("".join(traceback.format_exception(error))))
    return AgenticError(
        f"a bug in agentic: {type(error).__name__}: {error}", hint=f"please report it with {file.name}."
    )
