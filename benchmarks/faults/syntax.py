"""Faults of form: keywords, commas, quotes, brackets, jinja, YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faults.project import Edit, Kind, Project, Token, code, tokens

TYPED = ("select", "from", "where", "join", "group", "order", "when", "then", "end", "having", "union", "partition", "over")


def keyword_mistyped(project: Project) -> Iterator[Edit]:
    for path, text in project.queries:
        for one in code(text):
            if one.kind == "word" and one.low in TYPED:
                new = project.typo(one.text, path, one.start)
                yield project.cut(f"{one.text} is written {new}", path, one.start, one.end, new)


def keyword_doubled(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for one in code(text):
            if one.kind == "word" and one.low in ("from", "where", "join", "then", "when", "by"):
                yield project.cut(f"{one.text} stands twice", path, one.end, one.end, f" {one.text}")


def keyword_missing(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for one in code(text):
            if one.kind == "word" and one.low in ("then", "end", "by", "on"):
                yield project.cut(f"{one.text} is not there", path, one.start, one.end + 1)


def commas(text: str) -> Iterator[tuple[Token, Token, Token]]:
    """What stands before a comma, the comma, and what comes after it."""
    found = code(text)
    yield from (three for three in zip(found, found[1:], found[2:], strict=False) if three[1].text == ",")


def comma_before_qualified(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for before, comma, after in commas(text):
            if text[after.end : after.end + 1] == "." and before.kind == "word":
                yield project.cut(f"no comma before {after.text}", path, comma.start, comma.end)


def comma_before_plain(project: Project) -> Iterator[Edit]:
    """Often an alias instead of an error: what fails then is who reads the column."""
    for path, text in project.models:
        for before, comma, after in commas(text):
            if after.kind == "word" and before.kind == "word" and text[after.end : after.end + 1] not in ".(":
                yield project.cut(f"no comma between {before.text} and {after.text}", path, comma.start, comma.end)


def comma_between_ctes(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for found in re.finditer(r"\)(,)\s+\w+ as \(|\)\s+(,) \w+ as \(", text, re.IGNORECASE):
            at = found.start(1) if found[1] else found.start(2)
            yield project.cut("no comma between two CTEs", path, at, at + 1)


def comma_doubled(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for _, comma, after in commas(text):
            yield project.cut(f"two commas before {after.text}", path, comma.start, comma.end, ",,")


def comma_after_last_cte(project: Project) -> Iterator[Edit]:
    """DuckDB forgives a comma before FROM, but none before the last SELECT."""
    for path, text in project.models:
        for found in re.finditer(r"\n\)(?=\s*\n\s*select\b)", text, re.IGNORECASE):
            yield project.cut("a comma after the last CTE", path, found.end(), found.end(), ",")


def quote_missing(project: Project) -> Iterator[Edit]:
    for path, text in project.queries:
        for one in code(text):
            if one.kind == "string":
                last = project.chance(path, one.start).random() < 0.5
                at = one.end - 1 if last else one.start
                yield project.cut(f"{one.text} lacks its {'last' if last else 'first'} quote", path, at, at + 1)


def quotes_missing_around_name(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for one in code(text):
            if one.kind == "quoted" and " " in one.text:
                yield project.cut(f"{one.text} without its quotes", path, one.start, one.end, one.text.strip('"'))


def bracket_missing(project: Project) -> Iterator[Edit]:
    for path, text in project.queries:
        for one in code(text):
            if one.text in ("(", ")"):
                yield project.cut(f"a {one.text} is not there", path, one.start, one.end)


def bracket_extra(project: Project) -> Iterator[Edit]:
    for path, text in project.queries:
        for one in code(text):
            if one.text == ")":
                yield project.cut("a ) too much", path, one.end, one.end, ")")


def jinja_end_missing(project: Project) -> Iterator[Edit]:
    for path, text in project.queries:
        for one in tokens(text):
            if one.kind == "jinja" and one.text.startswith("{{") and "\n" not in one.text:
                yield project.cut(f"{one.text} lacks its end", path, one.end - 2, one.end)


def jinja_brace_missing(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for one in tokens(text):
            if one.kind == "jinja" and one.text.startswith("{{") and "\n" not in one.text:
                yield project.cut(f"{one.text} lacks one brace", path, one.end - 1, one.end)


def jinja_quote_missing(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for found in re.finditer(r"(?<!depends_on: )\{\{ (?:ref|source|var)\(.*?(')\) \}\}", text):
            yield project.cut("a name in jinja lacks its last quote", path, found.start(1), found.end(1))


def jinja_bracket_missing(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for found in re.finditer(r"(?<!depends_on: )\{\{ (?:ref|source|var)\([^{}]*?(\)) \}\}", text):
            yield project.cut("a call in jinja lacks its bracket", path, found.start(1), found.end(1))


def tag(project: Project, name: str) -> Iterator[tuple[str, re.Match[str]]]:
    for path, text in [*project.queries, *project.under("macros/", "tests/generic/")]:
        for found in re.finditer(r"[ \t]*\{%-?\s*(" + name + r")\s*-?%\}\n?", text):
            yield path, found


def end_missing(project: Project) -> Iterator[Edit]:
    for path, found in tag(project, "endfor|endif"):
        yield project.cut(f"no {found[1]}", path, found.start(), found.end())


def endmacro_missing(project: Project) -> Iterator[Edit]:
    for path, found in tag(project, "endmacro|endtest|endsnapshot"):
        yield project.cut(f"no {found[1]}", path, found.start(), found.end())


def tag_mistyped(project: Project) -> Iterator[Edit]:
    for path, found in tag(project, "endfor|endif|endmacro|endtest|else|endsnapshot"):
        new = project.typo(found[1], path, found.start())
        yield project.cut(f"the tag {found[1]} is written {new}", path, found.start(1), found.end(1), new)


def semicolon(project: Project) -> Iterator[Edit]:
    for path, text in [*project.models, *(one for one in project.under("tests/") if "generic" not in one[0])]:
        end = len(text.rstrip())
        yield project.cut("a semicolon at the end", path, end, end, ";")


def conflict_markers(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        lines = text.splitlines(keepends=True)
        at = project.chance(path).randrange(1, len(lines) - 1)
        theirs = re.sub(r"\b(\w{4,})\b", r"\1_new", lines[at], count=1)
        new = ["<<<<<<< HEAD\n", lines[at], "=======\n", theirs, ">>>>>>> feature/columns\n"]
        yield project.edit(f"{path}: a merge was left half done", path, "".join([*lines[:at], *new, *lines[at + 1 :]]))


def yaml_indentation(project: Project) -> Iterator[Edit]:
    """One line, one space too far to the left or right."""
    for path, text in project.yaml:
        for found in re.finditer(r"\n( +)(?=(?:- )?(?:name|description|columns|(?:data_)?tests|type|values|to)\b)", text):
            yield project.cut("a line starts a space too early", path, found.start(1), found.start(1) + 1)


def yaml_quote(project: Project) -> Iterator[Edit]:
    for path, text in project.yaml:
        for found in re.finditer(r"""(?<=\w)(["'])(?=[,\]])|(")(?=\n)""", text):
            yield project.cut("a quote is not closed", path, found.start(), found.end())


def yaml_colon(project: Project) -> Iterator[Edit]:
    for path, text in project.yaml:
        for found in re.finditer(r"\n *(?:columns|models|(?:data_)?tests|depends_on|owner|config)(:)(?=\n)", text):
            yield project.cut("a key lacks its colon", path, found.start(1), found.end(1))


def yaml_tab(project: Project) -> Iterator[Edit]:
    for path, text in project.yaml:
        for found in re.finditer(r"\n(    )(?=(?:columns|description):)", text):
            yield project.cut("a tab instead of spaces", path, found.start(1), found.end(1), "\t")


def yaml_mapping(project: Project) -> Iterator[Edit]:
    for path, text in project.yaml:
        for found in re.finditer(r"    columns:\n      (- name: )(\w+)\n", text):
            yield project.cut("columns are a mapping", path, found.start(1), found.end(2), f"{found[2]}:")


def project_file_broken(project: Project) -> Iterator[Edit]:
    path = "dbt_project.yml"
    for found in re.finditer(r"\n(  +)(?=\w+:)", project.files[path]):
        yield project.cut("a line starts a space too early", path, found.start(1), found.start(1) + 1)


SYNTAX = ("SYNTAX",)
KINDS = (
    Kind("keyword mistyped", SYNTAX, "fix", keyword_mistyped),
    Kind("keyword doubled", SYNTAX, "fix", keyword_doubled),
    Kind("keyword missing", SYNTAX, "fix", keyword_missing),
    Kind("comma missing before a qualified column", SYNTAX, "fix", comma_before_qualified),
    Kind("comma missing before a plain column", ("SYNTAX", "SCHEMA"), "fix", comma_before_plain),
    Kind("comma missing between CTEs", SYNTAX, "fix", comma_between_ctes),
    Kind("comma doubled", SYNTAX, "fix", comma_doubled),
    Kind("comma after the last CTE", SYNTAX, "fix", comma_after_last_cte),
    Kind("quote missing", SYNTAX, "fix", quote_missing),
    Kind("quotes missing around a name", SYNTAX, "fix", quotes_missing_around_name),
    Kind("bracket missing", SYNTAX, "fix", bracket_missing),
    Kind("bracket extra", SYNTAX, "fix", bracket_extra),
    Kind("jinja end missing", SYNTAX, "fix", jinja_end_missing),
    Kind("jinja brace missing", SYNTAX, "fix", jinja_brace_missing),
    Kind("jinja quote missing", SYNTAX, "fix", jinja_quote_missing),
    Kind("jinja bracket missing", SYNTAX, "fix", jinja_bracket_missing),
    Kind("endfor or endif missing", SYNTAX, "fix", end_missing),
    Kind("endmacro missing", SYNTAX, "fix", endmacro_missing),
    Kind("jinja tag mistyped", SYNTAX, "fix", tag_mistyped),
    Kind("semicolon at the end", SYNTAX, "fix", semicolon),
    Kind("merge half done", SYNTAX, "person", conflict_markers),
    Kind("YAML indentation", SYNTAX, "fix", yaml_indentation),
    Kind("YAML quote not closed", SYNTAX, "fix", yaml_quote),
    Kind("YAML colon missing", SYNTAX, "fix", yaml_colon),
    Kind("YAML tab", SYNTAX, "fix", yaml_tab),
    Kind("YAML columns as a mapping", SYNTAX, "fix", yaml_mapping),
    Kind("project file indentation", SYNTAX, "fix", project_file_broken),
)
