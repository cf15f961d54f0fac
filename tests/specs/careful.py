"""Five projects as careful people write them, each in a style of its own: lint has nothing to say of them."""

from __future__ import annotations

from pathlib import Path

METERS = {
    "requirements/business_requirements.md": """---
title: Business Requirements
created: 2026-08-03
updated: 2026-10-12
related_files: [context/data_context.md, design/architecture.md]
---

# Business Requirements

## Success Criteria

- Billing gets complete readings for 99.5 % of the 1,240,000 meters by the third working day of the month.
- No customer is billed twice for one interval.

## SLAs, Data Freshness and KPIs

| what | target | measured by |
|---|---|---|
| Freshness of readings | 15 minutes | `scripts/freshness.py` |
| Freshness of master data | 24 hours | `scripts/freshness.py` |
| Availability of gold.daily_usage | 99.9 % a month | monitoring |
| Recovery point (RPO) | 1 hour | disaster drill |
| Recovery time (RTO) | 4 hours | disaster drill |

## Business Requirements

### BR-1: Readings are complete
Every interval of every active meter must be in `bronze.readings` or in `bronze.readings_quarantine` within 15 minutes of its arrival.
- Acceptance: given a day of 96 intervals for one meter, when the last message has arrived, then 96 rows are in the table or in quarantine.
- Acceptance: given a gateway that was offline for 6 hours, when it delivers its backlog, then every interval of the 6 hours is in the table.
- Rule: bronze.readings.(meter_id, interval_start) unique, threshold 100 %
- Rule: bronze.readings.kwh between 0 and 500, threshold 99.9 %

### BR-2: Estimates are visible
A missing interval should be estimated from the same weekday of the last 4 weeks and marked as an estimate.
- Acceptance: given a gap of 3 intervals, when the day is closed, then 3 rows have the quality flag `E`.
- Rule: silver.usage.quality_flag in M, E, S, threshold 100 %

### TR-1: Bursts do not stop the stream
The stream must accept 20,000 messages a second for 10 minutes.
- Acceptance: given a backlog of 12 million messages, when it is replayed, then the lag is below 15 minutes after at most an hour.

### DR-1: Meters are known
The meter of a reading must exist in the master data.
- Rule: bronze.readings.meter_id in bronze.meters, threshold 99.5 %
- Rule: bronze.meters.meter_id not_null, threshold 100 %
- Rule: bronze.meters row_count >= 1200000, threshold 100 %
""",
    "context/data_context.md": """---
title: Data Context
created: 2026-08-03
updated: 2026-10-12
related_files: [context/system_context.yaml]
---

# Data Context

## Data Sources

| source | where | volume | velocity |
|---|---|---|---|
| readings | Kafka, topic `readings.v2`, 48 partitions | 119 million messages a day, 21 GB | 1,400 a second, peaks of 9,000 |
| meters | PostgreSQL `mdm.meters` | 1,240,000 rows | about 300 changes a day |

## Processing Requirements

- Stream: micro-batches every 2 minutes; a batch has at most 500,000 messages.
- Late data: accepted for 45 days, then it goes to quarantine.

## Retention

| layer | retention | why |
|---|---|---|
| bronze | 90 days | replay |
| silver | 3 years | disputes of bills |
| gold | 10 years | law |
| quarantine | 90 days | repair |

### Dataset: readings

Its key is `meter_id, interval_start`. One day of one meter has 96 rows.

| column | type | nullable | meaning |
|---|---|---|---|
| meter_id | string | no | 13 digits |
| interval_start | timestamp | no | Begin of the 15 minutes, UTC |
| kwh | decimal(12,3) | no | Energy in the interval |
| received_at | timestamp | no | When the gateway sent it |

### Dataset: meters

| column | type | nullable | meaning |
|---|---|---|---|
| meter_id | string | no | 13 digits |
| installed_on | date | no | First day of the meter |
| tariff | string | yes | Empty for 1.3 % of the meters, which are not billed |

### Dataset: usage

| column | type | nullable | meaning |
|---|---|---|---|
| meter_id | string | no | 13 digits |
| day | date | no | Local day; 92 or 100 intervals when the clocks change |
| quality_flag | string | no | M measured, E estimated, S substituted |
""",
    "context/system_context.yaml": """project: Smart meters
version: 2.4.0
updated: 2026-10-12
tech_stack:
  processing: {tool: Apache Spark, version: 3.5.0}
  streaming: {tool: Apache Kafka, version: 3.7.0}
constraints:
  spark: {max_executors: 20, executor_memory: 16GB, driver_memory: 8GB}
  kafka: {partitions: 48, retention_hours: 72}
  airflow: {max_parallel_tasks: 50, retries: 2}
""",
    "design/architecture.md": """---
title: Architecture
created: 2026-08-10
updated: 2026-10-12
related_files: [design/module_structure.yaml]
---

# Architecture

## Components

| component | does | instances | memory |
|---|---|---|---|
| stream reader | lands messages, one micro-batch every 2 minutes | 1 | 8 GB |
| daily closer | estimates gaps, writes gold | 1 | 16 GB |
| exporter | sends 3 files a day to billing | 2 | 2 GB |

## Scalability

Spark has at most 20 executors with 16 GB of memory each. Measured on 2026-09-18: 12 million messages in 41 minutes on 12 executors.
A burst of 20,000 messages a second for 10 minutes is 12 million messages.

## Fault Tolerance

Airflow retries a task twice. The stream reader is restarted by its supervisor after 30 seconds, at most 5 times an hour.
Kafka keeps messages for 3 days, so a weekend without the stream is caught up. See [the flows](data_flows.md#late-data).
""",
    "design/data_flows.md": """# Data Flows

## Flow: readings

1. Read up to 500,000 messages.
2. Judge them; a batch takes 40 to 70 seconds.
3. Write, one commit.

## Flow: master data

1. Read all 1,240,000 meters, once a day at 02:00.
2. Compare with yesterday; more than 5 % of changes stop the flow.

## Late Data

Readings that are later than 45 days go to quarantine with the reason `late`.
""",
    "design/module_structure.yaml": """version: "1.0"
updated: 2026-10-12
lines: {least: 200, most: 400}
modules:
  - {name: stream, files: ["src/stream/**"], depends_on: []}
  - {name: closing, files: ["src/closing/**"], depends_on: [], lines: {most: 600}}
""",
    "standards/development_patterns.md": """---
title: Development Patterns
created: 2026-08-03
updated: 2026-10-12
related_files: [context/system_context.yaml, context/data_context.md]
---

# Development Patterns

- Functions have at most 40 lines, modules 200 to 400.
- A test takes at most 2 seconds; a test that starts Spark at most 60.
- Coverage is at least 90 %; for `src/closing` 95 %, since it makes bills.
- Line length 110. Python 3.11, ruff 0.14.
""",
    "tasks/stream/reader.md": """---
requirements: [BR-1, TR-1, DR-1]
checks: [python]
---
## TASK: Land the readings
## DELIVERABLES:
- src/stream/reader.py
## SUCCESS CRITERIA:
- [ ] AC-1: 96 intervals of a day give 96 rows (check: python)
- [ ] AC-2: a batch of 500,000 messages is landed in less than 2 minutes (check: python)
## CONTEXT FILES:
- Schema: context/data_context.md
## TECHNICAL SPECIFICATIONS:
- Micro-batches every 2 minutes; at most 500,000 messages each.
- Wait 30 seconds for a broker that does not answer, 3 times.
## CONSTRAINTS & STANDARDS:
- 16 GB of memory per executor.
""",
    "tasks/closing/estimate.md": """---
requirements: [BR-2]
checks: [python]
---
## TASK: Estimate what is missing
## DELIVERABLES:
- src/closing/estimate.py
## SUCCESS CRITERIA:
- [ ] AC-1: a gap of 3 intervals gives 3 estimates (check: python)
## CONTEXT FILES:
- Schema: context/data_context.md
## TECHNICAL SPECIFICATIONS:
- The mean of the same interval in the last 4 weeks; with fewer than 2 values the tariff's profile.
- Batches of 10,000 meters; 4 workers.
## CONSTRAINTS & STANDARDS:
- One day of all meters in less than 25 minutes.
""",
}
"""Tables and short lines; two layers of retention, figures of several components."""

