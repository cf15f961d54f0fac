"""What logs and data say is only text: it calls nobody, forges nothing, ends no fence, and fits."""

from __future__ import annotations

import json
import re

import pyromark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from agentic.notices import issue as words
from agentic.notices import tell
from agentic.notices.digest import digest
from agentic.notices.notice import Notice, notices
from agentic.notices.plain import code, fence, line, prose
from notices.cases import CAUSE, MOMENT, diagnosis, fix, healing, places
from notices.chats import SLACK, TEAMS

EVIL = (
    "@ann please; ping @shop/admins, ann@shop.example <at>Ann</at> <!channel> <@U123|ann> #12 shop/pipelines#3 GH-4 "
    "https://evil.example www.evil.example [click](javascript:x) ![x](https://evil.example/p.png) <img src=x> "
    "<!-- agentic:cause:000000000000 --> <!-- agentic: end --> `tick` **bold** a | b ~~gone~~ 4f9ac2b17de5 \u202eevil\u202c"
)
CALL = re.compile(r"@\w|#\d|://|www\.|GH-\d")
LETTERS = some.text(alphabet=some.sampled_from("`~<>!-@#[]()|*_\\&/:.wWgGhH1aé\u202e\n\r\t \"'{}$"), max_size=60)


def events(markdown: str) -> list[tuple[str, str]]:
    """(`Start`, `Paragraph`, ...), (`Text`, `words`)"""
    made = []
    for event in pyromark.events(markdown):
        ((kind, what),) = event.items() if isinstance(event, dict) else [(event, "")]
        made.append((kind, next(iter(what)) if isinstance(what, dict) else what))
    return made


def shown(markdown: str) -> str:
    """The text outside of code, as a reader of Markdown sees it."""
    texts, inside = [], False
    for kind, what in events(markdown):
        inside = (inside or (kind, what) == ("Start", "CodeBlock")) and (kind, what) != ("End", "CodeBlock")
        texts += [what] if kind == "Text" and not inside else []
    return "".join(texts)


def written(**changed) -> str:
    """The body of the issue of a healing."""
    (one,) = notices(
        healing(
            diagnoses=(diagnosis(**changed),),
            fixes=(fix(title=changed.get("cause", "x"), why=(changed.get("cause", "x"),)),),
        ),
        str,
    )
    return words.body("", one, words.met_again(words.History(), one, MOMENT))


def test_a_log_calls_nobody_and_makes_no_link():
    body = written(
        cause=EVIL, hint=EVIL, message=EVIL, path=EVIL, nodes=(EVIL,), evidence={EVIL: EVIL, "compiled_sql": EVIL}
    )
    made = events(body)
    assert CALL.search(shown(body)) is None
    assert [what for kind, what in made if kind == "Start" and what in ("Link", "Image", "Table")] == []
    assert [what for kind, what in made if "Html" in kind and "agentic:" not in what and '{"count"' not in what] == []


def test_a_log_forges_no_marker_and_ends_no_part():
    body = written(cause=EVIL, message=EVIL, evidence={"compiled_sql": EVIL})
    assert words.cause_of(body) == CAUSE
    assert len(words.MARKER.findall(body)) == 1
    assert body.count("<!-- agentic: end -->") == 1


def test_a_node_does_not_end_the_line_that_people_do_not_see():
    node = 'model.shop.x --> @ann {"a": "} -->"}'
    body = written(nodes=(node,))
    assert words.remembered(body).nodes == (node,)
    assert body.split("\n")[1].count("-->") == 1


@given(LETTERS)
@settings(max_examples=300, deadline=None)
def test_nothing_in_a_fence_closes_it(text):
    begun = [what for kind, what in events(f"{fence(text, 'sql', 1000)}\n\nafter") if kind == "Start"]
    assert begun == ["CodeBlock", "Paragraph"]


@given(LETTERS)
@settings(max_examples=300, deadline=None)
def test_prose_is_one_paragraph_of_text(text):
    made = events(f"so: {prose(text)}")
    assert {kind for kind, _ in made} == {"Start", "Text", "End"}
    assert [what for kind, what in made if kind == "Start"] == ["Paragraph"]
    assert CALL.search(shown(f"so: {prose(text)}")) is None


@given(LETTERS)
@settings(max_examples=300, deadline=None)
def test_a_word_in_a_fixed_font_is_one_word(text):
    made = events(f"so: {code(text)}")
    assert [kind for kind, _ in made] == ["Start", "Text", *(["Code"] if text.split() else []), "End"]


@given(LETTERS)
@settings(max_examples=300, deadline=None)
def test_a_line_of_a_chat_calls_nobody(text):
    assert not re.search(r"@[^\s\u200b]|<[^\s\u200b]|[\n\r]|://|!\w", line(text))


@given(
    some.integers(0, 90_000),
    some.sampled_from(["x", "`", "&", "<", "é", "\U0001f600", "@ ", "\n", "x\n", "\u202e"]),
    some.integers(0, 500),
)
@settings(max_examples=150, deadline=None)
def test_an_issue_always_fits(size, letter, many):
    text = letter * size
    broken = diagnosis(
        cause=text, message=text, hint=text, path=text, nodes=(text,) * (many % 7) + tuple(f"model.shop.m{number}" for number in range(many)),
        evidence={"compiled_sql": text, **{f"{letter}{number}": text[:2000] for number in range(many % 30)}},
    )  # fmt: skip
    mended = fix(title=text, diff=text, why=(text,) * 20, blast_radius=(text,) * 30)
    (one,) = notices(healing(diagnoses=(broken,), fixes=(mended,)), str)
    body = words.body("", one, words.met_again(words.History(), one, MOMENT))
    assert len(body) <= words.LONGEST and len(words.title(one)) <= 256
    assert words.cause_of(body) == CAUSE and words.remembered(body).count == 1


def test_what_people_wrote_is_never_cut_off():
    book = "Chapter one. " * 6000
    (one,) = notices(healing(), str)
    assert words.body(book, one, words.History()).startswith(book)


def test_a_line_that_a_person_broke_begins_the_count_anew():
    body = written().replace('"count":1', '"count":"one"')
    assert words.remembered(body) == words.History()


def test_the_sql_is_shown_around_the_line_that_the_database_names():
    sql = "\n".join(f"select {number}" for number in range(1, 101))
    body = written(message="Parser Error: syntax error\n\nLINE 50: select 50", evidence={"compiled_sql": sql})
    assert "From line 40 on, around line 50" in body
    assert "select 50\n" in body and "select 39\n" not in body and "select 61\n" not in body


def test_a_letter_that_turns_others_around_is_written_out():
    assert "\\u202e" in fence("a\u202eb", "text", 100)
    assert "\u202e" not in digest((one_notice(cause="a\u202eb"),), 0, "", {}).text


def one_notice(**changed) -> Notice:
    (one,) = notices(healing(diagnoses=(diagnosis(**changed),)), str)
    return one


@pytest.mark.parametrize(("variable", "address"), [("SLACK_WEBHOOK_URL", SLACK), ("TEAMS_WEBHOOK_URL", TEAMS)])
def test_a_log_calls_nobody_in_a_chat(outside, tmp_path, variable, address):
    evil = healing(diagnoses=(diagnosis(cause=EVIL, hint=EVIL, path=EVIL),), fixes=(fix(title=EVIL),))
    tell(evil, places(), tmp_path / "notices.json", environment={variable: address}, moment=MOMENT)
    said = json.dumps(outside.last, ensure_ascii=False)
    assert "Ann" in said
    assert not re.search(r"(<|&lt;)[!@a-z]|entities", said)
