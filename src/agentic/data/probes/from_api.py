"""An endpoint of an API -> the stage. dlt's REST client logs in, turns pages and asks again; what it is given is judged here."""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal

from digits import Digits, is_float, parsed, written
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth, HttpBasicAuth, OAuth2ClientCredentials
from dlt.sources.helpers.rest_client.paginators import (
    HeaderLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)
from gate import gate_of
from json_rows import misfit, spread
from requests import exceptions as failures
from staged import Wrong

ATTEMPTS = 5
LONGEST_WAIT = 300
"""Seconds. An API that asks for more is asked again by a later run."""
EVERY = 2_000
"""Records between two lines of progress."""
KINDS = {
    bool: "bool", int: "int", float: "float", Digits: "digits", str: "str", dict: "json", list: "json", type(None): "null",
}  # fmt: skip
UNSURE = (ValueError, TypeError, ArithmeticError)
"""ArithmeticError: the first hours of the year 1, seen from UTC, are in none."""


def read(one, stage, order, tell):
    """Every record of the endpoint, page by page."""
    gate = gate_of(one, order["home"])
    stage.con.execute("CREATE TABLE rows (c0 VARCHAR, c1 VARCHAR)")
    answer = Answer(one, stage)
    try:
        for page in pages(one, stage, gate, answer):
            before = stage.read // EVERY
            answer.take(page)
            if stage.read // EVERY > before:
                tell(f"{stage.shown}: {stage.read:,} records in {gate.requests:,} requests")
    except Wrong:
        raise
    except (failures.RequestException, *UNSURE) as error:
        raise refusal(error, stage.shown) from error
    stage.flush()
    answer.refuse_wrong_total()
    answer.refuse_fieldless()
    spread(stage, answer)


def pages(one, stage, gate, answer):
    """From the last cursor on, where there is one."""
    endpoint = one["endpoint"]
    params = dict(endpoint["params"])
    if one["cursor"]:
        last = parsed(stage.cursor) if stage.cursor else endpoint["start"]
        if last != "":
            params[endpoint["cursor_param"] or one["cursor"]] = last
    if one["pages"]["size_param"] and one["pages"]["kind"] != "offset":
        params[one["pages"]["size_param"]] = one["pages"]["size"]
    client = Client(
        request_timeout=one["timeout"], raise_for_status=False, request_max_attempts=ATTEMPTS,
        request_backoff_factor=0.5, request_max_retry_delay=LONGEST_WAIT,
    )  # fmt: skip
    session = client.session
    session.mount("http://", gate)
    session.mount("https://", gate)
    # A way of logging in of one's own, though it does nothing: else requests takes one from ~/.netrc.
    session.auth = lambda request: request
    rest = RESTClient(one["base_url"], headers=one["headers"], auth=auth_of(one["auth"], session), session=session)
    return rest.paginate(
        endpoint["path"], params=params, paginator=paginator(one["pages"]), data_selector=selector(endpoint["records"]),
        hooks={"response": [answer.judge]},
    )  # fmt: skip


def auth_of(auth, session):
    """As dlt knows it."""
    if auth["kind"] == "basic":
        return HttpBasicAuth(username=auth["username"], password=auth["password"])
    if auth["kind"] == "bearer":
        return BearerTokenAuth(token=auth["token"])
    if auth["kind"] == "api_key":
        return APIKeyAuth(name=auth["name"], api_key=auth["key"], location=auth["place"])
    if auth["kind"] == "oauth2":
        return OAuth2ClientCredentials(
            access_token_url=auth["token_url"], client_id=auth["client_id"], client_secret=auth["client_secret"],
            access_token_request_data={"scope": auth["scope"]} if auth["scope"] else {}, session=session,
        )  # fmt: skip
    return None


def paginator(pages):
    """As dlt knows it."""
    kind = pages["kind"]
    if kind == "page":
        return PageNumberPaginator(base_page=pages["first"], page_param=pages["param"] or "page", total_path=None)
    if kind == "offset":
        return OffsetPaginator(
            limit=pages["size"],
            offset_param=pages["param"] or "offset",
            limit_param=pages["size_param"] or "limit",
            total_path=None,
        )
    if kind == "cursor":
        return JSONResponseCursorPaginator(cursor_path=pages["next"], cursor_param=pages["param"])
    return HeaderLinkPaginator() if kind == "link" else SinglePagePaginator()


def selector(records):
    """Where the list is."""
    return records if records not in ("", ".") else "$"


def found(body, path):
    """What stands at `data.items`; a KeyError where nothing does."""
    for name in path.split("."):
        body = body[name]
    return body


