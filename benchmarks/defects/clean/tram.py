"""All documents of phases 1 to 3, long vocabulary, requirements as headings, code with a structure, a history in git."""

from __future__ import annotations

from pathlib import Path
from random import Random

from defects.project import Facts, commit, tidy
from defects.write import (
    Job,
    Need,
    Part,
    Pen,
    code,
    dataset,
    long_task,
    patterns,
    put_tasks,
    sections,
    structure,
    system_context,
    table,
    told,
)

BRONZE, SILVER = "bronze.departures", "silver.delays"
NEEDS = (
    Need(
        "BR-1",
        "Departures are complete",
        "Every departure in the export must be in the lakehouse or in quarantine within 24 hours.",
        (
            "given the export of one day, when it is loaded, then rows in table plus quarantine equal rows in the export.",
            "given a day that was delivered twice, when it is loaded again, then no departure is there twice.",
        ),
        (f"{BRONZE}.trip_id not_null, threshold 100 %",),
    ),
    Need(
        "BR-2",
        "Delays can be compared by line",
        "The monthly report must show the median delay of each line, as the control centre counts it (see BR-1).",
        (
            "given a month of departures, when the report is made, then each of the lines that ran has exactly one figure.",
        ),
    ),
    Need(
        "BR-3",
        "Corrections arrive",
        "A corrected day should replace the first delivery within 6 hours.",
        ("given a day and its correction, when both are loaded, then the figures are those of the correction.",),
    ),
    Need(
        "TR-1",
        "A second run changes nothing",
        "Each job must leave every table as it is when it is run again over the same input.",
        ("given a loaded day, when the job runs again, then the snapshot of each table is the same.",),
    ),
    Need(
        "TR-2",
        "Jobs run where they are",
        "A job may use up to 20 executors.",
        ("given the largest day, when it is loaded with 2 executors, then it ends within 30 minutes.",),
    ),
    Need(
        "DR-1",
        "Lines are known",
        "The line of a departure must be one of the network.",
        ("given a departure with an unknown line, when it is loaded, then it is in quarantine with the reason.",),
        (f"{BRONZE}.line_id not_null, threshold 99.5 %", f"{BRONZE}.line_id one of 1 to 28, threshold 99.5 %"),
    ),
    Need(
        "DR-2",
        "Delays are plausible",
        f"The delay in {SILVER} must lie between -10 and 240 minutes.",
        (),
        (f"{SILVER}.delay_minutes between -10 and 240, threshold 99.9 %",),
    ),
)
DEPARTURES = (
    ("trip_id", "string", "no", "Number of the trip, from the control centre"),
    ("line_id", "int", "no", "Line as passengers know it"),
    ("stop_id", "string", "no", "Stop of the departure"),
    ("planned_at", "timestamp", "no", "Planned departure, UTC"),
    ("left_at", "timestamp", "yes", "Real departure, UTC; empty if the trip was cancelled (1.8 % of 4,112,903)"),
    ("platform", "string", "yes", "Platform; `TBA` until it is announced, empty at stops with one platform"),
)
DELAYS = (
    ("line_id", "int", "no", "Line as passengers know it"),
    ("day", "date", "no", "Day of operation: it ends at 04:00, local time"),
    ("delay_minutes", "double", "no", "Median delay, in minutes; < 0 where trams left early"),
)
JOBS = (
    Job(
        "ingestion/departures",
        "Land the departures of one day in Iceberg",
        ("src/ingestion/departures.py", "tests/ingestion/test_departures.py"),
        (
            (f"every row of the export is in `{BRONZE}` or in its quarantine, counted by the job", "job"),
            ("a second run changes nothing in any table", "job"),
            ("a corrected day replaces its rows", "pytest"),
        ),
        (
            "Source: one CSV a day below `departures/<year>/<month>/`, with `;` between the fields.",
            "Pending days are found by fingerprint (name, size, digest) in the ledger, which is written last.",
            "Structure: `parse_arguments`, `read_source_data`, `validate_schema`, `write_to_iceberg`, `main`.",
        ),
        (
            "Spark 3.5, no Python UDF, no data collected to the driver.",
            "Credentials come from `LAKE_PASSWORD`, never from a file.",
        ),
        serves=("BR-1", "BR-3", "TR-1", "DR-1"),
        checks=("python", "pytest: tests/ingestion/test_departures.py", "job: src/ingestion/departures.py"),
        context=("Schema: context/data_context.md", "Standards: standards/development_patterns.md"),
        id="ING-1",
        done=True,
        keys={"attempts": "3", "budget": "{usd: 1.00, tokens: 200000}"},
    ),
    Job(
        "quality/departures",
        "Judge the departures with Great Expectations",
        ("great-expectations/expectations/bronze_departures.json", "src/quality/judge.py"),
        (
            ("the suite refuses a table without `trip_id`", "expectations"),
            ("the code compiles and lints", "python"),
        ),
        (
            "One expectation for each rule of the requirements DR-1 and DR-2.",
            "Thresholds stand in the requirements alone.",
        ),
        ("A suite that expects nothing is refused.",),
        serves=("DR-1", "DR-2"),
        after=("ingestion/departures",),
        checks=("python", "expectations: bronze_departures"),
        context=("Schema: context/data_context.md", "Design: design/data_flows.md"),
        id="QUA-1",
    ),
    Job(
        "reporting/delays",
        "Show the median delay of each line",
        ("src/reporting/delays.py", "tests/reporting/test_delays.py"),
        (
            ("a line without a departure has no row, and says so in the log", "pytest"),
            ("the job is done within its time, twice over the same input", "job"),
        ),
        (
            f"Read `{BRONZE}`, write `{SILVER}`, one row a line and day.",
            "Cancelled trips count as departures, not as delays.",
        ),
        ("No column that is not in context/data_context.md.",),
        serves=("BR-2", "TR-2", "DR-2"),
        after=("ingestion/departures", "quality/departures"),
        checks=("python", "pytest: tests/reporting/test_delays.py", "job: src/reporting/delays.py"),
        context=("Schema: context/data_context.md", "Standards: standards/development_patterns.md"),
        id="REP-1",
        keys={"type": "integration", "attempts": "2"},
    ),
)
PARTS = (
    Part("common", "What every job shares: clocks, logs, the lake.", "shared"),
    Part(
        "ingestion",
        "Lands every departure in the lakehouse or, with the reason, in quarantine.",
        "ingestion",
        ("common",),
    ),
    Part("transformation", "Makes days of operation and delays of departures.", "transformation", ("common",)),
    Part("quality", "Judges what was landed, and says why.", "quality", ("common",)),
    Part("reporting", "Counts delays by line and by month.", "serving", ("common", "transformation")),
)
NONE = "None."
READ = "- [x] Read against the figures of the profile\n- [x] Each open point has an owner"


