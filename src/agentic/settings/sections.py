"""What can be set, and what it is when nobody sets it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of settings. An unknown key is an error."""


class Provider(Section, frozen=True):
    """Who answers where a task names no template."""

    name: str = "anthropic"
    """template, replay, anthropic, claude-code, or the dotted path of a class."""
    model: str = "claude-sonnet-5-5"
    """The model asked for."""
    max_output_tokens: int = 32000
    """The longest single answer, in tokens."""
    effort: Literal["", "low", "medium", "high", "xhigh", "max"] = ""
    """How hard the model thinks; empty: the provider's default."""
    base_url: str = ""
    """Where the Messages API is; empty: ANTHROPIC_BASE_URL, then the provider's own."""
    seconds: int = 600
    """The longest that one request may take."""
    retries: int = 4
    """How often a request is asked again when the provider is busy or an answer is cut."""
    longest_wait: int = 60
    """The longest wait between two tries, in seconds, whatever the provider asks for."""


class Limits(Section, frozen=True):
    """When to stop asking."""

    attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    """Answers per task before the checks win."""
    turns: Annotated[int, msgspec.Meta(ge=1)] = 20
    """Requests within one attempt."""
    usd: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    """US dollars per execution; a task's own budget wins."""
    tokens: int | None = None
    """Tokens per execution; a task's own budget wins."""
    usd_per_day: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    """US dollars that all executions of this project may cost on one day (UTC) together, as the archive counts them."""
    usd_total: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    """US dollars that all executions of this project may ever cost together, as the archive counts them."""


class Checks(Section, frozen=True):
    """How what was generated is judged."""

    seconds: int = 900
    """The longest that one command of a check may take."""
    python: str = ""
    """The project's interpreter; empty: .venv of the project, else the one that runs agentic."""
    sandbox: Literal["auto", "bubblewrap", "none"] = "auto"
    """auto: bubblewrap where the machine has it and allows it."""


class Workspace(Section, frozen=True):
    """What may be written, and what a scratch tree is made of."""

    max_file_kilobytes: int = 512
    """The largest file that may be generated."""
    roots: tuple[str, ...] = ("src", "tests", "great-expectations", "configs", "docs", "scripts", "airflow", "dbt")
    """Folders that a deliverable may lie in."""
    skip: tuple[str, ...] = (
        ".git", ".venv", "venv", "node_modules", ".agentic", "data", "logs", "__pycache__", "spark-warehouse",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "dist", "build", "target", "uncommitted",
    )  # fmt: skip
    """Folders that are not copied into a scratch tree."""
    data: tuple[str, ...] = ("data",)
    """Folders that a scratch tree shows, read-only, without copying them."""


class Closure(Section, frozen=True):
    """What a module needs before it is closed."""

    coverage: Annotated[int, msgspec.Meta(ge=0, le=100)] = 90
    """Per cent of the lines of each of its files that its tests have to run."""


class Quality(Section, frozen=True):
    """How `agentic quality` reads data."""

    frame_megabytes: Annotated[int, msgspec.Meta(ge=1)] = 4096
    """Data that needs more memory than this goes to Spark, where the engine is auto."""


class LakeWork(Section, frozen=True):
    """How `agentic` gets done what needs Spark: compaction, the removal of orphan files, checkpoints on what does not fit."""

    session: str = "common.lake:create_session"
    """The project's own Spark session below src/, as module:function; empty: no Spark."""


class ArchiveKept(Section, frozen=True):
    """How executions are named and sealed."""

    main_branch: tuple[str, ...] = ("main", "master")
    """Where `agentic audit seal` gives the order. Executions of other branches carry the branch in their name, so that two never meet."""


class Lint(Section, frozen=True):
    """How specs are judged."""

    severity: dict[Any, Any] = {}
    """Code of a rule -> `error`, `warning` or `note`; a rule is not switched off, but allowed where it is wrong, with a reason."""


class Settings(Section, frozen=True):
    """configs/agentic.yaml."""

    provider: Provider = Provider()
    limits: Limits = Limits()
    checks: Checks = Checks()
    workspace: Workspace = Workspace()
    closure: Closure = Closure()
    lint: Lint = Lint()
    quality: Quality = Quality()
    lake: LakeWork = LakeWork()
    archive: ArchiveKept = ArchiveKept()
    prices: dict[str, Any] = {}
    """Prices of models that the built-in table does not know, in its form."""


class Tests(Section, frozen=True):
    """What may happen to tests."""

    may_change_after_failure: bool = False
    """True: a test that failed may be given another expected value in the next attempt."""


class Publish(Section, frozen=True):
    """What may write to the project's own lake."""

    allowed: Literal["embedded", "never"] = "embedded"
    """embedded: only where the catalog is a file inside the project; a shared catalog is a person's to write to."""


class Policy(Section, frozen=True):
    """configs/policy.yaml: what may land."""

    protected: tuple[str, ...] = (
        "configs/agentic.yaml", "configs/policy.yaml", "configs/lint-baseline.json", "configs/execution_mode.yml",
        "configs/notifications.yml", "configs/seal-keys.yaml", "**/conftest.py", "**/pytest.ini", "**/tox.ini", "**/setup.cfg",
        "**/pyproject.toml", "**/ruff.toml", "**/.ruff.toml", "**/sitecustomize.py", "**/usercustomize.py", "scripts/*.sh",
        "great-expectations/checkpoints/*.yml",
    )  # fmt: skip
    """Files that no execution writes, declared or not."""
    tests: Tests = Tests()
    publish: Publish = Publish()
    check_environment: tuple[str, ...] = ()
    """Variables with credentials that a check may ask for by name (its option `environment`)."""
