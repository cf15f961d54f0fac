"""One container: objects by name. What is told of an object is path, size, etag; its digest stands in its metadata."""

import gzip
import hashlib
import json
import os
import re
import time
from datetime import timedelta

import obstore
from obstore import exceptions
from obstore.store import AzureStore, S3Store
from store_faults import Fault, Stopped, broken, fault_of

MANIFEST = ".agentic-manifest.json.gz"
DIGEST = "sha256"
PART = 8 * 1024 * 1024
"""Bytes. What is larger goes in parts, so that it never stands in memory as a whole."""
CLOUDS, LEADS = ("AWS_", "AZURE_"), re.compile("ENDPOINT|EMULATOR|REGION")
"""Variables by which obstore goes to another server."""
TRIES = 4
RETRY = {
    "max_retries": 3, "retry_timeout": timedelta(seconds=60),
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=5), "base": 2},
}  # fmt: skip
CALM = (exceptions.BaseError, OSError, ValueError)
"""What obstore raises; a missing object is a FileNotFoundError."""


def opened(place):
    """The store itself. What the registry leaves out comes from the environment, as the cloud's own tools do it."""
    endpoint = place["endpoint"]
    client = {"timeout": "300s", "connect_timeout": "10s", "allow_http": endpoint.startswith("http://")}
    more = {name: value for name, value in place["login"].items() if value}
    if endpoint:
        more["endpoint"] = endpoint
    try:
        if place["kind"] == "azure":
            return AzureStore(place["bucket"], client_options=client, retry_config=RETRY, **more)
        named = place["region"] or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        return S3Store(place["bucket"], region=named or "us-east-1", client_options=client, retry_config=RETRY, **more)
    except (*CALM, TypeError) as error:
        raise Fault("settings", f"{place['where']} cannot be opened as it is described", str(error)[:500]) from error


