"""One message for each healing and channel: by mail, in Slack, in Teams, to any address; nothing twice, and no secret in what goes wrong."""

from __future__ import annotations

import json

import pytest

from agentic.notices import green, tell
from notices.cases import CAUSE, MOMENT, diagnosis, fix, healed, healing, left, places
from notices.chats import SLACK, TEAMS, free_port, post_office

LATER = "2026-11-30T07:00:00Z"
MAIL = {
    "email__sender": "Pipelines <pipelines@shop.example>",
    "email__to": ("data@shop.example", "boss@shop.example"),
    "email__host": "127.0.0.1",
}


@pytest.fixture
def say(tmp_path):
    """Tell of a healing, in an environment."""

    def told(one, environment, moment=MOMENT, run="", **said):
        return tell(one, places(**said), tmp_path / "notices.json", environment=environment, run=run, moment=moment)

    return told


@pytest.fixture
def later(tmp_path):
    """A later run is green."""

    def ended(environment, nodes=None, **said):
        return green(places(**said), tmp_path / "notices.json", environment=environment, nodes=nodes, moment=LATER)

    return ended


@pytest.fixture
def hook(inbox):
    """The environment of a plain webhook."""
    return {"NOTIFICATION_WEBHOOK_URL": f"{inbox.url}/hooks/4f9aK2mNq8Rt5Vw1?key=aZ9yX8wV7uT6sR5q"}


# --- what is told ----------------------------------------------------------------------------------------------


def test_a_message_says_what_broke_what_is_proposed_and_what_to_do(inbox, hook, say):
    assert say(healing(), hook, run="https://ci.example/runs/7") == ()
    path, said = inbox.came[0]
    assert path == "/hooks/4f9aK2mNq8Rt5Vw1?key=aZ9yX8wV7uT6sR5q"
    assert said["title"] == "dbt: waits for approval: Column amout is not in stg_orders, which has amount."
    assert said["message"].split("\n") == [
        "1. SCHEMA, waits for approval: Column amout is not in stg_orders, which has amount.",
        "   where: models/orders.sql:1, model.shop.orders",
        "   fix: Write amout as amount (confidence 0.97, touches 2)",
        "   now: agentic pipeline fix --approve 1a2b3c4d",
        "",
        "healing h-20261129-1, https://ci.example/runs/7",
    ]
    assert said["type"] == "warning"
    assert said["causes"][0]["id"] == CAUSE and said["causes"][0]["fix"] == "1a2b3c4d"


def test_several_causes_are_one_message(inbox, hook, say):
    causes = tuple(diagnosis(id=f"{number:012x}", cause=f"Cause {number}.") for number in range(30))
    say(left(diagnoses=causes), hook)
    assert len(inbox.came) == 1
    assert inbox.last["title"] == "dbt: 30 causes of failure, none mended"
    assert "20. SCHEMA" in inbox.last["message"] and "10 more causes" in inbox.last["message"]


def test_the_issue_is_linked_in_the_message(github, inbox, hook, say):
    say(healing(), {**github.environment, **hook})
    assert "   issue: https://github.example/shop/pipelines/issues/1" in inbox.last["message"]


def test_the_same_is_not_told_again(inbox, hook, say):
    for _ in range(3):
        say(healing(), hook)
    assert len(inbox.came) == 1


def test_another_outcome_is_told(inbox, hook, say):
    say(left(), hook)
    say(healing(), hook)
    say(healed(), hook)
    assert [said["type"] for _, said in inbox.came] == ["failure", "warning", "success"]


def test_only_what_is_news_has_an_entry(inbox, hook, say):
    say(healing(), hook)
    say(healing(diagnoses=(diagnosis(), diagnosis(id="0a0a0a0a0a0a", cause="Another."))), hook)
    assert [one["id"] for one in inbox.last["causes"]] == ["0a0a0a0a0a0a"]
    assert "1 known already and still there." in inbox.last["message"]


