"""The nouns: frozen, no I/O. A word here is the same word in the archive, in the logs and on the screen."""

from agentic.values.change import Change, ChangeSet, Refusal
from agentic.values.conversation import Ask, Call, Conversation, Reply, Result, Usage
from agentic.values.decision import Decision
from agentic.values.execution import Execution, Owned, Status, Step
from agentic.values.finding import Finding, Severity, Verdict
from agentic.values.healing import Diagnosis, ErrorClass, Failure, Fix, Healing, HealingStatus, Mode
from agentic.values.phase import ChecklistItem, Phase, PhaseDocument, PhaseStep
from agentic.values.prompt import Part, Prompt
from agentic.values.requirement import QualityRule, Requirement
from agentic.values.spec import Budget, CheckSpec, ContextFile, Criterion, TaskSpec
from agentic.values.structure import Module, Size, Structure

__all__ = [
    "Ask", "Budget", "Call", "Change", "ChangeSet", "CheckSpec", "ChecklistItem", "ContextFile", "Conversation", "Criterion", "Decision",
    "Diagnosis", "ErrorClass", "Execution", "Failure", "Finding", "Fix", "Healing", "HealingStatus", "Mode", "Module", "Owned", "Part", "Phase", "PhaseDocument", "PhaseStep", "Prompt", "QualityRule", "Refusal", "Reply",
    "Requirement", "Result", "Severity", "Size", "Status", "Step", "Structure", "TaskSpec", "Usage", "Verdict",
]  # fmt: skip
