"""The desk for lint: what is meant, what is found, what is known already, and what can be mended."""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from msgspec.structs import replace

from agentic.errors import BadSettings, NoSuchSpec
from agentic.specs.baseline import FILE, Key, compare, read_baseline, write_baseline
from agentic.specs.find import candidates
from agentic.specs.library import Library
from agentic.specs.lint import Mended, is_meant, judge
from agentic.specs.rules import RULES
from agentic.specs.rules.suppressions import firm
from agentic.specs.suppress import Hit, Suppressed
from agentic.text import PROMPTS
from agentic.text.write import write_report
from agentic.values import Finding, Severity
from agentic.values.explanation import Explanation
from agentic.values.explanation import explanations as of_errors
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.app.core import App

SETTING = "lint.severity"


class LintReport(Noun, frozen=True):
    """What lint has to say of the files that are meant."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    """What a person allows, and why."""
    known: tuple[Finding, ...] = ()
    """What is in the baseline."""
    files: tuple[str, ...] = ()
    """What was looked at."""
    mendable: int = 0
    """Findings that --fix mends."""
    mended: tuple[Mended, ...] = ()
    """What --fix did; in a dry run, what it would do."""
    dry_run: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Linting:
    """Where specs are judged."""

    app: App

    def look(self, wishes: tuple[str, ...] = (), *, baseline: bool = True) -> LintReport:
        """Files, folders or tasks; everything where none is named. The graph between all specs is always judged."""
        return self.report(self.app.library, self.meant(wishes), self.baseline(wanted=baseline))

    def mend(self, wishes: tuple[str, ...] = (), *, baseline: bool = True, dry_run: bool = False) -> LintReport:
        """Mend what can be mended, then look again at what is left. A dry run only tells."""
        from agentic.specs import mend

        only, known = self.meant(wishes), self.baseline(wanted=baseline)
        bench = mend.mend(self.app.library, lambda hits: self.shown(hits, only, known))
        if not dry_run:
            mend.write(bench)
        repaired = mend.mended(bench)
        fresh = Library(self.app.root, self.app.library.roots)
        left = self.report(fresh, only, known, tuple(bench.skipped))
        return replace(left, mended=repaired, dry_run=dry_run)

    def write_baseline(self) -> LintReport:
        """Everything that is found now is known from now on; what nobody can silence stays."""
        held = write_baseline(self.app.root, (hit.finding for hit in judge(self.app.library).hits), firm())
        return self.report(
            self.app.library, (), self.baseline(), notes=(f"{FILE} holds {held} finding{'s' * (held != 1)}",)
        )

    def explanations(self) -> dict[str, Explanation]:
        """What every code means."""
        return explanations()

    def keep(self, words: str, path: str) -> None:
        """A report in a file. Raises DiskFailed."""
        write_report(self.app.here / path, f"{words}\n", path)

    # --- how it is put together ------------------------------------------------------------------------

    def baseline(self, *, wanted: bool = True) -> Counter[Key]:
        """What is known; nothing where nobody wants it."""
        return read_baseline(self.app.root) if wanted else Counter()

    def report(
        self,
        library: Library,
        only: tuple[str, ...],
        known: Counter[Key],
        notes: tuple[str, ...] = (),
    ) -> LintReport:
        """All of the library is judged; what is meant is told."""
        judged = judge(library)
        compared = compare(self.graded(judged.hits), known, firm())
        hits = [hit for hit in compared.new if is_meant(hit.finding.path, only)]
        paths = (*library.pages, *(error.path for error in library.unreadable))
        return LintReport(
            findings=tuple(hit.finding for hit in hits),
            suppressed=tuple(one for one in judged.suppressed if is_meant(one.finding.path, only)),
            known=tuple(one for one in compared.known if is_meant(one.path, only)),
            files=tuple(sorted(path for path in paths if is_meant(path, only))),
            mendable=sum(hit.mend is not None for hit in hits),
            notes=(*notes, *gone(compared.mended)),
        )

    def shown(self, hits: tuple[Hit, ...], only: tuple[str, ...], known: Counter[Key]) -> Iterator[Hit]:
        """What a report would tell: what is known or not meant is not mended either."""
        return (hit for hit in compare(hits, known, firm()).new if is_meant(hit.finding.path, only))

    def graded(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """As severe as the settings say."""
        wished = self.severities
        for hit in hits:
            severity = wished.get(hit.finding.code, hit.finding.severity)
            yield hit if severity == hit.finding.severity else Hit(replace(hit.finding, severity=severity), hit.mend)

    @property
    def severities(self) -> Mapping[str, Severity]:
        """The setting, held against the rules that there are. Raises BadSettings."""
        wished = self.app.settings.lint.severity
        for code, severity in wished.items():
            if fault := wrong_with(code, severity):
                place, _, line = self.app.loaded.origins[SETTING].place.partition(" line ")
                raise BadSettings(f"{SETTING}: {fault[0]}", path=place, line=int(line or 0), hint=fault[1])
        return wished

    def meant(self, wishes: tuple[str, ...]) -> tuple[str, ...]:
        """Files and folders from the project's root. Raises NoSuchSpec."""
        return tuple(spec_path(self.app.library, wish, self.app.here) for wish in wishes)


