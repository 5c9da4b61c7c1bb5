"""Change what pegconf knows of a batch system, one fact at a time, and print what its tests do not notice.

    python -m tests.changed_facts            all systems
    python -m tests.changed_facts slurm oar  these

A fact is an entry of a table: what a module of `pegconf/batch/NAME/`, or a class in it, assigns a name. An entry is
left out, a text or a number is changed, an alternative of a pattern is left out, a kind becomes the next one. Each
change has a process of its own that imports pegconf afresh and runs the system's tests until one fails. Ends with 1
where a change survived.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import enum
import gc
import importlib
import importlib.machinery
import importlib.util
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pegconf.jobs.dask_import import import_dask_jobqueue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

CHECKOUT: Final = Path(__file__).resolve().parents[1]
BATCH: Final = CHECKOUT / "pegconf" / "batch"
_QUIET: Final = (
    *("-x", "-q", "--noconftest", "--assert=plain", "--timeout=60", "-m", "not slow and not long"),
    *("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:unraisableexception", "-p", "no:threadexception"),
)
_OF_EACH_SYSTEM: Final = (
    *(f"validate/rules/test_{name}.py" for name in ("by_batch_system", "extra_directives", "impossible")),
    *(f"jobs/acceptance/test_{name}.py" for name in ("submit_check", "room")),
)
_CAUGHT: Final = {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one module: `source` is the whole module with it."""

    module: str
    line: int
    name: str
    what: str
    source: str

    def __str__(self) -> str:
        """Where it is and what is changed."""
        return f"{self.module.replace('.', '/')}.py:{self.line}: {self.name}: {self.what}"


class _ChangedModule(importlib.machinery.SourceFileLoader):
    """Loads a module from another source than its file's."""

    def __init__(self, change: Change, path: str) -> None:
        super().__init__(change.module, path)
        self._source = change.source

    # A cached compilation is of the file.
    def get_code(self, fullname: str) -> object:  # type: ignore[override]
        """Compile the changed source."""
        return compile(self._source, self.get_filename(fullname), "exec")


@dataclass(frozen=True)
class _Finder:
    change: Change

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The changed module, and nothing else."""
        if name != self.change.module:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        assert found is not None
        assert found.origin is not None
        return importlib.util.spec_from_file_location(
            name, found.origin, loader=_ChangedModule(self.change, found.origin)
        )


class _OfOneSystem:
    """Leaves out the tests of other systems, and of the installed command, which is not changed."""

    def __init__(self, folder: str) -> None:
        self._folder = f"pegconf.batch.{folder}."

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        from pegconf.batch.systems import KNOWN  # noqa: PLC0415 - with the change

        others = {name for name, system in KNOWN.items() if not type(system).__module__.startswith(self._folder)}
        items[:] = [item for item in items if not self._left_out(item, others)]
        # What runs commands takes longest.
        items.sort(key=lambda item: "tmp_path" in getattr(item, "fixturenames", ()))

    def _left_out(self, item: pytest.Item, others: set[str]) -> bool:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        return parameters.get("system") in others or bool({"person", "user"} & set(getattr(item, "fixturenames", ())))


def systems() -> tuple[str, ...]:
    """The batch systems that have a folder."""
    return tuple(sorted(file.parent.name for file in BATCH.glob("*/__init__.py")))


def tests_of(system: str) -> list[str]:
    """The tests of a batch system, without those that run it, and those that take each system in turn."""
    own = [CHECKOUT / "tests" / "batch" / system, *(CHECKOUT / "tests").glob(f"*/**/test_{system}*.py")]
    shared = sorted((CHECKOUT / "tests" / "batch").glob("test_*.py"))
    paths = [*own, *shared, *(CHECKOUT / "tests" / name for name in _OF_EACH_SYSTEM)]
    return [str(path) for path in paths if not {"systems", "smoke"} & set(path.parts)]


def nearest_tests(system: str, change: Change) -> list[str]:
    """The few tests that most likely fail with a change: its module's own, and what each batch system is."""
    folder = CHECKOUT / "tests" / "batch"
    own = folder / system / f"test_{change.module.rpartition('.')[2]}.py"
    return [str(path) for path in (own, folder / "test_of_each_system.py") if path.exists()]


def changes(file: Path) -> Iterator[Change]:
    """Every change of a module's tables, in their order."""
    module = ".".join(file.relative_to(CHECKOUT).with_suffix("").parts)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    known = vars(importlib.import_module(module))
    for statement in _assignments(tree):
        if isinstance(statement.value, ast.Subscript):
            # The name of a type.
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        for line, what in _changed(statement, known):
            yield Change(module, line, ast.unparse(target), what, ast.unparse(tree))


def _assignments(tree: ast.Module) -> Iterator[ast.Assign | ast.AnnAssign]:
    for one in tree.body:
        inside = one.body if isinstance(one, ast.ClassDef) else [one]
        yield from (each for each in inside if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None)


def _changed(statement: ast.Assign | ast.AnnAssign, known: dict[str, object]) -> Iterator[tuple[int, str]]:
    """Change what a statement assigns, one place at a time: each is as it was again after its turn."""
    assert statement.value is not None
    for other, what in _others(statement.value, known):
        old, statement.value = statement.value, other
        yield old.lineno, what
        statement.value = old
    for parent in ast.walk(statement.value):
        for field, child in list(ast.iter_fields(parent)):
            if isinstance(child, ast.expr):
                for other, what in _others(child, known):
                    setattr(parent, field, other)
                    yield child.lineno, what
                setattr(parent, field, child)
            elif isinstance(child, list):
                yield from _in_list(parent, child, known)


