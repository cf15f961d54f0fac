"""An API's pages -> files of JSON lines: all of them or none, whatever the API does in the middle."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from common.sources import REGISTRY, SourceError

ATTEMPTS = 5
"""How often a page is asked for; an API that is busy (429) or broken (5xx) is asked again, later each time."""
LONGEST_WAIT = 300


@dataclass(frozen=True, slots=True)
class Api:
    """One list of an API, page by page."""

    name: str
    base_url: str
    path: str
    records: str
    """Where in the answer the list is, data.items for instance; empty where the answer is the list."""
    page_param: str
    size_param: str
    size: int
    since_param: str
    token: str = ""


def find_base_url(name: str, project: Path | None = None, env: Mapping[str, str] = os.environ) -> str:
    """Where the API is: SOURCE_<NAME>_URL, else its base_url in the registry."""
    if moved := env.get(f"SOURCE_{name.upper()}_URL"):
        return moved
    registry = yaml.safe_load(((project or Path.cwd()) / REGISTRY).read_text(encoding="utf-8")) or {}
    entry = ((registry.get("sources") or {}).get("apis") or {}).get(name) or {}
    if not entry.get("enabled", True) or "base_url" not in entry:
        raise SourceError(
            f"{REGISTRY} has no API {name} that is switched on. Add it, or set SOURCE_{name.upper()}_URL."
        )
    return str(entry["base_url"])


def land(api: Api, since: str, folder: Path, wait: float = 1.0) -> int:
    """Writes every record of every page into the folder, in the place of what was there; says how many there were."""
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    records = 0
    for number, page in enumerate(read_pages(api, since, wait), 1):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in page)
        (beside / f"page-{number:06d}.jsonl").write_text(lines, encoding="utf-8")
        records += len(page)
    # Only what came to its end gets the name that a job reads.
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    return records


def read_pages(api: Api, since: str, wait: float) -> Iterator[list[Any]]:
    """Page after page until an empty one. Raises SourceError where an answer is none."""
    # dlt costs seconds to import; jobs that read no API shall not pay for it.
    from dlt.sources.helpers.requests import Client
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
    from requests import RequestException

    patient = Client(request_max_attempts=ATTEMPTS, request_backoff_factor=wait, request_max_retry_delay=LONGEST_WAIT)
    headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
    client = RESTClient(api.base_url, headers=headers, session=patient.session)
    asked = {api.size_param: api.size} | ({api.since_param: since} if since else {})
    turning = PageNumberPaginator(base_page=1, page_param=api.page_param, total_path=None)
    try:
        for page in client.paginate(api.path, params=asked, paginator=turning, data_selector=api.records or "$"):
            if records := find_records(api, page.response.json()):
                yield records
    except (RequestException, ValueError) as error:
        raise SourceError(f"API {api.name} did not answer to the end, so nothing of it is used: {error}") from error


def find_records(api: Api, body: Any) -> list[Any]:
    """The list in an answer; an answer without one is an error, not an end."""
    for name in filter(None, api.records.split(".")):
        body = body.get(name) if isinstance(body, dict) else None
    if not isinstance(body, list):
        raise SourceError(f"API {api.name}: an answer has no list at {api.records or 'its top'}.")
    return body


def step_back(cursor: str, minutes: int) -> str:
    """A moment, so many minutes earlier; any other cursor as it is."""
    if not cursor:
        return ""
    try:
        moment = datetime.fromisoformat(cursor)
    except ValueError:
        return cursor
    # Z says UTC: another zone's hours under it would ask from hours later, and lose what lies between.
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    return (moment - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