INSURANCE = {
    "requirements/business_requirements.md": """# Business Requirements for Claims

## Requirements

#### BR-01 - Claims are visible on the same day
When a claim is filed, the platform shall show it in the report of open claims within 4 hours.

##### Acceptance criteria

- **Given** a claim filed at 09:00
  **When** the hourly load has run
  **Then** the claim is in `mart.open_claims` before 13:00
- **Given** 2 claims with one number
  **When** they are loaded
  **Then** one of them is in quarantine

*Priority*: must. *Owner*: claims department.

#### BR-02 - Reserves are never negative
The reserve of a claim shall not be negative.

##### Acceptance criteria

```gherkin
Given a claim with a reserve of -100 euros
When it is loaded
Then it is in quarantine with the reason "reserve"
```

- Rule: mart.open_claims.reserve between 0 and 5000000,
  threshold 99.95 %

#### TR-01 - The load can be repeated
If a load is started twice, the second run shall change nothing.

##### Scenario: twice the same day

- **WHEN** the load of a day runs a second time
- **THEN** the number of rows is the same

## Data requirements

- DR-01: The number of a claim shall be unique.
  - Rule: mart.open_claims.claim_no unique, threshold 100 %
- DR-02: The date of a claim should not lie in the future.
  - Rule: mart.open_claims.filed_on <= today, threshold 99.9 percent
- DR-03: A claim may have no adjuster while it is new (status `N`).
  - Acceptance: given a claim with status `N` and no adjuster, when it is loaded, then it is in the table.

## Traceability

- BR-01: served by the hourly load
- DR-01 and DR-02 are checked by the suite `open_claims`
""",
    "requirements/technical_assessment.md": """# Technical Assessment

## Infrastructure Capacity

| resource | there is | needed | enough |
|---|---|---|---|
| Memory | 64 GB | 24 GB | yes |
| Disk | 2 TB | 180 GB a year | until 2030 |
| Load window | 60 minutes | 11 minutes | yes |

## Cost

| item | estimate | basis |
|---|---|---|
| Running | 310 euros a month | price list of 2026 |
| Building | 45 days | three modules, 15 days each |
""",
    "context/data_context.md": """# Data Context

## Schema Standards

- Data retention: 10 years after a claim is closed; open claims are kept for ever.
- Quality: 99.9% accuracy threshold
- Amounts are in euros with two decimals.

### Dataset: mart.open_claims

| Column | Type | Required | Description |
|---|---|---|---|
| claim_no | string | yes | Number, 12 characters |
| filed_on | date | yes | Day of filing |
| reserve | decimal(14,2) | yes | Expected cost, 0 to 5,000,000 euros |
| adjuster | string | no | Empty for 8 % of new claims |
""",
    "context/system_context.yaml": """project: Claims
version: 1.2.0
updated: 2026-05-04
constraints:
  load: {timeout_minutes: 45, max_retries: 3}
  export: {timeout_minutes: 10, max_retries: 5}
  logs: {retention_days: 30}
""",
    "design/design_decisions.md": """# Design Decisions

## ADR-1: Hourly loads

We load every hour. Every 5 minutes was considered: it would cost 900 euros a month instead of 310, for a report that people read twice a day.

### Options

| option | latency | cost |
|---|---|---|
| hourly | 1 hour | 310 euros |
| every 5 minutes | 5 minutes | 900 euros |
| daily | 24 hours | 120 euros |

## ADR-2: Retention

Ten years after closing, as the law demands; the old system kept 6 years. Logs are kept for 30 days, backups for 35.

## ADR-3: Retries

The load is retried up to 3 times, the export up to 5 times, because the partner's server restarts at night.
""",
    "design/data_flows.md": """# Data Flows

### Flow: load

- Schedule: every hour, at minute 5
- Duration: 11 minutes, 19 on the first of a month
- Timeout: 45 minutes

### Flow: export

- Schedule: every day at 20:00
- Duration: 2 minutes
- Timeout: 10 minutes
""",
    "standards/error_handling.md": """# Error Handling

- The load has a timeout of 45 minutes and at most 3 retries, with 1, 2 and 4 minutes between them.
- An error of more than 1 % of the rows stops the load; below that, rows go to quarantine.
""",
    "tasks/load/open_claims.md": """---
requirements: [BR-01, BR-02, TR-01]
checks: [python]
---
## TASK: Load open claims
## OBJECTIVE
Claims of the last hour are in `mart.open_claims`. Serves DR-01 to DR-03, too.
## FILES TO CREATE
- src/load/open_claims.py
## SPECIFICATIONS
- [ ] AC-1: 2 claims with one number give one row (check: python)
- [ ] AC-2: 3 retries, then the load fails (check: python)
## DEPENDENCIES
- Schema: context/data_context.md
""",
}
"""Shall and EARS, Gherkin in bullets and fences, ids with zeros, decisions with options that were not taken."""

