"""model -> the columns that its SQL gives, for judging what YAML says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from agentic.policy.cheating.case import Case, name_of
from agentic.policy.cheating.jinja import read
from agentic.policy.cheating.known import Known
from agentic.policy.cheating.sql import text_of


def columns_of(found: Sequence[Case], base: Known) -> Callable[[str], frozenset[str]]:
    """Asked by the name of a model. None where its SQL does not tell them all, or there is none."""
    texts = {name_of(case.path): case.after for case in found if case.kind == "model" and case.after}
    known = {
        str(node.get("name")): str(node.get("raw_code") or "")
        for node in base.nodes.values()
        if node.get("resource_type") == "model"
    }

    @cache
    def columns(model: str) -> frozenset[str]:
        return given(texts.get(model) or known.get(model, ""))

    return columns


def given(text: str) -> frozenset[str]:
    """All columns of a query; none where a star hides some."""
    tree = text_of(text, read(text)).tree if text else None
    if tree is None:
        return frozenset()
    from agentic.policy.cheating.facts import outputs  # sqlglot is there, for a tree is

    names, is_whole = outputs(tree)
    return names if is_whole else frozenset()
