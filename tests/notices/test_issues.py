"""One issue for each cause: found again, written anew, never repeated, closed when it is over, opened again when it comes back."""

from __future__ import annotations

import pytest

from agentic.notices import green, tell
from notices.cases import CAUSE, MOMENT, diagnosis, fix, healed, healing, left, places, refused

MARKER = f"<!-- agentic:cause:{CAUSE} -->"


@pytest.fixture
def say(github, tmp_path):
    """Tell of a healing, as a machine does that remembers."""

    def told(one, environment=None, **said):
        return tell(
            one, places(**said), tmp_path / "notices.json", environment=environment or github.environment, moment=MOMENT
        )

    return told


@pytest.fixture
def later(github, tmp_path):
    """A later run is green."""

    def ended(nodes=None, **said):
        return green(
            places(**said),
            tmp_path / "notices.json",
            environment=github.environment,
            nodes=nodes,
            healing="h-2",
            moment=MOMENT,
        )

    return ended


def test_a_cause_gets_an_issue_with_all_that_a_person_needs(github, say):
    assert say(healing()) == ()
    issue = github.issues[1]
    assert issue["title"] == "[SCHEMA] Column amout is not in stg_orders, which has amount."
    assert [one["name"] for one in issue["labels"]] == [
        "agentic",
        "pipeline-failure",
        "class:schema",
        "priority:medium",
    ]
    assert issue["body"].startswith(MARKER)
    for words in (
        "confidence of the diagnosis 0.95", "`models/orders.sql:1`", "`model.shop.orders`", "+select amount from {{ ref('stg_orders') }}",
        "agentic pipeline fix --approve 1a2b3c4d", "confidence: 0.97", "blast radius, 2", "select amout from stg_orders", "candidates: `amount`",
    ):  # fmt: skip
        assert words in issue["body"]


def test_the_same_cause_is_counted_and_not_repeated(github, say):
    for _ in range(3):
        say(healing())
    assert github.writes() == ["POST ", "PATCH /1", "PATCH /1"]
    assert "seen: 3 times, first" in github.issues[1]["body"]
    assert github.comments == {}


def test_a_machine_that_remembers_nothing_finds_the_issue_by_its_marker(github, say, tmp_path):
    say(healing())
    (tmp_path / "notices.json").unlink()
    say(healing())
    assert len(github.issues) == 1
    assert "seen: 2 times" in github.issues[1]["body"]


def test_the_marker_is_looked_for_on_every_page(github, say):
    ours = [{"name": "agentic"}]
    for number in range(250):
        github.add(f"<!-- agentic:cause:{number:012x} -->", labels=ours)
    github.add(MARKER, labels=ours)
    say(healing())
    assert len(github.issues) == 251
    assert "Column amout" in github.issues[251]["body"]


def test_a_comment_is_written_once_when_there_is_news(github, say):
    say(left())
    for _ in range(2):
        say(healing())
    assert len(github.comments[1]) == 1
    assert "outcome: needs a person, now **waits for approval**" in github.comments[1][0]
    assert "another fix is proposed: Write amout as amount" in github.comments[1][0]


def test_a_node_that_fails_now_too_is_news(github, say):
    say(healing())
    say(healing(diagnoses=(diagnosis(nodes=("model.shop.orders", "model.shop.returns")),)))
    assert "fails now, too: `model.shop.returns`" in github.comments[1][0]


def test_other_words_for_the_same_cause_are_no_news(github, say):
    say(healing())
    say(
        healing(diagnoses=(diagnosis(cause="Column amout is missing; 17 rows wait.", message="other", confidence=0.9),))
    )
    assert github.comments == {}


def test_what_people_wrote_around_our_part_stays(github, say):
    say(healing())
    github.issues[1]["body"] = f"Ours since Monday.\r\n\r\n{github.issues[1]['body']}\r\nWe call the supplier."
    say(healing())
    body = github.issues[1]["body"]
    assert body.startswith("Ours since Monday.") and body.endswith("We call the supplier.")
    assert body.count(MARKER) == 1 and "seen: 2 times" in body


