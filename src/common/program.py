"""A job as a program: a session, one piece of work, an exit status, one line of log for whatever went wrong."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.jars import MissingJar
from common.java import NoJava
from common.lake import LakeError, create_session
from common.ledger import RowsLost
from common.logs import get_logger
from common.publish import NotPublished
from common.sources import SourceError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FORESEEN = (SourceError, RowsLost, LakeError, MissingJar, NoJava, NotPublished)
"""What a job says no with: its words are enough, nobody needs the place in the code."""


def run_job(name: str, work: Callable[["SparkSession"], object]) -> int:
    """0: the table is as the source is; 1: it is not, and the log says why."""
    log, spark = get_logger(name), None
    try:
        spark = create_session(name)
        work(spark)
    except FORESEEN as error:
        log.critical("%s", error, extra={"error_type": type(error).__name__})
        return 1
    except Exception as error:
        # The roof: whatever Spark or Java says becomes one log line and an exit status.
        log.exception("failed", extra={"error_type": type(error).__name__})
        return 1
    finally:
        if spark is not None:
            spark.stop()
    return 0
