"""Where checks run: a scratch tree, no credentials, a time limit, bubblewrap where the machine has it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agentic.errors import Refused
from agentic.outside import shell
from agentic.outside.places import everywhere
from agentic.ports import Outcome, Staged

HARMLESS = (
    "PATH",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TERM",
    "JAVA_HOME",
    "AGENTIC_JARS",
    "DBT_PROFILES_DIR",
)
"""Variables that a check may see. A list of what is let through, since nobody can list all credentials."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONHASHSEED": "0",
    "NO_COLOR": "1",
    # Spark asks for the address of its own host name, which a cut network cannot tell.
    "SPARK_LOCAL_IP": "127.0.0.1",
    "SPARK_LOCAL_HOSTNAME": "localhost",
}

TEMPORARY = "/tmp"  # noqa: S108 (inside a sandbox it is a folder of its own)


@dataclass(frozen=True, slots=True)
class Bench:
    """Runs commands in scratch trees of one project. Implements `ports.Runner`."""

    project: Path
    interpreter: str
    """The project's Python."""
    sandbox: str
    """`bubblewrap` or `none`."""
    seconds: int
    redact: Callable[[str], str]
    environment: Mapping[str, str]
    """Of the process itself; only what is harmless is passed on."""
    is_credential: Callable[[str], bool]
    """Does a variable of this name hold a secret?"""
    data: tuple[str, ...] = ()
    """Folders of the project that a check may read where they are."""
    credentials: tuple[str, ...] = ()
    """Variables with secrets that the policy lets a check ask for."""

    def python(self) -> str:
        """The project's interpreter."""
        return self.interpreter

    def run(
        self,
        staged: Staged,
        command: tuple[str, ...],
        *,
        seconds: int | None = None,
        network: bool = False,
        environment: Mapping[str, str] | None = None,
        writable: tuple[Path, ...] = (),
        pass_on: tuple[str, ...] = (),
    ) -> Outcome:
        """Carry out `command` with the scratch tree as working directory. Raises Refused for a credential that the
        policy does not name.
        """
        variables = {**self.harmless(staged.root), **self.asked_for(pass_on), **(environment or {})}
        for name in ("HOME", "TMPDIR"):
            place = Path(variables[name])
            if place.is_file() or place.is_symlink():
                place.unlink()
            place.mkdir(exist_ok=True)
        wrapped = self.wrap(staged.root, command, variables, network, writable)
        done = shell.run(
            wrapped, cwd=staged.root, environment=variables, seconds=seconds or self.seconds, together=True
        )
        # Secrets first: a place that is put in the middle of one would hide it from the redactor.
        said = self.redact(done.stdout).replace(str(staged.root), ".")
        output = everywhere(said, self.project, self.interpreter, home(self.environment))
        return Outcome(command, done.exit_code, done.milliseconds, output, done.timed_out, self.sandbox)

    def harmless(self, root: Path) -> dict[str, str]:
        """The environment of a check: nothing that could be a credential."""
        passed = {name: self.environment[name] for name in HARMLESS if name in self.environment}
        folder = str(Path(self.interpreter).parent)
        passed["PATH"] = os.pathsep.join([folder, passed.get("PATH", os.defpath)])
        passed["AGENTIC_JARS"] = self.environment.get("AGENTIC_JARS") or str(
            home(self.environment) / ".cache/agentic/jars"
        )
        return {
            **passed,
            **QUIET,
            "PYTHONPATH": str(root / "src"),
            "HOME": str(root / ".home"),
            "TMPDIR": str(root / ".tmp"),
        }

    def asked_for(self, names: tuple[str, ...]) -> dict[str, str]:
        """Variables that a check declares; those that hold secrets only where the policy names them too."""
        for name in names:
            if self.is_credential(name) and name not in self.credentials:
                raise Refused(
                    f"a check asks for {name}, which holds a secret",
                    hint="name it under check_environment in configs/policy.yaml, if this code may have it.",
                )
        return {name: self.environment[name] for name in names if name in self.environment}

    def wrap(
        self,
        root: Path,
        command: tuple[str, ...],
        variables: Mapping[str, str],
        network: bool,
        writable: tuple[Path, ...],
    ) -> tuple[str, ...]:
        """The command inside bubblewrap, or as it is where there is none."""
        if self.sandbox == "none":
            return command
        return ("bwrap", *self.walls(root, variables, network, writable), "--", *command)

    def walls(
        self, root: Path, variables: Mapping[str, str], network: bool, writable: tuple[Path, ...]
    ) -> Iterator[str]:
        """Only the scratch tree is writable; the home folder and the project's secrets are not there at all."""
        yield from ("--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-uts")
        # Root inside is still root: without this it could mount the walls away.
        yield from ("--cap-drop", "ALL")
        if not network:
            yield "--unshare-net"
        yield from ("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
        for folder in self.hidden():
            yield from ("--tmpfs", str(folder))
        for folder in self.shown(variables):
            yield from ("--ro-bind", str(folder), str(folder))
        for folder in (root, *writable):
            yield from ("--bind", str(folder), str(folder))
        # A write there shall fail, not vanish.
        for folder in (home(self.environment), self.project):
            if folder in self.hidden() and folder not in (root, *writable):
                yield from ("--remount-ro", str(folder))
        yield from ("--chdir", str(root))

    def hidden(self) -> Iterator[Path]:
        """The person's home, the project's own files, and the folders where other programs keep their sockets."""
        folders = (Path(TEMPORARY), Path("/var/tmp"), Path("/run"), home(self.environment), self.project)  # noqa: S108
        yield from (folder for folder in folders if folder.is_dir() and not folder.is_symlink() and folder != Path("/"))

    def shown(self, variables: Mapping[str, str]) -> Iterator[Path]:
        """What a check needs to read although it may lie in the hidden home folder."""
        python = Path(self.interpreter)
        wanted = [
            *(self.project / folder for folder in self.data),
            python.parent.parent,
            python.resolve().parent.parent,
            Path(sys.prefix),
            Path(sys.base_prefix),
        ]
        # The package's own folder: the probes that checks run are in it.
        wanted.append(Path(__file__).parent.parent)
        wanted += [Path(variables[name]) for name in ("JAVA_HOME", "AGENTIC_JARS") if variables.get(name)]
        for folder in dict.fromkeys(wanted):
            if folder.is_dir():
                yield folder


def home(environment: Mapping[str, str]) -> Path:
    """The person's home folder."""
    return Path(environment.get("HOME") or Path.home())


def choose(wish: str) -> tuple[str, str]:
    """Which sandbox there is, and why not the other: ("bubblewrap", "") or ("none", reason)."""
    if wish == "none":
        return "none", "switched off by checks.sandbox"
    if not shutil.which("bwrap"):
        return "none", "bubblewrap is not installed"
    probe = shell.run(["bwrap", "--ro-bind", "/", "/", "--unshare-net", "--unshare-pid", "--", "true"], seconds=10)
    if probe.exit_code != 0:
        return "none", f"bubblewrap is not allowed here: {probe.stderr.strip()}"
    return "bubblewrap", ""