TRAMS = {
    "requirements/needs.md": """# What Planning Needs

The planners of a tram network with 22 lines and 614 stops want to know by how much trams are late.

## BR-1: Delays of yesterday by six in the morning
The delays of a service day must be readable at 06:00 of the next day. A service day ends at 03:30.

**Acceptance:** given a service day with all 22 lines, when it is 06:00, then `delays` has a row for each of about 310,000 stops served.

## BR-2: Corrections
Operations may correct a delay for up to 14 days, and a correction that comes in time replaces what was there.

**Acceptance:** given a correction on the 14th day, when it is loaded, then the corrected delay is readable on the next morning.
**Acceptance:** given a correction on the 15th day, when it is loaded, then nothing changes and the correction is in `delays_quarantine`.

## TR-1: It runs on one machine
The whole day must be processed on a machine with 8 cores and 32 GB of memory in less than 90 minutes.

**Acceptance:** given the busiest day (2026-03-02, 342,118 stops served), when it is processed on that machine, then it takes less than 90 minutes.
""",
    "context/data_context.md": """# Data Context

## Where it comes from

Every tram sends its position each 10 seconds; that is 2.4 million positions a day from 180 trams. The timetable comes as GTFS,
once a week, with 614 stops and 22 lines. Of 310,000 stops served on a usual working day, 2 % have no position within 50 metres; these
are interpolated if the gap is shorter than 3 minutes and left out otherwise.

## What is kept

Positions are kept for 60 days, delays for 5 years. Logs of the jobs are deleted after 30 days.

### Dataset: delays

| column | type | nullable | meaning |
|---|---|---|---|
| service_day | date | no | Day of service; it ends at 03:30 |
| line | int | no | 1 to 22 |
| stop_id | string | no | One of 614 stops |
| delay | int | yes | Seconds; negative if early; empty for 2 % |

### Dataset: positions

| column | type | nullable | meaning |
|---|---|---|---|
| tram | int | no | 1 to 180 |
| sent_at | timestamp | no | Every 10 seconds |
""",
    "design/architecture.md": """# Architecture

## On a laptop

Two cores, 4 GB of memory, one line of the 22 and three days of positions: a run takes about 4 minutes.

## On the machine of the network

Eight cores, 32 GB of memory. A usual day takes 48 minutes, of which 31 are matching, 9 are interpolation and 8 are writing. The busiest day
took 71 minutes.

## What was weighed

Keeping positions for 5 years would need 1.9 TB; 60 days need 63 GB. A window of 30 days was considered and is too short for corrections
of the timetable.

## Matching

A position is matched to a stop within 50 metres and 3 minutes. For terminal stops it is 80 metres, since trams wait there.
Stops that are served by more than 6 lines have a radius of 30 metres.
""",
    "standards/how_we_work.md": """# How We Work

- A change is reviewed by one colleague within 2 days; a change of `matching` by two.
- Functions stay under 30 lines, files under 300. Tests of matching use the 5 lines of the depot Nord.
- A job that fails is started again by hand; nothing retries by itself.
""",
    "tasks/delays/match.md": """---
requirements: [BR-1, BR-2]
checks: [python]
---
## TASK: Match positions to stops
## DELIVERABLES:
- src/delays/match.py
## SUCCESS CRITERIA:
- [ ] AC-1: a tram that waits 4 minutes is matched once (check: python)
## CONTEXT FILES:
- Schema: context/data_context.md
## TECHNICAL SPECIFICATIONS:
- Radius 50 metres, 80 at terminal stops; a gap of up to 3 minutes is interpolated.
- Process one line after the other: 22 runs, each with at most 30,000 stops served.
## CONSTRAINTS & STANDARDS:
- 90 minutes for a day, on 8 cores (TR-1).
""",
}
"""Prose, with many figures of parts and wholes, of two machines, and of what was not chosen."""

