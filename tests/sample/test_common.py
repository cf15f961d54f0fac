"""Settings, sources, jars and logs: quick, without Spark."""

import json
import logging
from pathlib import Path

import pytest

from common import jars, java, lake, logs, sources


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_come_from_default_then_file_then_environment(tmp_path):
    assert lake.read_settings(tmp_path, {}).master == "local[2]"
    write(tmp_path / "configs/lake.yaml", "name: pond\nmaster: local[4]\nspark: {spark.a: 1, spark.b: true}\n")
    settings = lake.read_settings(tmp_path, {"SPARK_MASTER": "spark://host:7077", "LAKE_PASSWORD": "secret"})
    assert (settings.name, settings.master) == ("pond", "spark://host:7077")
    limits = {"spark.driver.memory": "1g", "spark.sql.session.timeZone": "UTC"}
    assert dict(settings.spark) == {**limits, "spark.a": "1", "spark.b": "true"}
    assert "secret" not in repr(settings)


def test_what_prompts_are_told_of_spark_is_what_jobs_keep_to(tmp_path):
    constraints = "constraints:\n  spark: {master: 'local[1]', driver_memory: 2g}\n  time_zone: Europe/Berlin\n"
    write(tmp_path / "agent-prompts/context/system_context.yaml", constraints)
    settings = lake.read_settings(tmp_path, {})
    assert settings.master == "local[1]"
    assert dict(settings.spark) == {"spark.driver.memory": "2g", "spark.sql.session.timeZone": "Europe/Berlin"}
    assert lake.spark_conf(settings, {})["spark.sql.session.timeZone"] == "Europe/Berlin"
    write(tmp_path / "configs/lake.yaml", "master: local[4]\nspark: {spark.driver.memory: 3g}\n")
    settings = lake.read_settings(tmp_path, {})
    assert (settings.master, settings.spark["spark.driver.memory"]) == ("local[4]", "3g"), "this machine's file wins"
    write(tmp_path / "agent-prompts/context/system_context.yaml", "constraints: [spark]\n")
    with pytest.raises(lake.LakeError, match="is not a map"):
        lake.read_settings(tmp_path, {})


def test_relative_places_are_seen_from_the_project(tmp_path):
    settings = lake.read_settings(tmp_path, {})
    assert settings.uri == f"jdbc:sqlite:{tmp_path}/data/lake/catalog.db"
    assert settings.warehouse == f"{tmp_path}/data/lake/warehouse"
    assert lake.read_settings(tmp_path, {"LAKE_WAREHOUSE": "s3://b/w"}).warehouse == "s3://b/w"


def test_an_unknown_setting_is_refused(tmp_path):
    write(tmp_path / "configs/lake.yaml", "warehose: x\n")
    with pytest.raises(lake.LakeError, match="warehose"):
        lake.read_settings(tmp_path, {})


def test_a_password_in_the_file_is_refused(tmp_path):
    write(tmp_path / "configs/lake.yaml", "password: x\n")
    with pytest.raises(lake.LakeError, match="password"):
        lake.read_settings(tmp_path, {})


def test_an_endpoint_of_ones_own_is_addressed_by_path():
    conf = lake.s3_conf({"S3_ENDPOINT": "http://127.0.0.1:5000", "AWS_REGION": "eu-west-1"})
    assert conf["spark.hadoop.fs.s3a.endpoint"] == "http://127.0.0.1:5000"
    assert conf["spark.hadoop.fs.s3a.path.style.access"] == "true"
    assert conf["spark.hadoop.fs.s3a.connection.ssl.enabled"] == "false"
    assert conf["spark.hadoop.fs.s3a.endpoint.region"] == "eu-west-1"


def test_a_missing_jar_says_how_to_fetch_it(tmp_path, monkeypatch):
    monkeypatch.setenv("AGENTIC_JARS", str(tmp_path / "none"))
    text = "groups: {s3: [{coordinate: 'a:b:1', sha256: x}], lake: [{coordinate: 'a:c:1', sha256: x}]}\n"
    write(tmp_path / "configs/jars.yaml", text)
    with pytest.raises(jars.MissingJar, match=r"b-1.jar is not cached. Run: .*fetch_jars.py --group s3"):
        jars.locate("s3", tmp_path)
    assert not jars.is_cached("lake", tmp_path)
    write(tmp_path / "none/c-1.jar", "")
    assert [path.name for path in jars.locate("lake", tmp_path)] == ["c-1.jar"]


def test_a_source_is_moved_by_the_environment_alone(tmp_path):
    write(
        tmp_path / "configs/sources.yml", "sources: {files: {f: {path: in/f, pattern: '*.csv', options: {sep: ';'}}}}"
    )
    assert sources.read_source("f", tmp_path, {}).path == (tmp_path / "in/f").as_uri()
    moved = sources.read_source("f", tmp_path, {"SOURCE_F_PATH": "s3://bucket/f/"})
    assert (moved.path, dict(moved.options)) == ("s3://bucket/f", {"sep": ";"})


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("g: {path: x, pattern: y}", "no source f"),
        ("f: {enabled: false, path: x, pattern: y}", "switched off"),
        ("f: {path: x, patern: y}", "not well written"),
    ],
)
def test_a_source_that_is_not_there_is_an_error(tmp_path, entry, message):
    write(tmp_path / "configs/sources.yml", f"sources: {{files: {{{entry}}}}}")
    with pytest.raises(sources.SourceError, match=message):
        sources.read_source("f", tmp_path, {})


def test_a_fingerprint_follows_name_size_and_time():
    def load(**changed):
        file = {"path": "p", "uri": "u", "name": "a.csv", "size": 1, "modified": 2} | changed
        return sources.Load("a", (sources.SourceFile(**file),)).fingerprint

    assert load() == load(path="elsewhere", uri="elsewhere")
    assert len({load(), load(name="b.csv"), load(size=2), load(modified=3)}) == 4


def test_a_java_home_says_its_version(tmp_path):
    write(tmp_path / "bin/java", "")
    assert java.java_version(tmp_path) is None
    write(tmp_path / "release", 'JAVA_VERSION="17.0.9"\n')
    assert java.java_version(tmp_path) == 17


def test_a_log_line_is_json_with_the_correlation_id(monkeypatch, capsys):
    monkeypatch.setenv("CORRELATION_ID", "run-7")
    logs.get_logger("t.json").info("loaded %s", "x", extra={"rows": 3})
    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["rows"], line["correlation_id"], line["level"]) == ("loaded x", 3, "run-7", "INFO")
    assert logging.getLogger("t.json").propagate is False
