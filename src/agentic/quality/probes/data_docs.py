"""The validations that were kept -> Data Docs, built beside and then put in their place."""

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gx_run import QUIET

KEPT = 50
"""Validations of one suite that the pages show; the rest is in the history."""
SITE = "uncommitted/data_docs"
FOREIGN = r"[\"'](?:https?:)?//[^>]*>"
REMOTE = re.compile(
    rf"<script[^>]*\bsrc={FOREIGN}\s*</script>|<(?:link|img|iframe)[^>]*\b(?:href|src)={FOREIGN}", re.IGNORECASE
)
STYLES = re.compile(r"url\(['\"]?https?://[^)]*\)")
ALONE = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self' 'unsafe-inline' data: file:; connect-src 'none'\">"
"""A browser that obeys it fetches nothing, whatever a later version of the pages asks for."""


def build(folder: str, **_: Any) -> dict[str, Any]:
    """The page to open, and how many validations it leads to."""
    root = Path(folder)
    os.environ.update(QUIET)
    count = forget_oldest(root / "uncommitted/validations")
    with tempfile.TemporaryDirectory(prefix="data-docs-") as scratch:
        copy = Path(scratch) / "gx"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("data_docs", "*.part"))
        render(copy)
        keep_home(copy / SITE)
        place(copy / SITE, root / SITE)
    page = next(iter(sorted((root / SITE).rglob("index.html"), key=lambda path: len(path.parts))))
    return {"page": str(page), "validations": count}


def render(root: Path) -> None:
    import great_expectations as gx

    context = gx.get_context(mode="file", context_root_dir=str(root))
    context.variables.progress_bars = {"globally": False}
    context.build_data_docs()


def keep_home(site: Path) -> None:
    """Pages load nothing from elsewhere: who reads what would be told to strangers, and offline nothing would show."""
    own = Path(__file__).parent
    style = f"<style>{(own / 'pages.css').read_text(encoding='utf-8')}</style>"
    script = f"<script>{(own / 'pages.js').read_text(encoding='utf-8')}</script>"
    for page in site.rglob("*.html"):
        text = STYLES.sub("none", REMOTE.sub("", page.read_text(encoding="utf-8")))
        page.write_text(text.replace("<head>", f"<head>{ALONE}{style}{script}", 1), encoding="utf-8")


def forget_oldest(folder: Path) -> int:
    """So that pages stay readable, and their building quick."""
    count = 0
    for suite in sorted(path for path in folder.glob("*") if path.is_dir()):
        files = sorted(suite.rglob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)
        count += len(files[:KEPT])
    return count


def place(made: Path, home: Path) -> None:
    """The old pages go when the new ones are whole."""
    home.parent.mkdir(parents=True, exist_ok=True)
    beside, old = home.with_name(f"data_docs.{os.getpid()}.new"), home.with_name(f"data_docs.{os.getpid()}.old")
    shutil.copytree(made, beside)
    if home.exists():
        home.rename(old)
    beside.rename(home)
    shutil.rmtree(old, ignore_errors=True)
