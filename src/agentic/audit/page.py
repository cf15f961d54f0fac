"""The archive as one HTML file: no network, search, pictures; readable without its script, on paper, and with 10,000 executions."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from agentic.audit import pictures
from agentic.audit.approvals import Approval
from agentic.audit.choose import Cited
from agentic.audit.refusals import Refused
from agentic.audit.spending import Spent, cost_of, usage_of
from agentic.audit.stats import FINISHED, Stats, row
from agentic.text import pages
from agentic.text.spell import clock
from agentic.values import Execution
from agentic.values.figures import Share

TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
)
"""Nothing is loaded from anywhere; nothing runs but the script of this very page."""
MARK = "POLICY OF THIS PAGE"
TONES = {"done": "good", "staged": "good", "undone": "", "failed": "bad", "refused": "bad"}
"""Everything else is a warning."""


@cache
def environment() -> Any:
    """The templates of this room."""
    made = pages.environment(TEMPLATES)
    made.filters |= {"moment": moment, "tone": tone, "took": took, "short": short, "some": some}
    return made


def page(
    project: str,
    executions: Sequence[Execution],
    spent: Callable[[str], Sequence[Spent]],
    refused: Sequence[Refused],
    approvals: Sequence[Approval],
    tables: Sequence[Stats],
    cited: Cited,
    unreadable: Sequence[str] = (),
) -> str:
    """The whole page, newest execution first. `spent`: id -> its requests; `tables`: figures by whatever is of interest."""
    paid = [one for execution in executions for one in spent(execution.id)]
    told: str = environment().get_template("audit.html.j2").render(
        title=f"{project}: what was run", project=project, mark=MARK, executions=[*reversed(executions)],
        cost=lambda one: cost_of(spent(one.id)).words, brief=lambda one: pictures.summed(cost_of(spent(one.id))) or "-", usage=lambda one: usage_of(spent(one.id)),
        requests=lambda one: len(spent(one.id)), cited=cited, refused=[*reversed(refused)], refused_of=by_execution(refused),
        approvals=[*reversed(approvals)], tables=tables, figures_row=row, tiles=tiles(executions, paid, refused, approvals),
        choices=choices(executions), unreadable=unreadable, costs=pictures.costs(paid), passes=pictures.first_pass(executions),
        statuses=pictures.by_status(executions),
    )  # fmt: skip
    return sealed(told)


def sealed(told: str) -> str:
    """With a policy that names its own style and script by their digests."""
    digests = {kind: b64encode(sha256(inside(told, kind).encode()).digest()).decode() for kind in ("style", "script")}
    return told.replace(MARK, POLICY.format(**digests), 1)


def inside(told: str, kind: str) -> str:
    """What stands in the first element of a kind. Words of others are escaped, so none of theirs is one."""
    found = re.search(f"<{kind}>(.*?)</{kind}>", told, re.DOTALL)
    return found[1] if found else ""


def by_execution(refused: Sequence[Refused]) -> dict[str, list[Refused]]:
    """Execution -> what was refused in it."""
    found: dict[str, list[Refused]] = {}
    for one in refused:
        found.setdefault(one.id, []).append(one)
    return found


def tiles(
    executions: Sequence[Execution], paid: Sequence[Spent], refused: Sequence[Refused], approvals: Sequence[Approval]
) -> list[tuple[str, str, str]]:
    """(name, figure, what it is taken from): what a reader wants to know first."""
    runs = [one for one in executions if one.purpose == "run" and one.status in FINISHED]
    good = Share(sum(one.status == "done" and one.attempts == 1 for one in runs), len(runs))
    usage, cost = usage_of(paid), cost_of(paid)
    figure = (
        "unknown" if cost.unknown == cost.requests and cost.requests else f"${cost.at_least_micro_usd / 1_000_000:,.2f}"
    )
    people = {one.developer for one in executions if one.developer}
    return [
        ("Executions", f"{len(executions):,}", f"{len(people)} {'person' if len(people) == 1 else 'people'}"),
        ("First pass", "not measured" if good.percent is None else f"{good.percent} %", f"{good.part:,} of {good.of:,} finished runs"),
        ("Cost", figure, cost.words if cost.unknown else f"{cost.requests:,} requests, all of known cost"),
        ("Tokens", f"{usage.total:,}", f"{usage.prompt:,} in, {usage.output:,} out"),
        ("Refused", f"{len(refused):,}", "writes, verdicts and runs"),
        ("Allowed by people", f"{len(approvals):,}", "decisions, adoptions, suppressions"),
    ]  # fmt: skip


def choices(executions: Sequence[Execution]) -> dict[str, list[str]]:
    """What the filters offer."""
    fields = {"status": "status", "purpose": "purpose", "module": "module", "model": "model", "who": "developer"}
    return {name: sorted({str(getattr(one, field)) for one in executions} - {""}) for name, field in fields.items()}


def moment(at: str) -> str:
    """`2026-11-20 20:47`."""
    return at[:16].replace("T", " ")


def short(task: str) -> str:
    """`ingestion/s3` of `tasks/ingestion/s3.md`."""
    return task.removeprefix("tasks/").removesuffix(".md")


def some(number: int, noun: str) -> str:
    """`1 request`, `2 requests`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tone(status: str) -> str:
    """The colour of a status."""
    return TONES.get(status, "warn")


def took(one: Execution) -> str:
    """`1.2 s`."""
    total = one.milliseconds.get("total")
    return "time not measured" if total is None else clock(total)
