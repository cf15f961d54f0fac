"""Rules about words that nobody has found yet: text of a template, what is to be decided, what is to be clarified."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.rule import Defect, Rule, Said, add, swap
from agentic.specs.rules.planting import ARCHITECTURE, DATA_CONTEXT, ORDERS, PATTERNS, REQUIREMENTS, SYSTEM_CONTEXT
from agentic.specs.rules.spoken import YAML_COMMENT, cells_of, short, spots, told, value_of, words_of
from agentic.text import Line

# --- text of a template ------------------------------------------------------------------------------------

FIXED_MARKS = ("@", "{{", "ipsum", "___", "replaceme", "replace_me", "changeme")
WHOLE_MARKS = ("<", "yyyy", " here", "placeholder", "requirement ")
TEMPLATE_MARKS = (*FIXED_MARKS, *WHOLE_MARKS)
"""Without one of these, or a bracket, there is no text of a template; looking for words is quick."""
BOXES = ("[ ] ", "[x] ")
CLOSURE = "agent-prompts/progress/closure_"
"""A form that people fill in while a module is closed; what is missing in it, `agentic close` says until it is signed."""
ANGLE = re.compile(r"(?<![\w<\\])<(?P<words>[^\W\d_][^<>`]*)>")
"""`<what the business wants to decide>`: a letter first, and at least two words. `a < b` and `Map<K, V>` are none."""
ATTRIBUTES = re.compile(r"^[\w-]+\s+(?:[\w:-]+\s*=|open$|hidden$|async\b|defer\b)")
"""`<img src="x">`"""
TAG = re.compile(r"^<[^\W\d_][\w-]*>$")
HTML = re.compile(
    r"^<(?:a|abbr|b|blockquote|br|caption|center|code|dd|del|details|div|dl|dt|em|figure|footer|h[1-6]|header|hr|i|img|ins|kbd|li"
    r"|main|mark|nav|ol|p|picture|pre|q|s|samp|section|small|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|var)>$",
    re.IGNORECASE,
)
SEED = re.compile(
    r"\[(?:clear, actionable|concrete outputs|list all|measurable outcomes|dependencies before|implementation details|detailed req"
    r"|boundaries and quality|security, compat|1-2 sentences|exact prompt|any refinement|any important|specific files"
    r"|validation (?:req|of)|quality boundaries|how to (?:build|work)|other standards|integration task|insert |describe |your "
    r"|fill in|enter |add your|add a |replace |specify |explain |brief |short description|e\.g\. )[^\[\]]*\](?![(\[:])",
    re.IGNORECASE,
)
"""The brackets of seed 003 and their kin."""
NAMES = (
    r"name|model|feature|module|template|schema|schema_file|standard|file|lines|changes|outputs|boundaries|date|title|owner|author"
    r"|project|version|description|team|project[_ ]name|feature[_ ]name|your[_ ]name|company|role|email|link|url|number|value"
)
NAME = re.compile(rf"^\[(?:{NAMES})\]$", re.IGNORECASE)
IN_A_PATH = re.compile(rf"(?:[\w.-]/\[(?:{NAMES})\]|\[(?:{NAMES})\](?:/|\.\w|_v\d))", re.IGNORECASE)
DEFINITION = re.compile(r"^\s{0,3}(\[[^\[\]]+\]):", re.MULTILINE)
LONGEST = 200
"""Letters of a placeholder."""
INLINE = re.compile(
    r"\[(?:feature|template|schema_file|(?:project|feature|module|table|your)[_ ]name)\](?![(\[:])", re.IGNORECASE
)
BRACKET = re.compile(
    r"^\[(?P<words>(?:[A-Z]|(?:describe|list|what|how|why|who|when|any|exact|specific)\b)[^\[\]]*\w \w[^\[\]]*)\]$"
)
"""`[Measurable outcomes with checkboxes]` where a value should be."""
DATE = re.compile(r"^(?:YYYY[-/.]MM[-/.]DD|DD[-/.]MM[-/.]YYYY)(?:[ T]HH:MM(?::SS)?)?\b")
FORM = re.compile(r"format|form|pattern|notation|layout|style|iso", re.IGNORECASE)
"""Who writes `Format: YYYY-MM-DD` says what dates look like."""
FIXED = re.compile(
    r"(?i:lorem ipsum|\breplace_?me\b|\bchangeme\b)|@[A-Z][A-Z_]+@|\{\{[^{}]*\}\}|(?<=: )_{3,}\s*$|\|\s*_{3,}(?=\s*\|)"
)
HERE = re.compile(
    r"^(?:placeholder(?: text)?|Requirement \d+(?: \(.*\))?|(?:your|add|insert|enter|write|put|describe|text|content|description)\b.{0,60}\bhere)$",
    re.IGNORECASE,
)


def template_text(library: Library) -> Iterator[Said]:
    """Words that stand for words."""
    for page in told(library):
        if page.path.startswith(CLOSURE):
            continue
        end = page.document.front.end if page.is_markdown else 0
        marks = (*TEMPLATE_MARKS, "[") if has_brackets(page) else TEMPLATE_MARKS
        for line in spots(page, marks):
            # In front matter and in YAML brackets make a list.
            if found := placeholder(page, line.text, brackets=page.is_markdown and line.number > end):
                yield Said(page.path, line.number, f"text of a template: {short(found)}")


def has_brackets(page: Page) -> bool:
    """Below its front matter, and other than those of boxes."""
    body = page.text[max(page.text.find("\n---", 3), 0) :] if page.text.startswith("---") else page.text
    return "[" in body.replace(BOXES[0], "").replace(BOXES[1], "")


def placeholder(page: Page, line: str, *, brackets: bool) -> str:
    """The first words of a line that a template left; empty where there are none."""
    text = words_of(page, line)
    if not page.is_markdown:
        text = YAML_COMMENT.sub("", text)
    return (brackets and "[" in text and bracket(text, page)) or angle(text) or fixed(text, page) or whole(text)


def angle(text: str) -> str:
    """`<a clear title>`; no HTML, no address."""
    for found in ANGLE.finditer(text) if "<" in text else ():
        words = found["words"]
        if (
            " " in words
            and not words.endswith(" ")
            and not ATTRIBUTES.match(words)
            and "://" not in words
            and "@" not in words
        ):
            return found[0]
    return ""


def fixed(text: str, page: Page) -> str:
    """What is text of a template wherever it stands. Double braces in YAML are somebody's code."""
    small = text.lower()
    found = FIXED.search(text) if any(mark in small for mark in FIXED_MARKS) else None
    return found[0].strip("| ") if found and (page.is_markdown or not found[0].startswith("{{")) else ""


