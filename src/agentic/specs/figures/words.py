"""Words: which of them say nothing, which bound a figure, and which tell two things apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain


def bag(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


FUNCTION = bag("""a an the this that these those it its their his her our your my we you they he she i who whom whose which what
    of in on for to by at from with without into onto upon as than via per between among through during across over under
    is are be been being am was were do does did done has have had having must shall should may might will would can could
    not no nor and or but so if then else when while unless until since because where there here also only just even still
    yet again ever never always often usually both either neither all any each every some such same other another more most less
    least fewer many much few several own very too about around approximately roughly nearly almost exactly up down out off
    within after before below above against none nothing""")  # fmt: skip
FILLER = bag("""a an the of for to by in at is are be been being must shall should may will can not no set limited capped restricted
    fixed only just exactly most least up more less fewer than under below above over within maximum max minimum min about around
    approximately roughly nearly almost some circa ca every after longer later older larger greater smaller higher lower shorter
    exceed exceeds default defaults equals equal now currently it there with as least from on allowed""")  # fmt: skip
"""What may stand between a figure and what it is said of."""
GENERIC = bag("""data system project platform solution value limit threshold target maximum max minimum min default total overall number
    count period window policy interval frequency sla slo requirement goal objective allowed permitted required expected acceptable
    real-time realtime quality time setting configured configuration upper lower bound most least constraint
    nfr kpi metric need figure level standard rule note end-to-end long old late new day""")  # fmt: skip
"""What names no thing of its own: `data retention period` is `retention`."""
EMPTY = bag("""data system project platform solution value maximum max minimum min default total overall number count required expected setting
    allowed permitted acceptable configured configuration upper lower most least constraint need figure level standard rule note""")  # fmt: skip
"""What names nothing even where nothing else stands beside it; `SLA` and `quality threshold` do."""
SETTINGS = bag("""retry attempt worker executor replica thread shard core node connection partition process parallel
    concurrency slot consumer broker timeout capacity quota budget backoff throughput memory batch pool""")  # fmt: skip
"""Nouns whose number somebody sets: `3 retries` is a rule, `3 files` is a fact."""
RESOURCES = bag("memory ram core cpu disk storage node space cost")
"""Nouns that need a second one: whose memory?"""
GLOBAL = bag("""retention freshness availability accuracy completeness uptime rpo rto latency retry attempt coverage uniqueness
    timeliness validity backfill""")  # fmt: skip
"""Nouns of which a project has one figure, unless it says otherwise."""
WEAK = bag("""row file line column day month week year hour minute second step test record event user table item page word case
    message time thing part size length volume duration byte key field example module page load run job flow document section
    point rate price amount cost age figure version task criterion check question rule name option choice place kind type""")  # fmt: skip
"""Nouns that everything has: two figures of rows are hardly ever about the same rows."""
PLAIN = bag("""row file line column record table day month week year hour minute second time thing value size length key field job pipeline task
    step load run process module page amount volume word byte part place kind type total""")  # fmt: skip
"""What adds nothing to a noun that is told of once: `the availability of the table`, `the job retries`."""
PROMISED = bag("threshold target goal objective sla slo limit minimum maximum must shall required agreed")
"""A figure beside one of these is asked for, and not only reached."""
VERBS = bag("""set sets use uses used using make makes made give gives given get gets configure configured allow allows provide provides contain
    contains include includes hold holds need needs require requires support supports reach reaches come comes go goes happen happens
    become becomes remain remains stay stays stop stops see sees say says show shows mean means let lets try wait waits write
    writes written work works take takes taken took last lasts spend spends spent do does did done go goes""")  # fmt: skip
"""What says nothing of the noun beside it."""
APART = bag("""bronze silver gold raw landing curated staging mart marts quarantine ledger log snapshot backup archive audit metadata cache
    checkpoint temporary dev development test testing prod production ci laptop local cluster sandbox uat preview
    p50 p75 p90 p95 p99 median mean average peak worst best first initial third last final weekend weekday night nightly daily
    hourly weekly monthly yearly quarterly batch streaming stream interactive critical warning high medium low urgent normal major minor
    measured observed actual estimate estimated planned current today previous soft hard warm cold hot full incremental backfill
    historical history late early small large big simple complex free idle busy personal sensitive internal external
    result achieved reached baseline delta change saved reduction difference improvement needed there alert escalation automatic manual optional mandatory""")  # fmt: skip
"""Words that make another thing of the same noun."""
MORE = bag(
    "availability accuracy completeness coverage uptime throughput uniqueness validity timeliness success pass quality"
)
LESS = bag("latency lag delay freshness staleness error loss failure downtime rpo rto response cost")
"""Of which more is better, and less."""
GOES = bag("expire expires expired expiry deleted purged removed dropped erased")
"""`Snapshots expire after 7 days` is a retention."""
TOOLS = bag("""spark airflow postgres postgresql iceberg dbt duckdb metabase kafka s3 api database databricks snowflake bigquery redshift
    python java kubernetes docker sqlite azure aws gcp trino flink http rest sftp ftp github""")  # fmt: skip
"""Whose figure it is, where somebody says so."""
HISTORY = bag("was were had took used formerly previously once earlier originally")
UNSURE = re.compile(
    r"\b(?:e\.g\.|for example|for instance|such as|instead of|rather than|alternativ\w+|option|options|considered|used to|would|could"
    r"|no longer|not any more|old system|legacy|predecessor|deprecated|superseded|assum\w+|suppose|imagine|compared|versus|vs|unlike|previously|formerly|originally)\b|→|->|\bfrom \d\S* to \d",
    re.IGNORECASE,
)
"""Marks of a sentence that does not say what holds."""
CONCEPTS = {
    **dict.fromkeys(("kept", "keep", "keeps", "keeping", "retained", "retain", "retains", "retaining"), "retention"),
    **dict.fromkeys(("retries", "retried", "retrying", "re-tries", "re-try"), "retry"),
    **dict.fromkeys(("tried", "attempted", "tries"), "attempt"),
    **dict.fromkeys(("refreshed", "refreshes", "refreshing"), "refresh"),
    **dict.fromkeys(("fresh", "up-to-date", "staleness", "currency"), "freshness"),
    **dict.fromkeys(("available", "uptime"), "availability"),
    **dict.fromkeys(("time-out", "timeouts", "time-outs"), "timeout"),
    **dict.fromkeys(("parallelism", "concurrent", "concurrency", "simultaneous", "simultaneously"), "parallel"),
    **dict.fromkeys(("runs", "running", "executed", "executes"), "run"),
    "production": "prod", "development": "dev", "testing": "test", "accurate": "accuracy", "cpus": "core", "cpu": "core", "mem": "memory",
    "indices": "index", "analyses": "analysis", "series": "series", "less": "less", "process": "process", "access": "access",
}  # fmt: skip
"""One noun for what people say with several words."""
BOUNDING = frozenset(("max", "min", "maximum", "minimum", "limit"))
SILENT = FUNCTION | VERBS
MANY = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"))


def noun(word: str) -> str:
    """In small letters, in the singular, in the words of CONCEPTS: `Retries` and `retried` are `retry`."""
    low = word.lower().strip("'’-_.").removesuffix("'s").removesuffix("’s")
    if "." in low:
        low = low.rpartition(".")[2]
    if low in CONCEPTS:
        return CONCEPTS[low]
    for many, one in MANY:
        if low.endswith(many) and len(low) > len(many) + 1:
            return low.removesuffix(many) + one
    if low.endswith("s") and len(low) > 3 and not low.endswith(("ss", "us", "is")):
        return low[:-1]
    return low


@lru_cache(maxsize=20_000)
def named_by(word: str) -> tuple[str, ...]:
    """The nouns of one word: none where it names nothing. `bronze.orders` names a layer and a table, `max_retries` retries."""
    if (len(word) < 2 and not word.isdigit()) or word.lower() in SILENT:
        return ()
    if "_" in word.strip("_"):
        parts = word.strip("_").split("_")
        if any(noun(part) in SETTINGS | GLOBAL or part.lower() in BOUNDING for part in parts):
            return tuple(chain.from_iterable(map(named_by, parts)))
    layers = word.split(".")[:-1] if "." in word else ()
    return (noun(word), *(layer.lower() for layer in layers if layer.lower() in APART))


def nouns(words: Iterable[str]) -> frozenset[str]:
    """What these words name."""
    return frozenset(chain.from_iterable(map(named_by, words)))


def core(words: frozenset[str], spare: frozenset[str] = frozenset()) -> frozenset[str]:
    """Without what says nothing of its own. `spare`: more such words, of this project."""
    left = (words - GENERIC) or (words - EMPTY)
    for more in (spare, APART - SETTINGS, TOOLS, PLAIN if left & (SETTINGS | GLOBAL) else frozenset()):
        left = (left - more) or left
    return left
