"""One project that is built once for all who only look at it, and fresh ones for those who break something."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("dbt") is None or find_spec("pyiceberg") is None:
    pytest.skip("needs dbt and PyIceberg (extras dbt, lake)", allow_module_level=True)

from transformation.workshop import Workshop, fill_lake  # noqa: E402


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Raw files ingested, a lake of two months, everything built. Only looked at."""
    shop = Workshop.build(tmp_path_factory.mktemp("built"))
    shop.ingest()
    fill_lake(shop.lake)
    done = shop.transform()
    assert done.returncode == 0, done.stdout + done.stderr
    return shop


@pytest.fixture
def shop(built: Workshop, tmp_path: Path) -> Workshop:
    """The same without the lake, to be broken: warehouse and parsed models come along, which saves a second of CPU."""
    ignored = shutil.ignore_patterns("run_results.json", "lake")
    shutil.copytree(built.root, tmp_path / "shop", ignore=ignored)
    return Workshop(tmp_path / "shop")
