"""The page that needs no network: whole without its script, safe from what others wrote, sound in a real browser."""

from __future__ import annotations

import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from agentic.flows.decide import decide
from asked import asked
from audit.lived import CODE, FIRST, built, ran, strays
from audit.many import NASTY, fill

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NUMBER = 300


def exported(root: Path, *words: str) -> Path:
    """The page on disk."""
    said = asked(root, "audit", "export", "--format", "html", "--output", "out/audit.html", *words)
    assert said.exit == 0, said
    return root / "out/audit.html"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an archive in which somebody wants to run something in the reader's browser."""
    root = tmp_path_factory.mktemp("page")
    fill(root, NUMBER, last=datetime(2026, 11, 20, 18, tzinfo=UTC), hours=9)
    return exported(root)


class Elements(HTMLParser):
    """Every element with its attributes, and whether each is closed."""

    VOID = ("meta", "input", "img", "br", "link")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def elements(page: Path) -> Elements:
    made = Elements()
    made.feed(page.read_text(encoding="utf-8"))
    assert made.open == []
    return made


def test_every_execution_is_there_without_the_script(page: Path) -> None:
    found = elements(page).found
    assert sum(tag == "details" and attrs.get("class") == "run" for tag, attrs in found) == NUMBER
    assert sum(tag == "svg" and attrs.get("role") == "img" for tag, attrs in found) == 3
    (form,) = [attrs for tag, attrs in found if tag == "form"]
    assert "hidden" in form  # A search that does nothing is not shown.


def test_nothing_is_loaded_from_anywhere_and_only_its_own_script_and_style_count(page: Path) -> None:
    found, text = elements(page).found, page.read_text(encoding="utf-8")
    assert not [attrs for _, attrs in found if {"src", "style", "onerror", "onclick"} & attrs.keys()]
    assert all((attrs.get("href") or "#").startswith("#") for _, attrs in found)
    assert [tag for tag, _ in found].count("script") == 1
    policy = next(attrs["content"] for _, attrs in found if attrs.get("http-equiv") == "Content-Security-Policy")
    for kind in ("style", "script"):
        (inside,) = re.findall(f"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        assert f"{kind}-src 'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'" in str(policy)
    assert str(policy).startswith("default-src 'none';")


def test_words_of_others_are_shown_and_not_obeyed(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert NASTY not in text and "&lt;img src=x onerror=" in text


def test_figures_refusals_and_what_persons_allowed_are_of_real_runs(tmp_path: Path) -> None:
    house = built(tmp_path / "house")
    done = ran(house, strays(FIRST), who="Jo Brandt")
    decide("approval", "plans/001", "A Tester", "it is what we need", house.app().tools)
    text = exported(house.root).read_text(encoding="utf-8")
    assert f'<a href="#{done.id}">' in text and "src/other.py is not a declared deliverable" in text
    assert "it is what we need" in text and f"<code>{CODE}</code>" in text and "Requirements: BR-1." in text
    one = exported(house.root, done.id)
    assert sum(attrs.get("class") == "run" for _, attrs in elements(one).found) == 1
    assert "it is what we need" not in one.read_text(encoding="utf-8")


def test_an_empty_archive_has_a_page_as_well(tmp_path: Path) -> None:
    (tmp_path / "agent-prompts").mkdir()
    assert "Nothing was executed yet." in exported(tmp_path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real one, without a window."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: setup-scripts/test.sh brings it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def opened(browser: Any, page: Path) -> Iterator[Any]:
    """The page in it; its console must stay silent, and it may ask for nothing."""
    yield from watched(browser, page)


def watched(browser: Any, page: Path, **options: Any) -> Iterator[Any]:
    tab = browser.new_page(**options)
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: None if request.url.startswith("file:") else said.append(request.url))
    tab.goto(page.as_uri())
    yield tab
    assert said == [] and tab.title() == "This project: what was run"
    tab.close()


def shown(tab: Any) -> int:
    return tab.locator(".run:visible").count()


def settled(tab: Any, before: str) -> None:
    """The search waits until nobody types any more."""
    from playwright.sync_api import expect

    expect(tab.locator("output")).not_to_have_text(before, timeout=20_000)


def test_a_browser_opens_it_without_a_word(opened: Any) -> None:
    assert shown(opened) == NUMBER and opened.inner_text("output") == f"{NUMBER} of {NUMBER}"
    # Nothing is wider than the window, so that nobody has to scroll sideways.
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_search_and_filters_narrow_it_down_together(opened: Any) -> None:
    opened.fill("input[type=search]", "feature_3. reporting")
    settled(opened, f"{NUMBER} of {NUMBER}")
    searched = opened.inner_text("output")
    opened.select_option("select[name=who]", "Tester 1")
    settled(opened, searched)
    found = opened.locator(".run:visible")
    assert 0 < found.count() < 20
    for place in range(found.count()):
        words = found.nth(place).text_content()
        assert (
            "feature_3." in words and "reporting" in words and found.nth(place).get_attribute("data-who") == "Tester 1"
        )
    before = opened.inner_text("output")
    opened.fill("input[type=search]", "nothing like that")
    settled(opened, before)
    assert shown(opened) == 0 and opened.inner_text("output") == f"0 of {NUMBER}"


def test_a_link_to_an_execution_opens_it(opened: Any) -> None:
    opened.locator(".part", has_text="What was refused").locator("summary").click()
    link = opened.locator(".part a").first
    link.click()
    name = str(link.get_attribute("href"))
    assert opened.locator(f"details[id='{name[1:]}']").get_attribute("open") is not None


@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 800}}, {"java_script_enabled": False}],
    ids=str,
)
def test_in_the_dark_on_a_telephone_and_without_script(browser: Any, page: Path, options: dict[str, Any]) -> None:
    for tab in watched(browser, page, **options):
        assert shown(tab) == NUMBER
        tab.locator(".run > summary").first.click()
        assert tab.locator(".run .more").first.is_visible()


def test_on_paper_every_execution_has_its_line(browser: Any, page: Path) -> None:
    for tab in watched(browser, page):
        tab.emulate_media(media="print")
        assert not tab.locator(".search").is_visible() and shown(tab) == NUMBER
        assert len(tab.pdf(format="A4")) > 50_000


def test_ten_thousand_executions_are_no_more_than_a_page(browser: Any, tmp_path: Path) -> None:
    fill(tmp_path, 10_000, last=datetime(2026, 11, 20, 18, tzinfo=UTC), hours=1)
    page = exported(tmp_path)
    assert page.stat().st_size < 20_000_000
    for tab in watched(browser, page):
        assert tab.inner_text("output") == "10,000 of 10,000"
        tab.fill("input[type=search]", "br-7 refused opus")
        settled(tab, "10,000 of 10,000")
        assert 0 < shown(tab) < 1_000
