"""What no rule knows is asked of Claude; what it answers is judged and tried like anybody's answer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from claude_server import Writes
from healing.pipelines import Shop
from house.house import SETTINGS, answered

MODEL = "models/marts/daily_revenue.sql"
TEMPLATE = Path(__file__).parents[2] / "agent-prompts/meta/templates/heal_pipeline.md.j2"


@pytest.fixture
def home(shop: Shop, tmp_path: Path) -> tuple[Shop, str]:
    """The shop within a project of ours, broken in a way that no rule knows and nobody remembers; and the model as it was."""
    root = tmp_path / "home"
    shutil.copytree(shop.root, root / "src/transformation")
    for path, text in {
        "configs/agentic.yaml": SETTINGS,
        f"agent-prompts/meta/templates/{TEMPLATE.name}": TEMPLATE.read_text(encoding="utf-8"),
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    inner = Shop(root / "src/transformation", shop.capsys)
    (inner.root / "target/manifest.json").unlink()
    good = inner.read(MODEL)
    inner.write(MODEL, f"select * from (\n{good}\n) as all_of_it where strptime(1, 2, 3) is null or true\n")
    return inner, good


def healed_by(home: Shop, text: str, path: str = f"src/transformation/{MODEL}") -> dict[str, Any]:
    with answered(lambda body: Writes({path: text}, finish="took the call out")):
        return home.heal()


def test_an_answer_that_is_right_on_the_data_is_applied_and_on_record(home: tuple[Shop, str]) -> None:
    shop, good = home
    healing = healed_by(shop, good)
    assert healing["status"] == "healed", healing["findings"]
    assert shop.read(MODEL) == good
    assert [one["how"] for one in healing["fixes"] if one["id"] in healing["applied"]] == ["claude"]
    page = (shop.root.parents[1] / healing["archive"]).read_text(encoding="utf-8")
    assert "SUCCESS" in page and "heal-transformation" in healing["archive"]


def test_an_answer_that_yields_other_data_waits_for_a_person(home: tuple[Shop, str]) -> None:
    shop, good = home
    broken = shop.tree()
    healing = healed_by(shop, good.rstrip() + "\nlimit 3\n")
    assert healing["status"] in ("proposed", "refused", "left") and not healing["applied"]
    assert shop.tree() == broken


def test_an_answer_that_reaches_for_another_file_gets_nothing(home: tuple[Shop, str]) -> None:
    shop, _ = home
    broken = shop.tree()
    healing = healed_by(shop, "version: 2\n", path="src/transformation/models/marts/schema.yml")
    assert not healing["applied"] and shop.tree() == broken


def test_without_a_key_the_healing_says_so_and_goes_on(home: tuple[Shop, str]) -> None:
    healing = home[0].heal()
    assert healing["status"] in ("left", "proposed") and any(one["source"] == "claude" for one in healing["findings"])
