"""A fix that cheats is refused, and the rule is named; an honest one passes."""

from __future__ import annotations

import pytest

from agentic.policy.cheating import cheats, rule_of
from policy.fixes import CHEATING, HONEST, MANIFEST, Fix


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
