"""Rules about data: quality rules with thresholds, on tables and columns that there are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from agentic.specs.context import FILE, cells
from agentic.specs.library import Library
from agentic.specs.once import Once
from agentic.specs.page import Page
from agentic.specs.quality import ABOUT_TABLE, quality_rules
from agentic.specs.rule import Defect, Rule, Said, add, swap
from agentic.specs.tables import Tables, tables_of
from agentic.text import PROMPTS
from agentic.values import QualityRule, TaskSpec

FOLDERS = ("requirements", "design", "context")
NUMBER = re.compile(r"(?<![\w.])(?P<sign>[-−]?)(?P<number>\d[\d,_]*(?:\.\d+)?)(?:\s*(?P<unit>%|[a-zA-Z]+))?")
SHARE = ("", "%", "percent", "pct", "per", "of", "and", "or")
"""What may stand behind a share. `24 hours` is no share, and neither is `1000 rows`."""
IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
KEYWORD = re.compile(
    r"(?:is |are |has )?(?:not[_ ]null|unique|between|in\b|matches|>=?|<=?|=|row_count|rows|fresh|required)",
    re.IGNORECASE,
)
PARAMETERS = ("key", "required", "ranges", "values")
"""Parameters of a task that name columns."""
Placed = tuple[str, QualityRule]


@Once
def rules_of(library: Library) -> tuple[Placed, ...]:
    """Every data quality rule with the file it stands in: as a list item, or in a table with a threshold."""
    pages = [
        page for page in library.pages.values() if page.folder in FOLDERS and page.is_markdown and not page.is_blank
    ]
    listed = (
        (page.path, rule)
        for page in pages
        if "ule" in page.text
        for rule in quality_rules(page.document.prose)
        if meant(rule, page)
    )
    return (*listed, *((page.path, rule) for page in pages if "hreshold" in page.text for rule in tabled(page)))


def meant(rule: QualityRule, page: Page) -> bool:
    """In requirements, every `Rule:` is about data; elsewhere one that names a table, or a threshold."""
    return page.folder == "requirements" or "." in rule.table or bool(rule.columns) or "threshold" in rule.text.lower()


def tabled(page: Page) -> Iterator[QualityRule]:
    """Rows of a table that has columns for the rule and its threshold."""
    head: list[str] = []
    for line in page.document.prose:
        if not line.text.lstrip().startswith("|"):
            head = []
        elif not head:
            head = [title.lower() for title in cells(line.text)]
        elif "threshold" in head and "rule" in head and not set(line.text) <= set("|-: "):
            yield from_row(dict(zip(head, cells(line.text), strict=False)), line.number)


def from_row(row: Mapping[str, str], line: int) -> QualityRule:
    """`| bronze.orders | order_id | not_null | 100 % |`."""
    table, rule = row.get("table", "").strip("`"), row.get("rule", "")
    columns = tuple(
        name.strip(" `") for name in row.get("column", row.get("columns", "")).split(",") if name.strip(" `-")
    )
    return QualityRule(" ".join((table, *columns, rule)), line, table, columns, rule, row.get("threshold", ""))


def without_threshold(library: Library) -> Iterator[Said]:
    """A rule that does not say how often it may be broken stops everything or nothing."""
    for path, rule in rules_of(library):
        if not rule.text:
            yield Said(path, rule.line, "the data quality rule is empty", "name table, column, rule and threshold.")
        elif not NUMBER.search(rule.threshold):
            why = (
                f"the threshold is no number: {rule.threshold}"
                if rule.threshold
                else "the data quality rule has no threshold"
            )
            yield Said(path, rule.line, why if rule.threshold else f"{why}: {rule.text}")


def impossible_threshold(library: Library) -> Iterator[Said]:
    """More than all rows, or fewer than none."""
    for path, rule in rules_of(library):
        found = NUMBER.search(rule.threshold)
        if found and not is_possible(found, rule):
            yield Said(path, rule.line, f"a threshold of {rule.threshold} is no share of the rows")


def is_possible(found: re.Match[str], rule: QualityRule) -> bool:
    """A share from 0 to 100 %; a number of rows or hours is its own affair."""
    if (found["unit"] or "").lower() not in SHARE or (not found["unit"] and rule.rule.lower().startswith(ABOUT_TABLE)):
        return True
    digits = re.sub(r",(?=\d{1,2}$)", ".", found["number"]).replace(",", "").replace("_", "")
    return not found["sign"] and float(digits) <= 100


def unknown_tables(library: Library) -> Iterator[Said]:
    """A rule on a table that nobody describes is checked by nobody."""
    tables = tables_of(library)
    for path, rule in rules_of(library) if library.datasets else ():
        if names_table(rule, tables) and place(rule, tables) is None:
            name = rule.table if "." in rule.table or len(rule.columns) != 1 else f"{rule.table}.{rule.columns[0]}"
            yield Said(path, rule.line, f"no dataset in {FILE} describes {name}", near(name, tables.names))


def names_table(rule: QualityRule, tables: Tables) -> bool:
    """Does it begin with a name? `every order has a number` does not."""
    if not IDENTIFIER.fullmatch(rule.table):
        return False
    return "." in rule.table or bool(rule.columns) or tables.has(rule.table) or bool(KEYWORD.match(rule.rule))


def unknown_columns(library: Library) -> Iterator[Said]:
    """A rule on a column that is not there can never fail."""
    tables = tables_of(library)
    for path, rule in rules_of(library) if library.datasets else ():
        table, columns = place(rule, tables) or ("", ())
        known = tables.columns(table) if table else None
        for name in missing(columns, known):
            yield Said(path, rule.line, f"{table} has no column {name}", near(name, known or ()))


def place(rule: QualityRule, tables: Tables) -> tuple[str, tuple[str, ...]] | None:
    """Table and columns that a rule means; None where nobody tells of the table."""
    if tables.has(rule.table):
        return rule.table, rule.columns
    if len(rule.columns) == 1 and tables.has(whole := f"{rule.table}.{rule.columns[0]}"):
        return whole, ()
    parts = rule.table.split(".")
    # bronze.events.payload.user_id: the longest beginning that is a table; its next part is the column.
    for length in range(len(parts) - 1, 0, -1):
        if tables.has(begin := ".".join(parts[:length])):
            return begin, (parts[length],)
    return None


def missing(columns: Iterable[str], known: Collection[str] | None) -> Iterator[str]:
    """Those that are not among the known ones. What begins with _ is added by the job."""
    for name in columns:
        plain = name.split(".")[0].lower()
        if known is not None and plain not in known and not plain.startswith("_"):
            yield name


def near(name: str, known: Collection[str]) -> str:
    """What was probably meant."""
    low = name.lower()
    # `bronze.flihgts` is nearer to the dataset `flights` without its layer.
    found = [
        one for wish in (low, low.rpartition(".")[2]) for one in difflib.get_close_matches(wish, known, n=1, cutoff=0.6)
    ]
    return f"did you mean {found[0]}?" if found else ""


def parameters(library: Library) -> Iterator[Said]:
    """A template makes code for these columns."""
    if not library.datasets:
        return
    for task in library.tasks.values():
        source = task.parameters.get("source")
        if isinstance(source, str) and (task.template or any(name in task.parameters for name in PARAMETERS)):
            yield from strange_parameters(library, task, source)


def strange_parameters(library: Library, task: TaskSpec, source: str) -> Iterator[Said]:
    """Columns that the dataset `source` does not have, or a source that is none."""
    path = f"{PROMPTS}/{task.path}"
    dataset = library.datasets.get(source)
    if dataset is None:
        yield Said(
            path,
            line_of(task, source),
            f"no dataset in {FILE} is called {source}",
            near(source, list(library.datasets)),
        )
        return
    known = [column.name for column in dataset.columns]
    for parameter in PARAMETERS:
        given = task.parameters.get(parameter)
        columns = [given] if isinstance(given, str) else list(given or ()) if isinstance(given, (list, dict)) else []
        for name in missing((str(one) for one in columns), known or None):
            yield Said(path, line_of(task, str(name)), f"{parameter}: {source} has no column {name}", near(name, known))


def line_of(task: TaskSpec, word: str) -> int:
    """The line of the front matter where it stands."""
    pattern = re.compile(rf"(?<![\w.]){re.escape(word)}(?![\w.])")
    begun = False
    for number, line in enumerate(task.text.split("\n"), 1):
        begun = begun or line.startswith("parameters")
        if begun and pattern.search(line):
            return number
    return 1


ASKED = "agent-prompts/requirements/business_requirements.md"
CONTEXT = "agent-prompts/context/data_context.md"
DESIGN = "agent-prompts/design/architecture.md"
TASK = "agent-prompts/tasks/ingestion/orders.md"
NOT_NULL = "bronze.orders.order_id not_null, threshold 100 %"

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT040", "RuleWithoutThreshold", "A data quality rule does not say in how many rows it must hold.",
        "end the rule with `, threshold N %`: the share of rows in which it must hold.", without_threshold,
        (
            Defect("no threshold", swap(ASKED, NOT_NULL, "bronze.orders.order_id not_null")),
            Defect("the word alone", swap(ASKED, NOT_NULL, "bronze.orders.order_id not_null, threshold")),
            Defect("a threshold without a number", swap(ASKED, NOT_NULL, "bronze.orders.order_id not_null, threshold: high")),
            Defect("a range taken for one", swap(ASKED, "100000, threshold 99.5 %", "100000")),
            Defect("in the data context", add(CONTEXT, "\n## Quality\n\n- Rule: bronze.orders.amount not_null\n")),
            Defect("an empty cell", add(DESIGN, "\n## Quality\n\n| table | column | rule | threshold |\n|---|---|---|---|\n| bronze.orders | amount | not_null | |\n")),
        ),
    ),
    Rule(
        "AGT041", "ImpossibleThreshold", "The threshold of a data quality rule is below 0 % or above 100 %.",
        "a threshold is the share of rows in which the rule must hold: from 0 to 100 %.", impossible_threshold,
        (
            Defect("more than all rows", swap(ASKED, NOT_NULL, NOT_NULL.replace("100 %", "110 %"))),
            Defect("fewer than none", swap(ASKED, NOT_NULL, NOT_NULL.replace("100 %", "-1 %"))),
        ),
    ),
    Rule(
        "AGT042", "RuleOnUnknownTable", "A data quality rule is about a table that context/data_context.md does not describe.",
        "correct the name, or describe the table under `### Dataset: NAME` in context/data_context.md.", unknown_tables,
        (
            Defect("a typo in the table", swap(ASKED, NOT_NULL, NOT_NULL.replace("orders", "oders"))),
            Defect("a rule on a whole table", swap(ASKED, "bronze.orders row_count", "bronze.customers row_count")),
        ),
    ),
    Rule(
        "AGT043", "RuleOnUnknownColumn", "A data quality rule is about a column that its table does not have.",
        "correct the name, or describe the column in context/data_context.md.", unknown_columns,
        (
            Defect("a typo in the column", swap(ASKED, NOT_NULL, NOT_NULL.replace("order_id", "order_ident"))),
            Defect("one of several columns", swap(ASKED, "bronze.orders.order_id unique", "bronze.orders.(order_id, shop) unique")),
            Defect("the column is gone", swap(CONTEXT, "| amount | double | no | Sum of the order in euros |\n", "")),
        ),
    ),
    Rule(
        "AGT044", "UnknownParameterColumn", "A task's parameters name a dataset or a column that context/data_context.md does not describe.",
        "correct the name, or describe it in context/data_context.md.", parameters,
        (
            Defect("an unknown key", swap(TASK, "attempts: 3", "parameters: {source: orders, key: [order_nr]}\nattempts: 3")),
            Defect("a range for an unknown column", swap(TASK, "attempts: 3", "parameters:\n  source: orders\n  ranges:\n    price: [0, 10]\nattempts: 3")),
            Defect("an unknown dataset", swap(TASK, "attempts: 3", "parameters: {source: order, key: [order_id]}\nattempts: 3")),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