LIBRARY = {
    "requirements/business_requirements.md": """---
title: Anforderungen der Bücherei
created: 2026-02-02
updated: 2026-07-01
related_files: [context/data_context.md]
---

# Business Requirements

### BR-1: Ausleihen are counted
Every loan of the 31 branches must be in silver.loans within one day.
- Acceptance: given 1,000 loans of a branch, when the night has passed, then silver.loans has 1,000 more rows.
- Rule: silver.loans.loan_id unique, threshold 100 %
- Rule: silver.loans.branch not_null, threshold 100 %
- Rule: bronze.loans row_count >= 1, threshold 100 %
- Rule: bronze.loans_quarantine.reason not_null, threshold 100 %

### BR-2: Borrowers stay anonymous
The number of a borrower must be replaced by a pseudonym before silver.
- Acceptance: given a loan of borrower 4711, when it reaches silver, then 4711 is nowhere in it.
- Rule: silver.loans.borrower matches `^[0-9a-f]{16}$`, threshold 100 %

### DR-1: Dates are possible
A loan should end at most 60 days after it began.
- Rule: silver.loans.days between 0 and 60, threshold 98 %

### DR-2: Withdrawn: fines
Status: withdrawn on 2026-05-01; there are no fines any more.
""",
    "context/data_context.md": """---
title: Data Context
created: 2026-02-02
updated: 2026-07-01
related_files: [requirements/business_requirements.md]
---

# Data Context

## Processing Requirements

- Batch: one file per branch and night, 31 files; a file has 200 to 9,000 loans.
- Quality: at least 98 % of the rows pass all rules.

## Schema Standards

- Retention: loans 2 years, quarantine 30 days, pseudonyms 2 years.

### Dataset: loans

| column | type | nullable | meaning |
|---|---|---|---|
| loan_id | bigint | no | From the library system |
| branch | string | no | One of 31 |
| borrower | string | no | 16 characters, made from the number |
| began_on | date | no | First day |
| days | int | yes | Length; empty while the book is out |
""",
    "context/system_context.yaml": """project: Bücherei
version: "1.0"
updated: 2026-07-01
environments:
  dev: {executors: 1, memory: 2g, retention_days: 7}
  prod: {executors: 4, memory: 8g, retention_days: 730}
""",
    "design/architecture.md": """# Architecture

## Development

- Executors: 1
- Memory: 2 GB
- Retention: 7 days

## Production

- Executors: 4
- Memory: 8 GB
- Retention: 2 years

## Capacity

| environment | files a night | rows a night | run time |
|---|---|---|---|
| dev | 1 | 200 | 1 minute |
| prod | 31 | 52,000 | 9 minutes |
""",
    "design/implementation_plan.md": """# Implementation Plan

| step | module | days | done when |
|---|---|---|---|
| 1 | landing | 3 | 31 files of a night are landed |
| 2 | silver | 5 | 98 % of the rows pass |
| 3 | reports | 4 | 6 reports are approved |

Twelve days of work, in three sprints of 2 weeks with two people at half time.
""",
    "tasks/silver/loans.md": """---
requirements: [BR-1, BR-2, DR-1]
template: examples/silver.py.j2
parameters:
  source: loans
  table: silver.loans
  key: [loan_id]
  required: [branch]
  ranges: {days: [0, 60]}
  values: {branch: [Mitte, Süd]}
checks: [python]
---
## TASK: Make silver.loans
## DELIVERABLES:
- src/silver/loans.py
## SUCCESS CRITERIA:
- [ ] AC-1: 1,000 loans give 1,000 rows (check: python)
## CONTEXT FILES:
- Schema: context/data_context.md
## TECHNICAL SPECIFICATIONS:
- A pseudonym has 16 characters; the salt is changed every 2 years.
## CONSTRAINTS & STANDARDS:
- 9,000 loans of one branch in less than 20 seconds.
""",
}
"""The form of the manual, with umlauts, environments, a withdrawn requirement and a template's parameters."""

