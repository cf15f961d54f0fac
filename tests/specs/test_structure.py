"""design/module_structure.yaml is read with its slips, held against the code, drawn, and put into architecture.md."""

from __future__ import annotations

import ast
import json
import shutil
import time
from pathlib import Path

import jsonschema
import pytest

import agentic.specs.rules as rules
from agentic.specs.built import Survey, expression, survey
from agentic.specs.draw import flowchart
from agentic.specs.imports import imports_of
from agentic.specs.library import Library
from agentic.specs.rules import structure
from agentic.specs.structure import FILE, building_order, read_structure
from agentic.values import Module, Structure
from asked import asked
from house import House

CLEAN = Path(rules.__file__).parent / "clean"
ARCHITECTURE = "agent-prompts/design/architecture.md"


@pytest.fixture
def clean(tmp_path: Path) -> House:
    """The project in which nothing is wrong."""
    shutil.copytree(CLEAN, tmp_path / "clean")
    return House(tmp_path / "clean")


def module(name: str, files: str = "", needs: str = "", more: str = "") -> str:
    """One module as YAML."""
    return f'  - name: {name}\n    responsibility: Does {name}.\n    files: ["{files or f"src/{name}/**"}"]\n    depends_on: [{needs}]\n{more}'


def yaml(*modules: str, head: str = "lines: {least: 0, most: 400}\n") -> str:
    """A structure."""
    return f"{head}modules:\n{''.join(modules)}"


def said(house: House, code: str = "") -> list[tuple[str, str, int]]:
    """(code, path, line) of what the rules of the structure say."""
    library = Library(house.root, ("src", "tests"))
    found = [(rule.code, one.path, one.line) for rule in structure.RULES for one in rule.look(library)]
    return [one for one in found if one[0] == code or not code]


def uses(house: House, text: str) -> set[tuple[str, str, str, int]]:
    """(by, of, path, line) of every use."""
    reading = read_structure(text)
    assert not reading.slips, reading.slips
    return {(one.by, one.of, one.path, one.line) for one in survey(house.root, reading.structure).uses}


# --- the file ----------------------------------------------------------------------------------------------