def test_an_issue_is_closed_with_a_comment_when_a_later_run_is_green(github, say, later):
    say(healing())
    assert later() == ()
    assert github.issues[1]["state"] == "closed"
    assert github.comments[1] == ["Green again in `h-2`."]
    later()
    assert len(github.comments[1]) == 1


def test_a_green_run_of_something_else_closes_nothing(github, say, later):
    say(healing(diagnoses=(diagnosis(nodes=("model.shop.orders", "model.shop.returns")),)))
    later(nodes=["model.shop.orders", "model.shop.customers"])
    assert github.issues[1]["state"] == "open"
    later(nodes=["model.shop.orders", "model.shop.returns"])
    assert github.issues[1]["state"] == "closed"


def test_a_cause_that_comes_back_opens_its_issue_again(github, say, later):
    say(healing())
    later()
    say(healing())
    assert len(github.issues) == 1
    assert github.issues[1]["state"] == "open"
    assert github.comments[1][-1].startswith("It is back in `h-20261129-1`: Column amout")


def test_an_issue_that_a_person_closed_as_not_planned_stays_closed(github, say):
    say(healing())
    github.issues[1] |= {"state": "closed", "state_reason": "not_planned"}
    say(left())
    assert len(github.issues) == 1 and github.issues[1]["state"] == "closed"
    assert github.comments == {}


def test_an_issue_that_was_closed_long_ago_is_left_in_peace(github, say, tmp_path):
    github.add(MARKER, labels=[{"name": "agentic"}], state="closed", updated_at="2020-01-01T00:00:00Z")
    github.issues[1]["updated_at"] = "2020-01-01T00:00:00Z"
    say(healing())
    assert github.issues[1]["state"] == "closed" and github.issues[2]["state"] == "open"


def test_what_is_mended_makes_no_issue(github, say):
    assert say(healed()) == ()
    assert github.writes() == []


def test_what_is_mended_closes_its_issue(github, say):
    say(healing())
    say(healed())
    assert github.issues[1]["state"] == "closed"
    assert github.comments[1] == ["Green again in `h-20261129-1`. It was mended: Write amout as amount"]


def test_a_retry_that_passed_by_itself_is_told_to_nobody(github, say):
    say(healing(status="healthy", fixes=(), runs=2))
    say(healed(applied=(), runs=2))
    assert github.asked == []


def test_each_cause_has_an_issue_of_its_own(github, say):
    other = diagnosis(id="0a0a0a0a0a0a", cause="A table is locked.", error_class="DATABASE")
    say(healing(diagnoses=(diagnosis(), other, diagnosis())))
    assert [one["title"] for one in github.issues.values()] == [
        "[SCHEMA] Column amout is not in stg_orders, which has amount.",
        "[DATABASE] A table is locked.",
    ]
    assert "outcome: **needs a person**" in github.issues[2]["body"]


def test_a_refused_fix_is_shown_with_what_speaks_against_it(github, say):
    say(healing(fixes=(refused(fix()),)))
    assert "outcome: **fix refused**" in github.issues[1]["body"]
    assert "against it: It drops a test." in github.issues[1]["body"]


def test_a_pull_request_with_our_label_is_no_issue(github, say):
    github.add(MARKER, labels=[{"name": "agentic"}], pull_request={})
    say(healing())
    assert len(github.issues) == 2


def test_without_the_right_to_label_the_number_is_remembered(github, say, later):
    github.may_label = False
    (warning,) = say(healing())
    assert warning.message == "issue 1 has no label agentic" and warning.severity == "warning"
    assert say(healing()) == ()
    assert len(github.issues) == 1 and "seen: 2 times" in github.issues[1]["body"]
    later()
    assert github.issues[1]["state"] == "closed"


def test_rows_of_data_do_not_leave_the_house(github, say):
    rows = [{"email": "ann@people.example"}, {"email": "bob@people.example"}]
    say(healing(diagnoses=(diagnosis(evidence={"rows": rows}),)))
    assert "people" not in github.issues[1]["body"].replace("a person", "")
    assert "rows: `2`" in github.issues[1]["body"]


