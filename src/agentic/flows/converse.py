"""Conversation -> drafted files: ask, carry out what was called, ask again until it says that it is finished."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import rfc8785

from agentic.errors import LimitReached, OutsideFailed, ProviderBusy
from agentic.flows.allowance import room_for
from agentic.flows.purse import Purse
from agentic.flows.run import Run
from agentic.values import Ask, ChangeSet, Conversation, Finding, Refusal, Reply, Result
from agentic.values.digest import digest
from agentic.workspace import Fence, apply

CUT = "your answer was cut at its longest length, so nothing of it was carried out; write less in one answer"
DEAD_ENDS = {
    "refusal": "the model declined to answer",
    "model_context_window_exceeded": "the prompt is too long for the model",
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """What one attempt came to."""

    conversation: Conversation
    draft: ChangeSet
    results: tuple[Result, ...] = ()
    """Answers to the last calls; they have to go with whatever is said next."""
    summary: str = ""
    questions: tuple[str, ...] = ()
    dead_end: Finding | None = None
    """Why asking again is of no use."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation with one provider, on record."""

    run: Run
    purse: Purse
    fence: Fence

    def attempt(self, number: int, conversation: Conversation, draft: ChangeSet) -> Drafted:
        """One attempt: as many requests as the model needs, at most `limits.turns`."""
        for turn in range(1, self.run.tools.settings.limits.turns + 1):
            reply = self.ask(number, turn, conversation)
            conversation = conversation.then(reply)
            if reply.stop in DEAD_ENDS:
                return Drafted(
                    conversation, draft, dead_end=Finding("provider", DEAD_ENDS[reply.stop], detail=reply.text)
                )
            draft, results = self.carry_out(draft, reply)
            if (done := finished(reply)) is not None:
                return Drafted(conversation, draft, results, str(done.get("summary", "")), questions(done))
            if not reply.calls and reply.stop not in ("max_tokens", "pause_turn"):
                return Drafted(conversation, draft, summary=reply.text)
            conversation = conversation.then(
                Ask(() if results else (CUT if reply.stop == "max_tokens" else "Go on.",), results)
            )
        raise LimitReached(
            f"{self.run.task.path}: no end after {self.run.tools.settings.limits.turns} requests in one attempt (limits.turns)"
        )

    def ask(self, attempt: int, turn: int, conversation: Conversation) -> Reply:
        """One answer: from the record where it is there, else from the provider, and then on record before anything is done."""
        recalled = self.run.record.knows("reply")
        body = self.run.record.once("reply", lambda: self.ask_live(attempt, turn, conversation))
        reply = msgspec.convert(body["reply"], Reply)
        if recalled:
            self.purse.settle(reply)
        return reply

    def ask_live(self, attempt: int, turn: int, conversation: Conversation) -> Mapping[str, Any]:
        """Ask, and ask again while the provider is busy; every request stands in the journal before it leaves."""
        began = time.monotonic()
        fingerprint = fingerprint_of(conversation)
        self.run.tell(f"asking {self.run.provider.model or self.run.provider.name} (attempt {attempt}, turn {turn})")
        reply = self.until_answered({"attempt": attempt, "turn": turn, "fingerprint": fingerprint}, conversation)
        return {
            "attempt": attempt,
            "turn": turn,
            "fingerprint": fingerprint,
            "milliseconds": round((time.monotonic() - began) * 1000),
            "micro_usd": self.purse.settle(reply),
            "reply": msgspec.to_builtins(reply),
        }

    def until_answered(self, where: Mapping[str, Any], conversation: Conversation) -> Reply:
        """Tries, with waits between them. Raises what the last try raised."""
        if not self.run.provider.costs:
            return self.try_once(where, 1, conversation)
        # stamina takes longer to import than a template to answer.
        import stamina

        limits, tries = self.run.tools.settings.provider, 0
        for again in stamina.retry_context(
            on=wait_for(limits.longest_wait),
            attempts=limits.retries + 1,
            timeout=None,
            wait_initial=0.5,
            wait_max=limits.longest_wait,
        ):
            with again:
                tries += 1
                return self.try_once(where, tries, conversation)
        raise AssertionError("stamina ends with an answer or an error")

    def try_once(self, where: Mapping[str, Any], number: int, conversation: Conversation) -> Reply:
        """One request: its worst case is reserved first, and a lost one is counted at that."""
        worst = self.purse.reserve(conversation)
        asked = {**where, "try": number, "worst_tokens": worst.tokens, "worst_micro_usd": worst.micro_usd}
        with room_for(worst, self.run.tools):
            self.run.record.keep("requested", asked)
        try:
            return self.run.provider.answer(conversation)
        except OutsideFailed as error:
            most = self.purse.lose() if error.may_cost else self.purse.release()
            told = {"code": error.code, "message": error.message, "cause": error.cause}
            bound = {"lost": error.may_cost, "at_most_tokens": most.tokens, "at_most_micro_usd": most.micro_usd}
            self.run.record.keep("unanswered", {**where, "try": number, **told, **bound})
            raise

    def carry_out(self, draft: ChangeSet, reply: Reply) -> tuple[ChangeSet, tuple[Result, ...]]:
        """Every call of an answer. A cut answer has calls that lack half of themselves: none of them counts."""
        results = []
        for call in reply.calls:
            if reply.stop != "tool_use":
                results.append(Result(call.id, CUT, refused=True))
            elif call.tool == "finish":
                results.append(Result(call.id, "noted; the checks decide"))
            else:
                applied = apply(draft, call, self.fence)
                draft = applied.draft
                results.append(applied.result)
                if applied.refusal:
                    self.refuse(applied.refusal)
        return draft, tuple(results)

    def refuse(self, refusal: Refusal) -> None:
        """On record, and never on disk."""
        self.run.record.once("refused", lambda: msgspec.to_builtins(refusal))
        self.run.tell(f"refused a write to {refusal.path} ({refusal.rule})")


def wait_for(longest: int) -> Any:
    """A hook for stamina: ask again where that may help, no sooner than the provider wishes, within our own bound."""

    def again(error: Exception) -> bool | float:
        if not isinstance(error, ProviderBusy):
            return False
        return True if error.retry_after is None else min(error.retry_after, longest)

    return again


def finished(reply: Reply) -> Mapping[str, Any] | None:
    """The arguments of `finish`, if it was called in a whole answer."""
    if reply.stop != "tool_use":
        return None
    return next((call.arguments for call in reply.calls if call.tool == "finish"), None)


def questions(done: Mapping[str, Any]) -> tuple[str, ...]:
    """What the model leaves open."""
    said = done.get("open_questions") or ()
    return tuple(str(question) for question in said) if isinstance(said, (list, tuple)) else (str(said),)


def fingerprint_of(conversation: Conversation) -> str:
    """Two requests with the same one ask the same."""
    return digest(rfc8785.dumps(msgspec.to_builtins(conversation)))