SLIPS = {
    "an unknown key": ("moduls:\n  - a\n", 1, "unknown key: moduls", "did you mean modules?"),
    "an unknown key of a module": (yaml(module("a", more="    layr: x\n")), 7, "unknown key: layr", "did you mean layer?"),
    "an unknown key of lines": (yaml(module("a"), head="lines: {max: 3}\n"), 1, "unknown key: max", ""),
    "no name": ("modules:\n  - responsibility: x\n    files: [src/a]\n", 2, "a module has no name", ""),
    "a name that is a list": ("modules:\n  - name: [a]\n", 2, "name is no text", ""),
    "no responsibility": ("modules:\n  - name: a\n    files: [src/a]\n", 2, "a has no responsibility", ""),
    "an empty responsibility": ("modules:\n  - name: a\n    responsibility:\n    files: [x]\n", 3, "has no responsibility", ""),
    "no files": ("modules:\n  - name: a\n    responsibility: x\n", 2, "module a names no files", ""),
    "the same name twice": (yaml(module("a"), module("b"), module("a")), 11, "two modules are named a", ""),
    "no modules": ("version: 1\n", 1, "has no modules", ""),
    "modules as a map": ("modules: {a: b}\n", 1, "has no modules", ""),
    "a module that is a word": ("modules:\n  - a\n", 2, "a module is no map", ""),
    "a size without a reason": (yaml(module("a", more="    lines: {most: 900}\n")), 7, "does not say why", "add why:"),
    "a size that is a word": (yaml(module("a"), head="lines: {most: many}\n"), 1, "no number of lines: many", ""),
    "a size upside down": (yaml(module("a"), head="lines: {least: 9, most: 3}\n"), 1, "least 9 is more than most 3", ""),
    "an absolute pattern": (yaml(module("a", "/src/a/**")), 5, "is absolute", ""),
    "outside without a reason": (yaml(module("a"), head="outside: [src/x]\n"), 1, "does not say why", ""),
    "outside with an empty reason": (yaml(module("a"), head='outside:\n  - "src/x":\n'), 2, "does not say why", ""),
    "a dependency that is a number": (yaml(module("a", needs="1")), 6, "is no text: 1", ""),
    "no YAML": ("modules: [\n", 2, "is not YAML", ""),
    "a tab": ("modules:\n\t- name: a\n", 2, "is not YAML", ""),
    "a conflict": ("<<<<<<< ours\nmodules: []\n=======\n", 2, "is not YAML", ""),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "is not YAML", ""),
    "no map": ("- a\n", 1, "is not a map", ""),
    "nothing": ("", 1, "is not a map", ""),
    "a key twice": ("roots: [src]\nroots: [lib]\nmodules: []\n", 2, "the key roots stands twice", ""),
    "a nesting without end": ("[" * 200_000, 1, "is not YAML", ""),
    "a nesting without end, in lines": ("- " * 200_000, 1, "is not YAML", ""),
    "a nesting that is only deep": ("[" * 900 + "]" * 900, 1, "is not a map", ""),
    "a date that is none": ("updated: 2026-13-45\n", 1, "is not YAML", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_line(name: str) -> None:
    text, line, message, fix = SLIPS[name]
    slips = read_structure(text).slips
    assert any(slip.line == line and message in slip.message and fix in slip.fix for slip in slips), slips


def test_a_careful_file_has_no_slip_and_says_all_of_it() -> None:
    text = (
        "\ufeffversion: '1.0'\r\nupdated: 2026-11-20\r\nlines: {least: 100, most: 300}\r\nroots: [src/, lib]\r\n"
        'outside:\r\n  - "src/vendor/**": bought\r\nmodules:\r\n  - name: größe\r\n    responsibility: Misst.\r\n'
        "    layer: shared\r\n    files: src/größe/**\r\n    lines: {most: 600, why: it is old}\r\n"
    )
    reading = read_structure(text)
    assert reading.slips == () and reading.structure is not None
    one = reading.structure.modules[0]
    assert (one.name, one.files, one.size.least, one.size.most, one.why, one.line) == ("größe", ("src/größe/**",), 100, 600, "it is old", 8)  # fmt: skip
    assert (reading.structure.roots, reading.structure.outside) == (("src", "lib"), {"src/vendor/**": "bought"})


def test_what_lies_outside_may_be_a_map_or_a_list() -> None:
    plain = read_structure(yaml(module("a"), head='outside: {"src/x/**": bought}\n')).structure
    listed = read_structure(yaml(module("a"), head='outside: [{"src/x/**": bought}]\n')).structure
    assert plain and listed and plain.outside == listed.outside == {"src/x/**": "bought"}


def test_one_bad_module_does_not_hide_the_others() -> None:
    reading = read_structure(yaml("  - responsibility: x\n", module("b")))
    assert reading.structure and [one.name for one in reading.structure.modules] == ["b"]


def test_modules_are_built_from_the_ground_up() -> None:
    modules = [Module(name, depends_on=needs) for name, needs in {"c": ("b",), "a": (), "b": ("a", "gone")}.items()]
    assert [one.name for one in building_order(modules)] == ["a", "b", "c"]
    circle = [Module("x", depends_on=("y",)), Module("y", depends_on=("x",)), Module("z", depends_on=("z",))]
    assert [one.name for one in building_order(circle)] == ["z", "x", "y"]


@pytest.mark.parametrize(
    ("pattern", "matches", "does_not"),
    [
        ("src/common/**", ["src/common/a.py", "src/common/b/c.py"], ["src/common.py", "src/commons/a.py"]),
        ("src/common", ["src/common", "src/common/a.py", "src/common/b/c.py"], ["src/commons/a.py"]),
        ("src/*/load_?.py", ["src/a/load_1.py"], ["src/a/b/load_1.py", "src/a/load_10.py"]),
        ("src/**/load.py", ["src/load.py", "src/a/b/load.py"], ["src/a/xload.py"]),
        ("**/models/**", ["models/a.sql", "dbt/models/x/a.sql"], ["dbt/models"]),
        ("src/a+b/*.py", ["src/a+b/x.py"], ["src/aab/x.py", "src/a+b/c/x.py"]),
    ],
)
def test_a_pattern_means_what_people_expect(pattern: str, matches: list[str], does_not: list[str]) -> None:
    import re

    assert [path for path in matches if not re.fullmatch(expression(pattern), path)] == []
    assert [path for path in does_not if re.fullmatch(expression(pattern), path)] == []


# --- rules -------------------------------------------------------------------------------------------------


def test_nothing_is_said_of_a_clean_project(clean: House) -> None:
    assert said(clean) == []


@pytest.mark.parametrize(
    ("rule", "defect"),
    [(rule, defect) for rule in structure.RULES for defect in rule.defects],
    ids=[f"{rule.code} {defect.name}" for rule in structure.RULES for defect in rule.defects],
)
def test_every_planted_defect_is_found_by_its_rule(clean: House, rule: object, defect: object) -> None:
    defect.plant(clean.root)
    assert said(clean, rule.code)


def test_a_structure_that_is_still_its_template_is_not_judged(clean: House) -> None:
    template = (
        'modules:\n  - name: "<a name>"\n    responsibility: "<what>"\n    files: []\n    depends_on: [nothing]\n'
    )
    clean.write("agent-prompts/meta/templates/design/module_structure.yaml", template)
    clean.write(FILE, template)
    assert said(clean) == []
    clean.write(FILE, template.replace("<a name>", "ingestion"))
    assert said(clean) != []


def test_without_a_structure_nothing_is_judged(house: House) -> None:
    assert said(house) == []


def test_a_module_of_its_own_size_is_measured_with_that(clean: House) -> None:
    clean.write("src/common/long.py", "X = 1\n" * 500)
    assert said(clean, "AGT072") == [("AGT072", "src/common/long.py", 1)]
    own = "    depends_on: []\n    lines: {most: 600, why: it is generated}\n"
    clean.write(FILE, clean.read(FILE).replace("    depends_on: []\n", own))
    assert said(clean) == []


def test_a_small_helper_is_no_sin_and_a_small_module_is_a_note(house: House) -> None:
    house.write(FILE, yaml(module("common"), head="lines: {least: 200, most: 400}\n"))
    house.write("src/common/__init__.py", "")
    house.write("src/common/helper.py", "X = 1\n" * 49)
    assert said(house, "AGT073") == []
    house.write("src/common/helper.py", "X = 1\n" * 50)
    assert said(house, "AGT073") == [("AGT073", FILE, 3)]
    house.write("src/common/more.py", "X = 1\n" * 150)
    assert said(house, "AGT073") == []


def test_a_circle_is_told_once_at_the_import_that_nobody_declared(house: House) -> None:
    house.write(FILE, yaml(module("a", needs="b"), module("b", needs="c"), module("c")))
    house.write("src/a/x.py", "import b.x\n")
    house.write("src/b/x.py", "import c.x\n")
    house.write("src/c/x.py", "X = 1\n\nimport a.x\n")
    assert said(house, "AGT077") == [("AGT077", "src/c/x.py", 3)]
    assert said(house, "AGT074") == [("AGT074", "src/c/x.py", 3)]


def test_a_module_to_come_is_no_finding_until_its_tasks_miss_it(house: House) -> None:
    house.write(FILE, yaml(module("demo", "src/adding.py"), module("later")))
    assert said(house) == []
    house.write(FILE, yaml(module("demo", "src/ading.py"), module("later")))
    assert {(code, path) for code, path, _ in said(house)} == {
        ("AGT079", FILE),
        ("AGT078", f"agent-prompts/{House.TASK}"),
    }


def test_a_deliverable_of_another_module_is_told_at_its_line(house: House) -> None:
    house.write(FILE, yaml(module("other", "src/adding.py"), module("demo")))
    assert said(house, "AGT078") == [("AGT078", f"agent-prompts/{House.TASK}", 6)]
    assert house.read(f"agent-prompts/{House.TASK}").splitlines()[5] == "- src/adding.py"


# --- the code ----------------------------------------------------------------------------------------------

IMPORTS = {
    "a module": "import common.lake\n",
    "with a name of its own": "import os, common.lake as lake\n",
    "from a module": "from common.lake import read\n",
    "a module from its package": "from common import lake\n",
    "all of it": "from common.lake import *\n",
    "over several lines": "from common.lake import (  # (a comment)\n    read,\n    write,\n)\n",
    "with a backslash": "from common.lake import read, \\\n    write\n",
    "two dots up": "from ..common import lake\n",
    "two dots up, close together": "from ..common.lake import read\n",
    "inside a function": "def late():\n    from common.lake import read\n    return read\n",
    "behind a condition": "if True: import common.lake\n",
    "behind a semicolon": "import os; import common.lake\n",
    "for types only": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from common.lake import Lake\n",
    "by name": "import importlib\nlake = importlib.import_module('common.lake')\n",
    "with the folder's own name before it": "from src.common.lake import read\n",
    "of something that is not written yet": "from common.later import read\n",
    "in a file with the line ends of Windows": "import os\r\nfrom common.lake import read\r\n",
    "in a file with a mark before its first letter": "\ufefffrom common.lake import read\n",
    "in a file that does not parse": "from common.lake import read\ndef broken(:\n",
    "behind a text over many lines": '"""Words.\n\n"""\nfrom common.lake import read\n',
}


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_is_found(house: House, name: str) -> None:
    house.write("src/common/lake.py", "def read(): ...\n")
    house.write("src/ingestion/flights.py", IMPORTS[name])
    lines = IMPORTS[name].replace("\r\n", "\n").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "common" in text)
    text = yaml(module("common"), module("ingestion"))
    assert uses(house, text) == {("ingestion", "common", "src/ingestion/flights.py", line)}