def make(root: Path, dice: Random) -> Facts:
    """The project, as its team left it on 12 October."""
    pen = Pen(root)
    documents = [requirements(pen), assessment(pen), discovery(pen), data_context(pen), *designs(pen)]
    system_context(pen, "Tram Punctuality")
    documents.append(patterns(pen, "context/system_context.yaml"))
    done = write_code(pen, dice)
    tasks = put_tasks(pen, JOBS, long_task, dice)
    progress(pen)
    commit(root, "2026-10-12", "as it stands")
    tidy(root)
    return Facts(
        "tram",
        **tasks,
        requirements={need.id: requirement_file(need) for need in NEEDS},
        tables={BRONZE: tuple(one[0] for one in DEPARTURES), SILVER: tuple(one[0] for one in DELAYS)},
        documents=tuple(documents),
        modules=done,
        has_git=True,
    )


def requirement_file(need: Need) -> str:
    """Technical ones stand with the technical assessment."""
    name = "technical_assessment" if need.id.startswith("TR") else "business_requirements"
    return f"agent-prompts/requirements/{name}.md"


def requirements(pen: Pen) -> str:
    body = {
        "Business Objectives": "The transport authority decides each month which lines get more drivers. It needs delays that\n"
        "can be compared between lines, and can be traced back to single departures.",
        "Success Criteria": "- The monthly report is out on the third working day, from December 2026.\n"
        "- No figure of the report has to be withdrawn; a withdrawal stands in the minutes of the authority.",
        "Stakeholders and Data Consumers": table(
            "role | needs | decides | uses",
            "Network planning | delays by line | timetable, drivers | the monthly report",
            f"Control centre | single departures | nothing | `{BRONZE}`",
        ),
        "Data Sources": table(
            "source | owner | volume | velocity | variety",
            "departures | control centre | 4,112,903 rows in 2025 | one file a day | CSV, one change of shape in 2023",
        ),
        "SLAs, Data Freshness and KPIs": table(
            "what | target | measured by",
            "Freshness | a day is loaded within 24 hours | age of the newest row",
            "Corrections | in the tables within 6 hours | the ledger",
            "Availability | 99.5 % of working hours | probe of the report",
        ),
        "Requirements of the Business": told(NEEDS, "BR"),
        "Data Requirements": told(NEEDS, "DR"),
        "Out of Scope": "Ticket sales. They belong to another contract, and nobody compares them with delays.",
        "Open Questions": "Q-1: Does a tram that leaves early count as late for those who missed it?\n"
        "A: No: the authority counts minutes as they are (network planning, 2026-09-21).",
        "Checklist": READ,
    }
    related = ("context/data_context.md", "requirements/data_discovery.md")
    purpose = "Business objectives and success criteria, and how we know that they are met"
    return pen.page("requirements/business_requirements.md", "Business Requirements", purpose, related, sections(body))


