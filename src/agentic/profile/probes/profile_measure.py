"""A relation -> figures of each column, in few passes.

1. one aggregate over all rows; 2. a sample that stays in memory: shapes, formats, quartiles, what is worth a second look;
3. columns of few values counted value by value; 4. one more aggregate over all rows for what the sample suggests.
"""

from profile_faults import group_of, quoted, tell, text_of
from profile_keys import candidate_keys
from profile_sample import some_of
from profile_shapes import CARD, CARDS, by_name, look_at_texts, masked

SAMPLE = 50_000
"""Rows in memory for shapes and quartiles. A smaller table is looked at whole."""
FEW = 1_000
"""A column of so many values is counted value by value."""
SHOWN = 20
EXACT = 1_000_000
"""Rows up to which distinct values are counted. DuckDB's approximate count is a third off at times."""
AT_ONCE = 250
"""Columns in one query: DuckDB's planner takes long over thousands."""
DETAILED = 300
"""Columns that are looked at in detail; of a wider table the others get the first pass only."""
LONGEST = 200
"""Letters of a value that are kept."""
TUKEY = 3.0
MAD = 3.5
LOOKS_LIKE = ("BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")
SENTINELS = {
    "number": ("-1", "-9", "-99", "-999", "-9999", "99", "999", "9999", "99999", "999999", "9999999", "-32768", "2147483647"),
    "text": ("n/a", "na", "null", "none", "nan", "nil", "-", "?", "unknown", "undefined", "#n/a", "missing", "(null)", "tbd", "\\n", "0000-00-00"),
    "time": ("1900-01-01", "1970-01-01", "9999-12-31", "0001-01-01", "1899-12-30", "2999-12-31"),
}  # fmt: skip
"""What often stands for a value that nobody knows. Text is held against it in small letters, a moment by its day."""


def measure(con, relation, one, known, number):
    """Everything about one table on its own."""
    described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    columns = [{"name": row[0], "type": row[1], "group": group_of(row[1])} for row in described]
    looked_at = con.execute(f"SELECT count(*) FROM {relation}").fetchone()[0]
    tell(f"{one['name']}: {looked_at:,} rows by {len(columns):,} columns")
    first_pass(con, relation, columns, looked_at, one["name"])
    detailed = columns[:DETAILED]
    sample, sampled = take_sample(con, known, detailed, looked_at, number)
    # What lies in memory as a whole, without columns that nobody asks for, answers quicker.
    whole = sample if sampled == looked_at else relation
    tell(f"{one['name']}: values, shapes and quartiles")
    count_values(con, whole, detailed, looked_at)
    look_at_texts(con, sample, detailed, sampled)
    look_at_numbers(con, whole if looked_at <= EXACT else sample, detailed)
    tell(f"{one['name']}: checking on all rows what a sample suggests")
    second_pass(con, whole, detailed, sample)
    tell(f"{one['name']}: keys")
    keys = candidate_keys(con, whole, sample, detailed, looked_at)
    for column in columns[DETAILED:]:
        hide(column)
    for column in columns:
        conclude(column)
    return {
        "rows_measured": looked_at, "columns": columns, "keys": keys, "sample_rows": sampled, "detailed": len(detailed),
    }  # fmt: skip


def conclude(column):
    """Nothing of people leaves this program: shapes instead of values."""
    counted = column.pop("counted", None)
    column["complete"] = counted is not None and len(counted) <= SHOWN
    if column.get("pii"):
        for key in ("least", "greatest"):
            column[key] = masked(str(column[key])) if column.get(key) is not None else None
        for key in ("values", "quartiles", "mean", "fences"):
            column.pop(key, None)
        if not column.get("format"):
            column.pop("regex", None)


def hide(column):
    """Nobody looked whether its values speak of people, so they are not shown: not texts, and not numbers as long as a card's."""
    by_name(column)
    if column["group"] == "text":
        for key in ("least", "greatest"):
            column[key] = masked(column[key]) if column.get(key) is not None else None
    elif column["type"] in CARDS and max(len(column.get(key) or "") for key in ("least", "greatest")) >= CARD:
        column.update(least=None, greatest=None, mean=None)


# --- the first pass ------------------------------------------------------------------------------------------


