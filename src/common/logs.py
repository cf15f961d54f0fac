"""Logs as JSON lines on stderr, each with the id of the run it belongs to."""

import json
import logging
import os
import sys
import uuid
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "correlation_id"}


def correlation_id() -> str:
    """The id of this run: the one an orchestrator gave, else a new one kept for the whole process."""
    return os.environ.setdefault("CORRELATION_ID", str(uuid.uuid4()))


class JsonFormatter(logging.Formatter):
    """One record, one line, one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "correlation_id": getattr(record, "correlation_id", None),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class _Correlated(logging.LoggerAdapter[logging.Logger]):
    """Puts the correlation id beside whatever `extra` a call brings."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        kwargs["extra"] = {**(kwargs.get("extra") or {}), "correlation_id": correlation_id()}
        return msg, kwargs


def get_logger(name: str) -> logging.LoggerAdapter[logging.Logger]:
    """A logger that writes JSON lines: `log.info("loaded", extra={"rows": 3})`."""
    logger = logging.getLogger(name)
    if not logger.handlers:
        logger.addHandler(_Stderr())
        logger.setLevel(os.environ.get("LOG_LEVEL", "INFO").upper())
        logger.propagate = False
    return _Correlated(logger, {})


class _Stderr(logging.StreamHandler[Any]):
    """The stderr of now, not the one of when the logger was made: tests swap it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)
