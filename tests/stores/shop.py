"""A project with one object store, and the store as its owner sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asked import Said, asked
from house import House
from stores.azurite import ACCOUNT, KEY, Azurite

S3 = """\
sources:
  object_stores:
    lake: {kind: s3, bucket: %s, endpoint: "%s", region: eu-west-1, access_key: {env: SHOP_ID}, secret_key: {env: SHOP_SECRET}}
"""
AZURE = """\
sources:
  object_stores:
    blobs: {kind: azure, endpoint: "%s", account: {env: SHOP_ACCOUNT}, access_key: {env: SHOP_KEY}, prefix: "%s"}
"""
SECRETS = {"SHOP_ID": "test", "SHOP_SECRET": "not-a-secret-of-anybody", "SHOP_ACCOUNT": ACCOUNT, "SHOP_KEY": KEY}


@dataclass
class Shop:
    """`agentic store ...` in a project of its own."""

    house: House
    client: Any = None
    """boto3's, of the store's owner: puts what others would put."""
    bucket: str = ""
    endpoint: str = ""
    calls: list[Said] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.house.root

    def store(self, *words: str) -> Said:
        """With --json."""
        said = asked(self.root, "store", *words, "--json")
        self.calls.append(said)
        return said

    def files(self, *words: str) -> dict[str, str]:
        """path -> what was done with it, or its state."""
        said = self.store(*words).json
        rows = said["files"] if "files" in said else [row for one in said["containers"] for row in one["files"]]
        return {row["path"]: row.get("did", row["state"]) for row in rows}

    def raw(self, name: str, text: str | bytes) -> Path:
        return self.house.write(f"data/raw/{name}", text)

    def object(self, name: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read()

    def objects(self) -> list[str]:
        found = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return [one["Key"] for one in found if not one["Key"].endswith(".agentic-manifest.json.gz")]

    def put(self, name: str, data: bytes, **metadata: str) -> None:
        """As somebody else would."""
        self.client.put_object(Bucket=self.bucket, Key=name, Body=data, Metadata=metadata)

    def through(self, endpoint: str) -> None:
        """The same store, by another way."""
        self.house.write("configs/sources.yml", S3 % (self.bucket, endpoint))

    def forget(self) -> None:
        """Another machine: the same files, nothing learned."""
        for path in (self.root / ".agentic/stores").rglob("*.json"):
            path.unlink()

    def learned(self) -> dict[str, Any]:
        return json.loads((self.root / ".agentic/stores/lake/raw.json").read_text())


def s3_shop(house: House, client: Any, bucket: str, endpoint: str) -> Shop:
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    shop = Shop(house, client, bucket, endpoint)
    shop.through(endpoint)
    return shop


def azure_shop(house: House, server: Azurite, prefix: str) -> Shop:
    for name in ("raw", "duckdb", "logs"):
        server.make(name)
    house.write("configs/sources.yml", AZURE % (server.endpoint, prefix))
    return Shop(house)