def gone(count: int) -> Iterator[str]:
    """A baseline shall get shorter."""
    if count:
        entries = "1 entry of the baseline is" if count == 1 else f"{count} entries of the baseline are"
        yield f"{entries} mended: run agentic lint --write-baseline"


def wrong_with(code: str, severity: Any) -> tuple[str, str] | None:
    """(what is wrong, what to do) with one entry of the setting; None where nothing is."""
    rules = {rule.code: rule for rule in RULES}
    if code not in rules:
        near = difflib.get_close_matches(str(code), rules, n=1)
        return f"no rule {code}", f"did you mean {near[0]}?" if near else "agentic explain lists every rule."
    if severity in (False, "off", "none", "ignore", "disabled"):
        return f"{code} cannot be switched off", f"allow it where it is wrong: agentic: allow {code} because REASON"
    if severity not in get_args(Severity):
        near = difflib.get_close_matches(str(severity), get_args(Severity), n=1)
        return f"{code} is {severity}", f"did you mean {near[0]}?" if near else "write error, warning or note."
    if rules[code].firm and severity != rules[code].severity:
        return f"{code} ({rules[code].name}) stays {rules[code].severity}", "take the line out."
    return None


# --- which files are meant ----------------------------------------------------------------------------------


def spec_path(library: Library, wish: str, here: Path) -> str:
    """A task as every command takes it, or any file or folder of specs. Raises NoSuchSpec."""
    known = (*library.pages, *(error.path for error in library.unreadable))
    for candidate in candidates(library.root / PROMPTS, wish, here) if wish.strip() else ():
        for path in shapes(library.root, candidate):
            if path in known or any(one.startswith(f"{path}/") for one in known):
                return path
    names = sorted({*known, *(str(Path(path).parent) for path in known)})
    near = difflib.get_close_matches(wish, [name.removeprefix(f"{PROMPTS}/") for name in names], n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"specs are Markdown and YAML files under {PROMPTS}/."
    raise NoSuchSpec(f"{wish or 'an empty word'} is no spec", hint=hint)


def shapes(root: Path, candidate: Path) -> Iterator[str]:
    """From the root, as it is written and as its links lead; the project itself is all its specs."""
    for path in (os.path.normpath(candidate), resolved(candidate)):
        if path == str(root):
            yield PROMPTS
        elif path.startswith(f"{root}/"):
            yield path.removeprefix(f"{root}/")


def resolved(path: Path) -> str:
    """Empty for a name that no file system takes, and for links in a circle."""
    try:
        return str(path.resolve())
    except (OSError, ValueError, RuntimeError):
        return ""


# --- what a code means --------------------------------------------------------------------------------------


def explanations() -> dict[str, Explanation]:
    """Every code there is: of errors, of findings, and of rules."""
    rules = {rule.code: Explanation(rule.code, rule.name, rule.meaning, rule.fix, 1) for rule in RULES}
    return dict(sorted({**of_errors(), **rules}.items()))
