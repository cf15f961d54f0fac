"""The desk of the lake: what is there, what changed, and taking it back."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.structs import replace

from agentic.errors import TableMoved, UsageError
from agentic.lake import Change, Difference, Door, History, Rows, Tables
from agentic.settings import load_lake

if TYPE_CHECKING:
    from agentic.app.core import App

Kind = Literal["branch", "tag"]
LOGIN = re.compile(r"(//)[^/@]*@|[?&](?:user|password)=[^&]*")
"""What an address may say of its user: nothing that a list should show."""


@dataclass(frozen=True)
class LakeDesk:
    """The desk. A change is previewed by one call and carried out by another, which takes what the first one gave."""

    app: App

    @cached_property
    def door(self) -> Door:
        """To the project's own catalog."""
        lake = load_lake(self.app.root, os.environ)
        return Door(
            self.app.interpreter,
            self.app.root,
            lake,
            os.environ,
            self.app.redact,
            lambda words: self.app.watch("lake", words),
        )

    # --- looking ----------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        """Every table, with its size."""
        lake = self.door.lake
        place = self.app.redact(LOGIN.sub(r"\1", lake.uri))
        return msgspec.convert({"catalog": lake.name, "place": place, **self.door.ask("tables")}, Tables)

    def history(self, table: str) -> History:
        """Snapshots, branches, tags."""
        return msgspec.convert(self.door.ask("history", table=table), History)

    def diff(self, table: str, start: str, end: str, key: tuple[str, ...]) -> Difference:
        """Rows that came and went between two snapshots."""
        return msgspec.convert(self.door.ask("diff", table=table, start=start, end=end, key=list(key)), Difference)

    def rows(self, table: str, at: str, columns: tuple[str, ...], where: str, limit: int) -> Rows:
        """Some rows as they were; secrets that are recognised are redacted."""
        answer = self.door.ask("rows", table=table, at=at, columns=list(columns), where=where, limit=limit)
        answer["rows"] = [[self.hidden(value) for value in row] for row in answer["rows"]]
        return msgspec.convert(answer, Rows)

    def hidden(self, value: Any) -> Any:
        """Texts without secrets, also those that nest; other values as they are."""
        if isinstance(value, str):
            return self.app.redact(value)
        if isinstance(value, list):
            return [self.hidden(one) for one in value]
        if isinstance(value, dict):
            return {name: self.hidden(one) for name, one in value.items()}
        return value

    # --- changing ---------------------------------------------------------------------------------------------

    def mark(self, table: str, kind: Kind, name: str, at: str) -> Change:
        """A new branch or tag; it takes nothing away, so nobody is asked."""
        return changed(kind, self.door.ask("mark", table=table, kind=kind, name=name, at=at), name=name, done=True)

    def preview_drop(self, table: str, kind: Kind, name: str) -> Change:
        """What a branch or tag holds that nothing else does."""
        return changed(f"drop {kind}", self.door.ask("preview drop", table=table, kind=kind, name=name), name=name)

    def drop(self, seen: Change) -> Change:
        """The branch or tag is gone; its snapshots stay until they expire."""
        self.carry_out(seen, "drop", name=seen.name)
        return replace(seen, done=True)

    def preview_rollback(self, table: str, to: str, seen: str = "") -> Change:
        """What would be undone."""
        return still(changed("rollback", self.door.ask("preview rollback", table=table, to=to)), seen)

    def refuse_unsaid(self, why: str, who: str) -> str:
        """Who decides; said before anything is done. Raises PersonNeeded."""
        from agentic.flows.decide import refuse_nameless

        name = who or self.app.tools.person()
        refuse_nameless("rollback", name, why)
        return name

    def rollback(self, seen: Change, who: str, why: str) -> Change:
        """Let main show the snapshot that was previewed; kept as a decision, since people want to know a year later."""
        from agentic.flows.decide import decide

        tools = self.app.tools
        self.carry_out(seen, "rollback", snapshot=seen.after)
        facts = {
            "from": seen.before,
            "to": seen.after,
            "rows": f"{seen.rows_before:,} -> {seen.rows_after:,}",
            "undone": ", ".join(one.id for one in seen.snapshots),
        }
        record = decide("rollback", f"lake/{seen.table}", who, why, tools, facts=facts)
        return replace(seen, done=True, decision=record.id)

    def preview_expiry(self, table: str, keep: int | None, older_than: float | None, seen: str = "") -> Change:
        """Snapshots that would go, and files that nothing refers to."""
        if keep is not None and keep < 1:
            raise UsageError("--keep 0 would leave no snapshot", hint="the newest one always stays: --keep 1.")
        answer = self.door.ask("preview expiry", table=table, keep=keep, older_than=older_than)
        return still(changed("expiry", answer), seen)

    def expire(self, seen: Change) -> Change:
        """Those snapshots cannot be gone back to any more."""
        self.carry_out(seen, "expiry", snapshots=[one.id for one in seen.snapshots])
        return replace(seen, done=True)

    def preview_compaction(self, table: str, seen: str = "") -> Change:
        """Small files that would be merged; told from metadata, without a JVM."""
        return still(changed("compaction", self.door.ask("preview compaction", table=table)), seen)

    def compact(self, seen: Change) -> Change:
        """Merged by the project's own Spark. Raises TableMoved, MissingProgram."""
        answer = self.door.ask("compact", table=seen.table, metadata=seen.metadata, session=self.session)
        return msgspec.convert({**msgspec.to_builtins(seen), **answer, "done": True}, Change)

    def preview_orphans(self, table: str, older_than: float, seen: str = "") -> Change:
        """Files that nothing refers to, older than that many days."""
        return still(changed("orphans", self.door.ask("preview orphans", table=table, older_than=older_than)), seen)

    def remove_orphans(self, seen: Change) -> Change:
        """Those files are gone, as far as Iceberg, too, finds them nowhere. Raises TableMoved, MissingProgram."""
        answer = self.door.ask(
            "remove orphans", table=seen.table, metadata=seen.metadata, until=seen.until, session=self.session
        )
        return msgspec.convert({**msgspec.to_builtins(seen), **answer, "done": True}, Change)

    @property
    def session(self) -> str:
        """Where the project's Spark session comes from."""
        return self.app.settings.lake.session

    def carry_out(self, seen: Change, action: str, **what: Any) -> None:
        """Exactly what was previewed. Raises TableMoved where another commit came first."""
        self.door.ask("carry out", table=seen.table, metadata=seen.metadata, action=action, **what)


def changed(action: str, answer: dict[str, Any], **more: Any) -> Change:
    """The program's answer as a noun."""
    return msgspec.convert({"action": action, **answer, **more}, Change)


def still(found: Change, seen: str) -> Change:
    """The same, if it is of the state that an earlier preview named. Raises TableMoved."""
    if seen and seen != found.metadata:
        raise TableMoved(f"{found.table} has changed since the preview that was named; nothing was done")
    return found
