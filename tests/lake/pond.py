"""A project whose lake PyIceberg writes, as a job of somebody else would."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

from asked import Said, asked
from house import House

SETTINGS = "checks: {{python: {python}}}\n"


@dataclass
class Pond:
    """One project, one catalog."""

    house: House
    uri: str
    name: str = "lake"

    @classmethod
    def build(cls, root: Path) -> Pond:
        """On SQLite, where configs/lake.yaml says."""
        house = House.build(root)
        house.write("configs/agentic.yaml", SETTINGS.format(python=sys.executable))
        house.write(
            "configs/lake.yaml", "name: lake\nuri: jdbc:sqlite:data/lake/catalog.db\nwarehouse: data/lake/warehouse\n"
        )
        (root / "data/lake").mkdir(parents=True)
        return cls(house, f"sqlite:///{root}/data/lake/catalog.db")

    @property
    def root(self) -> Path:
        return self.house.root

    @property
    def catalog(self) -> SqlCatalog:
        return SqlCatalog(self.name, uri=self.uri, warehouse=f"file://{self.root}/data/lake/warehouse")

    def table(self, rows: pa.Table, name: str = "bronze.flights") -> Any:
        """A new table with its first load."""
        self.catalog.create_namespace_if_not_exists(name.rpartition(".")[0])
        made = self.catalog.create_table(name, rows.schema)
        made.append(rows)
        return made

    def load(self, name: str = "bronze.flights") -> Any:
        """As it is now, read without any of our code."""
        return self.catalog.load_table(name)

    def count(self, name: str = "bronze.flights") -> int:
        return self.load(name).scan().to_arrow().num_rows

    def asked(self, *words: str) -> Said:
        """`agentic lake ...`."""
        return asked(self.root, "lake", *words)

    def loads(self, *sizes: int) -> list[str]:
        """A table with one load of each size; the ids of its snapshots."""
        table = self.table(flights(0, sizes[0]))
        for number, size in enumerate(sizes[1:], 1):
            time.sleep(0.002)  # Iceberg's clock ticks in milliseconds.
            table.append(flights(1000 * number, size))
        return [str(one.snapshot_id) for one in table.metadata.snapshots]

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The same as a program of its own."""
        command = [sys.executable, "-m", "agentic", "lake", *words]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.Popen(
            command, cwd=self.root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip


def flights(first: int, count: int, carrier: str = "UA") -> pa.Table:
    """Rows with ids from `first` on."""
    return pa.table({"id": pa.array(range(first, first + count), pa.int64()), "carrier": [carrier] * count})
