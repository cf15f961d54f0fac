"""An error of the SDK -> an error of ours: what happened, whether asking again may help, and how long to wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import anthropic
import httpx2

from agentic.errors import (
    CredentialsRefused,
    NoCredentials,
    OutsideFailed,
    ProviderBusy,
    ProviderFailed,
    RateLimited,
    StreamCut,
)
from agentic.providers.lost import lost

BUSY = (408, 409)
"""These and everything from 500: asking again may help."""
NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


def ours(error: Exception, model: str) -> OutsideFailed | None:
    """Our error for a foreign one; None where it is none of the provider's."""
    match error:
        case anthropic.APIStatusError():
            return _refused(error, model) if error.status_code >= 300 else lost(_in_stream(error))
        case anthropic.APIConnectionError():
            return _unreached(error)
        case anthropic.CredentialsError():
            return NoCredentials("the profile for Claude cannot be used", cause=str(error))
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol() | anthropic.AnthropicError():
            return _impossible(error)
        case httpx2.TransportError() | httpx2.StreamError() | ValueError() | LookupError():
            return lost(_broken_off(error))
    return None


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """What `retry-after-ms` or `retry-after` (seconds or a date) asks for."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        return max(0.0, float(headers["retry-after"]))
    except KeyError:
        return None
    except ValueError:
        return _seconds_until(headers["retry-after"]) if "retry-after" in headers else None


def _seconds_until(date: str) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except ValueError:
        return None


def _refused(error: anthropic.APIStatusError, model: str) -> OutsideFailed:
    said = error.api_message or ""
    request = f"{error.status_code}, {error.request_id or 'no request id'}"
    match error.status_code:
        case 401 | 403:
            return CredentialsRefused(f"Claude does not accept the key ({request})", cause=said)
        case 402 | 400 if error.status_code == 402 or "credit balance" in said:
            return ProviderFailed(
                f"Claude asks for payment ({request})",
                cause=said,
                hint="look at the billing page of your account.",
            )
        case 404:
            return _not_found(error, model, request)
        case 429:
            return _later(RateLimited(f"Claude limits the rate of our requests ({request})", cause=said), error)
        case status if status in BUSY or status >= 500:
            return _later(
                ProviderBusy(f"Claude is overloaded or has a fault of its own ({request})", cause=said), error
            )
    return ProviderFailed(f"Claude refuses the request ({request})", cause=said)


def _not_found(error: anthropic.APIStatusError, model: str, request: str) -> ProviderFailed:
    if error.type == "not_found_error" and "model" in (error.api_message or ""):
        return ProviderFailed(f"Claude does not know the model {model} ({request})", hint="name another with --model.")
    return ProviderFailed(
        f"nothing answers at this address as the Messages API, or not for the model {model} ({request})",
        cause=error.api_message or "",
        hint="check ANTHROPIC_BASE_URL and the model.",
    )


def _later(busy: ProviderBusy, error: anthropic.APIStatusError) -> ProviderBusy:
    busy.retry_after = seconds_to_wait(error.response.headers)
    return busy


def _in_stream(error: anthropic.APIStatusError) -> OutsideFailed:
    """An `error` event after status 200: only its type tells what it is."""
    said = error.api_message or ""
    match error.type:
        case "rate_limit_error":
            return RateLimited("Claude limits the rate of our requests, in the middle of an answer", cause=said)
        case "overloaded_error" | "api_error" | "timeout_error":
            return ProviderBusy("Claude failed in the middle of an answer", cause=f"{error.type}: {said}")
    return ProviderFailed("Claude ended the answer with an error", cause=f"{error.type}: {said}")


def _broken_off(error: Exception) -> ProviderBusy:
    """The line failed in mid-stream. Half an event parses as nothing; the SDK passes that on as it is."""
    if isinstance(error, httpx2.TimeoutException):
        return ProviderBusy("Claude fell silent in the middle of an answer")
    return StreamCut("Claude's answer broke off before its end", cause=type(error).__name__)


def _impossible(error: BaseException) -> ProviderFailed:
    """A request that cannot be made. Its text may quote a header, so only its type is told."""
    return ProviderFailed(
        "the request to Claude could not be made", cause=type(error).__name__, hint="check ANTHROPIC_BASE_URL."
    )


def _unreached(error: anthropic.APIConnectionError) -> OutsideFailed:
    below = error.__cause__
    if isinstance(below, httpx2.UnsupportedProtocol | httpx2.InvalidURL | httpx2.LocalProtocolError):
        return _impossible(below)
    if isinstance(below, NEVER_SENT):
        return ProviderBusy("Claude cannot be reached", cause=str(below), hint="check the network, then go on.")
    if isinstance(error, anthropic.APITimeoutError):
        return lost(ProviderBusy("Claude did not answer in time"))
    return lost(ProviderBusy("the line to Claude broke before it answered", cause=type(below).__name__))