@pytest.mark.parametrize(
    "text",
    [
        '"""How to use it:\n\n    from common.lake import read\n"""\n',
        "WORDS = '''\nimport common.lake\n'''\n",
        "# import common.lake\n",
        "X = 'a'  # don't\nY = 'import common.lake'\n",
        "from . import common\n",
        "import commons.lake\nfrom commonplace import lake\n",
        "from ....common import lake\n",
        'X = "\\"\\n"; Y = """\nimport common.lake\n"""\n',
    ],
)
def test_what_only_looks_like_an_import_is_none(house: House, text: str) -> None:
    house.write("src/common/lake.py", "def read(): ...\n")
    house.write("src/ingestion/flights.py", text)
    assert uses(house, yaml(module("common"), module("ingestion"))) == set()


def test_imports_are_those_that_python_sees() -> None:
    """Held to `ast` over every file of this repository."""
    files = [path for base in ("src", "tests") for path in (Path(__file__).parents[2] / base).rglob("*.py")]
    assert len(files) > 100
    for path in files:
        text = path.read_text(encoding="utf-8")
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
        wanted = {(node.lineno, alias.name) for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        wanted |= {
            (node.lineno, f"{node.module}.{alias.name}")
            for node in nodes
            if isinstance(node, ast.ImportFrom) and not node.level
            for alias in node.names
        }
        known = {name.partition(".")[0] for _, name in wanted}
        called = "import_module(" in text or "__import__(" in text
        found = {(one.line, one.wanted[0]) for one in imports_of(text, "", known)}
        assert wanted <= found if called else wanted == found, path


def test_files_of_one_package_may_belong_to_two_modules(house: House) -> None:
    house.write("src/ingestion/__init__.py", "")
    house.write("src/ingestion/orders.py", "from ingestion import landing\nfrom . import landing as again\n")
    house.write("src/ingestion/landing.py", "")
    text = yaml(module("landing", "src/ingestion/landing.py"), module("orders", 'src/ingestion/orders.py", "src/ingestion/__init__.py'))  # fmt: skip
    assert uses(house, text) == {("orders", "landing", "src/ingestion/orders.py", line) for line in (1, 2)}


def test_a_folder_that_two_modules_share_says_nothing_of_which_is_meant(house: House) -> None:
    house.write("src/shared/a.py", "")
    house.write("src/shared/b.py", "")
    house.write("src/job/x.py", "import shared\nimport shared.b\n")
    text = yaml(module("a", "src/shared/a.py"), module("b", "src/shared/b.py"), module("job"))
    assert uses(house, text) == {("job", "b", "src/job/x.py", 2)}


def dbt(house: House) -> str:
    """A project of dbt in three modules."""
    base = "src/transformation"
    house.write(f"{base}/dbt_project.yml", "name: shop\n")
    house.write(
        f"{base}/models/staging/sources.yml", "sources:\n  - name: bronze\n    tables:\n      - name: flights\n"
    )
    house.write(f"{base}/models/staging/stg_flights.sql", "select * from {{ source('bronze', 'flights') }}\n")
    house.write(f"{base}/seeds/carriers.csv", "code\nUA\n")
    house.write(
        f"{base}/models/marts/delays.sql", "select *\nfrom {{ ref('stg_flights') }}\njoin {{ ref( \"carriers\" ) }}\n"
    )
    house.write("src/ingestion/stg_flights.py", "")
    parts = {"staging": "models/staging", "marts": "models/marts", "seeds": "seeds"}
    return yaml(module("ingestion"), *(module(name, f"{base}/{path}/**") for name, path in parts.items()))


def test_a_ref_of_dbt_is_a_use(house: House) -> None:
    text = dbt(house)
    path = "src/transformation/models/marts/delays.sql"
    assert uses(house, text) == {("marts", "staging", path, 2), ("marts", "seeds", path, 3)}


def test_a_source_belongs_to_the_module_that_declares_it(house: House) -> None:
    text = dbt(house)
    path = "src/transformation/models/marts/delays.sql"
    house.write(
        path, "{# {{ ref('stg_flights') }} #}\n{{ source('bronze', 'flights') }}\n{{ source('silver', 'x') }}\n"
    )
    assert uses(house, text) == {("marts", "staging", path, 2)}


def test_what_dbt_has_made_is_not_judged(house: House) -> None:
    text = dbt(house)
    for folder in ("target/compiled", "dbt_packages/utils/models", ".hidden", "__pycache__"):
        house.write(f"src/transformation/{folder}/x.sql", "select 1\n")
    house.write(FILE, text)
    assert said(house, "AGT075") == []


def test_a_folder_named_target_is_judged_where_there_is_no_dbt(house: House) -> None:
    house.write(FILE, yaml(module("demo", "src/demo/**")))
    house.write("src/target/x.py", "")
    assert said(house, "AGT075") == [("AGT075", "src/target/x.py", 1)]


def test_only_code_has_to_belong_to_a_module(house: House) -> None:
    house.write(FILE, yaml(module("demo", "src/demo/**"), head='outside: [{"src/vendor/**": bought}]\n'))
    for path in ("src/README.md", "src/.gitkeep", "src/data.csv", "src/vendor/x.py", "tests/test_x.py", "src/x.yml"):
        house.write(path, "x\n")
    assert said(house, "AGT075") == []
    house.write("src/x.sh", "x\n")
    assert said(house, "AGT075") == [("AGT075", "src/x.sh", 1)]


def test_bad_files_are_counted_and_never_a_crash(house: House) -> None:
    house.write(FILE, yaml(module("demo", "src/**")))
    house.write("src/bytes.py", b"\xff\xfe\x00import common\n" * 500)
    house.write("src/huge.py", b"X = '" + b"x" * 3_000_000 + b"'\n")
    house.write("src/open.py", '"""never closed\nimport x\n' * 300)
    (house.root / "src/loop").symlink_to(house.root / "src")
    (house.root / "src/link.py").symlink_to(house.root / "nowhere.py")
    assert {path for _, path, _ in said(house, "AGT072")} == {"src/bytes.py", "src/open.py"}


def test_three_hundred_files_are_read_in_a_moment(house: House) -> None:
    names = [f"module{number}" for number in range(10)]
    body = (Path(__file__).parents[2] / "src/agentic/specs/parse.py").read_text(encoding="utf-8")
    for number, name in enumerate(names):
        lines = "".join(f"from {other} import file{number}\n" for other in names[:number])
        for file in range(30):
            house.write(f"src/{name}/file{file}.py", lines + body)
    text = yaml(*(module(name, needs=", ".join(names[:number])) for number, name in enumerate(names)))
    structure_ = read_structure(text).structure
    began = time.process_time()
    built = survey(house.root, structure_)
    took = time.process_time() - began
    assert len(built.files) == 300 and len(built.uses) == 45 * 30
    # 0.4 s are owed on a quiet machine; `ast` over all of it would take two seconds.
    assert took < 0.8, took


def test_a_survey_sees_the_files_as_they_are_now(house: House) -> None:
    house.write("src/a/x.py", "")
    structure_ = Structure((Module("a", files=("src/a/**",)),))
    assert len(Survey(house.root, structure_).built.files) == 1
    house.write("src/a/y.py", "")
    assert len(Survey(house.root, structure_).built.files) == 2


# --- the picture and the command ---------------------------------------------------------------------------


def test_the_picture_is_this(house: House) -> None:
    house.write("src/common/lake.py", "from ingestion import flights\n")
    house.write("src/ingestion/flights.py", "import common.lake\n")
    text = yaml(
        module("common", more="    layer: shared\n"), module("ingestion", needs="common, gone", more='    layer: "raw <\\"in\\">"\n'), module("free"),
    )  # fmt: skip
    structure_ = read_structure(text).structure
    assert flowchart(structure_, survey(house.root, structure_)) == (
        "flowchart LR\n"
        '  subgraph layer0["shared"]\n'
        '    m0["common"]\n'
        "  end\n"
        '  subgraph layer1["raw #lt;#quot;in#quot;#gt;"]\n'
        '    m1["ingestion"]\n'
        "  end\n"
        '  m2["free"]\n'
        "  m1 --> m0\n"
        "  m0 -. not declared .-> m1\n"
        "  linkStyle 1 stroke:red,color:red\n"
    )


def test_the_command_shows_a_row_a_module_and_ends_with_0(clean: House) -> None:
    said_ = asked(clean.root, "structure")
    assert said_.exit == 0, said_
    row = next(line.split() for line in said_.out.splitlines() if line.startswith("ingestion"))
    assert row == ["ingestion", "ingestion", "2", "101", "common", "common", "-"]
    assert said_.out.endswith("0 finding(s)\n")


def test_an_error_in_the_structure_ends_with_1_and_says_what_to_do(clean: House) -> None:
    clean.write("src/stray.py", "X = 1\n")
    said_ = asked(clean.root, "structure")
    assert said_.exit == 1 and "src/stray.py:1: error[AGT075] this file belongs to no module\n  fix: " in said_.out


def test_a_warning_alone_ends_with_0(clean: House) -> None:
    path = "agent-prompts/tasks/ingestion/landing.md"
    clean.write(path, clean.read(path).replace("src/ingestion/landing.py", "src/common/landing.py"))
    said_ = asked(clean.root, "structure")
    assert said_.exit == 0 and "warning[AGT078]" in said_.out


def test_the_command_as_json_is_what_its_schema_says(clean: House) -> None:
    said_ = asked(clean.root, "structure", "--json")
    jsonschema.validate(said_.json, json.loads(asked(clean.root, "schema", "structure").out))
    assert [one["name"] for one in said_.json["modules"]] == ["common", "ingestion"] and said_.err == ""
    assert said_.json["modules"][0]["used_by"] == ["ingestion"]


def test_mermaid_prints_the_picture_and_nothing_else(clean: House) -> None:
    said_ = asked(clean.root, "structure", "--mermaid")
    assert (
        said_.out.startswith("flowchart LR\n")
        and said_.err == ""
        and said_.out == asked(clean.root, "structure", "--json").json["diagram"]
    )


def test_without_a_structure_the_command_says_how_to_get_one(house: House) -> None:
    said_ = asked(house.root, "structure")
    assert (said_.exit, said_.errors) == (2, ["AGT101"]) and "phase draft design/module_structure" in said_.line("fix")


def test_the_picture_is_put_into_the_architecture_once(clean: House) -> None:
    before = clean.read(ARCHITECTURE)
    assert asked(clean.root, "structure", "--write").exit == 0
    after = clean.read(ARCHITECTURE)
    assert after.startswith(before) and after.count("flowchart LR") == before.count("flowchart LR") + 1
    said_ = asked(clean.root, "structure", "--write")
    assert "nothing to change" in said_.err and clean.read(ARCHITECTURE) == after


def test_the_picture_takes_the_place_of_the_old_one_and_of_nothing_else(clean: House) -> None:
    begin, end = "<!-- agentic: structure; generated by agentic structure --write -->", "<!-- agentic: end -->"
    words = f"# Größe\r\n\r\n{begin}\r\nold\r\n{end}  Nachwort\r\nkein Ende"
    clean.write(ARCHITECTURE, words)
    asked(clean.root, "structure", "--write")
    new = (clean.root / ARCHITECTURE).read_bytes().decode()
    assert new.startswith(f"# Größe\r\n\r\n{begin}\r\n```mermaid\r\nflowchart LR\r\n") and new.endswith(
        f"```\r\n{end}  Nachwort\r\nkein Ende"
    )
    assert "old" not in new and "\n" not in new.replace("\r\n", "")


def test_an_architecture_that_is_not_there_is_not_made_up(clean: House) -> None:
    (clean.root / ARCHITECTURE).unlink()
    said_ = asked(clean.root, "structure", "--write")
    assert (said_.exit, said_.errors) == (2, ["AGT101"]) and not clean.exists(ARCHITECTURE)


def test_an_architecture_that_nobody_has_begun_stays_its_template(clean: House) -> None:
    clean.write("agent-prompts/meta/templates/design/architecture.md", clean.read(ARCHITECTURE))
    before = clean.read(ARCHITECTURE)
    said_ = asked(clean.root, "structure", "--write")
    assert (said_.exit, said_.errors) == (2, ["AGT101"]) and clean.read(ARCHITECTURE) == before


def test_an_architecture_that_is_no_text_is_left_alone(clean: House) -> None:
    clean.write(ARCHITECTURE, b"\xff\xfe")
    said_ = asked(clean.root, "structure", "--write")
    assert said_.errors == ["AGT107"] and (clean.root / ARCHITECTURE).read_bytes() == b"\xff\xfe"