def first_pass(con, relation, columns, rows, name):
    """Present, distinct, least, greatest, mean."""
    # Each exact count is a pipeline of its own: too much for the planner where there are thousands.
    exact = rows <= EXACT and len(columns) <= DETAILED
    for start in range(0, len(columns), AT_ONCE):
        some = columns[start : start + AT_ONCE]
        if start:
            tell(f"{name}: column {start:,} of {len(columns):,}")
        asked = [(column, key, text) for column in some for key, text in aggregates(column, exact)]
        row = con.execute(f"SELECT {', '.join(text for _, _, text in asked)} FROM {relation}").fetchone()
        for (column, key, _), value in zip(asked, row):
            column[key] = value
    for column in columns:
        column["missing"] = rows - column["present"]
        if column.get("distinct") is not None:
            column["distinct"] = min(column["distinct"], column["present"])
            column["distinct_exact"] = exact or (column["distinct"] <= 1 and column["least"] == column["greatest"])


def aggregates(column, exact):
    """(what it is, SQL). Everything that may not fit into Python comes as text."""
    name, group = quoted(column["name"]), column["group"]
    yield "present", f"count({name})"
    if group == "other":
        return
    yield "distinct", f"count(DISTINCT {name})" if exact else f"approx_count_distinct({name})"
    if group == "text":
        yield "least", f"left(min({name})::VARCHAR, {LONGEST})"
        yield "greatest", f"left(max({name})::VARCHAR, {LONGEST})"
        yield "shortest", f"min(length({name}::VARCHAR))"
        yield "longest", f"max(length({name}::VARCHAR))"
        return
    real = column["type"] in ("DOUBLE", "FLOAT")
    # NaN and the infinite would be the greatest of all, and the mean of nothing.
    only = f" FILTER (isfinite({name}))" if real else ""
    yield "least", f"(min({name}){only})::VARCHAR"
    yield "greatest", f"(max({name}){only})::VARCHAR"
    if group == "number":
        yield "mean", f"avg({name}::DOUBLE){only}"
    if real:
        yield "unreal", f"count(*) FILTER (NOT isfinite({name}))"


# --- the sample ----------------------------------------------------------------------------------------------


def take_sample(con, known, columns, rows, number):
    """(a table in memory, its rows): all of a small relation, else rows from everywhere in a large one."""
    con.execute("ATTACH IF NOT EXISTS ':memory:' AS desk")
    name = f"desk.sample_{number}"
    names = [column["name"] for column in columns if column["group"] != "other"]
    con.execute(f"CREATE TABLE {name} AS {some_of(known['scan'], known['place'], con, names, rows, SAMPLE)}")
    return name, con.execute(f"SELECT count(*) FROM {name}").fetchone()[0]


def look_at_numbers(con, sample, columns):
    """Quartiles, and the fences beyond which a value is an outlier."""
    for column in columns:
        if column["group"] != "number":
            continue
        name = f"{quoted(column['name'])}::DOUBLE"
        row = con.execute(
            f"SELECT quantile_cont(v, [0.25, 0.5, 0.75]), count(v) FROM (SELECT {name} AS v FROM {sample}) WHERE isfinite(v)"
        ).fetchone()
        if not row or not row[1]:
            continue
        column["quartiles"], column["quartiles_of"] = row
        column["fences"] = fences(con, sample, name, row[0]) if row[1] >= 20 else None


def fences(con, sample, name, quartiles):
    """(low, high, how): Tukey's outer fences, or the median's deviation where half of all values are the same."""
    low, middle, high = quartiles
    if high > low:
        return low - TUKEY * (high - low), high + TUKEY * (high - low), f"beyond {TUKEY:g} IQR of the quartiles"
    spread = con.execute(
        f"SELECT avg(abs(v - {middle!r})) FROM (SELECT {name} AS v FROM {sample}) WHERE isfinite(v)"
    ).fetchone()[0]
    if not spread:
        return None
    # The median of deviations is 0 here; Iglewicz and Hoaglin take the mean deviation then.
    reach = MAD * 1.253314 * spread
    return middle - reach, middle + reach, f"modified z-score above {MAD:g} (mean absolute deviation from the median)"


# --- columns of few values -----------------------------------------------------------------------------------


