"""configs/notifications.yml: typed, refused when unknown, and never the place of a secret."""

from __future__ import annotations

import pytest

from agentic.errors import BadSettings
from agentic.settings import load_notifications
from agentic.settings.about import abouts
from agentic.settings.load import leaves
from agentic.settings.notifications import Notifications


def load(tmp_path, text):
    """From a file with this text."""
    (tmp_path / "configs").mkdir(exist_ok=True)
    (tmp_path / "configs/notifications.yml").write_text(text)
    return load_notifications(tmp_path)


def test_a_value_knows_where_it_came_from(tmp_path):
    loaded = load(tmp_path, "email:\n  host: mail.shop.example\n  to: [data@shop.example]\n")
    assert loaded.settings.email.to == ("data@shop.example",)
    assert loaded.origins["email.host"].place == "configs/notifications.yml line 2"
    assert loaded.origins["github.label"].place == "default"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "github:\n  repositry: shop/pipelines\n",
            ("unknown setting: github.repositry", "did you mean github.repository?", 2),
        ),
        ("slak: {use: never}\n", ("unknown setting: slak", "", 1)),
        ("email:\n  port: post\n", ("email.port: Expected `int`", "", 2)),
        ("messages:\n  again_after_hours: -1\n", ("messages.again_after_hours: Expected `float` >= 0", "", 2)),
        ("slack:\n  use: maybe\n", ("slack.use: Invalid enum value 'maybe'", "", 2)),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, words):
    with pytest.raises(BadSettings) as error:
        load(tmp_path, text)
    message, hint, line = words
    assert message in error.value.message and hint in error.value.fix
    assert (error.value.path, error.value.line) == ("configs/notifications.yml", line)


@pytest.mark.parametrize(
    "secret", ["https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7", "pass word", '""', "null"]
)
def test_a_secret_in_the_file_is_refused_and_not_shown(tmp_path, secret):
    if secret == "null":
        secret = "x" * 70
    with pytest.raises(BadSettings) as error:
        load(tmp_path, f"slack:\n  url_variable: {secret}\n")
    assert error.value.message == "slack.url_variable is no name of a variable"
    assert (
        "make a new one" in error.value.fix
        and secret.strip('"') not in (error.value.message + error.value.cause)
        or secret == '""'
    )


def test_every_setting_is_explained():
    told = abouts(Notifications)
    assert [key for key, _ in leaves(Notifications()) if not told[key]] == []