PARCELS = {
    "requirements/business_requirements.md": """# Requirements

1. BR-1: A parcel must be traceable from depot to door.
   - Acceptance: given a parcel with 7 scans, when it is delivered, then 7 rows are in `events.scans`.
2. BR-2: The estimated time of arrival must be right for 95 % of the parcels, within 30 minutes.
   - Acceptance: given the parcels of a week, when they are delivered, then at least 95 % arrive within 30 minutes of the estimate.
3. TR-1: The API must answer within 200 ms for 99 % of the calls.
   - Acceptance: given 50 calls a second for 10 minutes, when they are answered, then 99 % take at most 200 ms.

### DR-1: Scans have a place
A scan must name its depot.
- Data quality rules:
  - events.scans.depot not_null, threshold 100 %
  - events.scans.scanned_at not_null, threshold 100 %
""",
    "requirements/data_discovery.md": """# Data Discovery

## Source Profile

| source | rows | columns | files or tables | bytes | key |
|---|---|---|---|---|---|
| scans | 48,211,907 | 9 | 365 files | 6.1 GB | scan_id, 0 duplicates |
| depots | 214 | 4 | 1 table | 31 KB | depot_id, 0 duplicates |

## Data Types, Distributions and Patterns

| column | missing | distinct | least | greatest |
|---|---|---|---|---|
| depot | 0 | 214 | 1 | 214 |
| weight | 3.2 % | 8,812 | 0.01 | 31.5 |
| scanned_at | 0 | 31,402,118 | 2025-01-01 | 2025-12-31 |

## Data Quality Issues

| issue | rows | verdict |
|---|---|---|
| weight is empty | 1,542,781 (3.2 %) | legal for letters |
| scan in the future | 211 | quarantine |
| scan before the depot opened | 1,904 | ask |

## Suggested Quality Rules

- Rule: events.scans.weight between 0.01 and 31.5, threshold 99.9 %
  Figure: 48,209,112 of 48,211,907 rows
- Rule: events.scans.scanned_at <= now, threshold 99.99 %
  Figure: all but 211 rows

## Open Questions

Q-1: Is 30 minutes or 15 minutes the promise to customers?
A: 30 minutes, sales, 2026-01-20.
""",
    "context/data_context.md": """# Data Context

## Data Sources

| source | where | volume |
|---|---|---|
| scans | `s3://scans/<day>/`, 365 files a year | 132,000 rows a day, 17 MB |
| depots | table `master.depots` | 214 rows |

### Dataset: scans

| column | type | nullable | meaning |
|---|---|---|---|
| scan_id | bigint | no | Key |
| depot | int | no | 1 to 214 |
| weight | double | yes | Kilograms, up to 31.5; empty for 3.2 % |
| scanned_at | timestamp | no | UTC |

### Dataset: depots

| column | type | nullable | meaning |
|---|---|---|---|
| depot_id | int | no | 1 to 214 |
""",
    "design/data_flows.md": """# Data Flows

| flow | from | to | trigger | latency |
|---|---|---|---|---|
| scans | bucket | events.scans | every 5 minutes | 7 minutes |
| depots | master.depots | events.depots | daily at 01:00 | a day |
| estimates | events.scans | serving.eta | every 10 minutes | 12 minutes |

An estimate is 12 minutes old at most: 5 minutes until the next load, 2 for loading, 5 for computing. The API keeps it in its cache for 60 seconds;
the page of the customer for 2 minutes.
""",
    "design/security_compliance.md": """# Security and Compliance

- Personal data: address and phone, kept for 90 days after delivery.
- Scans without personal data: 3 years.
- Access is reviewed every 6 months; keys are changed every 90 days, passwords every 12 months.
- The audit log is kept for 1 year.
""",
    "standards/api.md": """# API

- A call has a timeout of 2 seconds; 3 attempts with 100, 200 and 400 ms between them.
- 100 calls a minute per customer, 1,000 for partners.
- A page has 50 entries by default and at most 500.
- Status 429 says: wait 60 seconds. Status 503: try again in 5 minutes.
""",
    "tasks/events/scans.md": """---
requirements: [BR-1, DR-1]
checks: [python]
---
## TASK: Land scans
## DELIVERABLES:
- src/events/scans.py
## SUCCESS CRITERIA:
- [ ] AC-1: 7 scans give 7 rows (check: python)
## CONTEXT FILES:
- Schema: context/data_context.md
## TECHNICAL SPECIFICATIONS:
- Runs every 5 minutes, takes 2.
- A download has a timeout of 30 seconds and 5 attempts.
## CONSTRAINTS & STANDARDS:
- Depot 17 sends two files a day.
""",
    "tasks/serving/eta.md": """---
requirements: [BR-2, TR-1]
checks: [python]
---
## TASK: Estimate arrivals
## DELIVERABLES:
- src/serving/eta.py
## SUCCESS CRITERIA:
- [ ] AC-1: 95 % within 30 minutes on the data of 2025 (check: python)
## CONTEXT FILES:
- Schema: context/data_context.md
## TECHNICAL SPECIFICATIONS:
- Runs every 10 minutes; the last 20 scans of a depot count.
- A model that is older than 7 days is trained again, on 90 days of scans.
## CONSTRAINTS & STANDARDS:
- The API has a timeout of 2 seconds.
""",
}
"""Numbered lists, profiles with many measured figures, limits of an API."""

PROJECTS = {"meters": METERS, "insurance": INSURANCE, "trams": TRAMS, "library": LIBRARY, "parcels": PARCELS}


def build(root: Path, files: dict[str, str]) -> Path:
    """Files under `agent-prompts/`."""
    for path, text in files.items():
        file = root / "agent-prompts" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root
