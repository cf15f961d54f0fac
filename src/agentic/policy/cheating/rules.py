"""The rules by name: what a fix may not do, and how a breach is told."""

from __future__ import annotations

from agentic.values import Finding
from agentic.values.finding import Severity

RULES = {
    "removes-a-test": ("AGT441", "A generic test, a singular test or a unit test is gone."),
    "weakens-a-test": (
        "AGT441",
        "A test demands less: severity, `where`, `limit`, thresholds, wider values, another column or relation, "
        "other data in a unit test, another SQL in a singular or generic test.",
    ),
    "overrides-a-test": (
        "AGT441",
        "A macro takes the place of a test, a materialization or another part of dbt itself.",
    ),
    "turns-off-a-check": ("AGT441", "`dbt_project.yml` makes tests milder, or their folder is not read any more."),
    "changes-freshness": ("AGT441", "The freshness of a source is promised later, for less of it, or not at all."),
    "disables-a-node": (
        "AGT442",
        "`enabled` is no longer true: in YAML, in a config block, in `dbt_project.yml`; or a selector leaves it out.",
    ),
    "removes-a-node": ("AGT442", "A model, seed, source, snapshot, macro or exposure is gone."),
    "drops-a-column": (
        "AGT443",
        "A model no longer gives a column that a descendant, an exposure, a contract, YAML or a test uses.",
    ),
    "selects-less": (
        "AGT444",
        "New or other WHERE, HAVING, QUALIFY, LIMIT, DISTINCT, EXCEPT or sample, a stricter join, a branch of a UNION that is gone.",
    ),
    "casts-to-null": (
        "AGT445",
        "What cannot be computed becomes NULL, or a NULL becomes a constant: TRY_CAST, NULLIF, COALESCE, ELSE NULL.",
    ),
    "replaces-with-constant": (
        "AGT445",
        "A constant stands where an expression stood, or for a column that nothing gives.",
    ),
    "hides-an-error": (
        "AGT446",
        "An error is passed over: `ignore_errors`, `{% if false %}`, code in a comment, `on_schema_change: ignore`.",
    ),
    "edits-data": ("AGT447", "Rows of a seed or another file of data are removed, added or changed."),
    "loosens-a-contract": (
        "AGT448",
        "A contract is not enforced any more, a constraint is gone, or a column has another type.",
    ),
    "changes-materialization": (
        "AGT448",
        "A table is one no longer, an incremental model loses its key, or is rebuilt otherwise.",
    ),
    "edits-packages-or-profiles": (
        "AGT449",
        "Another database, schema, target or profile; packages that are gone, added or of another version.",
    ),
    "touches-hooks-or-operations": (
        "AGT449",
        "Hooks, statements that change a database, files or variables of the machine that are read, code that is run.",
    ),
    "writes-outside": (
        "AGT449",
        "A path outside of the dbt project, one that dbt or git makes, or one that rules the healing.",
    ),
    "undecided": ("AGT440", "What a change does could not be told from the text: a person has to look."),
}
"""name -> code, meaning. A name is stable: people and logs refer to it."""


def say(
    rule: str, message: str, path: str = "", line: int = 0, severity: Severity = "error", detail: str = ""
) -> Finding:
    """One breach: an error is refused, a warning is shown to a person."""
    return Finding(f"judge: {rule}", message, path, line, severity, RULES[rule][0], detail)


def warn(rule: str, message: str, path: str = "", line: int = 0, detail: str = "") -> Finding:
    """What a person has to see before it is applied."""
    return say(rule, message, path, line, "warning", detail)


def rule_of(finding: Finding) -> str:
    """`removes-a-test` of `judge: removes-a-test`."""
    return finding.source.removeprefix("judge: ")
