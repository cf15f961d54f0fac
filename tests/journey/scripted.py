"""A scripted Claude that drafts what the journey asks for: from the template in the prompt, and from what the person said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agentic.outside.clock import today
from agentic.phases.judge import PLACEHOLDER
from claude_server import Answer, Finishes, Writes

TEMPLATE = re.compile(r"`````text\n(?P<text>.*?)\n`````", re.DOTALL)
DELIVERABLES = re.compile(r"## DELIVERABLES\n(?P<list>(?:- .*\n?)+)")

DISCOVERY_RULE = "- Rule: bronze.orders.order_id not_null, threshold 100 %\n  Figure: all 40 orders have one"
CODE = '''"""Counts the orders of a shop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


class Unreadable(ValueError):
    """A line of orders.csv has no customer."""


def customer_of(line: str) -> str:
    """The customer of one line `order_id,customer`."""
    _, _, customer = line.strip().partition(",")
    if not customer:
        raise Unreadable(f"no customer in: {line!r}")
    return customer


def orders_by_customer(lines: Iterable[str]) -> Mapping[str, int]:
    """How many orders each customer has."""
    return Counter(customer_of(line) for line in lines)
'''
TESTS = '''"""Orders are counted."""

import pytest

from shop.count_orders import Unreadable, customer_of, orders_by_customer


def test_orders_are_counted_by_customer():
    assert orders_by_customer(["1,anna", "2,ben", "3,anna"]) == {"anna": 2, "ben": 1}


def test_a_line_without_a_customer_is_refused():
    with pytest.raises(Unreadable):
        customer_of("4,")
'''
MORE_TESTS = '''"""Single lines are read."""

from shop.count_orders import customer_of, orders_by_customer


def test_the_customer_stands_behind_the_comma():
    assert customer_of("7,carla") == "carla"


def test_nobody_has_no_orders():
    assert orders_by_customer([]) == {}
'''
EMPTY_TESTS = "def test_nothing():\n    assert True\n"
SCRIPT = '"""Prints what it would measure."""\n\nimport json\n\nprint(json.dumps({"source": "orders"}))\n'
WORKFLOW = (
    "name: pipeline\non: [push]\njobs:\n  specs:\n    runs-on: ubuntu-latest\n    steps:\n      - run: agentic lint\n"
)
STRUCTURE = f"""# Modules of the code.
version: "1.0"
updated: {today()}
lines: {{least: 200, most: 400}}
roots: [src]
outside: []
modules:
  - name: common
    responsibility: "What every job shares."
    layer: shared
    files: ["src/common/**"]
    depends_on: []
    lines: {{least: 1, most: 600, why: "comes with the framework and is used as it is"}}
  - name: shop
    responsibility: "Counts orders by customer."
    layer: ingestion
    files: ["src/shop/**"]
    depends_on: [common]
    lines: {{least: 1, most: 400, why: "a small shop"}}
"""
REQUIREMENTS = """### BR-1: Every order is counted
Every order of the shop must be counted for its customer.
- Acceptance: given 40 orders, when they are counted, then the counts of all customers add up to 40.
- Rule: bronze.orders.order_id not_null, threshold 100 %
"""
TASK = """---
id: SHO-COUNT
module: shop
type: implementation
requirements: [BR-1]
depends_on: []
checks:
  - python
  - pytest: tests/shop/test_count_orders.py
attempts: 3
---
## TASK: Count the orders of the shop by customer
## DELIVERABLES:
- src/shop/count_orders.py
- tests/shop/test_count_orders.py
## SUCCESS CRITERIA:
- [ ] AC-1: orders are counted by customer (check: pytest)
- [ ] AC-2: the code compiles and lints (check: python)
## CONTEXT FILES:
- Schema: context/data_context.md
- Standards: standards/development_patterns.md
## TECHNICAL SPECIFICATIONS:
A function that takes lines of orders.csv and gives the number of orders of each customer.
## CONSTRAINTS & STANDARDS:
A line without a customer is an error, never skipped.
"""
REVIEW = """{"summary": "Small and clear.", "findings": [{"path": "src/shop/count_orders.py", "line": 13, "quote": "def customer_of(line: str) -> str:",
 "severity": "warning", "standard": "Error Handling Standards", "message": "the error does not say which file the line came from", "fix": "hand the file's name in"}]}"""


def sections(text: str, **named: str) -> str:
    """The template with whole sections replaced, then every placeholder."""
    for title, body in named.items():
        pattern = re.compile(
            rf"(^## {title.replace('_', ' ')}\\n).*?(?=^## |\\Z)".replace("\\\\", "\\"), re.DOTALL | re.MULTILINE
        )
        assert pattern.search(text), title
        text = pattern.sub(lambda found, body=body: f"{found[1]}\n{body}\n\n", text)
    return filled(text)


def filled(text: str) -> str:
    """Nothing is known but what was said; one question stands for all the rest."""
    text = re.sub(r"^<questions .*>$", "Q-1: who decides about the rest?", text, flags=re.MULTILINE)
    return PLACEHOLDER.sub("not known yet, see Q-1", text)


def written(path: str, template: str) -> str:
    """The draft of one document."""
    match path:
        case "agent-prompts/requirements/business_requirements.md":
            text = sections(template, Business_Requirements=REQUIREMENTS, Technical_Requirements="Not applicable: nobody asked.", Data_Requirements="Not applicable: nobody asked.")  # fmt: skip
        case "agent-prompts/requirements/data_discovery.md":
            text = sections(template, Suggested_Quality_Rules=DISCOVERY_RULE)
        case "agent-prompts/context/data_context.md":
            text = re.sub(r"### Dataset: <.*?>", "### Dataset: orders", template)
            text = re.sub(r"^\| <name of a column> .*$", "| order_id | int | no | Number of the order |\n| customer | string | no | Who ordered |", text, flags=re.MULTILINE)  # fmt: skip
            text = filled(text)
        case "agent-prompts/design/module_structure.yaml":
            text = STRUCTURE
        case "agent-prompts/tasks/shop/count_orders.md":
            text = TASK
        case _:
            text = filled(template)
    return text


CODE_FILES: Mapping[str, str] = {
    "src/shop/count_orders.py": CODE,
    "tests/shop/test_count_orders.py": TESTS,
    "tests/shop/test_count_orders_generated.py": MORE_TESTS,
    "scripts/profile_sources.py": SCRIPT,
    "scripts/deploy.py": SCRIPT,
    "tests/integration/test_end_to_end.py": TESTS,
    ".github/workflows/pipeline.yml": WORKFLOW,
}


def asked(body: dict[str, Any]) -> str:
    """The task as it was sent: the last part of the first message."""
    content = body["messages"][0]["content"]
    return content if isinstance(content, str) else "\n".join(block.get("text", "") for block in content)


def claude_drafts(body: dict[str, Any]) -> Answer:
    """Writes every deliverable that the prompt names."""
    if any(message["role"] == "assistant" for message in body["messages"]):
        return Finishes("nothing left to do")
    words = asked(body)
    found, template = DELIVERABLES.search(words), TEMPLATE.search(words)
    assert found, words[-2000:]
    paths = [line[2:].split(" (exists;")[0].strip() for line in found["list"].strip().splitlines()]
    made = {
        path: CODE_FILES.get(path) or special(path) or written(path, template["text"] if template else "")
        for path in paths
    }
    return Writes(made, finish="drafted")


def special(path: str) -> str:
    """What has no template."""
    return REVIEW if path.endswith(".json") else ""