class Answer:
    """What an API has said so far, and what is wrong with it."""

    def __init__(self, one, stage):
        self.one, self.stage = one, stage
        self.records, self.key, self.field = one["endpoint"]["records"], one["key"], one["cursor"]
        self.kinds, self.places, self.losers, self.unfit = {}, {}, [], {}
        self.highest = None
        self.without_cursor = self.without_key = 0
        self.total = self.page = None

    def judge(self, response, *_, **__):
        """Raises HTTPError for a status that is none of success; Wrong for what is no list of records."""
        if response.status_code == 429 and int_of(response.headers.get("Retry-After", "")) > LONGEST_WAIT:
            asked = response.headers["Retry-After"]
            raise Wrong(
                "AGT305",
                f"{self.stage.shown}: the API asks to wait {asked} seconds",
                "load it again then; nothing was loaded.",
            )
        if response.is_redirect:
            return
        response.raise_for_status()
        body = self.body(response)
        # dlt asks the answer again, and would get floats that lost their last digits.
        response.json = lambda **_: body
        try:
            listed = found(body, self.records) if self.records not in ("", ".") else body
        except (KeyError, TypeError, IndexError):
            raise self.wrong(
                f"has no {self.records}", f"look where the list is{lists_in(body)}, and say it in `records`."
            ) from None
        if self.records == "." and not isinstance(body, dict):
            raise self.wrong("is no object", "leave out `records: .`")
        if self.records != "." and not isinstance(listed, list):
            raise self.wrong(
                f"holds no list{f' in {self.records}' if self.records else ''}",
                f"say where it is in `records`{lists_in(body)}.",
            )
        self.listed = len(listed) if isinstance(listed, list) else 1
        self.refuse_same_page(response)
        if total := self.one["pages"]["total"]:
            try:
                self.total = int(found(body, total))
            except (KeyError, *UNSURE):
                raise self.wrong(
                    f"has no number in {total}", "mend `pagination.total` in configs/sources.yml."
                ) from None

    def refuse_same_page(self, response):
        """An API that does not know the parameter gives its first page for ever."""
        if self.one["pages"]["kind"] in ("page", "offset") and self.listed:
            digest = hashlib.sha256(response.content).digest()
            if digest == self.page:
                raise self.wrong(
                    "is the same for two pages", "mend `param` and `first` of `pagination` in configs/sources.yml."
                )
            self.page = digest

    def body(self, response):
        """Its JSON. Half of one is none."""
        kind = response.headers.get("Content-Type", "")
        if "html" in kind or response.content.lstrip()[:1] == b"<":
            raise self.wrong(
                f"is a page for people ({kind or 'HTML'}), no JSON",
                "look at base_url and path, and whether one has to log in.",
            )
        try:
            return parsed(text_of(response))
        except (ValueError, LookupError, RecursionError) as error:
            size = len(response.content)
            raise self.wrong(
                f"is no whole JSON ({size:,} bytes; {first(error)})",
                "load it again; if it stays, ask who runs the API.",
            ) from error

    def wrong(self, what, fix):
        """A typed refusal."""
        return Wrong("AGT615", f"{self.stage.shown}: the answer {what}; nothing of it was loaded", fix)

    def take(self, page):
        """One page into the stage."""
        if len(page) != self.listed:
            raise self.wrong(f"has {self.listed} records, and {len(page)} were read", "please report it.")
        for record in page:
            self.stage.read += 1
            self.put(self.stage.read, record)

    def put(self, line, record):
        """One record, good or bad."""
        try:
            text = json.dumps(record, ensure_ascii=False, allow_nan=False)
            text.encode()
        except UNSURE:
            return self.stage.refuse(
                line, "holds what JSON does not know: NaN, or half a character", json.dumps(record)
            )
        if reason := self.fault(record, text):
            return self.stage.refuse(line, reason, text)
        if self.key:
            key = json.dumps([str(record[name]) for name in self.key])
            if key in self.places:
                self.losers.append(self.places[key])
            self.places[key] = line
        self.look_at_kinds(line, record)
        return self.stage.hold((str(line), text))

    def look_at_kinds(self, line, record):
        """What its fields are, and whether the columns that are there hold them."""
        for name, value in record.items():
            kind = kind_of(value)
            self.kinds.setdefault(name, set()).add(kind)
            if reason := misfit(self.stage, name, kind):
                self.unfit.setdefault(line, reason)

    def fault(self, record, text):
        """Why a record cannot be a row; empty where it can."""
        if not isinstance(record, dict):
            return "is no object"
        if len({name.casefold() for name in record}) != len(record):
            return "has two fields whose names differ in capitals only"
        if "\\u0000" in text:
            return "holds a zero character"
        if "" in record:
            return "has a field without a name"
        if missing := [name for name in self.key if record.get(name) is None or isinstance(record[name], (dict, list))]:
            self.without_key += 1
            return f"has no key {', '.join(missing)}"
        return self.cursor_fault(record)

    def cursor_fault(self, record):
        """The greatest cursor is remembered on the way."""
        if not self.field:
            return ""
        try:
            value = found(record, self.field)
            rank = rank_of(value)
            if self.highest is None or rank > self.highest[0]:
                self.highest = (rank, value)
        except KeyError:
            self.without_cursor += 1
            return f"has no cursor {self.field}"
        except UNSURE:
            self.without_cursor += 1
            return f"its cursor {self.field} cannot be compared with the others: {str(record.get(self.field))[:80]}"
        last = parsed(self.stage.cursor) if self.stage.cursor else None
        self.stage.newest = written(last if last is not None and rank_of(last) > self.highest[0] else self.highest[1])
        return ""

    def refuse_fieldless(self):
        """A field that no record has is a wrong word in the registry, not bad data."""
        for count, what, names in (
            (self.without_cursor, "cursor", self.field),
            (self.without_key, "key", ", ".join(self.key)),
        ):
            if count and count == self.stage.read:
                raise Wrong(
                    "AGT616",
                    f"{self.stage.shown}: no record has its {what} {names}; nothing was loaded",
                    f"mend `{what}` in configs/sources.yml, or ask who runs the API what became of the field.",
                )

    def refuse_wrong_total(self):
        """What it says it has against what it gave."""
        if self.total is not None and self.total != self.stage.read:
            raise self.wrong(
                f"says {self.total:,} records and {self.stage.read:,} came",
                "load it again: records came or went in between.",
            )


