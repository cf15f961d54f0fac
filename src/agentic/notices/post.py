"""The one door to mails and chats: apprise sends, and what it cannot send becomes a NoticeFailed that tells no secret."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from agentic.errors import MissingProgram, NoticeFailed
from agentic.notices.channels import FILE, Channel, Mailbox
from agentic.notices.digest import Digest

if TYPE_CHECKING:
    from apprise import AppriseAsset
    from apprise.plugins.base import NotifyBase

KINDS = {"slack": "NotifySlack", "teams": "NotifyWorkflows"}
"""Channel -> the plugin that its address has to belong to."""
NATIVE = {
    "slack": "https://hooks.slack.com/services/...",
    "teams": "https://....logic.azure.com/workflows/... or https://....powerplatform.com/...",
}
MOODS = {"failure": "failure", "warning": "warning", "success": "success"}
SECURITY = {"starttls": "starttls", "tls": "ssl", "none": "insecure"}
REASONS = ("Socket Exception", "Response Details")
"""How apprise begins to tell, among what is for developers, why something was not sent."""
ADDRESS = re.compile(r" with url: \S+")


def post(channel: Channel, digest: Digest, seconds: float) -> None:
    """One message. Raises NoticeFailed."""
    try:
        # Imported here: apprise takes 70 times as long as Python itself, and most healings tell nobody.
        import apprise
    except ModuleNotFoundError as error:
        raise MissingProgram("apprise is not installed", hint="install agentic with the extra [notices].") from error
    heard_by_nobody()
    asset = apprise.AppriseAsset(app_id="agentic", service_timeout=3 * seconds)
    plugin = plugin_of(channel, digest, asset)
    plugin.socket_connect_timeout = plugin.socket_read_timeout = seconds
    sender = apprise.Apprise(asset=asset)
    sender.add(plugin)
    done = sender.notify(
        body=digest.text, title=digest.title, notify_type=digest.mood, body_format="text", log_level=logging.DEBUG
    )
    if not done:
        raise NoticeFailed(
            f"{channel.name}: nobody could be told", path=FILE, cause=reason(done.logs()), hint=what_to_do(channel)
        )


def heard_by_nobody() -> None:
    """What apprise logs holds addresses; it is asked for its reasons and prints nothing."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def reason(logs: Iterable[Any]) -> str:
    """Why it was not sent."""
    told = [one.message for one in logs if one.level in ("WARNING", "ERROR") or one.message.startswith(REASONS)]
    return ADDRESS.sub("", " ".join(" ".join(told).split()))[:600] or "apprise gives no reason"


def what_to_do(channel: Channel) -> str:
    """To make it work again."""
    if channel.mailbox:
        return "look at `email` in configs/notifications.yml, and at the variables that it names."
    return f"look at the address in {channel.variable}; where it was revoked, make a new one."


# --- which plugin ------------------------------------------------------------------------------------------


def plugin_of(channel: Channel, digest: Digest, asset: AppriseAsset) -> NotifyBase:
    """The one that fits the channel. Raises NoticeFailed for an address that is none."""
    if channel.mailbox:
        return mail(channel.mailbox, asset)
    if channel.name == "logic_app":
        return as_json(
            channel, {"title": "subject", "message": "body", "version": "", "attachments": "", "type": ""}, asset
        )
    known = by_address(channel, asset)
    if known is not None:
        return known
    return as_json(channel, {"version": "", "attachments": "", "causes": list(digest.causes)}, asset)


def by_address(channel: Channel, asset: AppriseAsset) -> NotifyBase | None:
    """A service that is known by its address; for `webhook` there need not be one."""
    import apprise

    plugin = apprise.Apprise.instantiate(channel.url, asset=asset)
    wanted = KINDS.get(channel.name)
    if wanted and type(plugin).__name__ != wanted:
        hint = f"it looks like {NATIVE[channel.name]}; another kind of address goes to webhook.url_variable."
        raise NoticeFailed(f"{channel.variable} holds no address of {channel.name}", path=FILE, hint=hint)
    return plugin


def as_json(channel: Channel, payload: dict[str, Any], asset: AppriseAsset) -> NotifyBase:
    """Plain JSON to any address. An empty name takes a field out of what apprise sends by itself."""
    from apprise.plugins.custom_json import NotifyJSON

    try:
        parts = urlsplit(channel.url)
        host, port = parts.hostname, parts.port
    # A broken port. The message would hold a part of the address.
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise NoticeFailed(
            f"{channel.variable} holds no address", path=FILE, hint="it begins with https:// and names a host."
        )
    # Its parameters have no types.
    make: Any = NotifyJSON
    plugin: NotifyBase = make(
        asset=asset, secure=parts.scheme == "https", host=f"[{host}]" if ":" in host else host, port=port, fullpath=parts.path or "/",
        user=unquote(parts.username or "") or None, password=unquote(parts.password or "") or None,
        params=dict(parse_qsl(parts.query, keep_blank_values=True)), payload=payload,
    )  # fmt: skip
    return plugin


def mail(box: Mailbox, asset: AppriseAsset) -> NotifyBase:
    """A mail to each of them. Raises NoticeFailed for an address that is none."""
    from apprise.exception import AppriseImproperlyConfigured
    from apprise.plugins.email import NotifyEmail

    make: Any = NotifyEmail
    try:
        plugin: NotifyBase = make(
            asset=asset, host=box.host, smtp_host=box.host, port=box.port, secure=box.security != "none",
            secure_mode=SECURITY[box.security], from_addr=box.sender, targets=list(box.to),
            user=box.user or None, password=box.password or None,
        )  # fmt: skip
    except AppriseImproperlyConfigured as error:
        raise NoticeFailed(
            f"email.sender is no address: {box.sender}", path=FILE, hint="such as data@shop.example."
        ) from error
    if len(getattr(plugin, "targets", ())) != len(box.to):
        raise NoticeFailed(
            "email.to holds what is no address", path=FILE, hint="one address for each line of the list."
        )
    return plugin