def test_a_secret_in_a_log_is_not_told(github, say):
    secret = "hunter2-correct-horse"
    broken = diagnosis(
        message=f"could not log in with {secret}",
        cause=f"Login with {secret} failed.",
        evidence={"compiled_sql": f"'{secret}'"},
    )
    say(
        healing(diagnoses=(broken,), fixes=(fix(diff=f"+{secret}", title=secret, why=(secret,)),)),
        {**github.environment, "DB_PASSWORD": secret},
    )
    assert secret not in str(github.issues)
    assert "redacted:$DB" in github.issues[1]["title"]


@pytest.mark.parametrize(
    ("trouble", "message", "fix"),
    [
        ({"status": 401, "message": "Bad credentials"}, "the token is not accepted", "make a new token"),
        ({"status": 403, "message": "Resource not accessible"}, "the token may not write issues", "issues: write"),
        ({"status": 404, "message": "Not Found"}, "there is no shop/pipelines", "github.repository"),
        ({"status": 410, "message": "Issues are disabled"}, "issues are switched off", "switch issues on"),
        ({"status": 422, "message": "Validation Failed"}, "the issue is not taken", "assignees"),
        ({"status": 500, "message": "boom"}, "GitHub fails", "the next healing tells it"),
        ({"status": 403, "headers": {"X-RateLimit-Remaining": "0", "Retry-After": "1800"}}, "GitHub limits the rate", "in 30 min"),
        ({"status": 429, "headers": {"Retry-After": "120"}}, "GitHub limits the rate", "in 2 min"),
        ({"status": 200, "body": b"<html>sign in</html>"}, "GitHub cannot be understood or reached", "api_url"),
        ({"status": 200, "body": b'{"a": 1}'}, "GitHub cannot be understood or reached", "api_url"),
        ({"status": 200, "seconds": 0.6}, "GitHub does not answer in time", "github.seconds"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_github_that_fails_is_a_warning_that_says_what_to_do(github, say, method, trouble, message, fix):
    github.trouble(method, "issues$", **trouble)
    (warning,) = say(healing(), github__seconds=0.3)
    assert (warning.severity, warning.source) == ("warning", "notices: github") and warning.code in (
        "AGT330",
        "AGT331",
        "AGT332",
    )
    assert message in warning.message
    assert fix in warning.fix
    assert github.environment["GITHUB_TOKEN"] not in str(warning)


def test_a_github_that_is_not_there_is_a_warning(github, say):
    (warning,) = say(healing(), {**github.environment, "GITHUB_API_URL": "http://127.0.0.1:9"})
    assert warning.message == "github: GitHub cannot be understood or reached"
    assert "Connect" in warning.detail


def test_a_question_is_asked_again_and_a_creation_never(github, say):
    github.trouble("GET", "issues$", times=1)
    github.trouble("POST", "issues$", times=1)
    (warning,) = say(healing(), github__retries=1)
    assert "GitHub fails" in warning.message
    assert [method for method, _ in github.asked] == ["GET", "GET", "GET", "POST"]
    assert say(healing()) == () and len(github.issues) == 1


def test_one_issue_that_fails_does_not_hold_up_the_others(github, say):
    github.trouble("POST", "issues$", status=422, times=1)
    findings = say(healing(diagnoses=(diagnosis(), diagnosis(id="0a0a0a0a0a0a", cause="Another."))))
    assert len(findings) == 1
    assert [one["title"] for one in github.issues.values()] == ["[SCHEMA] Another."]


@pytest.mark.parametrize(
    ("given", "fix"), [({}, "export GITHUB_TOKEN"), ({"GITHUB_TOKEN": "x"}, "set github.repository")]
)
def test_a_github_that_is_wanted_and_not_set_up_is_said(say, given, fix):
    (warning,) = say(healing(), {"A": "b", **given}, github__use="always")
    assert warning.message == "github tells nobody: it is not set up"
    assert fix in warning.fix


def test_github_is_not_asked_where_it_is_switched_off(github, say):
    assert say(healing(), github__use="never") == ()
    assert github.asked == []
