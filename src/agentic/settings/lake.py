"""configs/lake.yaml and LAKE_* -> where the project's own tables are: the same truth that its jobs read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from agentic.errors import BadSettings
from agentic.values.noun import Noun

FILE = "configs/lake.yaml"
EMBEDDED = "jdbc:sqlite:"
KEYS = ("name", "uri", "warehouse", "user")


class Lake(Noun, frozen=True):
    """The project's own Iceberg catalog. The password stays in the environment; Spark's settings are the jobs' affair."""

    name: str = "lake"
    uri: str = "jdbc:sqlite:data/lake/catalog.db"
    warehouse: str = "data/lake/warehouse"
    user: str = ""

    @property
    def file(self) -> str:
        """The catalog's file, from the project's root; empty for a server."""
        return self.uri.removeprefix(EMBEDDED) if self.uri.startswith(EMBEDDED) else ""

    def variables(self, root: Path) -> dict[str, str]:
        """LAKE_*, seen from the project, so that a program works on the lake that jobs write to."""
        return {
            "LAKE_NAME": self.name,
            "LAKE_URI": f"{EMBEDDED}{root / self.file}" if self.file else self.uri,
            "LAKE_USER": self.user,
            "LAKE_WAREHOUSE": self.warehouse if "://" in self.warehouse else str(root / self.warehouse),
        }


def load_lake(root: Path, environment: Mapping[str, str]) -> Lake:
    """The environment wins over the file, as it does for jobs. Raises BadSettings."""
    path = root / FILE
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadSettings(f"{FILE} is not YAML", path=FILE, cause=str(error)) from error
    if not isinstance(said or {}, dict):
        raise BadSettings(f"{FILE} is not a map of settings", path=FILE, line=1)
    known = {key: str(value) for key, value in (said or {}).items() if key in KEYS}
    given = {key: environment[f"LAKE_{key.upper()}"] for key in KEYS if environment.get(f"LAKE_{key.upper()}")}
    return Lake(**{**known, **given})
