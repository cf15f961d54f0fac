"""Made by `agentic init`, then filled in heading by heading: what a team has after its first two weeks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from random import Random

from defects.project import PROMPTS, Facts
from defects.write import Job, Need, Part, Pen, code, dataset, long_task, put_tasks, structure, told

from agentic.app import App

TABLE = "bronze.berths"
NEEDS = (
    Need(
        "BR-1",
        "Every call is known",
        "Every call of a ship must be in the table or in quarantine within 12 hours.",
        (
            "given a day of calls, when it is loaded, then rows in table plus quarantine equal rows in the source.",
            "given a call that was cancelled, when it is loaded, then it is there as cancelled.",
        ),
        (f"{TABLE}.call_id not_null, threshold 100 %",),
    ),
    Need(
        "TR-1",
        "A second run changes nothing",
        "The job must leave the table as it is when it is run again.",
        ("given a loaded day, when the job is run again, then the snapshot is the same.",),
    ),
    Need(
        "DR-1",
        "Ships fit their berths",
        f"The length in {TABLE} must be at most 400 metres.",
        (),
        (f"{TABLE}.length_m between 1 and 400, threshold 99.5 %",),
    ),
)
COLUMNS = (
    ("call_id", "string", "no", "Number of the call, from the harbour master"),
    ("berth", "string", "no", "Where the ship lies"),
    ("arrived_at", "timestamp", "no", "UTC"),
    ("left_at", "timestamp", "yes", "UTC; empty while the ship is here"),
    ("length_m", "double", "no", "Length of the ship, in metres"),
)
JOBS = (
    Job(
        "ingestion/berths",
        "Land the calls of one day",
        ("src/ingestion/berths.py", "tests/ingestion/test_berths.py"),
        (
            ("rows in table plus quarantine equal rows in the source", "job"),
            ("a cancelled call is there as cancelled", "pytest"),
        ),
        ("Source: one JSON file a day from the harbour master.", "A load is one day; the ledger is written last."),
        serves=("BR-1", "TR-1"),
        checks=("python", "pytest: tests/ingestion/test_berths.py", "job: src/ingestion/berths.py"),
        context=(
            "Schema: context/data_context.md",
            "System: context/system_context.yaml",
            "Standards: standards/development_patterns.md",
        ),
        id="ING-BERTHS",
        done=True,
        keys={"attempts": "3", "budget": "{usd: 1.00, tokens: 200000}"},
    ),
    Job(
        "validation/berths",
        "Judge the calls",
        ("great-expectations/expectations/bronze_berths.json",),
        (("a ship of 500 metres is refused", "expectations"),),
        ("One expectation for each rule of DR-1.",),
        serves=("DR-1",),
        after=("ingestion/berths",),
        checks=("expectations: bronze_berths",),
        context=("Schema: context/data_context.md",),
        id="VAL-BERTHS",
    ),
)
PARTS = (
    Part(
        "common",
        "What every job shares: the lake, its sources, logs.",
        "shared",
        (),
        '{least: 1, most: 600, why: "comes with the framework and is used as it is"}',
    ),
    Part("ingestion", "Lands every call in its table or, with the reason, in quarantine.", "ingestion", ("common",)),
)
WORDS = {
    "Business Objectives": "The harbour master plans berths a week ahead and needs to know which ships really came, and for how long.",
    "Business Requirements": told(NEEDS, "BR"),
    "Technical Requirements": told(NEEDS, "TR"),
    "Data Requirements": told(NEEDS, "DR"),
    "Open Questions": "None.",
    "Suggested Quality Rules": "Agreed as DR-1 of the business requirements; 3 of 18,402 calls would have been refused.",
    "Dataset: <a name in small letters>": dataset(TABLE, "One row is one call. Its key is `call_id`.", COLUMNS),
    "Dataset: calls": dataset(TABLE, "One row is one call. Its key is `call_id`.", COLUMNS),
    "Out of Scope": "Cargo. It belongs to the terminals, and they do not share it.",
}
"""Where a heading wants more than a sentence."""
SENTENCES = (
    "one file a day from the harbour master",
    "the ledger tells, by day and file",
    "agreed with the pilots",
    "operations, every Monday",
    "the berth plan of the week",
    "measured over the whole of last year",
    "none that anybody knows of",
    "a killed run is simply run again",
)


def make(root: Path, dice: Random) -> Facts:
    """A harbour."""
    App(root).framework.init(root, "Berths")
    pen = Pen(root)
    # A second look at the clock would be a second look at the clock: what init wrote is of today, and so is the rest.
    today = datetime.now(UTC).date().isoformat()
    documents = [fill(root, path) for path in sorted((root / PROMPTS).rglob("*.md")) if begun(root, path)]
    for path in ((root / PROMPTS) / "context/system_context.yaml",):
        pen.put(path.relative_to(root).as_posix(), filled(path.read_text(encoding="utf-8")))
    structure(pen, PARTS, today)
    pen.put("src/ingestion/berths.py", code(dice, "Land the calls of one day", 280, ["from common import logs"]))
    return Facts(
        "harbour",
        **put_tasks(pen, JOBS, long_task, dice),
        requirements={need.id: f"{PROMPTS}/requirements/business_requirements.md" for need in NEEDS},
        tables={TABLE: tuple(one[0] for one in COLUMNS)},
        documents=tuple(path for path in documents if "/meta/" not in path),
        modules=tuple(part.name for part in PARTS),
    )


def begun(root: Path, path: Path) -> bool:
    """Governance is used as it is; templates stay templates."""
    return path.relative_to(root / PROMPTS).parts[0] in ("requirements", "design", "context", "standards", "progress")


def fill(root: Path, path: Path) -> str:
    """Every heading gets its words, every box its tick."""
    found = []
    for block in re.split(r"(?m)^(?=#{2,3} )", path.read_text(encoding="utf-8")):
        head, _, body = block.partition("\n")
        words = WORDS.get(head.lstrip("# "), "") if head.startswith("#") else ""
        if words.startswith("### "):
            found.append(words + "\n\n" if head.startswith("### ") else f"{head}\n\n{words}\n\n")
        elif words:
            found.append(f"{head}\n\n{words}\n\n")
        elif not head.startswith(("### BR-1: <", "### TR-1: <", "### DR-1: <")):
            found.append(filled(f"{head}\n{body}"))
    text = "".join(found).replace("- [ ]", "- [x]")
    path.unlink()
    path.write_text(text, encoding="utf-8")
    return path.relative_to(root).as_posix()


def filled(text: str) -> str:
    """Each placeholder becomes words; remarks for the writer go away."""
    words = cycle(SENTENCES)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    return re.sub(r"<[a-zA-Z][^<>\n]*>", lambda _: next(words), text)
