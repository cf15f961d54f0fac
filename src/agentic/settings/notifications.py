"""Who is told about a healing, and how: configs/notifications.yml. A secret stands in a variable that is named here, never in the file."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from agentic.settings.sections import Section

When = Literal["auto", "always", "never"]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=300)]
Retries = Annotated[int, msgspec.Meta(ge=0, le=5)]
Hours = Annotated[float, msgspec.Meta(ge=0, le=8760)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class GitHub(Section, frozen=True):
    """One issue for each cause."""

    use: When = "auto"
    """auto: where the token and the repository are known; always: without them it is said; never."""
    repository: str = ""
    """owner/name; empty: GITHUB_REPOSITORY."""
    api_url: str = ""
    """Where the REST API is; empty: GITHUB_API_URL, then https://api.github.com."""
    token_variable: str = "GITHUB_TOKEN"  # noqa: S105 (the name of a variable)
    """The variable that holds the token; it may write issues and needs no other right."""
    label: str = "agentic"
    """The label by which our issues are found again."""
    labels: tuple[str, ...] = ("pipeline-failure",)
    """Further labels of a new issue, beside those of class and priority."""
    assignees: tuple[str, ...] = ()
    """Who is assigned to a new issue."""
    reopen_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 90
    """An issue that was closed longer ago is left in peace: a cause that comes back then gets a new one."""
    seconds: Seconds = 20.0
    """The longest that one request may take."""
    retries: Retries = 2
    """How often a question is asked again when GitHub is busy; what creates something is never sent twice."""


class Email(Section, frozen=True):
    """One mail for each healing, through a mail server."""

    use: When = "auto"
    """auto: where `host`, `sender` and `to` are said; always; never."""
    host: str = ""
    """The mail server."""
    port: Port = 587
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is kept secret; none: only for a server on this machine or in a network that is."""
    sender: str = ""
    """Whom the mail is from."""
    to: tuple[str, ...] = ()
    """Whom it goes to."""
    user_variable: str = "SMTP_USER"
    """The variable that holds the name to log in with; where it is not set, nobody logs in."""
    password_variable: str = "SMTP_PASSWORD"  # noqa: S105 (the name of a variable)
    """The variable that holds the password."""


class Slack(Section, frozen=True):
    """One message for each healing, through an incoming webhook of Slack."""

    use: When = "auto"
    """auto: where the variable is set; always; never."""
    url_variable: str = "SLACK_WEBHOOK_URL"
    """The variable that holds the webhook's address."""


class Teams(Section, frozen=True):
    """One message for each healing, through a workflow of Teams ("when a Teams webhook request is received")."""

    use: When = "auto"
    """auto: where the variable is set; always; never."""
    url_variable: str = "TEAMS_WEBHOOK_URL"
    """The variable that holds the workflow's address."""


class Webhook(Section, frozen=True):
    """One message for each healing to any address: a webhook of Slack or Teams is known by its address, others get JSON."""

    use: When = "auto"
    """auto: where the variable is set; always; never."""
    url_variable: str = "NOTIFICATION_WEBHOOK_URL"
    """The variable that holds the address."""


class LogicApp(Section, frozen=True):
    """One mail for each healing, through an Azure Logic App that takes `subject` and `body`."""

    use: When = "auto"
    """auto: where the variable is set; always; never."""
    url_variable: str = "LOGIC_APP_EMAIL_URL"
    """The variable that holds the address of its trigger."""


class Messages(Section, frozen=True):
    """What mails and chats have in common."""

    again_after_hours: Hours = 24.0
    """The same cause with the same outcome is told again after so many hours; 0: never."""
    recovered: bool = True
    """When a cause that was told is gone, that is told, too."""
    seconds: Seconds = 20.0
    """The longest that one message may take."""


class Notifications(Section, frozen=True):
    """configs/notifications.yml."""

    github: GitHub = GitHub()
    email: Email = Email()
    slack: Slack = Slack()
    teams: Teams = Teams()
    webhook: Webhook = Webhook()
    logic_app: LogicApp = LogicApp()
    messages: Messages = Messages()