def assessment(pen: Pen) -> str:
    body = {
        "Summary": "The requirements can be met with the cluster there is. What is missing most is a second catalog for tests.",
        "Infrastructure Capacity": table(
            "resource | there is | needed | enough",
            "Executors | 20 | 2 for a day, 12 for a year | yes",
            "Storage | 4 TB | 31 GB a year | yes",
        ),
        "Data Source Connectivity and Access Patterns": "The export is fetched over SFTP; `password: ${TRAM_PASSWORD}` stands in no file.",
        "Security and Compliance Review": "No personal data: drivers are not in the export (read with the data protection office).",
        "Cost and Resource Estimate": "A load of one day takes 4 minutes on 2 executors, measured on 2026-09-14.",
        "Technical Requirements": told(NEEDS, "TR"),
        "Trade-offs": "Spark was weighed against DuckDB: DuckDB is quicker for a day, Spark for the year that is loaded at once.",
        "Risks": "The export may change its shape. The header is compared with context/data_context.md before anything is written.",
        "Open Questions": NONE,
        "Checklist": READ,
    }
    related = ("context/system_context.yaml",)
    return pen.page(
        "requirements/technical_assessment.md",
        "Technical Assessment",
        "Infrastructure and technical evaluation",
        related,
        sections(body),
    )


def discovery(pen: Pen) -> str:
    body = {
        "Method": "All of 2025 was counted on 2026-08-20 with `python scripts/profile_sources.py departures`.",
        "Source Profile": table(
            "source | rows | columns | files | key",
            "departures | 4,112,903 | 6 | 365 | `trip_id, stop_id, planned_at`: no duplicates",
        ),
        "Data Types, Distributions and Patterns": table(
            "column | missing | distinct | pattern",
            "line_id | 0 | 28 | 1 to 28",
            "left_at | 74,032 (1.8 %) | 3,871,224 | UTC",
            "stop_id | 0 | 611 | `[A-Z]{2}-[0-9]{3}`",
        ),
        "Data Quality Issues": "- 112 rows repeat their key in one file (0.003 %): quarantine.\n- 74,032 have no `left_at`: legal, cancelled.",
        "Business Rules and Transformations": "- A day of operation ends at 04:00.\n- Delay = left_at - planned_at, in minutes.",
        "Suggested Quality Rules": "Agreed as DR-1 and DR-2 in [the requirements](business_requirements.md).",
        "Lineage Requirements": "Each figure of the report leads back to its load and file, for 7 years.",
        "Open Questions": NONE,
        "Checklist": READ,
    }
    related = ("context/data_context.md",)
    return pen.page(
        "requirements/data_discovery.md",
        "Data Discovery",
        "Data profiling and source analysis",
        related,
        sections(body),
    )


def data_context(pen: Pen) -> str:
    body = {
        "Data Sources": "- SFTP: `export/departures/<year>/<month>/<day>.csv`, 365 files for 2025",
        "Processing Requirements": "- Batch: a day arrives as one file and may be delivered again\n- Quality: 99.5 % of lines known\n"
        "- Late is > 3 minutes, early is < 0 minutes",
        "Schema Standards": "- All timestamps in UTC\n- Required fields: trip_id, planned_at\n- Data retention: 7 years; quarantine is kept for 90 days",
        "Datasets": dataset(BRONZE, "One row is one departure. Its key is `trip_id, stop_id, planned_at`.", DEPARTURES)
        + "\n\n"
        + dataset(SILVER, "One row is one line and day. Its key is `line_id, day`.", DELAYS),
    }
    related = ("context/system_context.yaml",)
    return pen.page(
        "context/data_context.md",
        "Data Context",
        "Data specifications and processing requirements",
        related,
        sections(body),
    )


