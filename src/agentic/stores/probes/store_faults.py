"""Foreign errors -> what went wrong in one word, a sentence, and what the store itself said."""

import errno
import re

from obstore.exceptions import PermissionDeniedError, UnauthenticatedError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CODE = re.compile(r"<Code>([^<]*)</Code>")
STATUS = re.compile(r"status code: (\d{3})")
KINDS = {
    "NoSuchBucket": "no container", "ContainerNotFound": "no container", "ContainerBeingDeleted": "no container",
    "RequestTimeTooSkewed": "clock", "RequestExpired": "clock",
    "PermanentRedirect": "region", "AuthorizationHeaderMalformed": "region", "IllegalLocationConstraintException": "region",
    "TemporaryRedirect": "region",
}  # fmt: skip
REFUSED = ("401", "403")
SILENT = ("error sending request", "dns error", "error trying to connect")
WORDS = {
    "no container": "there is no {}", "clock": "{} refuses our clock: it differs too much from the store's own",
    "region": "{} lies in another region than the one that was named", "refused": "{} does not let us do this",
    "no credentials": "no credentials for {} were found", "unreachable": "{} does not answer",
}  # fmt: skip


class Fault(Exception):
    """What stops the whole command."""

    def __init__(self, kind, message, cause="", hint=""):
        super().__init__(message)
        self.kind, self.message, self.cause, self.hint = kind, message, cause, hint


class Stopped(Exception):
    """What stops one file and no other."""

    def __init__(self, code, message, fix=""):
        super().__init__(message)
        self.code, self.message, self.fix = code, message, fix


def fault_of(error, where):
    """None: it concerns one object, or may pass."""
    text = str(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return Fault("disk", "the disk is full, or may not hold so much", text)
    if "invalid path" in text:
        found = re.search(r'Error parsing Path "(.*)": Enc', text)
        return Fault("name", f"{where} holds an object whose name is no path: {found[1] if found else text[:300]}")
    kind, said = kind_of(error, text)
    return Fault(kind, WORDS[kind].format(where), said) if kind else None


def kind_of(error, text):
    """The word for it, and what the store said."""
    code, status = CODE.search(text), STATUS.search(text)
    code, status = code[1] if code else "", status[1] if status else ""
    said = " ".join(part for part in (status, code) if part) or text.split("\n", maxsplit=1)[0][:300]
    if code in KINDS:
        return KINDS[code], said
    if status in REFUSED or isinstance(error, (PermissionDeniedError, UnauthenticatedError)):
        return "refused", said
    if "169.254.169.254" in text or "credential" in text.lower():
        return "no credentials", said
    if any(words in text for words in SILENT):
        return "unreachable", "the connection failed"
    return "no container" if status == "404" and "list request" in text else "", said


def broken(error, where):
    """What nothing else explains."""
    return Fault("broken", f"{where} cannot be used", str(error).split("\n")[0][:500])