def bracket(text: str, page: Page) -> str:
    """Words in brackets that are no link: known ones anywhere, others where they are all that is said."""
    if found := SEED.search(text) or IN_A_PATH.search(text) or INLINE.search(text):
        return found[0] if found[0].lower() not in definitions(page.text) else ""
    values = [one for one in (value_of(text)[1], *cells_of(text)) if one.startswith("[") and len(one) < LONGEST]
    named = (one for one in values if NAME.match(one) or BRACKET.match(one))
    return next((one for one in named if one.lower() not in definitions(page.text)), "")


@lru_cache(maxsize=1)
def definitions(text: str) -> frozenset[str]:
    """`[the guide]` of each line `[The guide]: address`: in such a page these words are a link."""
    return frozenset(name.lower() for name in DEFINITION.findall(text))


def whole(text: str) -> str:
    """A whole value, or a whole cell, that stands for another."""
    small = text.lower()
    if not any(mark in small for mark in WHOLE_MARKS):
        return ""
    label, value = value_of(text)
    if DATE.match(value) and not FORM.search(label):
        return value
    values = (one for one in (value, *cells_of(text)) if len(one) < LONGEST)
    return next((one for one in values if HERE.match(one) or (TAG.match(one) and not HTML.match(one))), "")


# --- what is to be decided -----------------------------------------------------------------------------------

