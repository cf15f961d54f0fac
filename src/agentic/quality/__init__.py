"""Checkpoints: what data must hold, what it held, and how that went over time."""

from agentic.quality.checkpoint import CHECKPOINTS, FOLDER, Checkpoint, names_in, read_checkpoint
from agentic.quality.door import Door
from agentic.quality.judge import findings_of, judge, status_of
from agentic.quality.log import LOG, append, figures_before, past_of, read_log
from agentic.quality.nouns import Checked, DataDocs, Expected, PastResult, QualityHistory, QualityRun, Trend
from agentic.quality.trends import judge_trends

__all__ = [
    "CHECKPOINTS", "FOLDER", "LOG", "Checked", "Checkpoint", "DataDocs", "Door", "Expected", "PastResult", "QualityHistory", "QualityRun",
    "Trend", "append", "figures_before", "findings_of", "judge", "judge_trends", "names_in", "past_of", "read_checkpoint", "read_log",
    "status_of",
]  # fmt: skip
