"""`init` makes a project ready to work in, and touches nothing that is there; `--upgrade` shows a difference first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

from agentic.app import App
from agentic.app.framework import tree_of
from agentic.errors import UsageError
from agentic.framework import MANIFEST, digest_of, read_manifest
from agentic.framework.shelf import SHARED, shared
from asked import asked

ROOT = Path(__file__).parents[2]
PHASES = "agent-prompts/meta/phases.yaml"
GUIDE = "agent-prompts/meta/framework_evolution_guide.md"


def files(root: Path) -> dict[str, bytes]:
    """Every file below, but for the runner's own folder."""
    found = (path for path in sorted(root.rglob("*")) if path.is_file())
    named = {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
    return {name: text for name, text in named.items() if not name.startswith(".agentic/")}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A fresh project."""
    assert asked(tmp_path, "init", "shop").exit == 0
    return tmp_path / "shop"


def older(root: Path, path: str, text: str) -> None:
    """As if an older framework had written this file."""
    manifest = json.loads((root / MANIFEST).read_text())
    (root / path).write_text(text, encoding="utf-8")
    manifest["files"][path] = digest_of(text.encode())
    (root / MANIFEST).write_text(json.dumps(manifest))


# --- a fresh folder --------------------------------------------------------------------------------------------


def test_a_fresh_project_is_the_whole_tree_and_its_manifest(tmp_path: Path) -> None:
    said = asked(tmp_path, "init", "shop")
    assert said.exit == 0, said.err
    made = files(tmp_path / "shop")
    tree = tree_of("shop", None)
    assert made == tree | {MANIFEST: made[MANIFEST]}
    manifest = read_manifest(tmp_path / "shop")
    assert manifest.files == {path: digest_of(content) for path, content in tree.items()}
    assert manifest.project == "shop"
    assert f"{len(tree)} file(s) written" in said.out
    assert "next: cd shop && agentic phase check 1" in said.out


def test_nothing_of_the_machine_that_made_it_is_in_a_fresh_project(shop: Path) -> None:
    hidden = {name for name in files(shop) if any(part.startswith(".") for part in Path(name).parts)}
    assert {Path(name).name for name in hidden} == {".gitattributes", ".gitignore", ".gitkeep"}
    assert not [name for name in files(shop) if "__pycache__" in name or "meta/proposed" in name]


def test_a_fresh_project_lints_clean(shop: Path) -> None:
    said = asked(shop, "lint", "--json")
    assert (said.exit, said.json["findings"]) == (0, [])


def test_a_fresh_project_is_at_its_beginning_and_says_what_is_next(shop: Path) -> None:
    reports = App(shop).phases.check()
    assert [one.complete for one in reports] == [False] * 7
    codes = {finding.code for one in reports[:3] for finding in one.findings}
    assert codes == {"AGT081"}, "of phases 1 to 3 nothing is missing; it is to be filled in"
    for words in (["status"], ["task", "list"], ["audit", "verify"], ["structure"], ["trace"], ["drift"], ["metrics"], ["doctor"]):  # fmt: skip
        said = asked(shop, *words)
        assert not [code for code in said.errors if code == "AGT900"], (words, said.err)


@pytest.mark.parametrize("name", ["Flüge über Österreich", "a b  c", "日本", "it's (new) #1: 50 % {x}", "-", "x" * 100])
def test_a_project_may_have_any_name_of_one_line(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    said = asked(tmp_path, "init", "--", name)
    assert said.exit == 0, said.err
    assert yaml.safe_load((place / "agent-prompts/context/system_context.yaml").read_text("utf-8"))["project"] == name
    assert asked(place, "lint", "--json").json["findings"] == []
    assert asked(tmp_path, "init", "--upgrade", "--", name).out.strip() == "up to date"


@pytest.mark.parametrize("name", ['a "b"', "a\\b", "a\nb", "x" * 101, " "])
def test_a_name_that_would_break_a_file_is_refused(tmp_path: Path, name: str) -> None:
    said = asked(tmp_path, "init", "shop", "--name", name)
    assert (said.exit, said.errors) == (2, ["AGT200"]), said.out
    assert not list(tmp_path.iterdir())


def test_init_says_in_json_what_it_did(tmp_path: Path) -> None:
    said = asked(tmp_path, "init", "shop", "--json")
    assert said.json["schema"] == "agentic.moves/1"
    assert {one["kind"] for one in said.json["moves"]} == {"new"}


# --- where something is already ----------------------------------------------------------------------------------

THEIRS = {
    "README.md": b"# Mine\r\n",
    "configs/agentic.yaml": b"limits: {attempts: 2}\n",
    "pyproject.toml": b"\xff\xfe no text at all",
    PHASES: b"",
    "src/common/lake.py": b"print('mine')\n",
    "data/orders.csv": b"1,2\n",
    "agent-prompts/tasks/mine/first.md": b"## TASK: Mine\n## DELIVERABLES:\n- src/mine/x.py\n",
}


def test_in_a_folder_with_files_of_a_person_nothing_is_touched(tmp_path: Path) -> None:
    for name, content in THEIRS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "setup-scripts").mkdir()
    (tmp_path / "setup-scripts/setup.sh").symlink_to("/etc/hostname")
    stamps = {name: (tmp_path / name).stat().st_mtime_ns for name in THEIRS}
    said = asked(tmp_path, "init")
    assert said.exit == 0, said.err
    for name, content in THEIRS.items():
        assert (tmp_path / name).read_bytes() == content, name
        assert (tmp_path / name).stat().st_mtime_ns == stamps[name], name
    assert (tmp_path / "setup-scripts/setup.sh").readlink() == Path("/etc/hostname")
    for name in ("README.md", "configs/agentic.yaml", "pyproject.toml", PHASES, "src/common/lake.py"):
        assert f"yours {name}" in said.out
    manifest = read_manifest(tmp_path)
    assert not set(THEIRS) & set(manifest.files)
    assert (tmp_path / GUIDE).is_file()
    upgrade = asked(tmp_path, "init", "--upgrade", "--yes")
    assert (upgrade.exit, upgrade.out.strip()) == (0, "up to date"), "what a person wrote is no business of an upgrade"


def test_a_second_init_changes_nothing(shop: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in shop.rglob("*") if path.is_file()}
    said = asked(shop.parent, "init", "shop")
    assert (said.exit, said.out.splitlines()[0]) == (0, "shop: 0 file(s) written")
    assert asked(shop, "init", "--name", "another").exit == 0
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in shop.rglob("*") if path.is_file()} == before


def test_on_another_day_nothing_is_different(shop: Path) -> None:
    manifest = json.loads((shop / MANIFEST).read_text())
    today = manifest["made"]
    for name, content in files(shop).items():
        if name != MANIFEST and today.encode() in content and name in manifest["files"]:
            text = content.replace(today.encode(), b"2026-01-31")
            (shop / name).write_bytes(text)
            if not any(name.startswith(one) for one in SHARED):
                manifest["files"][name] = digest_of(text)
            else:
                (shop / name).write_bytes(content)
    manifest["made"] = "2026-01-31"
    (shop / MANIFEST).write_text(json.dumps(manifest))
    before = files(shop)
    for words in (["init"], ["init", "--upgrade", "--yes"]):
        assert asked(shop, *words).exit == 0
        assert files(shop) == before, words


def test_a_file_that_was_taken_away_stays_away(shop: Path) -> None:
    (shop / "README.md").unlink()
    shutil.rmtree(shop / "great-expectations")
    for words in (["init"], ["init", "--upgrade", "--yes"]):
        said = asked(shop, *words)
        assert said.exit == 0
        assert not (shop / "README.md").exists()
        assert not (shop / "great-expectations").exists()
    assert "gone  README.md" in asked(shop, "init").out


def test_a_first_init_that_was_cut_off_is_carried_on_and_its_files_stay_the_frameworks(shop: Path) -> None:
    whole = read_manifest(shop)
    (shop / MANIFEST).unlink()
    (shop / "README.md").unlink()
    assert asked(shop, "init").exit == 0
    assert read_manifest(shop).files == whole.files


# --- places that are none ------------------------------------------------------------------------------------------


def test_a_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine")
    said = asked(tmp_path, "init", "shop")
    assert (said.exit, said.errors) == (2, ["AGT200"])
    below = asked(tmp_path, "init", "shop/deeper")
    assert (below.exit, below.errors) == (4, ["AGT308"])
    assert (tmp_path / "shop").read_text() == "mine"


def test_a_file_where_a_folder_has_to_be_is_told_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "src").write_text("mine")
    said = asked(tmp_path, "init")
    assert (said.exit, said.errors) == (2, ["AGT200"]), said.out + said.err
    assert "src is no folder" in said.message
    assert files(tmp_path) == {"src": b"mine"}


def test_a_folder_that_cannot_be_written_is_an_error_of_the_disk(tmp_path: Path) -> None:
    said = asked(tmp_path, "init", "/proc/agentic-shop")
    assert (said.exit, said.errors) == (4, ["AGT308"]), said.err
    long = asked(tmp_path, "init", "x" * 300)
    assert (long.exit, long.errors) == (4, ["AGT308"]), long.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_an_error_of_the_disk(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    said = asked(tmp_path, "init", "shop")
    tmp_path.chmod(0o755)
    assert (said.exit, said.errors) == (4, ["AGT308"])


@pytest.mark.parametrize("text", ["", "{", '{"version": 1}', "[]"])
def test_a_broken_manifest_is_an_error_with_its_place(shop: Path, text: str) -> None:
    (shop / MANIFEST).write_text(text)
    for words in (["init"], ["init", "--upgrade"]):
        said = asked(shop, *words)
        assert (said.exit, said.errors) == (2, ["AGT202"]), said.err
        assert said.line("at") == MANIFEST


# --- upgrade ---------------------------------------------------------------------------------------------------------


def test_an_upgrade_of_no_project_says_so(tmp_path: Path) -> None:
    said = asked(tmp_path, "init", "--upgrade")
    assert (said.exit, said.errors) == (2, ["AGT200"])
    assert not list(tmp_path.iterdir())


def test_an_upgrade_shows_a_difference_and_without_a_terminal_changes_nothing(shop: Path) -> None:
    older(shop, GUIDE, "# Old\n\nwords\n")
    before = files(shop)
    said = asked(shop, "init", "--upgrade")
    assert said.exit == 5
    assert f"--- a/{GUIDE}\n+++ b/{GUIDE}\n" in said.out
    assert "-# Old\n" in said.out
    assert "nothing was changed; --yes carries it out" in said.out
    assert files(shop) == before
    assert asked(shop, "init", "--upgrade", "--json").exit == 5
    assert files(shop) == before


def test_with_yes_an_upgrade_does_exactly_what_was_shown(shop: Path) -> None:
    fresh = files(shop)
    older(shop, GUIDE, "# Old\n")
    (shop / "logs/README.md").unlink()
    manifest = json.loads((shop / MANIFEST).read_text())
    del manifest["files"]["logs/README.md"]
    (shop / MANIFEST).write_text(json.dumps(manifest))
    shown = asked(shop, "init", "--upgrade").out
    said = asked(shop, "init", "--upgrade", "--yes")
    assert said.exit == 0, said.err
    assert "new: logs/README.md" in shown
    assert said.out.strip() == shown.replace("nothing was changed; --yes carries it out", "").strip()
    assert files(shop) == fresh
    assert asked(shop, "init", "--upgrade").out.strip() == "up to date"


def test_a_file_that_a_person_edited_is_left_alone_and_listed(shop: Path) -> None:
    older(shop, GUIDE, "# Old\n")
    (shop / GUIDE).write_text("# Old, and mine\n")
    (shop / "README.md").write_text("# Mine\n")
    said = asked(shop, "init", "--upgrade", "--yes")
    assert said.exit == 0
    assert f"yours, left alone: {GUIDE}" in said.out
    assert "yours, left alone: README.md" in said.out
    assert (shop / GUIDE).read_text() == "# Old, and mine\n"
    assert (shop / "README.md").read_text() == "# Mine\n"


def test_files_that_change_between_the_look_and_the_deed_stop_it(shop: Path) -> None:
    older(shop, GUIDE, "# Old\n")
    older(shop, "README.md", "# Old\n")
    desk = App(shop).framework
    planned = desk.upgrade(shop)
    (shop / GUIDE).write_text("# Mine\n")
    before = files(shop)
    with pytest.raises(UsageError, match="files changed since the difference was shown"):
        desk.carry_out(shop, planned)
    assert files(shop) == before


def test_an_upgraded_file_is_still_the_frameworks(shop: Path) -> None:
    older(shop, GUIDE, "# Old\n")
    assert asked(shop, "init", "--upgrade", "--yes").exit == 0
    older(shop, GUIDE, "# Older still\n")
    assert asked(shop, "init", "--upgrade", "--yes").exit == 0
    assert (shop / GUIDE).read_bytes() == (ROOT / GUIDE).read_bytes()


# --- this repository is such a project ----------------------------------------------------------------------------------

EXCEPTIONS = {
    "setup-scripts/setup.sh": "a project installs agentic; the repository installs itself, with setup-scripts/quickstart.sh",
}  # fmt: skip


def test_every_file_of_a_fresh_project_is_in_this_repository_at_the_same_path() -> None:
    tree = tree_of("shop", None)
    kept = {path for path in tree if path.endswith(".gitkeep")}
    missing = [path for path in sorted(set(tree) - kept) if not (ROOT / path).is_file() and path not in EXCEPTIONS]
    assert missing == []
    # A folder that holds something else by now needs no file to be kept in git.
    assert [path for path in sorted(kept) if not any((ROOT / path).parent.iterdir())] == []
    assert set(EXCEPTIONS) <= set(tree)
    assert not [path for path in EXCEPTIONS if (ROOT / path).exists()]


def test_what_is_shared_is_byte_identical(shop: Path) -> None:
    paths = [path for path, _ in shared()]
    assert len(paths) > 50
    assert {path for path in paths if (shop / path).read_bytes() != (ROOT / path).read_bytes()} == set()
    for name in SHARED:
        assert any(path == name or path.startswith(f"{name}/") for path in paths), name
    assert (shop / "plans/TEMPLATE.md").read_bytes() == (ROOT / "plans/TEMPLATE.md").read_bytes()
    assert (shop / "plans/README.md").read_bytes() == (ROOT / "plans/README.md").read_bytes()


# --- from a wheel -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sources as they are, by the build backend that pyproject.toml names."""
    pytest.importorskip("hatchling", reason="needs hatchling in the environment (dependency group dev)")
    return built(tmp_path_factory.mktemp("wheel"), ROOT)


def built(folder: Path, source: Path) -> Path:
    """A wheel of the sources in a folder."""
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_is_shared_byte_for_byte_and_nothing_beside(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel)
    base = "agentic/framework/shared/"
    there = {name.removeprefix(base): packed.read(name) for name in packed.namelist() if name.startswith(base)}
    assert there == {path: file.read_bytes() for path, file in shared()}


def test_a_wheel_of_the_source_distribution_is_the_same(wheel: Path, tmp_path: Path) -> None:
    code = f"from hatchling.build import build_sdist; print(build_sdist({str(tmp_path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.unpack_archive(next(tmp_path.glob("*.tar.gz")), tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    again = built(tmp_path, source)
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_init_works_from_an_installed_wheel_in_a_fresh_environment_outside_of_the_checkout(
    wheel: Path, tmp_path: Path, shop: Path
) -> None:
    place = tmp_path / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    (packages,) = place.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    # What agentic depends on comes from the environment of the tests; agentic itself does not: it is found here first.
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (packages / "dependencies.pth").write_text(f"{here}\n")
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
        command = [str(place / "bin/python"), "-P", *words]
        return subprocess.run(command, cwd=folder, env=outside, capture_output=True, text=True, check=False)

    found = run("-c", "import agentic; print(agentic.__file__)", folder=tmp_path)
    assert found.stdout.startswith(str(place)), found.stdout + found.stderr
    done = run("-m", "agentic", "init", "installed", "--name", "shop", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "installed") == files(shop)
    for words in (["lint"], ["phase", "list", "--documents"], ["phase", "draft", "requirements/business_requirements", "--dry-run"], ["task", "new", "shop/orders"], ["init", "--upgrade"]):  # fmt: skip
        done = run("-m", "agentic", *words, folder=tmp_path / "installed")
        assert done.returncode == 0, (words, done.stdout, done.stderr)
