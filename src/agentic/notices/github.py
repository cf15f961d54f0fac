"""The one door to GitHub: issues are found, written, commented on and closed; what goes wrong becomes a NoticeFailed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from agentic.errors import MissingProgram, NoticeFailed, NoticePlaceGone, NoticeUnanswered
from agentic.notices.channels import FILE, Forge
from agentic.notices.issue import cause_of
from agentic.settings.notifications import GitHub as Settings
from agentic.values.noun import Noun

if TYPE_CHECKING:
    import githubkit

PAGE = 100
MOST_PAGES = 100
"""Ten thousand issues of one label are nobody's intention."""
LONGEST_WAIT = timedelta(seconds=30)
"""GitHub may ask for an hour; a healing does not wait so long to tell of itself."""
UNWANTED = ("not_planned", "duplicate")
"""Why a person closes an issue that shall stay closed."""

T = TypeVar("T")


class Issue(Noun, frozen=True):
    """One issue of ours."""

    number: int
    cause: str
    body: str
    url: str
    is_open: bool = True
    is_unwanted: bool = False
    """A person closed it as not planned, or as the duplicate of another: it is not opened again."""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Issues:
    """The issues of one repository that have our label."""

    forge: Forge
    settings: Settings

    def open(self) -> tuple[Issue, ...]:
        """Those that are open, oldest first."""
        return tuple(self.listed(state="open", direction="asc"))

    def closed(self, moment: str) -> tuple[Issue, ...]:
        """Those that may be opened again, newest first."""
        since = datetime.fromisoformat(moment) - timedelta(days=self.settings.reopen_days)
        return tuple(self.listed(state="closed", direction="desc", since=since.strftime("%Y-%m-%dT%H:%M:%SZ")))

    def listed(self, **wishes: str) -> Iterator[Issue]:
        """Page after page. GitHub lists pull requests with them; those are none."""
        for page in range(1, MOST_PAGES + 1):
            said = {"labels": self.settings.label, "per_page": PAGE, "page": page, "sort": "created", **wishes}
            found = self.ask("GET", "", each, params=said)
            yield from (one for one in found if one.cause)
            if len(found) < PAGE:
                return

    def numbered(self, number: int, cause: str) -> Issue | None:
        """An issue that is remembered; None where it is about something else by now, or was deleted."""
        try:
            found = self.ask("GET", f"/{number}", issue)
        except NoticePlaceGone:
            return None
        return found if found.cause == cause else None

    def create(self, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """A new one."""
        said = {"title": title, "body": body, "labels": list(labels), "assignees": list(self.settings.assignees)}
        return self.ask("POST", "", issue, json=said)

    def update(self, number: int, **said: str) -> Issue:
        """`body`, `state`, `state_reason`"""
        return self.ask("PATCH", f"/{number}", issue, json=said)

    def comment(self, number: int, words: str) -> None:
        """One more, below the others."""
        self.ask("POST", f"/{number}/comments", str, json={"body": words})

    def ask(self, method: str, path: str, into: Callable[[Any], T], **content: Any) -> T:
        """One request; the answer in our words. Raises NoticeFailed."""
        client = self.client
        with ours(self.forge):
            return into(client.request(method, f"/repos/{self.forge.repository}/issues{path}", **content).json())

    @cached_property
    def client(self) -> githubkit.GitHub[Any]:
        """One for all requests."""
        # Imported here: it takes 30 times as long as Python itself, and most healings tell nobody.
        try:
            import githubkit
        except ModuleNotFoundError as error:
            raise MissingProgram(
                "githubkit is not installed", hint="install agentic with the extra [notices]."
            ) from error
        return githubkit.GitHub(
            self.forge.token,
            base_url=self.forge.api_url,
            timeout=self.settings.seconds,
            user_agent="agentic",
            # Of a cache nobody has anything: each list is asked for once.
            http_cache=False,
            auto_retry=patience(self.settings.retries),
        )


def issue(found: dict[str, Any]) -> Issue:
    """GitHub's words -> ours. A pull request has no cause."""
    body = str(found.get("body") or "")
    return Issue(
        number=found["number"],
        cause="" if "pull_request" in found else cause_of(body),
        body=body,
        url=str(found.get("html_url") or ""),
        is_open=found.get("state") != "closed",
        is_unwanted=found.get("state_reason") in UNWANTED,
        labels=tuple(one["name"] if isinstance(one, dict) else str(one) for one in found.get("labels") or ()),
    )


def each(found: list[dict[str, Any]]) -> tuple[Issue, ...]:
    """A page of them."""
    return tuple(map(issue, found))


def patience(retries: int) -> Callable[[Any, int], Any]:
    """When a request is sent again. What creates something may have been done though the answer was an error: it never is."""

    def again(error: Any, count: int) -> Any:
        from githubkit.exception import RateLimitExceeded, RequestFailed
        from githubkit.retry import RetryOption

        if count >= retries or not isinstance(error, RequestFailed):
            return RetryOption(False)
        if isinstance(error, RateLimitExceeded):
            return RetryOption(error.retry_after <= LONGEST_WAIT, error.retry_after)
        is_safe = error.request.method in ("GET", "PATCH") and error.response.status_code >= 500
        return RetryOption(is_safe, timedelta(seconds=count + 1))

    return again


# --- what goes wrong ---------------------------------------------------------------------------------------


@contextmanager
def ours(forge: Forge) -> Iterator[None]:
    """Foreign errors become ours."""
    from githubkit.exception import GitHubException, RateLimitExceeded, RequestFailed, RequestTimeout

    try:
        yield
    except RateLimitExceeded as error:
        hint = f"nothing to do: it may be asked again in {max(1, round(error.retry_after.total_seconds() / 60))} min."
        raise failed("GitHub limits the rate of requests", error, hint, NoticeUnanswered) from error
    except RequestFailed as error:
        kind = NoticePlaceGone if error.response.status_code in (404, 410) else NoticeFailed
        raise failed(*told(error, forge), kind=kind) from error
    except RequestTimeout as error:
        raise failed(
            "GitHub does not answer in time", error, "raise github.seconds, or wait.", NoticeUnanswered
        ) from error
    except (GitHubException, ValueError, KeyError, TypeError, AttributeError) as error:
        # A page, or JSON of another kind: somebody answered who is not GitHub.
        hint = "is github.api_url, or GITHUB_API_URL, right?"
        raise failed("GitHub cannot be understood or reached", error, hint, NoticeUnanswered) from error


def failed(message: str, error: Any, hint: str, kind: type[NoticeFailed] = NoticeFailed) -> NoticeFailed:
    """In our words, with theirs as the cause."""
    return kind(f"github: {message}", path=FILE, cause=their_words(error), hint=hint)


def their_words(error: Any) -> str:
    """What GitHub says itself; else what the network says."""
    response = getattr(error, "response", None)
    if response is None:
        inner = getattr(error, "exc", error)
        return f"{type(inner).__name__}: {inner}"[:300]
    try:
        said = response.json()["message"]
    # A proxy in between answers with a page of HTML.
    except (ValueError, KeyError, TypeError):
        said = ""
    return f"{response.status_code} {said}".strip()[:300]


def told(error: Any, forge: Forge) -> tuple[str, Any, str]:
    """(what, error, what to do) of an answer that is a no."""
    match error.response.status_code:
        case 401:
            return "the token is not accepted", error, "make a new token; in GitHub Actions pass secrets.GITHUB_TOKEN."
        case 403:
            return (
                "the token may not write issues",
                error,
                "give it the right to write issues: `permissions: {issues: write}` in GitHub Actions.",
            )
        case 404:
            return (
                f"there is no {forge.repository}, or the token may not see it",
                error,
                "mend github.repository, or give the token the right to read it.",
            )
        case 410:
            return (
                "issues are switched off, or this one was deleted",
                error,
                "switch issues on in the settings of the repository.",
            )
        case 422:
            return "the issue is not taken", error, "read the cause; are github.assignees people of the repository?"
    return "GitHub fails", error, "nothing to do: the next healing tells it."
