"""The one way out to an API: every request passes it, also a repeated one and one that a redirect or a next page asks for."""

import time
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from staged import Wrong

GATES = {}


def gate_of(one, home):
    """The same for all endpoints of an API: the limit is the API's, not the endpoint's."""
    if one["source"] not in GATES:
        GATES[one["source"]] = Gate(one, Path(home) / f"extract-api-{one['source']}.requests")
    gate = GATES[one["source"]]
    gate.begin(f"{one['source']}/{one['name']}")
    return gate


class Gate(HTTPAdapter):
    """Keeps the pace, and secrets from strangers."""

    def __init__(self, one, memory):
        super().__init__()
        self.origins = {origin(one["base_url"]), origin(one["auth"].get("token_url", ""))}
        self.limit, self.seconds = one["rate"] or (0, 0)
        self.memory, self.times = memory, deque(maxlen=self.limit or 1)
        if self.limit:
            # A run that ended a moment ago counts as well.
            lines = memory.read_text().split()[-self.limit :] if memory.exists() else []
            self.times.extend(float(line) for line in lines)
            memory.write_text("".join(f"{moment}\n" for moment in self.times))

    def begin(self, shown):
        """For the next endpoint."""
        self.shown, self.requests, self.seen, self.failed = shown, 0, set(), False

    def send(self, request, **how):
        """Waits its turn, then asks."""
        self.refuse_stranger(request.url)
        self.refuse_circle(request)
        self.wait()
        self.requests += 1
        try:
            response = super().send(request, **how)
        except Exception:
            self.failed = True
            raise
        finally:
            self.remember()
        # A page that failed, or whose body breaks off, is rightly asked for again.
        self.failed = response.status_code >= 400
        return response

    def refuse_stranger(self, url):
        """A next page or a redirect elsewhere would take our credentials along."""
        if origin(url) not in self.origins:
            scheme, host = origin(url)[:2]
            raise Wrong(
                "AGT615",
                f"{self.shown}: the API sends us to another place, {scheme}://{host}",
                "if that is right, make it the base_url in configs/sources.yml.",
            )

    def refuse_circle(self, request):
        """The page that was had would be the next for ever. Another attempt at the same page is none."""
        if request.method != "GET" or self.failed:
            return
        self.attempts = self.attempts + 1 if getattr(self, "latest", "") == request.url else 0
        if (request.url in self.seen and request.url != self.latest) or self.attempts >= 5:
            raise Wrong(
                "AGT615",
                f"{self.shown}: the API names a page as the next one that was read before; nothing was loaded",
                "look at `pagination` in configs/sources.yml, or ask who runs the API.",
            )
        self.seen.add(request.url)
        self.latest = request.url

    def wait(self):
        """Until the request that is `limit` back lies `seconds` behind."""
        if self.limit and len(self.times) == self.limit:
            pause = self.times[0] + self.seconds - time.time()
            # A clock that was set back shall not hold us for days.
            time.sleep(min(max(pause, 0), self.seconds))

    def remember(self):
        """When the answer came, not when we asked: the API counts from somewhere in between."""
        if self.limit:
            self.times.append(time.time())
            with self.memory.open("a") as file:
                file.write(f"{self.times[-1]}\n")


def origin(url):
    """Scheme, host and port. Nothing for nothing."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
