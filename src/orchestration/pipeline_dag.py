"""Airflow DAG `pipeline`: Ingestion, then transformation, then quality; each is waited for.

Rendered from agent-prompts/examples/airflow_master_dag.py.j2 for tasks/orchestration/pipeline_dag.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, chain

TRIGGERS = ["ingestion", "transformation", "quality"]


def trigger(dag_id: str) -> TriggerDagRunOperator:
    """Start another DAG and wait for its end; that it failed is our failure."""
    return TriggerDagRunOperator(
        task_id=dag_id,
        trigger_dag_id=dag_id,
        # The run of the other has our own id. A second try of this task begins that very run anew instead of another one.
        trigger_run_id="{{ run_id }}",
        reset_dag_run=True,
        conf={"correlation_id": "{{ run_id }}"},
        wait_for_completion=True,
        poke_interval=5,
        allowed_states=["success"],
        failed_states=["failed"],
        execution_timeout=timedelta(minutes=240),
    )


with DAG(
    dag_id="pipeline",
    description="Ingestion, then transformation, then quality; each is waited for.",
    schedule="0 6 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    tags=["orchestration"],
) as dag:
    chain(*(trigger(name) for name in TRIGGERS))