def count_values(con, relation, columns, rows):
    """Exact counts, value by value."""
    for column in columns:
        if column["group"] == "other" or not column["present"] or column["distinct"] > FEW * 1.5:
            continue
        name = quoted(column["name"])
        found = con.execute(
            f"SELECT left({name}::VARCHAR, {LONGEST}), count(*) FROM {relation} WHERE {name} IS NOT NULL GROUP BY {name}"
            f" ORDER BY 2 DESC, 1 LIMIT {FEW * 2}"
        ).fetchall()
        if len(found) < FEW * 2:
            column["distinct"], column["distinct_exact"] = len(found), True
            column["counted"] = found
            column["values"] = [list(pair) for pair in found[:SHOWN]]


# --- the second pass -----------------------------------------------------------------------------------------


def second_pass(con, relation, columns, sample):
    """One aggregate over all rows for whatever is worth it."""
    suspects = sentinels_in(con, sample, columns)
    asked = [
        (column, key, text)
        for column in columns
        for key, text in (*second_looks(column, suspects.get(column["name"], ())), *looks_at_days(column))
    ]
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        row = con.execute(f"SELECT {', '.join(text for _, _, text in some)} FROM {relation}").fetchone()
        for (column, key, _), value in zip(some, row):
            column.setdefault("checked", {})[key] = value


def second_looks(column, suspects):
    """(what it is, SQL)."""
    name = quoted(column["name"])
    if column.get("fences"):
        low, high, _ = column["fences"]
        real = f"isfinite({name}) AND " if column["type"] in ("DOUBLE", "FLOAT") else ""
        yield "outliers", f"count(*) FILTER ({real}({name} < {low!r}::DOUBLE OR {name} > {high!r}::DOUBLE))"
    if column.get("regex"):
        yield "regex", f"count(*) FILTER (regexp_full_match({name}::VARCHAR, {text_of(column['regex'])}))"
    if column.get("format"):
        yield "format", f"count(*) FILTER (regexp_full_match({name}::VARCHAR, {text_of(column['format_regex'])}))"
    if column.get("looks_like"):
        yield "looks_like", f"count(TRY_CAST({name} AS {column['looks_like']}))"
    if column["group"] == "text":
        yield "empty", f"count(*) FILTER ({name}::VARCHAR = '')"
    if column.get("padded"):
        yield "padded", f"count(*) FILTER ({name}::VARCHAR != trim({name}::VARCHAR))"
    for value in suspects:
        yield f"sentinel {value}", f"count(*) FILTER ({as_compared(column)} = {text_of(value)})"


def looks_at_days(column):
    """(what it is, SQL)."""
    name = quoted(column["name"])
    if column["group"] == "time":
        yield "days", f"count(DISTINCT {name}::DATE)"
        yield "span", f"date_diff('day', min({name})::DATE, max({name})::DATE) + 1"


def as_compared(column):
    """As the list of sentinels writes it."""
    name = quoted(column["name"])
    if column["group"] == "time":
        return f"{name}::DATE::VARCHAR"
    # 9999.0 of a double is 9999.
    return (
        f"regexp_replace({name}::VARCHAR, '[.]0$', '')"
        if column["group"] == "number"
        else f"lower(trim({name}::VARCHAR))"
    )


def sentinels_in(con, sample, columns):
    """Column -> suspects that its sample holds. One at an end of the range, or in a text; a 99 among others is a number."""
    found = {}
    for column in columns:
        known = SENTINELS.get(column["group"])
        if not known or not column["present"]:
            continue
        listed = ", ".join(map(text_of, known))
        rows = con.execute(
            f"SELECT {as_compared(column)} AS v, count(*) FROM {sample} GROUP BY 1 HAVING v IN ({listed}) ORDER BY 2 DESC LIMIT 3"
        ).fetchall()
        values = [value for value, often in rows if stands_apart(column, value, often)]
        if values:
            found[column["name"]] = values
    return found


def stands_apart(column, value, often):
    """A number is suspected only at the very end of the range, more than once, and beyond the fences or alone below zero."""
    if column["group"] == "text":
        return True
    ends = [str(column[key])[: len(value)] for key in ("least", "greatest")]
    if column["group"] == "time":
        return value in ends and often >= 2
    plain = [str(column[key]).removesuffix(".0") for key in ("least", "greatest")]
    if value not in plain or often < 2:
        return False
    low, high, _ = column.get("fences") or (float("-inf"), float("inf"), "")
    quartile = (column.get("quartiles") or [0])[0]
    return not low <= float(value) <= high or (float(value) < 0 <= quartile)
