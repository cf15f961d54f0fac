"""Candidates for a piece of SQL -> which of them the database understands, and whether they yield what was there before.

The engine itself binds every name, so nothing here has to know its rules of scope. `EXPLAIN` of what cannot be bound takes a tenth of a
millisecond; so thousands may be tried.
"""

import json
import re
from typing import Any

from opened import limited, opened, quoted
from twins import sums

HEAD = "EXPLAIN CREATE TEMP TABLE agentic_trial AS (\n"
ROUNDS = 12
"""So often the same name is replaced in one candidate."""


def trial(database: dict[str, Any], sql: str, items: list[dict[str, Any]], against: str, most: int) -> dict[str, Any]:
    """An answer for each item, in order: `ok`, and then `edits` as they were tried in the end, `columns`, and `same`, where it was compared.

    An item is a list of edits of `sql` ([place, old, new]). `against`: the relation as it was last built, quoted; empty where there is
    none. At most `most` items are run on data.
    """
    connection = opened(database)
    connection.execute("SET errors_as_json=true")
    before = had(connection, against)
    answers, compared = [], 0
    for item in items:
        answer = bound(connection, sql, item)
        if answer["ok"]:
            tried = edited(sql, answer["edits"])
            answer["columns"] = described(connection, tried)
            if before is not None and compared < most:
                compared += 1
                answer["same"] = same(connection, tried, before)
        answers.append(answer)
    return {
        "answers": answers,
        "error": refusal(connection, sql),
        "before": before and {"rows": before["rows"], "columns": list(before["columns"])},
    }


def had(connection: Any, against: str) -> dict[str, Any] | None:
    """What was there before; None where it cannot be read any more: a view of what has changed."""
    import duckdb

    if not against:
        return None
    try:
        with limited(connection):
            return sums(connection, f"SELECT * FROM {against}")
    except duckdb.Error:
        return None


def edited(sql: str, edits: list[list[Any]]) -> str:
    """Places are those of the text as it is given."""
    for place, old, new in sorted(edits, reverse=True):
        sql = sql[:place] + new + sql[place + len(old) :]
    return sql


def bound(connection: Any, sql: str, item: dict[str, Any]) -> dict[str, Any]:
    """Is it understood? A name that is missing again is replaced again, as long as that leads on."""
    edits = [list(edit) for edit in item["edits"]]
    again = item.get("again")
    last = ("", -1)
    for _ in range(ROUNDS):
        tried = edited(sql, edits)
        error = refusal(connection, tried)
        if error is None:
            return {"ok": True, "edits": edits}
        place = error["position"]
        if not again or place < 0 or (error["type"], place) == last or again[0].lower() not in error["message"].lower():
            break
        last = (error["type"], place)
        # The engine points at the beginning of `alias.column`.
        found = re.compile(rf'(?<![\w"])"?{re.escape(again[0])}"?(?![\w"])', re.IGNORECASE).search(tried, place)
        if found is None or found.start() > place + len(again[0]) + 80:
            break
        edits.append([original(found.start(), edits), found.group(), again[1]])
    return {"ok": False}


def original(place: int, edits: list[list[Any]]) -> int:
    """A place of the edited text in the text as it is given."""
    for start, old, new in sorted(edits):
        if start < place:
            place -= len(new) - len(old)
    return place


def refusal(connection: Any, sql: str) -> dict[str, Any] | None:
    """Why the engine does not understand it; None where it does."""
    import duckdb

    try:
        with limited(connection):
            connection.execute(f"{HEAD}{sql}\n)")
    except duckdb.Error as error:
        return told(error)
    return None


def told(error: Exception) -> dict[str, Any]:
    """The error as the engine tells it: its kind, its words, where (a character of the SQL; -1: not known), and what it is about."""
    text = str(error)
    start = text.find("{")
    try:
        said = json.loads(text[start:])
    except ValueError:
        return {
            "type": type(error).__name__,
            "subtype": "",
            "message": text[:2000],
            "position": -1,
            "name": "",
            "about": "",
        }
    position = int(said.get("position", -1))
    return {
        "type": said.get("exception_type", ""),
        "subtype": said.get("error_subtype", ""),
        "message": said.get("exception_message", "")[:2000],
        "position": position - len(HEAD) if position >= len(HEAD) else -1,
        "name": said.get("name", ""),
        "about": said.get("type", ""),
    }


def described(connection: Any, sql: str) -> list[list[str]]:
    """Names and types of its columns."""
    found = connection.execute(f"DESCRIBE (\n{sql}\n)").fetchall()
    return [[row[0], row[1]] for row in found]


def same(connection: Any, sql: str, before: dict[str, Any]) -> dict[str, Any]:
    """Rows and, by name, which columns hold the very values that were there before."""
    import duckdb

    try:
        with limited(connection):
            now = sums(connection, sql)
    except duckdb.Error as error:
        return {"failed": told(error)["message"][:300]}
    was = before["columns"]
    equal = [name for name, value in now["columns"].items() if was.get(name) == value]
    return {
        "rows": now["rows"], "rows_before": before["rows"], "equal": equal,
        "missing": [name for name in was if name not in now["columns"]],
        "added": [name for name in now["columns"] if name not in was],
        "whole": now == before,
    }  # fmt: skip


__all__ = ["quoted", "trial"]
