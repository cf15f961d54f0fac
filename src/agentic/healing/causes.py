"""Failure -> what kind of thing broke. By the shape of the message, since its wording differs between versions of the engine."""

from __future__ import annotations

import re
from typing import NamedTuple

from agentic.values import ErrorClass, Failure


class Cause(NamedTuple):
    """What broke, and the names that it is about."""

    kind: str
    """`column`, `relation`, `ref`, ...: a fixer knows some of them."""
    error_class: ErrorClass
    sentence: str
    """With `{name}`, `{other}`, `{path}` to be filled in."""
    hint: str = ""
    """What a person would do, where no fixer does."""
    name: str = ""
    other: str = ""
    sure: float = 0.97
    """That kind and class are right, where the message has this shape; measured on the fault benchmark."""


class Shape(NamedTuple):
    """A message's shape -> a cause."""

    pattern: str
    cause: Cause


LOCK = "wait until the other process has ended; its number is in the message."
PROFILE = "mend profiles.yml, or name the folder that holds it: --profiles-dir."
SHAPES = (
    # --- before anything is read ---
    Shape(r"Could not set lock|database is locked|Conflicting lock", Cause("locked", "DATABASE", "another process holds the database file", LOCK)),
    Shape(r"not a valid DuckDB database|Could not read from file|database file is corrupt|checksum", Cause("corrupt", "DATABASE", "the database file cannot be read", "put back a copy of the file, or move it away and build anew.")),
    Shape(r"No such file or directory|Cannot open file|Could not create|Cannot open database", Cause("directory", "DATABASE", "the folder or file of the database is not there", "make the folder, or mend `path` in profiles.yml.")),
    Shape(r"read-only", Cause("read only", "DATABASE", "the database is opened for reading only", PROFILE)),
    Shape(r"Could not find profile named '(?P<name>[^']+)'", Cause("profile", "DATABASE", "profiles.yml has no profile {name}", PROFILE)),
    Shape(r"does not have a target named '(?P<name>[^']+)'", Cause("target", "DATABASE", "the profile has no target {name}", PROFILE)),
    Shape(r"Could not find adapter type (?P<name>\w+)", Cause("adapter", "DATABASE", "the adapter for {name} is not installed", "pip install dbt-{name}, or mend `type` in profiles.yml.")),
    Shape(r"(?i)env var required but not provided: '(?P<name>[^']+)'", Cause("variable", "DATABASE", "the environment variable {name} is not set", "set {name}.")),
    Shape(r"profiles\.yml|Credentials in profile|profile .* invalid|Could not find .*profile", Cause("profile", "DATABASE", "the profile cannot be used", PROFILE)),
    Shape(r"No dbt_project\.yml found", Cause("project", "DATABASE", "there is no dbt_project.yml", "--project-dir DIR names the dbt project.")),
    Shape(r"version of dbt is not supported|Required version of dbt", Cause("version", "DATABASE", "this version of dbt is not the one the project asks for", "install the version it asks for, or mend require-dbt-version.")),
    Shape(r"unrecognized configuration parameter \"(?P<name>[^\"]+)\"", Cause("setting", "DATABASE", "the database knows no setting {name}", PROFILE)),
    Shape(r"Out of Memory|could not allocate", Cause("memory", "DATABASE", "the database ran out of memory", "give it more (memory_limit), fewer threads, or a temp_directory.")),
    Shape(r"No space left|disk full", Cause("disk", "DATABASE", "the disk is full", "make room.")),
    Shape(r"Extension .*(?:not found|Failed to download|could not be)|Failed to download extension", Cause("extension", "DATABASE", "an extension of the database cannot be loaded", "install it where there is a network, and let the profile load it.")),
    Shape(r"Constraint Error|constraint failed", Cause("constraint", "DATABASE", "a row breaks a constraint of the table", "find the row, and the load that brought it.", sure=0.9)),
    Shape(r"(?i)permission denied|access denied|authentication failed|Connection refused|could not connect", Cause("access", "DATABASE", "the database cannot be reached, or refuses", "is it running, and are the credentials right?")),
    # --- reading the project ---
    Shape(r"depends on a node named '(?P<name>[^']+)'(?: in package or project '(?P<package>[^']+)')?\s+which is disabled", Cause("disabled", "MISSING_REF", "{name} is disabled, and something still refers to it", "enable it again, or take the reference out.", sure=0.98)),
    Shape(r"depends on a node named '(?P<name>[^']+)'", Cause("ref", "MISSING_REF", "there is no model, seed or snapshot {name}", "restore its file, or mend the ref.", sure=0.99)),
    Shape(r"depends on a source named '(?P<name>[^']+)'", Cause("source", "MISSING_REF", "there is no source {name}", "declare it, or mend the call of source().", sure=0.99)),
    Shape(r"depends on '\w+\.\w+\.(?P<name>\w+)' which is not in the graph", Cause("disabled", "MISSING_REF", "{name} is disabled or gone, and something still refers to it", "enable it again, or take the reference out.", sure=0.95)),
    Shape(r"depends on doc '(?P<name>[^']+)'|depends on .*doc.*'(?P<other>[^']+)'\s+which was not found", Cause("doc", "MISSING_REF", "there is no docs block {name}", "write it, or mend the call of doc().", sure=0.98)),
    Shape(r"Required var '(?P<name>[^']+)' not found", Cause("var", "MISSING_REF", "the variable {name} has no value", "give it one in dbt_project.yml (vars:), or with --vars.", sure=0.98)),
    Shape(r"package\(s\) installed|Run \"dbt deps\"|run \"dbt deps\"(?! to install package dependencies\.?$)", Cause("packages", "MISSING_REF", "packages that the project names are not installed", "dbt deps", sure=0.9)),
    Shape(r"'(?P<name>\w+)' is undefined", Cause("macro", "MISSING_REF", "there is no macro or variable {name}", "mend the name, or install the package that has it (dbt deps).", sure=0.97)),
    Shape(r"has no attribute '(?P<name>\w+)'|'None' has no attribute|Could not find .*macro", Cause("macro", "MISSING_REF", "there is no macro {name}", "mend the name, or install the package that has it (dbt deps).", sure=0.85)),
    Shape(r"Found a cycle: (?P<name>.+)", Cause("cycle", "MISSING_REF", "models refer to each other in a circle: {name}", "take the newest of these refs out.", sure=0.98)),
    Shape(r"found two \w+ with the (?:same )?name \"(?P<name>[^\"]+)\"|found two (?:resources|schema\.yml entries)", Cause("double", "MISSING_REF", "two files make a node of the same name: {name}", "rename or remove one of them.", sure=0.95)),
    Shape(r"(?i)unknown tag '(?P<name>\w+)'", Cause("jinja", "SYNTAX", "Jinja knows no tag {name}", "mend the tag.", sure=0.98)),
    Shape(r"(?i)Got nested tags|did not have a matching|unexpected end of template|looking for the following tags|expected token|unexpected '|unexpected char|was never closed|Missing end of (?:comment|raw)", Cause("jinja", "SYNTAX", "the Jinja of {path} does not parse", "look at the lines around the place.", sure=0.97)),
    Shape(r"(?i)Syntax error near line|while parsing a|while scanning|mapping values are not allowed|did not find expected|could not find expected", Cause("yaml", "SYNTAX", "{path} is no YAML", "look at the lines around the place.", sure=0.98)),
    Shape(r"is not of type|Invalid \w+ config given|Additional properties are not allowed|Invalid (?:test|data_tests?) config|is not valid under", Cause("yaml shape", "SYNTAX", "{path} has another shape than dbt expects", "mend the key that the message names.", sure=0.95)),
    # --- the database, on compiled SQL ---
    Shape(r"Contents of view were altered", Cause("stale view", "SCHEMA", "a view still expects the types that its source had before", "build the view again.", sure=0.97)),
    Shape(r"(?:Referenced column|does not have a column named) \"(?P<name>[^\"]+)\"", Cause("column", "SCHEMA", "there is no column {name}", "mend the name, or bring the column back.", sure=0.98)),
    Shape(r"Ambiguous reference to column name \"(?P<name>[^\"]+)\"", Cause("ambiguous", "SCHEMA", "the column {name} is in more than one of the tables that are joined", "say which table is meant.", sure=0.99)),
    Shape(r"Referenced table \"(?P<name>[^\"]+)\" not found", Cause("alias", "SCHEMA", "no table or alias {name} is in scope", "mend the name, or join the table.", sure=0.98)),
    Shape(r"(?:Scalar|Aggregate|Table|Macro)? ?Function with name (?P<name>\S+) does not exist", Cause("function", "SCHEMA", "the database knows no function {name}", "mend the name, or write what it does in this database's words.", sure=0.98)),
    Shape(r"Table with name (?P<name>\S+) does not exist|relation \"(?P<other>[^\"]+)\" does not exist", Cause("relation", "MISSING_REF", "there is no table {name}", "mend the name, or load the table.", sure=0.97)),
    Shape(r"Schema with name (?P<name>\S+) does not exist|Catalog \"(?P<other>[^\"]+)\" does not exist", Cause("relation", "MISSING_REF", "there is no schema {name}", "mend the name, or make the schema.", sure=0.95)),
    Shape(r"Type with name (?P<name>\S+) does not exist", Cause("function", "SCHEMA", "the database knows no type {name}", "mend the name.", sure=0.97)),
    Shape(r"column \"(?P<name>[^\"]+)\" must appear in the GROUP BY", Cause("group", "SCHEMA", "the column {name} is neither grouped nor aggregated", "add it to GROUP BY, or aggregate it.", sure=0.99)),
    Shape(r"Set operations can only apply", Cause("union", "SCHEMA", "the parts of a UNION have different numbers of columns", "give every part the same columns.", sure=0.99)),
    Shape(r"cannot contain aggregates|aggregate function calls cannot be nested|cannot contain window", Cause("aggregate", "SCHEMA", "an aggregate stands where none may be", "move the condition to HAVING or QUALIFY.", sure=0.98)),
    Shape(r"No function matches the given name and argument types '(?P<name>[^']+)'|Cannot compare values of type|Cannot mix values of type", Cause("types", "SCHEMA", "types do not fit: {name}", "cast where the type is known, or mend the load that changed it.", sure=0.96)),
    Shape(r"Conversion Error|Could not convert|Invalid Input Error: .*(?:date|timestamp|cast)", Cause("value", "SCHEMA", "a value cannot be read as the type it is cast to", "find the row, and the load that brought it.", sure=0.93)),
    Shape(r"enforced contract that failed|contract", Cause("contract", "SCHEMA", "the model does not yield what its contract promises", "mend the model, or agree on another contract.", sure=0.96)),
    Shape(r"schemas on this incremental model are out of sync", Cause("incremental", "SCHEMA", "an incremental model has other columns than its table", "build it with --full-refresh, or set on_schema_change.", sure=0.98)),
    Shape(r"has \d+ columns? available but \d+|table \S+ has \d+ columns|Mismatch between|column count", Cause("columns", "SCHEMA", "the number of columns does not fit", "", sure=0.9)),
    Shape(r"Row \d+ has \d+ values, but Table only has|Error when sniffing|Expected Number of Columns|CSV Error|Value with unterminated quote", Cause("csv", "DATA_QUALITY", "a row of the file {path} has another number of fields than its header", "mend the row.", sure=0.95)),
    Shape(r"Parser Error|syntax error at or near|unterminated quoted|SYNTAX_ERROR", Cause("sql", "SYNTAX", "the SQL does not parse", "look at the place that is named.", sure=0.97)),
    Shape(r"Duplicate column name|table .* already exists|duplicate alias|column \S+ (?:already exists|specified more than once)", Cause("twice", "SCHEMA", "a name is given twice", "rename one of them.", sure=0.9)),
    Shape(r"Binder Error", Cause("binder", "SCHEMA", "the database cannot bind the SQL", "", sure=0.85)),
    Shape(r"actual differs from expected", Cause("unit test", "DATA_QUALITY", "a unit test yields something else than it expects", "look at what changed in the model.", sure=0.95)),
    Shape(r"not found in|could not be found|was not found", Cause("missing", "MISSING_REF", "something is not there that the project refers to", "", sure=0.7)),
    Shape(r"Compilation Error", Cause("compilation", "SYNTAX", "dbt cannot compile {path}", "", sure=0.6)),
    Shape(r"Parsing Error", Cause("yaml shape", "SYNTAX", "dbt cannot read {path}", "", sure=0.6)),
    Shape(r"IO Error|Connection Error|Internal Error|FATAL", Cause("database", "DATABASE", "the database fails", "", sure=0.6)),
)  # fmt: skip
UNKNOWN = Cause(
    "unknown",
    "UNKNOWN",
    "dbt failed, and does not say why",
    "look into logs/dbt.log, and run dbt with --debug.",
    sure=0.5,
)
FOUND_ROWS = Cause(
    "rows",
    "DATA_QUALITY",
    "a test found rows that should not be there",
    "find the rows and the load that brought them; a test is hardly ever what is wrong.",
    sure=0.97,
)


def cause_of(failure: Failure) -> Cause:
    """The first shape that the message has. What a test found is data, whatever the message says."""
    if failure.stage == "test":
        return UNIT if failure.node.startswith("unit_test.") else FOUND_ROWS
    for shape in SHAPES:
        if found := re.search(shape.pattern, failure.message):
            named = found.groupdict()
            name = str(named.get("name") or named.get("other") or "")
            return shape.cause._replace(
                name=name,
                sentence=filled(shape.cause.sentence, name, failure),
                hint=filled(shape.cause.hint, name, failure),
            )
    return UNKNOWN


UNIT = next(shape.cause for shape in SHAPES if shape.cause.kind == "unit test")


def filled(words: str, name: str, failure: Failure) -> str:
    """With the names that it is about."""
    return words.replace("{name}", name or "of that name").replace("{path}", failure.path or "a file").strip()
