"""Airflow DAG `transformation`: The dbt project, whole, from raw tables and the lake to the marts.

Rendered from agent-prompts/examples/airflow_commands_dag.py.j2 for tasks/orchestration/transformation_dag.md.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PROJECT = Path(os.environ.get("AGENTIC_PROJECT") or Path(__file__).resolve().parents[2])
# The whole chain of a master's run bears one id, in Airflow and in the logs of every program.
CORRELATION = {"CORRELATION_ID": "{{ dag_run.conf.get('correlation_id') or run_id }}"}


def step(task_id: str, command: str, retries: int, minutes: int) -> BashOperator:
    """One program, in the project's folder. What it says is in Airflow's log of the task; its exit code decides."""
    return BashOperator(
        task_id=task_id,
        # The blank: Airflow would take a text that ends in .sh for the name of a file.
        bash_command=f"{command} ",
        cwd=str(PROJECT),
        env=CORRELATION,
        append_env=True,
        retries=retries,
        retry_delay=timedelta(seconds=30),
        retry_exponential_backoff=True,
        execution_timeout=timedelta(minutes=minutes),
    )


# One run at a time: DuckDB has one writer, and a load that overtakes another helps nobody.
with DAG(
    dag_id="transformation",
    description="The dbt project, whole, from raw tables and the lake to the marts.",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    tags=["orchestration"],
) as dag:
    dbt = step(
        "dbt",
        ".venv/bin/python scripts/transform.py",
        retries=1,
        minutes=120,
    )
