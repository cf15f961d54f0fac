"""Conversation -> Reply, through the Anthropic SDK: one request, streamed; foreign errors become ours here."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agentic.errors import CredentialsRefused, NoCredentials, OutsideFailed, ProviderFailed, StreamCut
from agentic.providers.lost import lost
from agentic.providers.messages import body
from agentic.values import Call, Conversation, Reply, Usage

if TYPE_CHECKING:
    import anthropic
    from anthropic.lib.streaming import MessageStream
    from anthropic.types import Message

PATIENCE = 10.0
"""Seconds for what should be there at once: a connection, and whether somebody answers at all."""


class Anthropic:
    """Claude, over the Messages API. Never asks twice: waiting and asking again is the corridor's."""

    name = "anthropic"
    costs = True

    def __init__(
        self,
        model: str,
        max_output_tokens: int = 32000,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        effort: str | None = None,
        seconds: float = 600,
    ) -> None:
        self.model = model
        self.max_output_tokens = max_output_tokens
        self.effort = effort
        self.seconds = seconds
        self._base_url = base_url or None
        self._api_key = api_key or None

    def refuse_unready(self) -> None:
        """Raises NoCredentials where there is no key. Nothing is sent."""
        with self._client():
            pass

    def answer(self, conversation: Conversation) -> Reply:
        """One answer to one request."""
        request = {**body(conversation, self.model), "max_tokens": self.max_output_tokens, **self._effort}
        # Always streamed: above 21,333 tokens the SDK refuses anything else, and a proxy may cut a silent line.
        with self._client() as client, client.messages.stream(**request) as stream:
            message = _whole(stream, until=time.monotonic() + self.seconds)
            return _reply(message, stream.request_id or "")

    def count(self, conversation: Conversation) -> int:
        """Tokens of the prompt, as the provider counts them: a network call that costs nothing."""
        with self._client() as client:
            return client.messages.count_tokens(**body(conversation, self.model)).input_tokens

    def size(self, conversation: Conversation) -> int:
        """Bytes of the prompt with everything that is sent around it: no token is less than one of them."""
        return len(json.dumps(body(conversation, self.model), ensure_ascii=False).encode())

    def reachable(self) -> str:
        """What keeps us from asking, in a sentence; empty where nothing does. Costs nothing."""
        try:
            with self._client() as client:
                client.models.retrieve(self.model, timeout=min(self.seconds, PATIENCE))
        except OutsideFailed as error:
            return error.message
        return ""

    @property
    def _effort(self) -> dict[str, Any]:
        return {"output_config": {"effort": self.effort}} if self.effort else {}

    @contextmanager
    def _client(self) -> Iterator[anthropic.Anthropic]:
        """The SDK's client for one request: foreign errors become ours here, and no idle line is kept that may go stale."""
        import anthropic  # here, since it costs more than a second and most commands send nothing

        from agentic.providers.foreign import ours

        secrets = [self._api_key]
        try:
            with anthropic.Anthropic(
                api_key=self._api_key, base_url=self._base_url, max_retries=0, timeout=_timeout(self.seconds)
            ) as client:
                secrets += [client.api_key, client.auth_token]
                _refuse_missing_key(client)
                _refuse_odd_keys(client)
                yield client
        except OutsideFailed:
            raise
        except Exception as error:
            known = ours(error, self.model)
            if known is None:
                raise
            known.message, known.cause = _without(secrets, known.message), _without(secrets, known.cause)
            known.args = (known.message,)
            # `from None`: what lies below may quote headers, and with them the key.
            raise known from None


def _timeout(seconds: float) -> Any:
    """So long may any single wait last; a host that cannot be reached is known sooner."""
    import httpx2

    return httpx2.Timeout(seconds, connect=min(seconds, PATIENCE))


def _refuse_missing_key(client: anthropic.Anthropic) -> None:
    """The SDK's own sources: argument, key or token in the environment, federation, a profile, headers of one's own."""
    headers = {name.lower() for name in client._custom_headers}
    if client.api_key or client.auth_token or client.credentials or headers & {"authorization", "x-api-key"}:
        return
    raise NoCredentials(
        "no key for Claude: ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are not set, and there is no profile"
    )


def _refuse_odd_keys(client: anthropic.Anthropic) -> None:
    """A key with a line break cannot be a header; said here, because below the error would quote it."""
    for key in filter(None, (client.api_key, client.auth_token)):
        if not (key.isascii() and key.isprintable()) or key != key.strip():
            raise CredentialsRefused("the key for Claude holds spaces, line breaks or letters that no key has")


def _without(secrets: list[str | None], text: str) -> str:
    """A proxy may repeat what it was sent."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "[key]")
    return text


def _whole(stream: MessageStream[None], until: float) -> Message:
    """The message at the end of the stream. A stream that was cut raises nothing by itself: its end is looked for."""
    _refuse_other_pages(stream.response.headers)
    begun = False
    for event in stream:
        begun = begun or event.type == "message_start"
        if time.monotonic() > until:
            raise lost(StreamCut("Claude was still answering when its time was up"))
    if not begun or stream.current_message_snapshot.stop_reason is None:
        raise lost(StreamCut("Claude's answer broke off before its end"))
    return stream.current_message_snapshot


def _refuse_other_pages(headers: Mapping[str, str]) -> None:
    kind = headers.get("content-type", "")
    if not kind.startswith("text/event-stream"):
        raise ProviderFailed(
            f"what answers at this address is not the Messages API: it sent {kind or 'no content type'}",
            hint="check ANTHROPIC_BASE_URL and the proxy.",
        )


def _reply(message: Message, request_id: str) -> Reply:
    """Our noun for it. The blocks go back as they came, so they are kept as they came."""
    turn: tuple[dict[str, Any], ...] = tuple(block.to_dict(mode="json") for block in message.content)
    return Reply(
        model=message.model,
        stop=message.stop_reason or "",
        text="".join(block["text"] for block in turn if block["type"] == "text"),
        calls=tuple(Call(block["id"], block["name"], block["input"]) for block in turn if block["type"] == "tool_use"),
        usage=_usage(message),
        turn=turn,
        request_id=request_id,
        about=_about(message),
    )


def _usage(message: Message) -> Usage:
    """Tokens by price class; what was written to the cache without a word on how long is taken as five minutes."""
    used = message.usage
    one_hour = used.cache_creation.ephemeral_1h_input_tokens if used.cache_creation else 0
    return Usage(
        input=used.input_tokens,
        output=used.output_tokens,
        cache_read=used.cache_read_input_tokens or 0,
        cache_write_5m=max(0, (used.cache_creation_input_tokens or 0) - one_hour),
        cache_write_1h=one_hour,
    )


def _about(message: Message) -> dict[str, Any]:
    details = message.stop_details.to_dict(mode="json") if message.stop_details else None
    return {"message": message.id, **({"stop_details": details} if details else {})}
