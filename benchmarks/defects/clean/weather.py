"""From Windows: every Markdown file begins with a byte order mark and ends its lines with CR LF; a plus sign makes a list."""

from __future__ import annotations

from pathlib import Path
from random import Random

from defects.project import PROMPTS, Facts
from defects.write import Job, Need, Pen, dataset, long_task, patterns, put_tasks, sections, system_context, told

TABLE = "bronze.observations"
NEEDS = (
    Need(
        "BR-1",
        "Observations come in on time",
        "Observations of the 214 stations must be readable 15 minutes after each full hour.",
        ("given a full hour, when 15 minutes have gone by, then the newest observation is of that hour.",),
    ),
    Need(
        "BR-2",
        "A broken station is seen",
        "A station that was silent for 3 hours must be listed on the wall.",
        (
            "given a station that is cut off, when 3 hours have gone by, then its name is on the wall.",
            "given the same station, when it speaks again, then its name is gone.",
        ),
    ),
    Need(
        "DR-1",
        "Temperatures are of this world",
        "The temperature should lie between -60 and 60 degrees.",
        (),
        (f"{TABLE}.temperature between -60 and 60, threshold 99.9 %", f"{TABLE}.station not_null, threshold 100 %"),
    ),
)
COLUMNS = (
    ("station", "int", "no", "Number of the station"),
    ("observed_at", "timestamp", "no", "UTC"),
    ("temperature", "double", "yes", "Degrees; empty while the sensor is heated"),
    ("humidity", "double", "yes", "Per cent, 0 to 100"),
)
JOBS = (
    Job(
        "intake/observations",
        "Take in the observations of each hour",
        ("src/intake/observations.py", "tests/intake/test_observations.py"),
        (
            ("an hour that is loaded twice is there once", "job"),
            ("a message that is cut short is in quarantine", "pytest"),
        ),
        ("Messages come as BUFR, 1 file an hour and region.", "The codec's tables are read from `configs/bufr/`."),
        serves=("BR-1", "DR-1"),
        checks=("python", "pytest: tests/intake/test_observations.py", "job: src/intake/observations.py"),
        context=("Schema: context/data_context.md", "Standards: standards/development_patterns.md"),
        id="INT-1",
        done=True,
    ),
    Job(
        "wall/silence",
        "List silent stations on the wall",
        ("src/wall/silence.py", "tests/wall/test_silence.py"),
        (("a station that speaks again is gone at the next full hour", "pytest"),),
        ("Silence is counted in full hours since the last observation.",),
        serves=("BR-2",),
        after=("intake/observations",),
        checks=("python", "pytest: tests/wall/test_silence.py"),
        context=("Schema: context/data_context.md",),
        id="WAL-1",
    ),
)


def make(root: Path, dice: Random) -> Facts:
    """A weather service."""
    pen = Pen(root, "\r\n", "\ufeff")
    body = sections({"Business Requirements": told(NEEDS, "BR"), "Data Requirements": told(NEEDS, "DR")})
    data = sections(
        {
            "Data Sources": "+ 214 stations, one message an hour",
            "Datasets": dataset(TABLE, "One row is one observation.", COLUMNS),
        }
    )
    documents = (
        pen.page(
            "requirements/business_requirements.md",
            "Business Requirements",
            "What the forecasters asked for",
            ("context/data_context.md",),
            body,
        ),
        pen.page("context/data_context.md", "Data Context", "Observations, column by column", (), data),
        patterns(pen, "context/system_context.yaml"),
    )
    system_context(pen, "Weather Stations")
    return Facts(
        "weather",
        **put_tasks(pen, JOBS, lambda job: long_task(job, "+"), dice),
        requirements={need.id: f"{PROMPTS}/requirements/business_requirements.md" for need in NEEDS},
        tables={TABLE: tuple(one[0] for one in COLUMNS)},
        documents=documents,
    )
