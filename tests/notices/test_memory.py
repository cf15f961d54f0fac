"""What was told is on disk at once; a broken file is a warning and never the end."""

from __future__ import annotations

import json

from agentic.notices import tell
from notices.cases import CAUSE, MOMENT, healing, places


def test_what_was_told_stands_in_a_file_that_people_can_read(inbox, github, tmp_path):
    file = tmp_path / ".agentic/pipeline/notices.json"
    environment = {**github.environment, "NOTIFICATION_WEBHOOK_URL": f"{inbox.url}/x"}
    tell(healing(), places(), file, environment=environment, moment=MOMENT)
    known = json.loads(file.read_text())["causes"][CAUSE]
    assert known["issue"] == 1
    assert known["nodes"] == ["model.shop.orders"]
    assert (
        known["channels"]["webhook"]["outcome"] == "waits for approval" and known["channels"]["webhook"]["at"] == MOMENT
    )
    assert [path.name for path in file.parent.iterdir()] == ["notices.json"]


def test_a_broken_file_is_a_warning_and_is_written_anew(inbox, tmp_path):
    file = tmp_path / "notices.json"
    file.write_text('{"causes": {"half')
    environment = {"NOTIFICATION_WEBHOOK_URL": f"{inbox.url}/x"}
    (warning,) = tell(healing(), places(), file, environment=environment, moment=MOMENT)
    assert warning.source == "notices: memory" and "written anew" in warning.fix
    assert tell(healing(), places(), file, environment=environment, moment=MOMENT) == ()
    assert len(inbox.came) == 1


def test_a_file_that_cannot_be_written_is_a_warning_and_people_are_told(inbox, tmp_path):
    (tmp_path / "taken").write_text("a file, where the folder should be")
    environment = {"NOTIFICATION_WEBHOOK_URL": f"{inbox.url}/x"}
    (warning,) = tell(healing(), places(), tmp_path / "taken/notices.json", environment=environment, moment=MOMENT)
    assert "cannot be" in warning.message
    assert len(inbox.came) == 1


def test_where_nobody_is_to_be_told_nothing_is_written(tmp_path):
    assert tell(healing(), places(), tmp_path / "notices.json", environment={}, moment=MOMENT) == ()
    assert list(tmp_path.iterdir()) == []
