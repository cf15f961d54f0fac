"""Executions as traces: real runs, read back as OpenTelemetry's own protobuf, and sent to a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes

from agentic.app import App
from asked import asked
from claude_server import CutStream, Fails, Refuses
from corridor.liars import WRONG, requests, turns, written
from exchange.collector import collector
from house import House

ROOT = Path(__file__).resolve().parents[2]
OK, ERROR = 1, 2
CLIENT = 3


def request_of(text: str) -> ExportTraceServiceRequest:
    """OTLP/JSON back to protobuf, which knows every name and refuses others; its own JSON wants base64 for ids."""

    def based(node: Any) -> Any:
        if isinstance(node, list):
            return [based(one) for one in node]
        if isinstance(node, dict):
            ids = ("traceId", "spanId", "parentSpanId")
            return {k: b64encode(bytes.fromhex(v)).decode() if k in ids else based(v) for k, v in node.items()}
        return node

    return ParseDict(based(json.loads(text)), ExportTraceServiceRequest())


def spans_in(request: ExportTraceServiceRequest) -> list[Any]:
    return [span for one in request.resource_spans for scope in one.scope_spans for span in scope.spans]


def exported(house: House, *ids: str) -> list[Any]:
    return spans_in(request_of(house.app().exchange.otel(ids)))


def attributes(span: Any) -> dict[str, Any]:
    found = {}
    for one in span.attributes:
        kind = one.value.WhichOneof("value")
        value = getattr(one.value, kind)
        found[one.key] = [item.string_value for item in value.values] if kind == "array_value" else value
    return found


def test_an_execution_is_one_trace_with_its_requests_checks_and_landing_below_it(lived_in):
    [execution] = lived_in.app().archive.executions()
    root, *inner = exported(lived_in)
    assert [span.name for span in inner] == [
        f"chat {execution.model}", "check python", "check pytest: tests/test_adding.py", "land",
    ]  # fmt: skip
    assert {span.trace_id for span in (root, *inner)} == {root.trace_id} and len(root.trace_id) == 16
    assert {span.parent_span_id for span in inner} == {root.span_id} and root.parent_span_id == b""
    assert len({span.span_id for span in (root, *inner)}) == 5
    assert (root.name, root.status.code) == (f"run {House.TASK}", OK)
    assert attributes(root)["agentic.execution.id"] == execution.id
    assert attributes(root)["agentic.files"] == ["src/adding.py", "tests/test_adding.py"]


def test_a_request_is_told_in_the_words_of_the_genai_conventions(lived_in):
    [execution] = lived_in.app().archive.executions()
    [chat] = [span for span in exported(lived_in) if span.name.startswith("chat ")]
    said = attributes(chat)
    names = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
    assert {name for name in said if name.startswith("gen_ai.")} <= names
    assert chat.kind == CLIENT
    assert said["gen_ai.operation.name"] == "chat" and said["gen_ai.provider.name"] == "anthropic"
    assert said["gen_ai.request.model"] == said["gen_ai.response.model"] == execution.model
    assert said["gen_ai.response.finish_reasons"] == ["tool_use"]
    assert said["gen_ai.conversation.id"] == execution.id
    assert said["gen_ai.usage.input_tokens"] == execution.usage.prompt > 0
    assert said["gen_ai.usage.output_tokens"] == execution.usage.output > 0
    assert said["gen_ai.usage.cache_read.input_tokens"] == execution.usage.cache_read
    assert said["agentic.cost.micro_usd"] == execution.micro_usd
    assert "write" not in json.dumps(said) and "def add" not in lived_in.app().exchange.otel(())


def test_an_export_that_is_repeated_has_the_same_ids(lived_in):
    assert lived_in.app().exchange.otel(()) == lived_in.app().exchange.otel(())


def test_two_projects_with_the_same_execution_are_two_traces(house, tmp_path):
    other = House.build(tmp_path / "other")
    other.write(f"agent-prompts/{House.TASK}", other.read(f"agent-prompts/{House.TASK}") + "\nOther words.\n")
    first, second = house.run(script=turns(written())), other.run(script=turns(written()))
    assert first.id == second.id
    assert exported(house)[0].trace_id != exported(other)[0].trace_id


def test_a_failed_execution_and_its_failed_check_say_why(house):
    house.run(script=turns(written(WRONG)), attempts=1)
    root, *inner = exported(house)
    [check] = [span for span in inner if span.status.code == ERROR]
    assert root.status.code == ERROR and "test_it_adds" in root.status.message
    assert check.name == "check pytest: tests/test_adding.py" and "test_it_adds" in check.status.message


def test_a_request_whose_answer_never_came_is_an_error(house):
    house.run(script=requests(CutStream(), written()))
    lost, answered = [span for span in exported(house) if span.name.startswith("chat ")]
    assert lost.status.code == ERROR and attributes(lost)["error.type"] == "AGT306"
    assert answered.status.code == OK and answered.start_time_unix_nano >= lost.end_time_unix_nano


def test_a_refusal_of_the_model_is_an_error(house):
    house.run(script=turns(Refuses("No.")))
    [chat] = [span for span in exported(house) if span.name.startswith("chat ")]
    assert (chat.status.code, attributes(chat)["gen_ai.response.finish_reasons"]) == (ERROR, ["refusal"])


def test_a_replay_asks_no_model_and_uses_no_token(house):
    first = house.run(script=turns(written()))
    replayed = house.app().corridor.replay(first.id, staged=True)
    spans = exported(house, replayed.id)
    assert spans[0].name == f"replay {House.TASK}" and attributes(spans[0])["agentic.execution.of"] == first.id
    assert not any(name.startswith("gen_ai.") for span in spans for name in attributes(span))


def test_time_runs_forward_and_nothing_lasts_longer_than_the_whole(house):
    execution = house.run(script=turns(written(WRONG), written()))
    root, *inner = exported(house)
    for before, after in zip(inner, inner[1:]):
        assert before.start_time_unix_nano <= before.end_time_unix_nano <= after.start_time_unix_nano
    assert root.start_time_unix_nano <= inner[0].start_time_unix_nano
    assert root.end_time_unix_nano >= inner[-1].end_time_unix_nano
    took = [s.end_time_unix_nano - s.start_time_unix_nano for s in inner if s.name.startswith("chat ")]
    told = [step["body"]["milliseconds"] * 1_000_000 for step in house.journal(execution.id) if step["kind"] == "reply"]
    assert took == told


def test_the_archive_of_this_repository_is_traces_too():
    executions = App(ROOT).archive.executions()
    request = request_of(App(ROOT).exchange.otel(()))
    roots = [span for span in spans_in(request) if not span.parent_span_id]
    assert [attributes(one)["agentic.execution.id"] for one in roots] == [one.id for one in executions]
    assert {one.key for one in request.resource_spans[0].resource.attributes} == {
        "service.name", "service.namespace", "service.version",
    }  # fmt: skip
    assert any(span.name.startswith("publish: ") for span in spans_in(request))


# --- sent -------------------------------------------------------------------------------------------------


def test_traces_are_sent_to_the_collector_that_the_environment_names(lived_in, monkeypatch):
    with collector() as heard:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", heard.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=data")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
        said = asked(lived_in.root, "audit", "export", "--format", "otel", "--send")
    assert (said.exit, said.err) == (0, "sent: 1 execution(s), 5 spans\n")
    assert heard.paths == ["/v1/traces"] and heard.headers[0]["x-team"] == "data"
    assert heard.spans == exported(lived_in)


def test_a_collector_that_refuses_is_one_error_with_its_reason(lived_in, monkeypatch):
    with collector(400) as heard:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", heard.url)
        said = asked(lived_in.root, "audit", "export", "--format", "otel", "--send")
    assert (said.exit, said.errors) == (4, ["AGT300"]) and "400" in said.line("cause")
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in said.line("fix")


def test_no_collector_is_one_error_and_no_traceback(lived_in, monkeypatch):
    with collector() as gone:
        pass
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", gone.url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    said = asked(lived_in.root, "audit", "export", "--format", "otel", "--send")
    assert (said.exit, said.errors) == (4, ["AGT300"]) and said.line("cause")


@pytest.mark.parametrize("words", [("--format", "json", "--send"), ("--format", "otel", "--send", "--output", "x")])
def test_what_cannot_be_meant_together_is_refused(house, words):
    assert asked(house.root, "audit", "export", *words).errors == ["AGT200"]


@pytest.mark.parametrize(
    ("form", "module", "extra"),
    [
        ("otel", "opentelemetry.exporter.otlp.proto.http", "telemetry"),
        ("openlineage", "openlineage.client.event_v2", "lineage"),
    ],
)
def test_without_its_library_a_form_says_what_to_install(house, form, module, extra):
    house.run(script=turns(Fails(401)))
    code = (
        f"import sys; sys.modules[{module!r}] = None; from agentic.cli import roof;"
        f" sys.exit(roof(['audit', 'export', '--format', {form!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=house.root, capture_output=True, text=True, check=False)
    assert done.returncode == 4 and f"pip install agentic-pipelines[{extra}]" in done.stderr


def test_an_export_writes_a_file_and_names_what_does_not_verify(house):
    first, second = house.run(script=turns(written())), house.run(script=turns(written()))
    path = house.root / first.archive.replace(".md", ".jsonl")
    path.write_text(path.read_text().replace("tests/test_adding.py", "tests/test_other.py"))
    said = asked(house.root, "audit", "export", "--format", "otel", "--output", "out/traces.json")
    assert said.exit == 0 and first.id in said.err and "do not verify" in said.err
    [root] = [one for one in spans_in(request_of(house.read("out/traces.json"))) if not one.parent_span_id]
    assert attributes(root)["agentic.execution.id"] == second.id
    assert asked(house.root, "audit", "export", first.id, "--format", "otel").errors == ["AGT501"]