@pytest.mark.parametrize(("hours", "messages"), [(24, 2), (48, 1), (0, 1)])
def test_the_same_is_told_again_after_so_many_hours(inbox, hook, say, hours, messages):
    for moment in (MOMENT, LATER):
        say(healing(), hook, moment, messages__again_after_hours=hours)
    assert len(inbox.came) == messages


def test_a_retry_that_passed_by_itself_is_told_to_nobody(inbox, hook, say):
    say(healing(status="healthy", runs=2), hook)
    assert inbox.came == []


def test_whoever_was_told_hears_that_it_is_over_once(inbox, hook, say, later):
    say(healing(), hook)
    later(hook)
    later(hook)
    assert len(inbox.came) == 2
    assert inbox.last["title"] == "dbt: green again, 1 cause of failure is gone"
    assert inbox.last["message"] == "- Column amout is not in stg_orders, which has amount."


def test_a_green_run_of_something_else_is_not_told(inbox, hook, say, later):
    say(healing(), hook)
    later(hook, nodes=["model.shop.customers"])
    assert len(inbox.came) == 1


def test_what_was_told_as_mended_is_not_told_as_green(inbox, hook, say, later):
    say(healed(), hook)
    later(hook)
    assert len(inbox.came) == 1


def test_green_is_not_told_where_nobody_wants_to_hear_it(inbox, hook, say, later):
    say(healing(), hook)
    later(hook, messages__recovered=False)
    assert len(inbox.came) == 1


def test_what_could_not_be_told_is_told_by_the_next_healing(inbox, hook, say):
    inbox.status = 503
    assert len(say(healing(), hook)) == 1
    inbox.status = 200
    assert say(healing(), hook) == ()
    assert len(inbox.came) == 2


def test_a_green_that_could_not_be_told_is_told_by_the_next_one(inbox, hook, say, later):
    say(healing(), hook)
    inbox.status = 503
    assert len(later(hook)) == 1
    inbox.status = 200
    assert later(hook) == ()
    assert [said["type"] for _, said in inbox.came] == ["warning", "success", "success"]


def test_each_channel_is_remembered_by_itself(inbox, hook, say):
    say(healing(), hook)
    say(healing(), {**hook, "LOGIC_APP_EMAIL_URL": f"{inbox.url}/mail"})
    assert [path.split("?")[0] for path, _ in inbox.came] == ["/hooks/4f9aK2mNq8Rt5Vw1", "/mail"]


# --- channels --------------------------------------------------------------------------------------------------


def test_a_logic_app_gets_subject_and_body(inbox, say):
    address = f"{inbox.url}/workflows/ab12/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=K-_x"
    assert say(healing(), {"LOGIC_APP_EMAIL_URL": address}) == ()
    path, said = inbox.came[0]
    assert f"{inbox.url}{path}" == address
    assert said.keys() == {"subject", "body"}
    assert said["body"].startswith("1. SCHEMA, waits for approval")


def test_slack_gets_one_message(outside, say):
    assert say(healing(), {"SLACK_WEBHOOK_URL": SLACK}) == ()
    path, said = outside.came[0]
    assert path == SLACK
    assert said["attachments"][0]["title"].startswith("dbt: waits for approval: Column amout")
    assert "now: agentic pipeline fix --approve 1a2b3c4d" in said["attachments"][0]["text"]


def test_teams_gets_one_message(outside, say):
    assert say(healing(), {"TEAMS_WEBHOOK_URL": TEAMS}) == ()
    path, said = outside.came[0]
    assert (
        path.startswith(TEAMS.replace(":443", "").split("?")[0])
        and "sig=KODuebWbDGYFr0z0eu6Xq2lPj8vNs4Tt1YhRmWc3aZo" in path
    )
    shown = [one["text"] for one in said["attachments"][0]["content"]["body"] if one["type"] == "TextBlock"]
    assert shown[0].startswith("dbt: waits for approval: Column amout")
    assert "agentic pipeline fix --approve 1a2b3c4d" in shown[1].replace("\\", "")


