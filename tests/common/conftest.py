"""One Spark for the tests of src/common, with a lake of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from common.trial import lake_environment


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in lake_environment(tmp_path_factory.mktemp("lake")).items():
            patch.setenv(name, value)
        from common.lake import create_session

        session = create_session("tests of common")
    session.conf.set("spark.sql.shuffle.partitions", "1")
    yield session
    session.stop()
