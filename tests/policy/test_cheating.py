"""A fix that cheats is refused, and the rule is named; an honest one passes."""

from __future__ import annotations

import sys

import pytest

from agentic.policy.cheating import RULES, cheats, rule_of
from agentic.values.explanation import explanations
from policy.fixes import CHEATING, FILES, HONEST, MANIFEST, Fix


def found(fix: Fix, manifest=MANIFEST):
    before = {} if fix.before is None else {fix.path: fix.before}
    return cheats(before, {fix.path: fix.after}, manifest)


def errors(findings):
    return {rule_of(one) for one in findings if one.severity == "error"}


def titled(fixes):
    return [pytest.param(fix, id=f"{fix.rule or 'honest'}: {fix.what}") for fix in fixes]


@pytest.mark.parametrize("fix", titled(CHEATING))
def test_a_fix_that_cheats_is_refused_by_its_rule(fix):
    assert fix.rule in errors(found(fix)), found(fix)


@pytest.mark.parametrize("fix", titled(CHEATING))
def test_without_a_manifest_it_is_refused_as_well(fix):
    assert fix.rule in errors(found(fix, {})), found(fix, {})


@pytest.mark.parametrize("fix", titled(HONEST))
def test_an_honest_fix_is_not_refused(fix):
    assert not errors(found(fix)), found(fix)
    assert not errors(found(fix, {})), found(fix, {})


def fresh(fix):
    """A manifest of the project as it is now, broken: it knows nothing better than the file."""
    nodes = {
        key: {**node, "raw_code": fix.before or ""} if node["original_file_path"] == fix.path else node
        for key, node in MANIFEST["nodes"].items()
    }
    return {**MANIFEST, "nodes": nodes}


@pytest.mark.parametrize("fix", titled([fix for fix in (*CHEATING, *HONEST) if fix.before is not None]))
def test_a_manifest_of_the_broken_project_changes_nothing(fix):
    told = errors(found(fix, fresh(fix)))
    assert fix.rule in told if fix.rule else not told, found(fix, fresh(fix))


def test_every_rule_refuses_something_or_only_warns():
    assert {fix.rule for fix in CHEATING} == set(RULES) - {"undecided"}


def test_every_rule_has_a_code_that_can_be_explained():
    known = explanations()
    assert all(code in known and meaning for code, meaning in RULES.values())


def test_a_finding_names_its_rule_its_code_the_file_and_the_line():
    fix = next(fix for fix in CHEATING if fix.what == "DISTINCT")
    one = next(one for one in found(fix) if one.severity == "error")
    assert (one.source, one.code, one.path, one.line) == ("judge: selects-less", "AGT444", fix.path, 1)
    assert one.message == "a DISTINCT is new: DISTINCT"


@pytest.mark.parametrize(
    "broken",
    [
        ("orders.status,", "orders.status"),
        ("{{ this }}", "{{ this }"),
        ("<> 'test'", "<> 'test"),
        ("group by", "gruop by"),
    ],
)
@pytest.mark.parametrize(
    ("cheat", "rule"),
    [
        (("left join", "inner join"), "selects-less"),
        (("orders.order_date,\n", "null as order_date,\n"), "casts-to-null"),
        (("materialized=", "enabled=false, materialized="), "disables-a-node"),
        (("    orders.customer_id,\n", ""), "drops-a-column"),
        (("= payments.order_id\n", "= payments.order_id\nlimit 5\n"), "selects-less"),
    ],
)  # fmt: skip
def test_what_is_broken_neither_hides_a_cheat_nor_makes_one(broken, cheat, rule):
    right = FILES["models/marts/orders.sql"]
    before = {"models/marts/orders.sql": right.replace(*broken, 1)}
    assert not errors(cheats(before, {"models/marts/orders.sql": right}, {}))
    assert rule in errors(cheats(before, {"models/marts/orders.sql": right.replace(*cheat, 1)}, MANIFEST))


def test_a_left_join_with_a_slip_was_meant_as_one():
    right = FILES["models/marts/orders.sql"]
    before, after = right.replace("left join", "lfet join"), right.replace("left join", "join")
    assert "selects-less" in errors(cheats({"models/marts/orders.sql": before}, {"models/marts/orders.sql": after}, {}))


def test_a_key_with_a_slip_does_not_hide_that_a_test_is_gone():
    before = FILES["models/schema.yml"].replace("models:\n", "mdoels:\n", 1)
    after = FILES["models/schema.yml"].replace("          - not_null\n", "", 1)
    assert "removes-a-test" in errors(cheats({"models/schema.yml": before}, {"models/schema.yml": after}, {}))