def _in_list(parent: ast.AST, children: list[Any], known: dict[str, object]) -> Iterator[tuple[int, str]]:
    keys = isinstance(parent, ast.Dict) and children is parent.keys
    for index, child in enumerate(list(children)):
        if isinstance(child, ast.expr) and not keys:
            for other, what in _others(child, known):
                children[index] = other
                yield child.lineno, what
            children[index] = child
        if isinstance(parent, ast.Tuple | ast.List | ast.Set) or isinstance(child, ast.keyword):
            del children[index]
            yield child.lineno, f"without {_short(child)}"
            children.insert(index, child)
        elif keys and isinstance(parent, ast.Dict):
            value = parent.values.pop(index)
            del children[index]
            yield value.lineno, f"without {_short(child or value)}"
            children.insert(index, child)
            parent.values.insert(index, value)


def _others(child: ast.expr, known: dict[str, object]) -> Iterator[tuple[ast.expr, str]]:
    """What may stand in an expression's place, with words on it."""
    if isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name):
        kind = known.get(child.value.id)
        if isinstance(kind, enum.EnumMeta):
            members = list(kind.__members__)
            following = members[(members.index(child.attr) + 1) % len(members)]
            yield ast.Attribute(child.value, following, ast.Load()), f"{child.attr} becomes {following}"
    if not isinstance(child, ast.Constant):
        return
    if isinstance(child.value, str) and child.value:
        texts = [f"{child.value}x", *without_an_alternative(child.value)]
    elif isinstance(child.value, int | float):
        yield ast.Constant(not child.value if isinstance(child.value, bool) else child.value + 1), f"not {child.value}"
        return
    else:
        return
    for text in texts:
        yield ast.Constant(text), f"{_cut(repr(child.value))} becomes {_cut(repr(text))}"


def without_an_alternative(pattern: str) -> list[str]:
    """A pattern without each of its alternatives in turn, in groups too."""
    found: list[str] = []
    _branches(pattern, 0, found)
    return found


def _branches(pattern: str, at: int, found: list[str]) -> int:
    """Note the patterns that lack one alternative of the group that begins there; gives the place behind its end."""
    head = at
    if pattern[at : at + 1] == "?":
        end = next((place for place in range(at, len(pattern)) if pattern[place] in ":>=!)"), at)
        head = at = end + 1
    starts, in_class = [head], False
    while at < len(pattern) and (in_class or pattern[at] != ")"):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
            at += pattern[at + 1 : at + 2] == "]"
        elif sign == "|":
            starts.append(at + 1)
        elif sign == "(":
            at = _branches(pattern, at + 1, found) - 1
        at += 1
    ends = [*(start - 1 for start in starts[1:]), at]
    branches = [pattern[start:end] for start, end in zip(starts, ends, strict=True)]
    for index in range(len(branches) if len(branches) > 1 else 0):
        kept = "|".join(branches[:index] + branches[index + 1 :])
        found.append(pattern[:head] + kept + pattern[at:])
    return at + 1


def _short(node: ast.AST) -> str:
    return _cut(ast.unparse(node))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def preload() -> None:
    """Import what the tests need of others, once for all changes."""
    import_dask_jobqueue()
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere):
        pytest.main([*_QUIET, "--collect-only", *(path for name in systems() for path in tests_of(name))])


def _forget() -> None:
    """Have pegconf and the tests imported afresh."""
    for name in list(sys.modules):
        if name.partition(".")[0] in {"pegconf", "tests", "conftest"}:
            del sys.modules[name]


def start(system: str, change: Change | None) -> int:
    """Run tests in a process of its own, with a change or without; gives its id."""
    gc.freeze()
    child = os.fork()
    if child:
        return child
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    code = 70
    try:
        _forget()
        if change is not None:
            sys.meta_path.insert(0, _Finder(change))
            # Most changes are noticed there, in a third of the time.
            code = int(pytest.main([*_QUIET, *nearest_tests(system, change)], plugins=[_OfOneSystem(system)]))
        if change is None or code not in _CAUGHT:
            code = int(pytest.main([*_QUIET, *tests_of(system)], plugins=[_OfOneSystem(system)]))
    finally:
        os._exit(code)


def survivors(system: str, only: str, at_once: int) -> tuple[int, list[Change]]:
    """How many changes of a system there are, and those that its tests do not notice."""
    every = [
        change for file in sorted((BATCH / system).glob("*.py")) for change in changes(file) if only in str(change)
    ]
    _, status = os.waitpid(start(system, None), 0)
    if os.waitstatus_to_exitcode(status) != pytest.ExitCode.OK:
        sys.exit(f"the tests of {system} fail as they are: python -m pytest {' '.join(tests_of(system))}")
    running: dict[int, Change] = {}
    left: list[Change] = []

    def wait_for_one() -> None:
        child, status = os.wait()
        change, code = running.pop(child), os.waitstatus_to_exitcode(status)
        if code == pytest.ExitCode.OK:
            left.append(change)
            print(f"survived: {change}", flush=True)
        elif code not in _CAUGHT:
            sys.exit(f"pytest ended with {code}: {change}")

    for change in every:
        if len(running) == at_once:
            wait_for_one()
        running[start(system, change)] = change
    while running:
        wait_for_one()
    return len(every), left


def main() -> None:
    """Change the facts of the systems that are named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.changed_facts", description=str(__doc__).partition("\n")[0])
    parser.add_argument("system", nargs="*", choices=[*systems(), []], help="folders of pegconf/batch, else all")
    parser.add_argument("--only", default="", metavar="TEXT", help="only changes with this in their description")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="processes at once")
    options = parser.parse_args()
    preload()
    found = False
    for system in options.system or systems():
        count, left = survivors(system, options.only, options.at_once)
        print(f"{system}: {len(left)} of {count} changes survived", flush=True)
        found = found or bool(left)
    sys.exit(found)


if __name__ == "__main__":
    main()