# One letter stands in brackets, so that the words themselves do not stand in this tree.
UNFINISHED_MARKS = (
    "tbd", "tbc", "tba", "t.b.", "to be ", "?", "todo", "to-do", "fixme", "xxx", "not yet ", " later", " soon", "to follow",
    "to come", "wip", "under construction", "under discussion", "will follow", "pending", "xx ", "nn ", "noch ", "später",
)  # fmt: skip
UNFINISHED = re.compile(
    r"(?<![\w./-])(?:tb[dca]|t\.b\.[dca]\.?)(?![\w/])"
    r"|\bto be (?:determined|decided|confirmed|finali[sz]ed|advised)\b"
    r"|\bto be (?:defined|announced|specified|clarified|agreed|discussed)\b(?=\s*(?:$|[.;)\]|]| (?:later|soon|by|with)\b))"
    r"|\?{3,}|(?-i:\bT[O]DO\b|\bFIX[M]E\b|\bXX[X]\b|\bWIP\b)|(?:^|[\s(\[*@])to-?do\b\s*[:\])]|@to-?do\b"
    r"|\bnot yet (?:decided|defined|determined|specified|agreed|clarified|finali[sz]ed)\b"
    r"|\b(?:decided?|defined?|determined?|specif(?:y|ied)|clarif(?:y|ied)|fill(?:ed)? (?:\w+ )?in|details?|figured? (?:\w+ )?out)"
    r" (?:\w+ )?(?:later|soon)\b(?! (?:in (?:this|the)|on)\b)"
    r"|\b(?:details?|more|specifics|text|description) (?:to follow|to come|will follow)\b|\bcoming soon\b|\bunder (?:construction|discussion)\b"
    r"|\bdecision (?:is |still )?pending\b|\bpending (?:a )?(?:decision|clarification)\b"
    r"|(?-i:\b(?:X{2,}|NN))\s*(?:%|percent|seconds?|minutes?|hours?|days?|weeks?|months?|years?|rows?|records?|times|[GMKT]B|ms|s)\b"
    r"|\bnoch (?:nicht |zu )?(?:fest(?:ge|zu)legt?e?n?|geklärt|klären|bestimm(?:t|en)|entsch(?:ieden|eiden)|definier(?:t|en)|abzustimmen|unklar)\b"
    r"|\bnoch offen\s*(?=[.)\]|]|$)|\b(?:wird|werden|folgt|folgen) (?:noch|später)\b(?=\s*(?:[.)\]|]|$|ergänzt|festgelegt|definiert))"
    r"|(?<=\| )\?+(?= \|)|(?<=: )\?+$|(?<=- )\?+$",
    re.IGNORECASE,
)
SEEKS = re.compile(
    r"\b(?:need\w*\s+\S|(?:requir|allow|expect|want|enabl|caus|suppos|ought|likely|able|ready)\w*\b)[^.;:|(]*$",
    re.IGNORECASE,
)
"""`a table needs its key to be defined`: a rule, not a gap."""
MUST = re.compile(r"\b(?:has|have|had)\s*$", re.IGNORECASE)


def unfinished(library: Library) -> Iterator[Said]:
    """What somebody put off."""
    return marked(library, UNFINISHED_MARKS, put_off, "left for later")


def put_off(text: str) -> str:
    """The words that put something off; empty where there are none."""
    return next((found[0] for found in UNFINISHED.finditer(text) if not is_rule(text, found)), "")


def is_rule(text: str, found: re.Match[str]) -> bool:
    """`deletions have to be confirmed by a second person` says what shall be, not what is missing."""
    if not found[0].lower().startswith("to be "):
        return False
    before, after = text[: found.start()], text[found.end() :]
    return bool(SEEKS.search(before) or (MUST.search(before) and after.startswith(" by")))


def marked(library: Library, marks: tuple[str, ...], look: Callable[[str], str], message: str) -> Iterator[Said]:
    """Lines that hold one of the marks, and of which `look` says something. Notes in comments are notes all the same."""
    for page in told(library):
        for line in spots(page, marks, comments=True):
            text = words_of(page, line.text, comments=True)
            if found := look(f"<!-- {text}" if is_within_comment(page, line) else text):
                yield Said(page.path, line.number, f"{message}: {short(found)}")


def is_within_comment(page: Page, line: Line) -> bool:
    """A line of a comment that began on an earlier line."""
    is_prose = not page.is_markdown or line.number <= page.document.front.end or line.number not in page.document.code
    return not is_prose and "<!--" not in line.text


# --- what is to be clarified ---------------------------------------------------------------------------------

CLARIFY_MARKS = ("clarif", "?", "[un", "[o", "[needs", "[awaiting", "zu kl", "frage:", "bitte kl")
CLARIFY = re.compile(
    r"\[(?:needs?[\s_-]+)?clarif(?:y|ication)\b[^\[\]]*\](?!\()|(?-i:\bNEEDS?[ _-]+CLARIFICATION\b|\bCLARIFY\b)"
    r"|(?-i:\bCLARIFICATION[ _-]+(?:NEEDED|REQUIRED)\b)|(?:^|[\[(*-]\s?)needs?[ _-]+clarification\b|\bneeds?[ _-]+clarification\s*:"
    r"|(?:^|[\s(*@-])clarify\s*:|<!--\s*(?:please |needs?[ _-]+)?clarif(?:y|ication)\b|\bplease clarify\b"
    r"|\[(?:noch )?zu kl(?:ä|ae)ren\b[^\[\]]*\]|(?-i:\bZU KLÄREN\b)|\b(?:noch )?zu klären\s*:|\bbitte klären\b"
    r"|\[(?:unclear|unklar)\](?!\()|(?-i:\[(?:NEEDS|AWAITING) [A-Z][^\[\]]*\](?!\())"
    r"|\(\?+\)|\[\?+\](?!\()|\[(?:question|unclear|open|frage|rückfrage|offen|unklar)(?: question| frage)?\s*:[^\[\]]*\](?!\()",
    re.IGNORECASE,
)