def text_of(response):
    """Unicode, as JSON is; else as the server says. `response.text` would put a question mark for each byte that is none."""
    try:
        return response.content.decode(json.detect_encoding(response.content))
    except UnicodeDecodeError:
        return response.content.decode(response.encoding or "utf-8")


def kind_of(value):
    """`int` and `big` say that a DOUBLE would hold it, too; `int64` and `int128` that only so many bits do. More than 128 bits are
    kept as a word, as is a fraction that is no DOUBLE: `digits`.
    """
    kind = KINDS.get(type(value), "json")
    if kind != "int" or -(2**53) <= value <= 2**53:
        return kind
    if -(2**63) <= value < 2**63:
        return "int" if is_float(value) else "int64"
    if -(2**127) <= value < 2**127:
        return "big" if is_float(value) else "int128"
    return "digits"


def rank_of(value):
    """Numbers by value, times by instant, other words by their letters."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(value)
    if isinstance(value, Digits):
        return Decimal(value)
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def int_of(text):
    """Seconds; a date is left to dlt."""
    return int(text) if text.strip().isdigit() else 0


def lists_in(body):
    """A word about the lists that are there."""
    names = [name for name, value in body.items() if isinstance(value, list)] if isinstance(body, dict) else []
    return f" (there is {', '.join(names[:5])})" if names else ""


def first(error):
    """The first line of what an error says."""
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def refusal(error, shown):
    """What a library raised, as ours."""
    status = error.response.status_code if isinstance(error, failures.HTTPError) and error.response is not None else 0
    if status in (401, 403):
        return Wrong(
            "AGT302",
            f"{shown}: the API refuses us ({status})",
            "look at `auth` in configs/sources.yml and at the secret behind it.",
        )
    if status == 429:
        return Wrong(
            "AGT305",
            f"{shown}: the API limits us (429), also after {ATTEMPTS} attempts",
            "set or lower rate_limit, and load it later.",
        )
    if status >= 500:
        return Wrong(
            "AGT300",
            f"{shown}: the API failed ({status}), also after {ATTEMPTS} attempts",
            "load it again later; nothing was loaded.",
        )
    if status:
        return Wrong(
            "AGT300", f"{shown}: the API answers {status}", "look at base_url, path and params in configs/sources.yml."
        )
    if isinstance(error, failures.RequestException):
        return Wrong(
            "AGT300",
            f"{shown}: the API cannot be read to its end: {first(error)}",
            "load it again later; nothing was loaded.",
        )
    return Wrong(
        "AGT615",
        f"{shown}: the answer cannot be read: {first(error)}",
        "look at the endpoint and its pagination in configs/sources.yml.",
    )