@pytest.mark.parametrize(("address", "mark"), [(SLACK, "color"), (TEAMS, "contentType")])
def test_a_webhook_of_slack_or_teams_is_known_by_its_address(outside, say, address, mark):
    assert say(healing(), {"NOTIFICATION_WEBHOOK_URL": address}) == ()
    assert mark in outside.last["attachments"][0]


def test_a_mail_goes_to_each_person(say):
    with post_office() as office:
        assert say(healing(), {}, **MAIL, email__port=office.port, email__security="none") == ()
    assert [mail["To"] for mail in office.mails] == ["data@shop.example", "boss@shop.example"]
    (mail, _) = office.mails
    assert mail["From"] == "Pipelines <pipelines@shop.example>"
    assert mail["Subject"] == "dbt: waits for approval: Column amout is not in stg_orders, which has amount."
    assert mail.get_content_type() == "text/plain"
    assert "   now: agentic pipeline fix --approve 1a2b3c4d" in mail.get_content().splitlines()


def test_a_mail_is_sent_with_a_password_and_starttls(tmp_path, monkeypatch, say):
    keys = {"SMTP_USER": "pipelines", "SMTP_PASSWORD": "correct-horse-7"}
    with post_office(tmp_path, keys["SMTP_PASSWORD"]) as office:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert say(healing(), keys, **{**MAIL, "email__host": "localhost"}, email__port=office.port) == ()
    assert len(office.mails) == 2


# --- what goes wrong -------------------------------------------------------------------------------------------


def test_a_wrong_password_is_a_warning_without_the_password(say):
    keys = {"SMTP_USER": "pipelines", "SMTP_PASSWORD": "wrong-horse-8"}
    with post_office(password="correct-horse-7") as office:
        (warning,) = say(healing(), keys, **MAIL, email__port=office.port, email__security="none")
    assert warning.message == "email: nobody could be told"
    assert "535" in warning.detail and "wrong-horse" not in str(warning)


def test_a_mail_server_that_is_not_there_is_a_warning(say):
    (warning,) = say(healing(), {}, **MAIL, email__port=free_port(), email__security="none")
    assert "refused" in warning.detail


def test_a_certificate_that_nobody_knows_is_a_warning_and_no_mail(tmp_path, say):
    with post_office(tmp_path) as office:
        (warning,) = say(healing(), {}, **{**MAIL, "email__host": "localhost"}, email__port=office.port)
    assert "certificate verify failed" in warning.detail.lower()
    assert office.mails == []


def test_a_person_whom_the_server_refuses_is_named(say):
    with post_office() as office:
        office.refused = ("boss@shop.example",)
        (warning,) = say(healing(), {}, **MAIL, email__port=office.port, email__security="none")
    assert "boss@shop.example" in warning.detail


@pytest.mark.parametrize("address", [{"email__to": ("data@shop.example", "nobody")}, {"email__sender": "nobody"}])
def test_a_mail_address_that_is_none_is_said(say, address):
    (warning,) = say(healing(), {}, **{**MAIL, **address}, email__port=free_port(), email__security="none")
    assert "no address" in warning.message


def test_a_mail_of_which_half_is_said_is_a_warning(say):
    (warning,) = say(healing(), {}, email__host="mail.shop.example")
    assert warning.fix == "set email.sender, email.to, or email.use: never."


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 503])
@pytest.mark.parametrize("variable", ["SLACK_WEBHOOK_URL", "TEAMS_WEBHOOK_URL"])
def test_a_chat_that_refuses_is_a_warning_without_its_address(outside, say, status, variable):
    address = SLACK if variable.startswith("SLACK") else TEAMS
    outside.status = status
    (warning,) = say(healing(), {variable: address})
    assert (warning.severity, warning.code) == ("warning", "AGT330")
    assert f"error={status}" in warning.detail and variable in warning.fix
    assert not [piece for piece in secret_pieces(address) if piece in str(warning)]


