"""Imports point downwards only, from room to room and within one; the picture stands in docs/architecture.md."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "pegconf"

# Each room may import from those left of a `<`; rooms joined by a comma do not import each other.
ROOMS: Final = "core < batch < config < site < jobs < validate, tunnel, diagnosis, measure < init, smoke < cli"
FLOORS: Final = tuple(tuple(floor.split(", ")) for floor in ROOMS.split(" < "))
FILES: Final = sorted(PACKAGE.rglob("*.py"))


def module(file: Path) -> str:
    """A file's name as an import has it."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES: Final = {module(file): file for file in FILES}


def imported(file: Path) -> set[str]:
    """Every module that a file imports, within functions and for types too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {
                name if (name := f"{node.module}.{alias.name}") in MODULES else str(node.module) for alias in node.names
            }
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def below(room: str) -> set[str]:
    """The rooms that a room may import from; the package's top holds the version, which is for all."""
    if room in {"", "__main__"}:
        return {name for floor in FLOORS for name in floor}
    number = next(number for number, floor in enumerate(FLOORS) if room in floor)
    return {"", room, *(name for floor in FLOORS[:number] for name in floor)}


def room(name: str) -> str:
    return ([*name.split("."), ""])[1]


def test_every_folder_is_a_room() -> None:
    folders = {file.parent.relative_to(PACKAGE).parts[0] for file in FILES if file.parent != PACKAGE}
    assert folders == {name for floor in FLOORS for name in floor}
    assert {file.name for file in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_no_file_is_too_long_to_be_read() -> None:
    long = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in (*FILES, *(ROOT / "tests").rglob("*.py"))
    }
    assert {file: lines for file, lines in long.items() if lines > 400} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_downwards(file: Path) -> None:
    allowed = below(room(module(file)))
    assert {name for name in imported(file) & MODULES.keys() if room(name) not in allowed} == set()


def test_no_two_files_import_each_other_by_any_way() -> None:
    graph = {name: imported(file) & MODULES.keys() for name, file in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.name == "__init__.py"], ids=lambda file: str(file.relative_to(PACKAGE))
)
def test_a_package_says_in_one_sentence_what_it_is_and_imports_no_other_file(file: Path) -> None:
    sentence = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    assert sentence.endswith(".")
    assert "\n" not in sentence
    below_functions = ast.parse(file.read_text(encoding="utf-8")).body
    assert [
        node for node in below_functions if isinstance(node, ast.ImportFrom) and "pegconf" in str(node.module)
    ] == []


@pytest.mark.parametrize("file", sorted((PACKAGE / "batch").rglob("*.py")), ids=lambda file: str(file.name))
def test_nothing_is_run_by_what_is_known_of_a_batch_system(file: Path) -> None:
    assert imported(file) & {"subprocess", "pegconf.core.commands"} == set()


def test_what_runs_on_workers_needs_no_pegconf() -> None:
    # psutil is where distributed is, which cannot be imported without it.
    own = {name.split(".")[0] for name in imported(PACKAGE / "measure" / "on_worker.py")}
    assert own - sys.stdlib_module_names - {"dask", "distributed", "numpy", "psutil"} == set()


def after(words: list[str], home: Path) -> set[str]:
    """The modules that a command has imported at its end."""
    program = (
        "import sys\nfrom pegconf.cli import main\nsys.argv[1:] = " + repr(words) + "\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('IMPORTED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(home), "PATH": ""},
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    "words", [["--help"], ["validate", "--help"], ["validate"], ["tunnel", "--configured", "--login", "me@host"]]
)
def test_commands_that_need_no_dask_do_not_import_it(words: list[str], tmp_path: Path) -> None:
    assert {"dask", "distributed", "dask_jobqueue", "numpy"} & after(words, tmp_path) == set()


def test_a_plain_validate_imports_nothing_of_other_commands(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text("jobqueue: {lsf: {cores: 2, memory: 4GB}}\n", encoding="utf-8")
    imported_by_it = after(["validate", str(file)], tmp_path)
    rooms = {room(name) for name in imported_by_it if name.startswith("pegconf.")}
    assert rooms & {"init", "smoke", "tunnel", "diagnosis", "measure", "jobs"} == set()
    assert imported_by_it & {"asyncio", "html", "http", "jsonschema", "logging", "rich", "ssl", "typer", "xml"} == set()