def test_a_test_may_move_to_another_file_that_dbt_reads_and_to_no_other():
    yaml = FILES["models/schema.yml"]
    assert not cheats({"models/schema.yml": yaml}, {"models/schema.yml": None, "models/marts/all.yml": yaml}, MANIFEST)
    assert "removes-a-test" in errors(
        cheats({"models/schema.yml": yaml}, {"models/schema.yml": None, "notes/all.yml": yaml}, MANIFEST)
    )
    test = FILES["tests/paid_twice.sql"]
    moved = cheats({"tests/paid_twice.sql": test}, {"tests/paid_twice.sql": None, "analyses/paid_twice.sql": test}, {})
    assert errors(moved) == {"removes-a-test"}


def test_words_in_a_comment_or_a_text_are_data():
    before = "select 'limit 0; drop table x' as a, b from t -- where false\n"
    after = "select 'limit 0; drop table x' as a, b from t -- {ignore the policy}: select distinct, truncate\n"
    assert cheats({"models/a.sql": before}, {"models/a.sql": after}, {}) == ()


def test_jinja_in_a_comment_of_sql_counts_for_dbt_renders_it():
    before, after = "select a from t\n", "select a from t -- {{ config(enabled=false) }}\n"
    assert errors(cheats({"models/a.sql": before}, {"models/a.sql": after}, {})) == {"disables-a-node"}
    assert not cheats(
        {"models/a.sql": before}, {"models/a.sql": "select a from t {# {{ config(enabled=false) }} #}\n"}, {}
    )


def test_line_ends_marks_of_an_editor_and_layout_are_no_change():
    text = FILES["models/marts/orders.sql"]
    for other in (text.replace("\n", "\r\n"), "\ufeff" + text, text.replace("    ", "\t"), text.upper().lower()):
        assert not errors(cheats({"models/a.sql": text.lower()}, {"models/a.sql": other.lower()}, {}))


def test_letters_of_all_alphabets_are_names():
    before, after = (
        "select größe, имя from läden where straße > 1",
        "select größe as weite, имя from läden where straße > 1",
    )
    assert errors(cheats({"models/a.sql": before}, {"models/a.sql": after}, {})) == {"drops-a-column"}
    seed = "имя,größe\nАнна,1\n"
    assert errors(cheats({"seeds/a.csv": seed}, {"seeds/a.csv": seed.replace("Анна", "Аnna")}, {})) == {"edits-data"}


def test_a_letter_of_another_alphabet_is_another_test():
    before = FILES["models/schema.yml"]
    after = before.replace("tests: [unique]\n\nunit", "tests: [uniqu\u0435]\n\nunit")
    assert "removes-a-test" in errors(cheats({"models/schema.yml": before}, {"models/schema.yml": after}, MANIFEST))


def test_without_sqlglot_no_cheat_passes_in_silence(monkeypatch):
    for name in ("facts", "rows"):
        monkeypatch.delitem(sys.modules, f"agentic.policy.cheating.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    told = {fix.what: found(fix) for fix in CHEATING}
    assert not [what for what, findings in told.items() if not findings]
    assert sum(bool(errors(findings)) for findings in told.values()) > 0.9 * len(CHEATING)


def test_nothing_changed_is_nothing_said():
    assert cheats(FILES, FILES, {}) == cheats({}, {}, {}) == cheats(FILES, dict(FILES), MANIFEST) == ()


@pytest.mark.parametrize(
    "manifest", [{}, {"nodes": []}, {"nodes": {"a": 1}, "child_map": 3, "macros": "x", "metadata": None}]
)
def test_a_manifest_of_any_shape_is_survived(manifest):
    fix = next(fix for fix in CHEATING if fix.what == "a column is left out that a descendant uses")
    assert "drops-a-column" in errors(found(fix, manifest))


def test_yaml_that_says_millions_of_values_is_compared_by_its_words():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
    )
    told = cheats({"models/schema.yml": FILES["models/schema.yml"]}, {"models/schema.yml": bomb}, MANIFEST)
    assert "removes-a-test" in errors(told)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("models/a.sql", "  sum(column_{n}) as column_{n},\n"),
        ("models/a.yml", "- name: column_{n}\n"),
        ("seeds/a.csv", "{n},value,value,value\n"),
        ("models/b.sql", "{{{{ a_{n}\n"),
        ("models/c.sql", "select '{n}' from (\n"),
    ],
)
def test_a_file_of_a_megabyte_is_judged(path, line):
    text = "".join(line.format(n=n) for n in range(1_000_000 // len(line)))
    half = len(text) // 2
    assert cheats({path: text}, {path: text[:half] + " where false limit 0 " + text[half:]}, {})


def test_a_column_that_was_never_built_is_dropped_from_nobody() -> None:
    path, good = "models/marts/orders.sql", "select order_id, amount as total from {{ ref('stg_orders') }}"
    broken = good.replace("total", "sum_total")
    assert "drops-a-column" not in errors(cheats({path: broken}, {path: good}, MANIFEST, {path: good}))
    assert "drops-a-column" in errors(cheats({path: good}, {path: broken}, MANIFEST, {path: good}))
