"""Rules about requirements: ids, modal verbs, acceptance, and the tasks that serve them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.requirements import MODAL, body_of, plain_id, stated, statement
from agentic.specs.rule import Defect, Mend, Rule, Said, add, swap, write
from agentic.specs.rules.spoken import KEYS
from agentic.specs.scenario import is_scenario, scenarios
from agentic.text import Line
from agentic.values import Requirement

ID = re.compile(
    r"(?<!\w)([BTD]R)-(\d{1,9})(?:(?:\s*(?:\.\.\.?|–|—|\bto\b|\bthrough\b)\s*|\s*-\s*(?=[BTD]R-))(?:[BTD]R-)?(\d{1,9}))?\b(?!-\d)"
)
"""`BR-1`, and `BR-1 to BR-4`."""
KINDS = ("BR", "TR", "DR")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LIKE_ID = re.compile(
    r"(?P<begin>\#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?)(?P<open>[*_`]*[\[(]?)"
    r"(?P<kind>BR|TR|DR|FR|NFR|REQ)(?P<gap>[ _.–—-]?)(?P<number>\d{1,9})(?P<part>[a-z]\b|(?:\.\d+)+)?(?P<close>[\])]?[*_`]*)"
    r"(?P<rest>(?:\s*[:–—-].*|\.\s.*|\s.*)?)$",
    re.IGNORECASE,
)
"""What was meant as an id."""
PARAGRAPH = re.compile(r"[*_]*(?P<id>(?:BR|TR|DR)-\d+)[*_]*\s*:[*_]*\s+\S")
PLACEHOLDER = re.compile(
    r"[\s<\[({*_`]*(?:\.{2,}|…|-+|\?+|x{2,}|tb[dcs]|todo|n/?a|none|nothing|open|later|pending|unknown|placeholder|lorem ipsum\b.*"
    r"|to be (?:defined|done|decided|determined|added|clarified|written|confirmed|agreed|filled)\b.*|fill (?:in|me)\b.*|(?:will )?follows?|same|see above)?[\s>\])}*_`.!?:]*",
    re.IGNORECASE,
)
ANGLES = re.compile(
    r"<[a-z][^<>\s]{0,80}\s[^<>\n]{0,200}>|\[(?:given|when|then|context|outcome|action|event)\b[^\]]*\](?!\()",
    re.IGNORECASE,
)
HOLLOW = re.compile(r"\b(?:given|when|then|and|tbd|todo|x+)\b|<[^<>]{0,80}>|[\s,.…_?]", re.IGNORECASE)
"""What a scenario may consist of without saying anything."""
LONG = 200
"""Characters; what is longer is no placeholder."""
WEAK = re.compile(r"\b(will|can|could|would|might|needs? to|ha(?:s|ve) to|is to|are to|ought to)\b", re.IGNORECASE)
GONE = (
    "(?:withdrawn|deferred|dropped|superseded|deprecated|rejected|obsolete|removed|postponed|out of scope|future|later)"
)
WITHDRAWN = re.compile(
    rf"^[*_]*{GONE}[*_]*\s*[:–—-]|[(\[]\s*{GONE}\b[^)\]]*[)\]]|^\W*(?:\w+\s)?status\W+{GONE}\b|~~", re.IGNORECASE
)
"""In the title, or on a line about its status."""


def duplicates(library: Library) -> Iterator[Said]:
    """An id that two requirements have names neither."""
    first: dict[str, Requirement] = {}
    for one in stated(library.requirements):
        known = first.setdefault(plain_id(one.id), one)
        if known is not one:
            place = f"on line {known.line}" if known.path == one.path else f"in {known.path}:{known.line}"
            yield Said(one.path, one.line, f"{known.id} is also {place}: {known.title or 'without a title'}")


def uncited(library: Library) -> Iterator[Said]:
    """A requirement that no task serves will not be built."""
    tasks = [page for page in library.pages.values() if page.folder == "tasks" and page.is_markdown]
    if not tasks:
        return
    cited = {number for page in tasks for number in ids_in(said_by(page))}
    seen: set[str] = set()
    for one in stated(library.requirements):
        number = plain_id(one.id)
        if number not in cited and number not in seen and not is_withdrawn(one, library.pages[one.path]):
            seen.add(number)
            yield Said(one.path, one.line, f"no task cites {one.id}: {one.title}".rstrip(": "))


def said_by(page: Page) -> str:
    """The words of a task: what it cites, and its text; a remark is neither. Of broken front matter, all of it."""
    text = page.text
    if page.fault:
        return text
    front = text.find("\n---", 3) if text.startswith("---") else 0
    body = COMMENT.sub("", text[front:]) if "<!--" in text else text[front:]
    return f"{page.document.front.values.get('requirements', '')}\n{body}"


def ids_in(text: str) -> Iterator[str]:
    """Every requirement that a text names; `BR-1 to BR-3` names three."""
    at = text.find("R-")
    while at > 0:
        # Looked for by hand, since a search by pattern takes ten times as long, and this reads every task.
        found = ID.match(text, at - 1)
        if found:
            kind, first, last = found.groups()
            numbers = range(int(first), min(int(last), int(first) + 500) + 1) if last else ()
            yield from (f"{kind}-{number}" for number in numbers or (int(first),))
        at = text.find("R-", found.end() if found else at + 2)


def is_withdrawn(one: Requirement, page: Page) -> bool:
    """Does it say that nobody shall build it now?"""
    if not WITHDRAWN.search(one.title) and "tatus" not in one.text:
        return False
    said = (one.title, *(line.text for line in body_of(one, page) if "tatus" in line.text))
    return any(WITHDRAWN.search(text) for text in said)


def unaccepted(library: Library) -> Iterator[Said]:
    """Nobody can tell whether a requirement is met that has no scenario."""
    for one in stated(library.requirements):
        page = library.pages[one.path]
        if is_withdrawn(one, page):
            continue
        found = scenarios(body_of(one, page), page.document.code)
        empty = [line for line in found if is_placeholder(line.text)]
        for line in empty:
            yield Said(one.path, line.number, f"the acceptance of {one.id} says nothing: {line.text or 'it is empty'}")
        if not found and not (one.id.startswith("DR") and any(rule.text for rule in one.rules)):
            yield Said(one.path, one.line, f"{one.id} has no acceptance scenario: {one.title}".rstrip(": "))


def is_placeholder(text: str) -> bool:
    """Words that stand there until somebody finds better ones."""
    if ANGLES.search(text):
        return True
    return len(text) < LONG and bool(PLACEHOLDER.fullmatch(text) or not HOLLOW.sub("", text))


def no_scenarios(library: Library) -> Iterator[Said]:
    """A wish that cannot be played through cannot be tested."""
    for one in stated(library.requirements):
        page = library.pages[one.path]
        for line in scenarios(body_of(one, page), page.document.code):
            if not is_placeholder(line.text) and not is_scenario(line.text):
                yield Said(one.path, line.number, f"the acceptance of {one.id} is no scenario: {shortened(line.text)}")


def modal_free(library: Library) -> Iterator[Said]:
    """Without a modal verb it is a description."""
    for one, said in without_modal(library):
        if not WEAK.search(said):
            yield Said(
                one.path,
                one.line,
                f"{one.id} has no modal verb, so nobody knows whether it is a duty: {one.title}".rstrip(": "),
            )


def weak_modal(library: Library) -> Iterator[Said]:
    """`will` tells the future; it does not ask for anything."""
    for one, said in without_modal(library):
        if found := WEAK.search(said):
            yield Said(one.path, one.line, f'{one.id} says "{found[0].lower()}", which is neither a duty nor a wish')


def without_modal(library: Library) -> Iterator[tuple[Requirement, str]]:
    """Requirements that do not ask, neither in the title nor below, with what they say instead."""
    for one in stated(library.requirements):
        page = library.pages[one.path]
        said = statement(one, page)
        if not MODAL.search(said) and not MODAL.search(one.title) and not is_withdrawn(one, page):
            yield one, said


def several_modals(library: Library) -> Iterator[Said]:
    """Two duties in one requirement: one of them is met, and both are ticked."""
    for one in stated(library.requirements):
        found = MODAL.findall(statement(one, library.pages[one.path]))
        if len(found) > 1:
            yield Said(
                one.path,
                one.line,
                f"{one.id} has {len(found)} modal verbs ({', '.join(found).lower()}): is it one requirement?",
            )


def malformed(library: Library) -> Iterator[Said]:
    """What looks like an id and is none is read by nobody."""
    known = {one.id for one in library.requirements}
    for page in library.pages.values():
        if page.folder == "requirements" and page.is_markdown and not page.is_blank:
            found = (bad_id(page.path, line, known) for line in page.document.prose if line.text[:1] in "#-*+_BTD")
            yield from (said for said in found if said)


def bad_id(path: str, line: Line, known: Collection[str]) -> Said | None:
    """What is wrong with the id on this line, if there is one."""
    if found := PARAGRAPH.match(line.text):
        return loose(path, line, found["id"]) if found["id"] not in known else None
    found = LIKE_ID.match(line.text)
    if not found or is_id(found, known):
        return None
    written = "".join(found[part] or "" for part in ("kind", "gap", "number", "part"))
    right = f"{found['kind'].upper()}-{found['number']}"
    if found["kind"].upper() not in KINDS:
        return Said(path, line.number, f"{written} is of no kind that tasks can cite", "call it BR-n, TR-n or DR-n.")
    if found["part"]:
        return Said(
            path,
            line.number,
            f"{written} is no id",
            "a part of a requirement is a requirement: give it a number of its own.",
        )
    mend = Mend(line.number, line.text, mended(found, right))
    return Said(
        path,
        line.number,
        f"{found['open']}{written}{found['close']} is no id; {right} is meant",
        f"write {right}.",
        mend,
    )


def loose(path: str, line: Line, name: str) -> Said:
    """A paragraph with an id."""
    message = f"{name} begins neither a heading nor a list item, so nobody reads it as a requirement"
    return Said(path, line.number, message, f"write `### {name}: ...`.", Mend(line.number, line.text, f"- {line.text}"))


def mended(found: re.Match[str], right: str) -> str:
    """The line with the id as it should be."""
    rest = found["rest"].lstrip(" :.–—-").rstrip()
    if found["open"].strip("[(`") and not found["close"].strip("])`"):
        rest = rest.rstrip("*_")
    return f"{found['begin']}{right}: {rest}".rstrip()


def is_id(found: re.Match[str], known: Collection[str]) -> bool:
    """As it should be; or only a mention of one, or no id at all."""
    heading, kind = found["begin"].startswith("#"), found["kind"]
    if kind.upper() not in KINDS and not (kind.isupper() and found["gap"] in ("-", "_")):
        return True
    if found["gap"] == " " and not heading and not found["rest"].lstrip().startswith(":"):
        return True
    if kind not in KINDS or found["gap"] != "-" or found["part"]:
        return False
    bracketed = any(sign in "[(])" for sign in found["open"] + found["close"])
    return not bracketed or f"{kind}-{found['number']}" in known


def shortened(text: str, most: int = 80) -> str:
    """Its beginning; no key of a vendor, nor a half of one."""
    text = KEYS(text)
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..."


ASKED = "agent-prompts/requirements/business_requirements.md"
LATER = "agent-prompts/requirements/later_wishes.md"
MUST = "Every order that the shop delivers must be in the table or in quarantine within 24 hours."
SCENE = "- Acceptance: given a day of orders, when it is loaded, then rows in the table plus rows in quarantine equal rows in the delivery.\n"
REPEATED = "- Acceptance: given a corrected day, when it is loaded, then the table has the corrected rows of that day, once, and all other days as before."
TWICE = "### BR-1: Orders are fast\nAn order must be in the table within 24 hours.\n- Acceptance: given an order, when a day has passed, then it is in the table.\n"

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT030", "DuplicateRequirement", "Two requirements have the same id, so a task that cites it says nothing.",
        "give the newer one the next free number; ids are never used twice.", duplicates,
        (
            Defect("the same id twice in a file", add(ASKED, f"\n{TWICE}")),
            Defect("the same id in another file", write(LATER, f"# Later\n\n{TWICE}")),
            Defect("the same id as a list item", add(ASKED, "\n- **BR-2**: A delivery should be small.\n")),
        ),
    ),
    Rule(
        "AGT031", "UncitedRequirement", "No task cites a requirement, so nobody will build it.",
        "name it under `requirements:` of the task that serves it, or write that task.", uncited,
        (
            Defect("a requirement that no task knows", add(ASKED, f"\n{TWICE.replace('BR-1', 'BR-9')}")),
            Defect("a new number that its task does not know", swap(ASKED, "### BR-2: A", "### BR-7: A")),
        ),
    ),
    Rule(
        "AGT032", "RequirementWithoutAcceptance", "A requirement has no acceptance scenario, so nobody can tell when it is met.",
        "write `- Acceptance: given ..., when ..., then ...` below it; for a DR a `- Rule:` line is enough.", unaccepted,
        (
            Defect("no acceptance line", swap(ASKED, SCENE, "")),
            Defect("an empty acceptance line", swap(ASKED, REPEATED, "- Acceptance:")),
            Defect("an acceptance line that waits", swap(ASKED, REPEATED, "- Acceptance: to be defined with sales")),
            Defect("an acceptance line with gaps", swap(ASKED, REPEATED, "- Acceptance: given ..., when ..., then ...")),
        ),
    ),
    Rule(
        "AGT033", "AcceptanceWithoutScenario", "An acceptance line tells no scenario: what happens, and what can be counted then.",
        "write it as `given ..., when ..., then ...`.", no_scenarios,
        (
            Defect("a wish", swap(ASKED, REPEATED, "- Acceptance: it works for the shop")),
            Defect("no outcome", swap(ASKED, REPEATED, "- Acceptance: given a corrected day, when it is loaded, the table is right.")),
        ),
        severity="warning",
    ),
    Rule(
        "AGT034", "RequirementWithoutModal", "A requirement has no modal verb (must, shall, should, may), so it describes and does not ask.",
        "say `must` for a duty, `should` for what may be left out for a reason, `may` for what is allowed.", modal_free,
        (
            Defect("a description", swap(ASKED, "must be in the table or in", "is in the table or in")),
            Defect("a heading alone", swap(ASKED, f"{MUST}\n", "")),
        ),
    ),
    Rule(
        "AGT035", "SeveralModals", "A requirement has more than one modal verb: it is probably two requirements.",
        "make two requirements of it, or say it with one verb.", several_modals,
        (
            Defect("two duties in two sentences", swap(ASKED, MUST, f"{MUST} It should also be cheap.")),
            Defect("two duties in one sentence", swap(ASKED, "replace what was loaded of it before", "replace what was loaded of it before and shall say so")),
        ),
        severity="warning",
    ),
    Rule(
        "AGT036", "MalformedRequirementId", "A heading or list item begins with what was meant as an id and is none, so nobody reads it.",
        "write BR-n (business), TR-n (technical) or DR-n (data).", malformed,
        (
            Defect("no hyphen", swap(ASKED, "### BR-2: A", "### BR2: A")),
            Defect("an underscore", swap(ASKED, "### BR-2: A", "### BR_2: A")),
            Defect("small letters", swap(ASKED, "### BR-2: A", "### br-2: A")),
            Defect("a paragraph instead of a heading", swap(ASKED, "### BR-2: A", "BR-2: A")),
        ),
        severity="warning",
    ),
    Rule(
        "AGT037", "WeakModal", 'A requirement says "will", "can" or "needs to", which RFC 2119 does not know.',
        "say `must`, `should` or `may`.", weak_modal,
        (
            Defect("a prophecy", swap(ASKED, "must be in the table or in", "will be in the table or in")),
            Defect("an ability", swap(ASKED, "must replace what was loaded", "can replace what was loaded")),
        ),
        severity="warning",
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