def clarification(library: Library) -> Iterator[Said]:
    """A mark that somebody, or Claude, left for an answer."""
    return marked(library, CLARIFY_MARKS, asked, "nobody has clarified")


def asked(text: str) -> str:
    """The mark, with what it asks."""
    found = CLARIFY.search(text)
    return (found[0] if found[0].startswith("[") else text[found.start() :].removeprefix("<!-- ")) if found else ""


RULES: tuple[Rule, ...] = (
    Rule(
        "AGT003", "TemplateText", "A page still has words in it that its template, or the framework, wanted to be replaced.",
        "write what is true of your project in its place, or take the line out.", template_text,
        (
            Defect("a placeholder in angle brackets", swap(ORDERS, "Load the orders of a day into bronze.orders", "<a clear, actionable title>")),
            Defect("a placeholder of seed 003", swap(ORDERS, "- No credential and", "- [Security, compatibility, and scalability considerations]\n- No credential and")),
            Defect("a list that nobody wrote", swap(ORDERS, "- Source: the landing zone", "- [List all files to be generated]\n- Source: the landing zone")),
            Defect("a name that nobody filled in", add(ARCHITECTURE, "\n- Owner: [Name]\n")),
            Defect("a date that nobody filled in", swap(PATTERNS, "updated: 2026-11-19", "updated: YYYY-MM-DD")),
            Defect("filler", add(REQUIREMENTS, "\n## Scope\n\nLorem ipsum dolor sit amet.\n")),
            Defect("a placeholder in YAML", swap(SYSTEM_CONTEXT, "project: Orders of the shop", 'project: "<name of the project>"')),
            Defect("a placeholder for a path", swap(ORDERS, "- Standards: standards/development_patterns.md\n", "- Standards: standards/development_patterns.md\n- Template: examples/[template].py\n")),
        ),
    ),
    Rule(
        "AGT004", "LeftForLater", "Something on a page is still to be decided, and nobody has to answer for it.",
        "decide it; or write it as an open question: `Q-1: ...`, which phase check reports until it has its `A: ...`.", unfinished,
        (
            Defect("three letters", add(REQUIREMENTS, "\n## Retention\n\nOrders are kept for TBD years.\n")),
            Defect("to be confirmed", swap(ORDERS, "- Source: the landing zone", "- Volume: to be confirmed\n- Source: the landing zone")),
            Defect("to be determined, in a table", swap(DATA_CONTEXT, "Code of the coupon; empty if none was used", "To be determined")),
            Defect("question marks", swap(ARCHITECTURE, "holds the orders that fit", "???")),
            Defect("a note to oneself", add(PATTERNS, "\n- T" + "ODO: agree on a way to retry\n")),
            Defect("in YAML", swap(SYSTEM_CONTEXT, "time_zone: UTC", "time_zone: tbc")),
        ),
    ),
    Rule(
        "AGT005", "ClarificationMarker", "A mark that asks for clarification is left on a page.",
        "answer it and take the mark out; or write it as an open question: `Q-1: ...`.", clarification,
        (
            Defect("in square brackets", swap(ORDERS, "- Source: the landing zone", "- [NEEDS CLARIFICATION: which time zone?]\n- Source: the landing zone")),
            Defect("in a sentence", add(REQUIREMENTS, "\n## Scope\n\nReturns count as orders [CLARIFY with finance].\n")),
            Defect("in a comment", add(ARCHITECTURE, "\n<!-- clarify: who reads the table? -->\n")),
            Defect("without brackets", add(PATTERNS, "\n- NEEDS CLARIFICATION how long logs are kept\n")),
            Defect("a question mark in brackets", swap(DATA_CONTEXT, "Sum of the order in euros", "Sum of the order in euros (?)")),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
