"""One Spark for all of these tests, on a lake of their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from common.lake import LakeSettings, create_session
from sample.project import SHORT


@pytest.fixture(scope="session")
def pond(tmp_path_factory: pytest.TempPathFactory) -> LakeSettings:
    """Where the lake is."""
    root: Path = tmp_path_factory.mktemp("lake")
    return LakeSettings(uri=f"jdbc:sqlite:{root}/catalog.db", warehouse=str(root / "warehouse"))


@pytest.fixture(scope="session")
def spark(pond: LakeSettings) -> Iterator[SparkSession]:
    """Started once: it costs more than all that the tests do with it."""
    before = {name: os.environ.get(name) for name in SHORT}
    os.environ.update(SHORT)
    session = create_session("tests", pond)
    yield session
    session.stop()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