def mark_of(place):
    """The same for the same place, whoever logs in: what was remembered of one is never believed of another."""
    moved = sorted(
        (name, value) for name, value in os.environ.items() if name.startswith(CLOUDS) and LEADS.search(name)
    )
    said = [place[name] for name in ("kind", "bucket", "prefix", "endpoint", "region")]
    text = json.dumps([*said, place["login"].get("account_name", ""), moved])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Remote:
    """A container, or a folder in one."""

    def __init__(self, place):
        self.where, self.mark = place["where"], mark_of(place)
        self.prefix = place["prefix"].strip("/")
        self.store = opened(place)

    def key(self, name):
        """The whole name of an object."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def listing(self):
        """name -> {size, etag, modified}; one call for each thousand objects. Names that begin with a dot are nobody's data."""
        found, aside = {}, 0
        try:
            for batch in obstore.list(self.store, self.prefix or None, chunk_size=1000):
                for one in batch:
                    name = one["path"].removeprefix(f"{self.prefix}/") if self.prefix else one["path"]
                    hidden = name != MANIFEST and any(part.startswith(".") for part in name.split("/"))
                    aside += hidden
                    if not hidden:
                        found[name] = {
                            "size": one["size"], "etag": bare(one["e_tag"]), "modified": one["last_modified"].isoformat(),
                        }  # fmt: skip
        except CALM as error:
            raise fault_of(error, self.where) or broken(error, self.where) from error
        # `folder/` with nothing in it is how consoles show an empty folder.
        folders = {name.rpartition("/")[0] for name in found}
        return {name: one for name, one in found.items() if one["size"] or name not in folders}, aside

    def known(self):
        """The manifest: [etag, size, digest] of objects. It is a hint: an entry counts only where the listing has the same etag."""
        try:
            text = gzip.decompress(bytes(obstore.get(self.store, self.key(MANIFEST)).bytes()))
            objects = json.loads(text)["objects"]
            return {name: tuple(one) for name, one in objects.items() if len(one) == 3}
        except FileNotFoundError:
            return {}
        except (exceptions.BaseError, OSError, EOFError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def keep(self, known):
        """Write the manifest; who loses against another writer loses a hint."""
        text = json.dumps({"version": 1, "objects": known}, ensure_ascii=False, separators=(",", ":"))
        self.asked(lambda: obstore.put(self.store, self.key(MANIFEST), gzip.compress(text.encode(), 3)))

    def asked(self, call):
        """A call whose failure stops everything where it concerns the whole container."""
        try:
            return call()
        except CALM as error:
            fault = fault_of(error, self.where)
            if fault:
                raise fault from error
            raise

    def head(self, name):
        """(etag, digest or empty) as the object's own metadata tell; None where it is gone."""
        try:
            found = self.asked(lambda: obstore.get(self.store, self.key(name), options={"head": True}))
        except FileNotFoundError:
            return None
        return bare(found.meta["e_tag"]), found.attributes.get(DIGEST, ""), found.meta["size"]

    def piece(self, name, etag, start, end):
        """Bytes of one state of an object, and its digest as its metadata tell. A connection that breaks is tried again."""
        for turn in range(TRIES):
            try:
                wish = {"if_match": etag, "range": (start, end)} if etag else {"range": (start, end)}
                found = obstore.get(self.store, self.key(name), options=wish)
                return bytes(found.bytes()), found.attributes.get(DIGEST, "")
            except exceptions.PreconditionError as error:
                raise Stopped("AGT643", f"{name} was changed in the store while it was fetched") from error
            except FileNotFoundError as error:
                raise Stopped("AGT643", f"{name} was taken out of the store while it was fetched") from error
            except exceptions.BaseError as error:
                fault = fault_of(error, self.where)
                if fault and (fault.kind != "unreachable" or turn == TRIES - 1):
                    raise fault from error
                if turn == TRIES - 1:
                    raise Stopped("AGT644", f"{name}: the connection broke {TRIES} times", str(error)[:200]) from error
                time.sleep(0.2 * 2**turn)
        raise AssertionError

    def put(self, name, file, size, digest, old):
        """Send exactly these bytes, or nothing is seen under the name. `old`: the etag that may be replaced; empty: none."""
        attributes = {DIGEST: digest}
        if size <= PART:
            data = file.read(size)
            if hashlib.sha256(data).hexdigest() != digest:
                raise changed(name)
            mode = {"e_tag": old} if old else "create"
            return bare(self.sent(name, lambda mode: obstore.put(self.store, self.key(name), data, attributes=attributes, mode=mode), mode))  # fmt: skip
        now = self.head(name)
        if (now[0] if now else "") != old:
            raise moved(name)
        # A generator that raises makes obstore abort: parts that were sent are never put together.
        return bare(
            self.sent(
                name,
                lambda mode: obstore.put(
                    self.store,
                    self.key(name),
                    checked(name, file, size, digest),
                    attributes=attributes,
                    chunk_size=PART,
                    max_concurrency=4,
                ),  # fmt: skip
                None,
            )
        )

    def sent(self, name, call, mode):
        """The new etag. A store that knows no conditions is asked without."""
        try:
            return self.asked(lambda: call(mode))["e_tag"]
        except (exceptions.PreconditionError, exceptions.AlreadyExistsError) as error:
            raise moved(name) from error
        except exceptions.NotSupportedError:
            return self.asked(lambda: call("overwrite"))["e_tag"]
        except exceptions.BaseError as error:
            if "501 Not Implemented" in str(error):
                return self.asked(lambda: call("overwrite"))["e_tag"]
            raise Stopped("AGT644", f"{name} was not taken: {str(error).splitlines()[0][:300]}") from error


def checked(name, file, size, digest):
    """Its bytes, in parts; the end is reached only where they are those that were digested."""
    sum_, left = hashlib.sha256(), size
    while left:
        data = file.read(min(PART, left))
        if not data:
            raise changed(name)
        sum_.update(data)
        left -= len(data)
        if not left and sum_.hexdigest() != digest:
            raise changed(name)
        yield data


def changed(name):
    """Here."""
    return Stopped("AGT643", f"{name} was written to while it was sent", "run it again when it is written to its end.")


def moved(name):
    """There."""
    return Stopped("AGT643", f"{name} was changed in the store since it was looked at", "run it again: it looks anew.")


def bare(etag):
    """Azure lists an etag without its quotes, and answers with them."""
    return (etag or "").removeprefix("W/").strip('"')
