"""Is the data of two queries the same? Rows, and a sum over each column that does not depend on the order of rows."""

from typing import Any

from opened import limited, opened, quoted

FLOATS = ("FLOAT", "DOUBLE")


def sums(connection: Any, sql: str) -> dict[str, Any]:
    """Rows, and for each column a digest of its values and of how they stand together with the whole row."""
    kinds = [(row[0], row[1]) for row in connection.execute(f"DESCRIBE (\n{sql}\n)").fetchall()]
    values = [steady(quoted(name), kind) for name, kind in kinds]
    each = ", ".join(f"sum(hash({value})::HUGEINT % 1000000007)" for value in values)
    whole = f"sum(hash({', '.join(values)})::HUGEINT % 1000000007)"
    names = ", ".join(quoted(name) for name, _ in kinds)
    row = connection.execute(f"SELECT count(*), {whole}, {each} FROM (\n{sql}\n) AS agentic_twin({names})").fetchone()
    return {
        "rows": row[0],
        "whole": str(row[1]),
        "columns": {name.lower(): str(value) for (name, _), value in zip(kinds, row[2:], strict=True)},
    }


def steady(name: str, kind: str) -> str:
    """Sums of floats depend on the order in which they were added: nine digits are held."""
    if any(kind.startswith(each) for each in FLOATS):
        return f"printf('%.8e', {name})"
    return f"CAST({name} AS VARCHAR)"


def compare(before: dict[str, Any], after: dict[str, Any], relations: list[str]) -> dict[str, Any]:
    """Each relation in two databases; what is in only one of them says so."""
    import duckdb

    found = []
    one, other = opened(before), opened(after)
    for relation in relations:
        told: dict[str, Any] = {"relation": relation}
        for side, connection in (("before", one), ("after", other)):
            try:
                with limited(connection):
                    told[side] = sums(connection, f"SELECT * FROM {relation}")
            except duckdb.Error as error:
                told[side] = None
                told[f"{side}_error"] = str(error)[:300]
        found.append(told)
    return {"relations": found}
