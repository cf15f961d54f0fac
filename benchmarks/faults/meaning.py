"""Faults of meaning: SQL that can be read, and that the database will not run or a test will not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faults.project import Edit, Kind, Project


def ambiguous_column(project: Project) -> Iterator[Edit]:
    """The key of a join, in the list of columns, without its relation."""
    for path, text in project.models:
        keys = {name for name in re.findall(r"\b\w+\.(\w+) = \w+\.\1\b", text)}
        for found in re.finditer(r"(?:\n\s*(?:, )?)(\w+\.)(\w+)(?=,?\n)", text):
            if found[2] in keys:
                yield project.cut(f"{found[2]} without its relation", path, found.start(1), found.end(1))


def group_by_incomplete(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for found in re.finditer(r"\bgroup by ([\w.]+(?:, [\w.]+)+)", text, re.IGNORECASE):
            names = found[1].split(", ")
            for at, name in enumerate(names):
                rest = ", ".join(names[:at] + names[at + 1 :])
                yield project.cut(f"{name} is not grouped", path, found.start(1), found.end(1), rest)


def union_width(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for found in re.finditer(r"(?:select|union all)\s[^()]*?(,\s+[\w.]+)(?= from \w+\s+union all| from \w+\n\))", text):
            yield project.cut("one side of a union has a column less", path, found.start(1), found.end(1))
        at = text.lower().find("union all")
        for found in re.finditer(r"\n +[^\n,]+ as (\w+),(?=\n)", text):
            if "union all" in text.lower() and (found.start() < at or "tree" in text[: found.start()]):
                yield project.cut(f"{found[1]} is not on one side of a union", path, found.start(), found.end())


def aggregate_in_where(project: Project) -> Iterator[Edit]:
    for path, text in project.queries:
        found = re.search(r"\n( *)(group by [^\n]+)\n *having ([^\n]+)", text)
        if found:
            has_where = re.search(r"\bwhere\b[^)]*$", text[: found.start()])
            new = f"\n{found[1]}{'and' if has_where else 'where'} {found[3]}\n{found[1]}{found[2]}"
            yield project.cut("a condition on groups stands in WHERE", path, found.start(), found.end(), new)
    for path, text in project.models:
        for found in re.finditer(r"\n( *)(group by (?:\w+\.)?\w+)\n", text):
            before = text[: found.start()]
            if "where" not in before.rsplit("select", 1)[-1] and "having" not in text:
                continue
            yield project.cut("count(*) in WHERE", path, found.start(), found.start(), f"\n{found[1]}and count(*) > 0")


def contract_type(project: Project) -> Iterator[Edit]:
    other = {"date": "integer", "varchar": "integer", "integer": "varchar", "bigint": "varchar", "decimal(18, 2)": "date"}
    for path, text in project.yaml:
        for found in re.finditer(r"data_type: (.+)", text):
            new = other[found[1]]
            yield project.cut(f"the contract says {new} and not {found[1]}", path, found.start(1), found.end(1), new)


def contract_name(project: Project) -> Iterator[Edit]:
    for path, text in project.yaml:
        for found in re.finditer(r"- name: (\w+)\n        data_type: ", text):
            new = project.typo(found[1], path, found.start())
            yield project.cut(f"the contract says {new} and not {found[1]}", path, found.start(1), found.end(1), new)


def contract_column_gone(project: Project) -> Iterator[Edit]:
    """A column that the contract promises is taken out of the model: which of the two is meant, nobody can know."""
    for path, yaml in project.yaml:
        for model in re.findall(r"- name: (\w+)\n(?:    .*\n)*?      contract:", yaml):
            for place, text in project.models:
                if place.endswith(f"/{model}.sql"):
                    for found in re.finditer(r",\n +[^\n]+ as (\w+)(?=\n(?:from|FROM))", text):
                        yield project.cut(f"{found[1]} is not given out", place, found.start(), found.end())


DIALECTS = (
    (r"\bcoalesce\(([^(),]+), ([^(),]+)\)", r"nvl(\1, \2)"),
    (r"\bcoalesce\(([^(),]+), ([^(),]+)\)", r"zeroifnull(\1)"),
    (r"\bcase when ([^\n]+?) then ([^\n]+?) else ([^\n]+?) end\b", r"iff(\1, \2, \3)"),
    (r"\bdate_diff\('(\w+)', ", r"timestampdiff(\1, "),
    (r"\bdate_trunc\('month', ([\w.]+)\)", r"trunc(\1, 'MM')"),
    (r"\bcount\(\*\) filter \(where ([^)]+)\)", r"countif(\1)"),
    (r"\bquarter\(([^()]+(?:\{\{[^}]+\}\})?)\)", r"to_quarter(\1)"),
    (r"\bmin\(([\w.]+)\)", r"minimum(\1)"),
    (r"\bcast\(([\w.]+) as date\)", r"to_date(\1)"),
    (r"\bcast\(([\w.]+) as date\)", r"convert(date, \1)"),
    (r"\bavg\(([\w.]+)\)", r"average(\1)"),
)


def another_dialect(project: Project) -> Iterator[Edit]:
    for path, text in [*project.models, *project.under("macros/")]:
        for pattern, new in DIALECTS:
            for found in re.finditer(pattern, text, re.IGNORECASE):
                said = found.expand(new)
                yield project.cut(f"{said} is not of this database", path, found.start(), found.end(), said)


def fanned_out(project: Project) -> Iterator[Edit]:
    """A join on a key that is not one."""
    for path, text in project.models:
        for found in re.finditer(r"\bon (\w+)\.(\w+) = (\w+)\.(\w+)", text, re.IGNORECASE):
            yield project.cut(f"joined on everything instead of {found[2]}", path, found.start(), found.end(), "on 1 = 1")


def logic_changed(project: Project) -> Iterator[Edit]:
    """What a unit test holds is done otherwise."""
    changes = [("when mrr > previous_mrr", "when mrr >= previous_mrr"), ("then 'new'", "then 'started'"),
               ("mrr - previous_mrr as", "previous_mrr - mrr as"), ("is null then", "is not null then"),
               ("order by month), 0)", "order by month desc), 0)"), ("else 'retained'", "else 'same'")]  # fmt: skip
    for path, text in project.models:
        if path.endswith("mrr_movements.sql"):
            for old, new in changes:
                yield project.edit(f"{path}: {new} instead of {old}", path, text.replace(old, new, 1))


def incremental_gains_column(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        if "on_schema_change='fail'" in text:
            for new in ("invoices.due_on", "accounts.country_code", "invoices.amount * 2 as doubled"):
                yield project.edit(
                    f"{path}: {new} is new", path, text.replace("  , invoices.amount\n", f"  , invoices.amount\n  , {new}\n")
                )


SCHEMA = ("SCHEMA",)
KINDS = (
    Kind("ambiguous column", SCHEMA, "fix", ambiguous_column),
    Kind("GROUP BY incomplete", SCHEMA, "fix", group_by_incomplete),
    Kind("union of unequal width", SCHEMA, "person", union_width),
    Kind("aggregate in WHERE", SCHEMA, "fix", aggregate_in_where),
    Kind("contract: other type", SCHEMA, "fix", contract_type),
    Kind("contract: column mistyped", SCHEMA, "fix", contract_name),
    Kind("contract: column gone", SCHEMA, "person", contract_column_gone),
    Kind("function of another dialect", SCHEMA, "fix", another_dialect),
    Kind("join fans out", ("DATA_QUALITY",), "person", fanned_out),
    Kind("logic changed under a unit test", ("DATA_QUALITY",), "person", logic_changed),
    Kind("incremental model gains a column", SCHEMA, "person", incremental_gains_column, "kept"),
)
