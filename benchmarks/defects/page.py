"""Outcomes -> docs/reference/defects.md, and the words on the screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from defects.catalogue import Class
from defects.judge import Ground, Outcome

HEAD = """<!-- made by benchmarks/defects.py: change a class or a rule, then make it anew -->

# What the linter finds

`python benchmarks/defects.py` makes clean projects of different styles, plants defects into fresh copies of them, and
runs `agentic lint` over each. A planting counts as caught only if there is a finding (error or warning) that was not
there before, in one of the files concerned, that calls the defect by its name. The classes were written without
looking at the rules. A class is one file in `benchmarks/defects/classes/`, a clean project one in
`benchmarks/defects/clean/`; nothing else has to be told about a new one.
"""
FIELD = """## Others

The figures of other tools are from another measurement: 24 classes of defects, measured in November 2026 on 24 classes,
each tool with specs of its own format. They are not the classes above, and say how the field stands, not who wins here.

| tool | classes caught of 24 |
|---|---|
| spec-kitty | 10 |
| OpenSpec `--strict` | 7 |
| dbt-spec-kit | 5 |
| task-master | 1 |
| spec-kit | 0 |

Ten of the 24 were caught by none of them.
"""


def page(grounds: Sequence[Ground], outcomes: Sequence[Outcome], controls: Sequence[Outcome]) -> str:
    """The whole page."""
    return "\n".join(
        [
            HEAD,
            *totals(grounds, outcomes, controls),
            *classes(outcomes),
            *missed(outcomes),
            *clean(grounds, controls),
            FIELD,
        ]
    )


def by_class(outcomes: Iterable[Outcome]) -> list[tuple[Class, list[Outcome]]]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        found[one.kind.number].append(one)
    return [(many[0].kind, many) for many in found.values()]


def totals(grounds: Sequence[Ground], outcomes: Sequence[Outcome], controls: Sequence[Outcome]) -> Iterator[str]:
    """One line for those in a hurry."""
    found = by_class(outcomes)
    whole = sum(all(one.caught for one in many) for _, many in found)
    some = sum(any(one.caught for one in many) for _, many in found)
    variants = {(one.kind.number, one.variant) for one in outcomes}
    lost = {(one.kind.number, one.variant) for one in outcomes if not one.caught}
    alarms = sum(len(ground.before) for ground in grounds) + sum(len(one.new) for one in controls)
    yield (
        f"**{whole} of {len(found)} classes caught in every variant and project, {some} in at least one; "
        f"{len(variants) - len(lost)} of {len(variants)} variants; {sum(bool(one.caught) for one in outcomes)} of "
        f"{len(outcomes)} plantings; {alarms} false alarms on {len(grounds)} clean projects and {len(controls)} harmless changes.**\n"
    )


def classes(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A row for each class."""
    yield "## By class\n"
    yield "A variant is caught if it is caught in every project that it was planted into.\n"
    yield "| class | what it is | variants | plantings | for example |\n|---|---|---|---|---|"
    for kind, many in by_class(outcomes):
        names = list(dict.fromkeys(one.variant for one in many))
        held = sum(all(one.caught for one in many if one.variant == name) for name in names)
        caught = [one for one in many if one.caught]
        told = f"`{caught[0].caught.code}` {plain(caught[0].caught.message)}" if caught and caught[0].caught else "-"
        yield f"| {kind.name} | {kind.says} | {held} of {len(names)} | {len(caught)} of {len(many)} | {told} |"
    yield ""


def missed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What is not found, so that nobody relies on it."""
    lost: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in outcomes:
        if not one.caught:
            lost[one.kind.name, one.variant].append(one.project)
    yield "## Not found\n"
    yield (
        "\n".join(f"- {kind}, {variant}: in {', '.join(names)}" for (kind, variant), names in lost.items())
        or "Nothing of the above.\n"
    )
    yield ""


def clean(grounds: Sequence[Ground], controls: Sequence[Outcome]) -> Iterator[str]:
    """What must not be found."""
    yield "## Clean projects\n"
    yield "| project | style | tasks | requirements | false alarms |\n|---|---|---|---|---|"
    for ground in grounds:
        facts = ground.facts
        yield f"| {ground.clean.name} | {ground.clean.says.rstrip('.')} | {len(facts.tasks)} | {len(facts.requirements)} | {len(ground.before)} |"
    names = sorted({(one.kind.number, one.variant) for one in controls})
    yield f"\nHarmless changes that look like a defect: {len(names)}, planted {len(controls)} times; false alarms: {sum(len(one.new) for one in controls)}.\n"


def plain(message: str, most: int = 150) -> str:
    """Fits into a cell; paths of the example are not links, and its words no commands."""
    message = " ".join(message.split()).replace("|", "\\|").replace("`", "'").replace("<", "&lt;").replace("[", "\\[")
    return message if len(message) <= most else f"{message[: most - 1]}…"


def problems(grounds: Sequence[Ground], outcomes: Sequence[Outcome], controls: Sequence[Outcome]) -> Iterator[str]:
    """For the screen: false alarms and misses, with what was said instead."""
    for ground in grounds:
        yield from (f"FALSE ALARM  {ground.clean.name}: {said}" for said in ground.before)
    for one in controls:
        yield from (
            f"FALSE ALARM  {one.kind.number} {one.kind.name} / {one.variant} / {one.project}: {said}"
            for said in one.new
        )
        if one.failure:
            yield f"FAILURE      {one.kind.number} {one.kind.name} / {one.variant} / {one.project}: {one.failure}"
    for one in outcomes:
        if one.failure:
            yield f"FAILURE      {one.kind.number} {one.kind.name} / {one.variant} / {one.project}: {one.failure}"
        elif not one.caught:
            yield f"MISSED       {one.kind.number} {one.kind.name} / {one.variant} / {one.project} ({', '.join(one.concerned)})"
            yield from (f"             said instead: {said}" for said in one.new[:4])