def designs(pen: Pen) -> list[str]:
    """Six files of phase 2, one of them YAML."""
    flow = "```mermaid\nflowchart LR\n  export --> ingestion --> bronze[(bronze)] --> transformation --> silver[(silver)] --> reporting\n```"
    architecture = {
        "Overview": "The export of the control centre is landed day by day, judged, and counted by line and month.",
        "Components": flow,
        "Component Interactions and Boundaries": "Modules meet in tables only; nobody reads a file of a neighbour.",
        "Scalability": "A year is 31 GB. At ten times that, loads are cut by line.",
        "Fault Tolerance": "A killed run is simply run again: the ledger is written last.",
        "Metadata and Catalog Strategy": "One JDBC catalog; schemas change by a task of their own.",
        "Open Questions": NONE,
        "Checklist": READ,
    }
    rationale = {
        "Decomposition Principles": "- What changes for one reason is in one module.\n- No module is larger than 400 lines.",
        "Modules": "\n\n".join(
            f"### {part.name}\n\n- Responsibility: {part.does}\n- Built alone: it needs its tables, no neighbour."
            for part in PARTS
        ),
        "Dependencies": "Reporting uses the days of operation of transformation; everybody uses common.",
        "Alternatives Considered": "One module for all: too large to be read at once.",
        "Consequences": "- A change of the clock touches common, and with it every module.",
        "Open Questions": NONE,
        "Checklist": READ,
    }
    flows = {
        "Flows": table(
            "flow | from | to | module",
            f"landing | export | `{BRONZE}` | ingestion",
            f"delays | `{BRONZE}` | `{SILVER}` | reporting",
        ),
        "Diagrams": "### Flow: landing\n\n"
        + flow
        + "\n\n1. One file is read.\n2. Rows are held against the schema.\n3. One commit is made.",
        "Rows That Do Not Fit": "They go to quarantine with the reason; operations looks at them each Monday.",
        "Reruns and Corrections": "A day is replaced as a whole. A killed run leaves nothing.",
        "Reconciliation": "rows in table + rows in quarantine == rows in export, counted by the job.",
        "Open Questions": NONE,
        "Checklist": READ,
    }
    decisions = {
        "Index": table("id | decision | state | date", "ADR-1 | a day is the unit of loading | accepted | 2026-08-24"),
        "Decisions": "### ADR-1: a day is the unit of loading\n\n- Decided: each load is one day.\n- Why: BR-3.\n- Weighed: hours; too many commits.\n"
        "- Cost: a correction of one departure reloads its day.",
        "Open Questions": NONE,
        "Checklist": READ,
    }
    plan = {
        "Module Roadmap": table(
            "order | module | delivers | requirements | state",
            "1 | ingestion | departures | BR-1, BR-3 | done",
            "2 | reporting | delays | BR-2 | begun",
        ),
        "Implementation Steps": "### ingestion\n\n- [x] Land the departures (BR-1): `src/ingestion/departures.py`\n\n"
        "### reporting\n\n- [ ] Count the delays (BR-2): `src/reporting/delays.py`",
        "Milestones": table(
            "milestone | is reached when | shown by", "first month | the report of November is out | `agentic trace`"
        ),
        "Definition of Done": "Every box of its tasks is ticked in the archive, and somebody has read the code.",
        "Risks and Order": "Landing comes first: without it nothing can be counted.",
        "Open Questions": NONE,
        "Checklist": READ,
    }
    structure(pen, PARTS)
    return [
        pen.page(
            "design/architecture.md",
            "Architecture",
            "Complete system design",
            ("design/module_structure.yaml",),
            sections(architecture),
        ),
        pen.page(
            "design/architecture_rationale.md",
            "Architecture Rationale",
            "Justification for module design decisions",
            ("design/module_structure.yaml",),
            sections(rationale),
        ),
        pen.page(
            "design/data_flows.md",
            "Data Flows",
            "All data processing flows documented",
            ("context/data_context.md",),
            sections(flows),
        ),
        pen.page(
            "design/design_decisions.md",
            "Design Decisions",
            "Key architectural decisions recorded",
            (),
            sections(decisions),
        ),
        pen.page("design/implementation_plan.md", "Implementation Plan", "Complete module roadmap", (), sections(plan)),
    ]


def write_code(pen: Pen, dice: Random) -> tuple[str, ...]:
    """Four modules that keep to the structure; the fifth has no code yet."""
    uses = {
        "common": (),
        "ingestion": ("common",),
        "transformation": ("common",),
        "reporting": ("common", "transformation"),
    }
    files = {"common": "clock", "ingestion": "departures", "transformation": "days", "reporting": "months"}
    for name, needed in uses.items():
        imports = [f"from {one} import {files[one]}" for one in needed]
        pen.put(f"src/{name}/{files[name]}.py", code(dice, name.capitalize(), dice.randint(230, 330), imports))
    return tuple(uses)


def progress(pen: Pen) -> None:
    """What people see of it."""
    pen.put(
        "agent-prompts/progress/current_module_status.md",
        "# Current Module Status\n## Module: Reporting\n## Status: IN_PROGRESS\n## Completion: 60%\n## Next Steps:\n- [ ] Count the delays\n"
        "## Blockers: None\n## Notes: The report of October is made by hand.\n",
    )
