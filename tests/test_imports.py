"""Imports point downwards only; the picture stands in the README."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pegconf"

# From the bottom up; a module may import from its own level only where that is one subject split over files.
LEVELS = (
    {"errors", "units", "ports", "answer", "folders", "terminal_text", "__init__"},
    {"model", "values"},
    {"resources", "builder", "sizing", "pages", "certificates"},
    {"document", "node_probe", "node_facts"},
    {"catalogue", "sites", "sources"},
    {"settings", "schedulers", "this_cluster"},
    {"variables"},
    {"sections"},
    {
        "rules",
        "machine",
        "commands",
        "stopping",
        "store",
        "edit",
        "changes",
        "render",
        "dask_session",
        "beside",
        "tunnel",
        "show",
    },
    {"detect", "jobscript", "pairing"},
    {"driver"},
    {"questions", "answers", "offers", "fill", "specs", "existing", "known", "probed", "validate"},
    {"init", "fix", "fix_checks", "reporters", "smoke", "probe"},
    {"submit_check"},
    {"cli"},
    {"__main__"},
)


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level(name: str) -> int:
    return next(number for number, names in enumerate(LEVELS) if name in names)


def imported_rooms(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "pegconf":
            found |= {
                alias.name
                for alias in node.names
                if (PACKAGE / alias.name).exists() or (PACKAGE / f"{alias.name}.py").exists()
            }
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pegconf."):
            found.add(str(node.module).split(".")[1])
    return found - {room(file)}


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_downwards(file: Path) -> None:
    upwards = {name for name in imported_rooms(file) if level(name) > level(room(file))}
    assert upwards == set()


@pytest.mark.parametrize(
    "words", [["--help"], ["validate", "--help"], ["validate"], ["tunnel", "--configured", "--login", "me@host"]]
)
def test_commands_that_need_no_dask_do_not_import_it(words: list[str], tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pegconf.cli import main\nsys.argv[1:] = " + repr(words) + "\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('IMPORTED', sorted({'dask', 'distributed', 'dask_jobqueue', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(tmp_path), "PATH": ""},
    )
    assert done.stdout.splitlines()[-1] == "IMPORTED []"
