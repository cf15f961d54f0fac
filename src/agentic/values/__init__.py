"""The nouns: frozen, no I/O. A word here is the same word in the archive, in the logs and on the screen."""

from agentic.values.change import Change, ChangeSet, Refusal
from agentic.values.conversation import Ask, Call, Conversation, Reply, Result, Usage
from agentic.values.execution import Execution, Status, Step
from agentic.values.finding import Finding, Severity, Verdict
from agentic.values.prompt import Part, Prompt
from agentic.values.spec import Budget, CheckSpec, ContextFile, Criterion, TaskSpec

__all__ = [
    "Ask", "Budget", "Call", "Change", "ChangeSet", "CheckSpec", "ContextFile", "Conversation", "Criterion",
    "Execution", "Finding", "Part", "Prompt", "Refusal", "Reply", "Result", "Severity", "Status", "Step",
    "TaskSpec", "Usage", "Verdict",
]  # fmt: skip
