"""What is in the database: relations with their columns, functions, reserved words; and rows that a test found."""

from typing import Any

from opened import limited, opened

COLUMNS = """SELECT database_name, schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal
ORDER BY database_name, schema_name, table_name, column_index"""
VIEWS = "SELECT database_name, schema_name, view_name, sql FROM duckdb_views() WHERE NOT internal"


def look(database: dict[str, Any]) -> dict[str, Any]:
    """Everything that a name can stand for."""
    connection = opened(database)
    columns: dict[tuple[str, str, str], list[list[str]]] = {}
    for *place, column, kind in connection.execute(COLUMNS).fetchall():
        columns.setdefault(tuple(place), []).append([column, kind])
    views = {tuple(place): sql for *place, sql in connection.execute(VIEWS).fetchall()}
    relations = [
        {
            "database": place[0], "schema": place[1], "name": place[2], "kind": "view" if place in views else "table",
            "columns": found, "sql": views.get(place, ""),
        }
        for place, found in columns.items()
    ]  # fmt: skip
    functions = connection.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()
    words = connection.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    return {
        "relations": relations,
        "functions": sorted(name for (name,) in functions if name.isidentifier()),
        "keywords": sorted(word for (word,) in words),
    }


def rows(database: dict[str, Any], sql: str, most: int) -> dict[str, Any]:
    """Some rows of a query, as text: what a test found."""
    connection = opened(database)
    with limited(connection):
        found = connection.execute(f"SELECT * FROM (\n{sql}\n) LIMIT {int(most)}")
        names = [column[0] for column in found.description]
        return {
            "columns": names,
            "rows": [[None if one is None else str(one)[:200] for one in row] for row in found.fetchall()],
        }
