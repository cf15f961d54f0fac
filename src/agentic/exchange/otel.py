"""Spans -> OpenTelemetry: OTLP as JSON, or sent to a collector, in the same words.

The spans are the SDK's own, so that its encoder and its exporter do the work. The SDK takes about as long to import as a
template to answer, so it is imported here and nowhere else.
"""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agentic.errors import MissingProgram, OutsideFailed
from agentic.exchange.spans import Span, spans_of
from agentic.exchange.told import Project, Told, hexadecimal
from agentic.values.digest import digest

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext, Status

IDS = ("traceId", "spanId", "parentSpanId")
BATCH = 512
"""Spans in one request, as many as the SDK itself sends."""
LOGGER = "opentelemetry"


def otlp_json(told: Sequence[Told], project: Project) -> str:
    """One ExportTraceServiceRequest, as OTLP writes it in JSON. Raises MissingProgram."""
    spans = readable(told, project)
    from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

    # OTLP says: enums as numbers; and ids in hexadecimal, where protobuf's own JSON says base64.
    request = MessageToDict(encode_spans(spans), use_integers_for_enums=True)
    return json.dumps(with_hexadecimal_ids(request), indent=2, ensure_ascii=False) + "\n"


def send(told: Sequence[Told], project: Project) -> int:
    """To the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, or to the one on this machine; how many spans.

    Every variable counts that OpenTelemetry knows for its exporter: headers, certificates, compression, timeout.
    Raises MissingProgram, OutsideFailed.
    """
    spans = readable(told, project)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    exporter = OTLPSpanExporter()
    try:
        for first in range(0, len(spans), BATCH):
            with overheard() as said:
                done = exporter.export(spans[first : first + BATCH])
            if done is not SpanExportResult.SUCCESS:
                hint = "is OTEL_EXPORTER_OTLP_ENDPOINT the address of a collector that takes OTLP over HTTP? Sending again changes nothing: ids stay the same."
                raise OutsideFailed("the collector did not take the traces", cause="; ".join(said), hint=hint)
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]
    return len(spans)


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What the exporter says to the log: it raises nothing."""
    logger, said = logging.getLogger(LOGGER), list[str]()
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    passes_on = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = passes_on


def with_hexadecimal_ids(node: Any) -> Any:
    """The same, with ids as OTLP writes them."""
    if isinstance(node, list):
        return [with_hexadecimal_ids(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {name: b64decode(one).hex() if name in IDS else with_hexadecimal_ids(one) for name, one in node.items()}


def readable(told: Sequence[Told], project: Project) -> list[ReadableSpan]:
    """The spans of every execution, each execution a trace of its own. Raises MissingProgram."""
    try:
        import opentelemetry.exporter.otlp.proto.http  # noqa: F401
    except ImportError as error:
        raise MissingProgram(
            "OpenTelemetry is not installed", cause=str(error), hint="pip install agentic-pipelines[telemetry]"
        ) from error
    return [span for one in told for span in traced(one, project)]


def traced(told: Told, project: Project) -> Iterator[ReadableSpan]:
    """One trace."""
    from opentelemetry.sdk.resources import Resource

    whole, *inner = spans_of(told)
    version = str(told.opened["version"])
    resource = Resource({"service.name": "agentic", "service.namespace": project.namespace, "service.version": version})
    root = context(told, whole)
    yield read(whole, root, None, resource, version)
    for span in inner:
        yield read(span, context(told, span), root, resource, version)


def context(told: Told, span: Span) -> SpanContext:
    """Who a span is: made from the execution's identity, so that an export that is repeated tells nothing twice."""
    from opentelemetry.trace import SpanContext, TraceFlags

    own = hexadecimal(digest(f"{told.identity}/{span.key}"))
    return SpanContext(int(told.identity[:32], 16), int(own[:16], 16), is_remote=False, trace_flags=TraceFlags(1))


def read(span: Span, who: SpanContext, parent: SpanContext | None, resource: Resource, version: str) -> ReadableSpan:
    """Ours as the SDK's."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanKind

    return ReadableSpan(
        name=span.name, context=who, parent=parent, resource=resource, attributes=span.attributes,
        kind=SpanKind.CLIENT if span.to_a_model else SpanKind.INTERNAL, status=status(span),
        start_time=span.start, end_time=span.end, instrumentation_scope=InstrumentationScope("agentic", version),
    )  # fmt: skip


def status(span: Span) -> Status:
    """Nobody knows how that ends which has not ended."""
    from opentelemetry.trace import Status, StatusCode

    codes = {"good": StatusCode.OK, "bad": StatusCode.ERROR, "open": StatusCode.UNSET}
    return Status(codes[span.outcome], span.words if span.outcome == "bad" else None)
