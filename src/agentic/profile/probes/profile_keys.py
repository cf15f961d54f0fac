"""Columns that name one row, and columns that point to another table. A sample refuses, all rows decide.

Two rows of a sample with the same values prove that there is no key: nearly every candidate ends there. Whether the rest are
keys is counted on all rows, by a hash of 64 bits: as many hashes as rows means as many values as rows.
"""

from itertools import combinations

from profile_faults import quoted, tell

WIDE = 12
"""Columns that are tried together."""
MOST = 3
"""Columns of a key."""
NEAR = 0.5
"""Share of distinct values from which one column may be a key: an approximate count may be a third off."""
ROOM = 1.6
"""By how much an approximate count may be too low."""
TRIED = 8
"""Candidates of several columns that are counted on all rows."""
KEPT = 5
LONGEST = 200
SOME = 1_000
"""Values of a sample that are looked up in another table first."""
ALLOWED = 0.05
"""Share of orphans with which a foreign key is still suggested."""


def candidate_keys(con, relation, sample, columns, rows):
    """Minimal keys: first single columns; where none is one, two or three together."""
    if rows < 2:
        return []
    usable = [column for column in columns if may_be_of_a_key(column)]
    near = [column for column in usable if column["missing"] == 0 and column["distinct"] >= NEAR * rows]
    found = []
    for column in near:
        if repeated(con, sample, [column["name"]]):
            continue
        count = hashes(con, relation, [column["name"]])
        column["distinct"], column["distinct_exact"] = count, count == rows
        if count == rows:
            found.append({"columns": [column["name"]], "rows": rows})
    return found or composite(con, relation, sample, usable, rows)


def may_be_of_a_key(column):
    """Amounts and long texts name nothing."""
    if column["group"] not in ("number", "text", "time") or is_amount(column) or not column["present"]:
        return False
    return column["missing"] == 0 and column["distinct"] > 1 and column.get("longest", 0) <= LONGEST


def is_amount(column):
    """With a fraction: price, weight, share."""
    kind = column["type"]
    return kind in ("DOUBLE", "FLOAT") or (kind.startswith("DECIMAL") and not kind.endswith(",0)"))


def composite(con, relation, sample, columns, rows):
    """Two columns, then three; none that holds a key already."""
    best = sorted(columns, key=lambda column: -column["distinct"])[:WIDE]
    found, tried = [], 0
    for size in range(2, MOST + 1):
        for some in combinations(best, size):
            names = [column["name"] for column in some]
            if tried >= TRIED or len(found) >= KEPT:
                return found
            if product(some) < rows or any(set(key["columns"]) <= set(names) for key in found):
                continue
            if repeated(con, sample, names):
                continue
            tell(f"  is ({', '.join(names)}) a key?")
            tried += 1
            if hashes(con, relation, names) == rows:
                found.append({"columns": names, "rows": rows})
    return found


def product(columns):
    """As many combinations as there can be at most; counts are approximate, so with room."""
    made = 1
    for column in columns:
        made *= column["distinct"] * ROOM
    return made


def repeated(con, sample, names):
    """Do two rows of the sample have the same values? First in a few of them, which is enough to refuse most."""
    listed = ", ".join(map(quoted, names))
    for limit in (" LIMIT 3000", ""):
        rows, distinct = con.execute(
            f"SELECT count(*), count(DISTINCT h) FROM (SELECT hash({listed}) AS h FROM {sample}{limit})"
        ).fetchone()
        if distinct < rows:
            return True
    return False


def hashes(con, relation, names):
    """Distinct ones on all rows."""
    listed = ", ".join(map(quoted, names))
    return con.execute(f"SELECT count(*) FROM (SELECT DISTINCT hash({listed}) FROM {relation})").fetchone()[0]


# --- from one table to another -------------------------------------------------------------------------------


def foreign_keys(con, tables):
    """Columns whose values are all, or nearly all, keys of another table that is looked at in the same run."""
    parents = [(table, key["columns"][0]) for table in tables for key in table["keys"] if len(key["columns"]) == 1]
    found = []
    for child in tables:
        for column in child["columns"][:300]:
            for parent, name in parents:
                if parent is child or not comparable(column, about(parent, name)):
                    continue
                if pointing := points(con, child, column, parent, name):
                    found.append(pointing)
    return found


def about(table, name):
    return next(column for column in table["columns"] if column["name"] == name)


def comparable(column, key):
    """Of one group, more than one value, and within the key's range: cheap reasons to look no further."""
    if column["group"] != key["group"] or not column["present"] or not may_point(column):
        return False
    return column["distinct"] <= ROOM * key["distinct"] * (1 + ALLOWED) and column["distinct"] > 1


def may_point(column):
    return column["group"] in ("number", "text") and column["type"] not in ("DOUBLE", "FLOAT", "BOOLEAN")


def points(con, child, column, parent, name):
    """Orphans on all rows, where some values of the column are nearly all there."""
    tell(f"{child['name']}.{column['name']} -> {parent['name']}.{name}?")
    left, right = quoted(column["name"]), quoted(name)
    keys = f"(SELECT {right} AS k FROM {parent['relation']})"
    some = f"(SELECT DISTINCT {left} AS v FROM {child['relation']} WHERE {left} IS NOT NULL LIMIT {SOME})"
    missing, asked = con.execute(
        f"SELECT count(*) FILTER (k IS NULL), count(*) FROM {some} LEFT JOIN {keys} ON v = k"
    ).fetchone()
    if not asked or missing > 2 * ALLOWED * asked + 1:
        return None
    rows, orphans, used = con.execute(
        f"SELECT sum(n), coalesce(sum(n) FILTER (k IS NULL), 0), count(k) FROM"
        f" (SELECT {left} AS v, count(*) AS n FROM {child['relation']} WHERE {left} IS NOT NULL GROUP BY v) LEFT JOIN {keys} ON v = k"
    ).fetchone()
    if orphans > ALLOWED * rows:
        return None
    return {
        "table": child["name"], "column": column["name"], "to_table": parent["name"], "to_column": name, "rows": int(rows),
        "orphans": int(orphans), "used": used, "of": about(parent, name)["distinct"], "whole": column["group"] == "number",
    }  # fmt: skip