@pytest.mark.parametrize(
    "variable", ["SLACK_WEBHOOK_URL", "TEAMS_WEBHOOK_URL", "NOTIFICATION_WEBHOOK_URL", "LOGIC_APP_EMAIL_URL"]
)
def test_a_network_that_is_not_there_is_a_warning_without_the_address(monkeypatch, capfd, say, variable):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    address = SLACK if variable.startswith("SLACK") else TEAMS
    (warning,) = say(healing(), {variable: address})
    assert "Max retries exceeded" in warning.detail
    assert not [piece for piece in secret_pieces(address) if piece in str(warning)]
    assert capfd.readouterr() == ("", "")


def test_a_chat_that_does_not_answer_in_time_is_a_warning(say):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}/hooks/4f9aK2mNq8Rt5Vw1"
        (warning,) = say(healing(), {"NOTIFICATION_WEBHOOK_URL": address}, messages__seconds=0.3)
    assert "timed out" in warning.detail and "4f9aK2mNq8Rt5Vw1" not in str(warning)


@pytest.mark.parametrize(
    "address",
    [
        "not an address",
        "http://",
        "ftp://shop.example/x",
        "http://shop.example:port/x",
        "http://[::1/x",
        "https://shop.example/x",
    ],
)
@pytest.mark.parametrize(
    "variable", ["SLACK_WEBHOOK_URL", "TEAMS_WEBHOOK_URL", "LOGIC_APP_EMAIL_URL", "NOTIFICATION_WEBHOOK_URL"]
)
def test_an_address_that_is_none_is_a_warning_that_does_not_show_it(monkeypatch, say, variable, address):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    (warning,) = say(healing(), {variable: address})
    assert variable in warning.message + warning.fix
    assert address not in str(warning)


@pytest.mark.parametrize("name", ["slack", "teams", "webhook", "logic_app"])
def test_a_channel_that_is_wanted_and_not_set_up_is_said(say, name):
    (warning,) = say(healing(), {}, **{f"{name}__use": "always"})
    assert warning.message == f"{name} tells nobody: it is not set up"


def test_a_channel_that_is_switched_off_is_left_alone(inbox, hook, say):
    assert say(healing(), hook, webhook__use="never") == ()
    assert inbox.came == []


def test_one_channel_that_fails_does_not_hold_up_the_others(inbox, say):
    environment = {"SLACK_WEBHOOK_URL": "nonsense", "NOTIFICATION_WEBHOOK_URL": f"{inbox.url}/x"}
    assert [one.source for one in say(healing(), environment)] == ["notices: slack"]
    assert len(inbox.came) == 1


def test_the_address_of_a_channel_that_stands_in_a_log_is_told_nowhere(github, inbox, hook, say):
    log = f"POST {hook['NOTIFICATION_WEBHOOK_URL']} failed, and {SLACK} too"
    environment = {**github.environment, **hook}
    say(healing(diagnoses=(diagnosis(cause=log, message=log),), fixes=(fix(title=log),)), environment)
    told = json.dumps(inbox.came[0][1]) + str(github.issues)
    assert not [piece for piece in ("4f9aK2mNq8Rt5Vw1", "aZ9yX8wV7uT6sR5q", "TIiajkdnlazkcOXrIdevi7") if piece in told]


def secret_pieces(address):
    """Of an address: what would let somebody else write there."""
    return [
        piece
        for piece in (
            "TIiajkdnlazkcOXrIdevi7",
            "KODuebWbDGYFr0z0eu6Xq2lPj8vNs4Tt1YhRmWc3aZo",
            "643e69f83c8944dfb1c2a7de5b0c9f11",
        )
        if piece in address
    ]
