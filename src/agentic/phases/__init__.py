"""The seven phases: what each asks for, and whether it is there."""

from agentic.phases.check import Line, PhaseReport, check
from agentic.phases.judge import judge_document, open_questions, required_boxes
from agentic.phases.read import FILE, read_phases

__all__ = ["FILE", "Line", "PhaseReport", "check", "judge_document", "open_questions", "read_phases", "required_boxes"]
