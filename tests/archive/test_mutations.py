"""Every mutation of an archive is found and named, and no clean archive is accused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agentic.app import App
from archive import mutations
from archive.kept import files, put_back, sealed

TRIES = 12
"""Of each kind; `python benchmarks/mutations.py` tries more than ten thousand."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    return sealed(tmp_path_factory.mktemp("kept") / "project", tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize("mutation", mutations.ALL, ids=lambda one: one.__name__)
def test_a_mutation_is_found_and_named(app: App, mutation: mutations.Mutation) -> None:
    before, keys = files(app), (app.root / "configs/seal-keys.yaml").read_bytes()
    for seed in range(TRIES):
        chance = random.Random(f"{mutation.__name__} {seed}")
        named = mutation(app, chance)
        try:
            found = App(app.root).sealing.verify()
        finally:
            put_back(app, before, keys)
        assert not found.verified, (mutation.__name__, seed, named)
        told = "\n".join(found.faults)
        assert named.partition(".")[0] in told, (mutation.__name__, seed, named, told)
    assert App(app.root).sealing.verify().verified


@pytest.mark.parametrize("seed", range(6))
def test_no_clean_archive_is_accused(tmp_path: Path, seed: int) -> None:
    app = sealed(tmp_path / "project", tmp_path / "keys", chance=random.Random(seed), executions=4)
    assert app.sealing.verify().faults == ()
