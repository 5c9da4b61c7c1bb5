"""Which files and variables dask reads, in which order (dask/config.py: _get_paths, collect_yaml, collect_env)."""

from __future__ import annotations

import ast
import os
import re
import site
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pegconf.config import document
from pegconf.config.catalogue import canonical
from pegconf.config.setting import Setting, from_plain
from pegconf.config.yaml_tree import Pairs
from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.config.document import Document


FILE_NAME: Final = "jobqueue.yaml"
_TELLING: Final = re.compile("(?i)dask_|home$|xdg_config_home$")
_ENDINGS: Final = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that dask takes as a setting: `DASK_JOBQUEUE__LSF__QUEUE` is jobqueue, lsf, queue."""

    name: str
    path: tuple[str, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Sources:
    """What dask would load, later ones winning: the files in order, then the variables.

    `unreadable` are files that dask leaves out without a word because they may not be read; `environ` holds the
    variables that say where to look, or look as if they set something.
    """

    documents: tuple[Document, ...]
    variables: tuple[Variable, ...] = ()
    unreadable: tuple[Path, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)


def user_file(environ: Mapping[str, str]) -> Path:
    """The file that dask-jobqueue tells people to edit: `~/.config/dask/jobqueue.yaml`."""
    return _home(environ) / ".config" / "dask" / FILE_NAME


def own_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the files are the user's own: `~/.config/dask`, and what `DASK_CONFIG` names, a folder or a file."""
    named = (Path(environ["DASK_CONFIG"]),) if "DASK_CONFIG" in environ else ()
    return (_home(environ) / ".config" / "dask", *named)


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111 - it raises for an unknown user


def folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The places dask looks at, the last one winning; `DASK_CONFIG` adds to them and may be a file."""
    paths = [
        Path(environ.get("DASK_ROOT_CONFIG", "/etc/dask")),
        *(Path(prefix) / "etc" / "dask" for prefix in (sys.prefix, *site.PREFIXES)),
        _home(environ) / ".config" / "dask",
    ]
    if "DASK_CONFIG" in environ:
        paths.append(Path(environ["DASK_CONFIG"]))
    # A path that stands twice counts where it stands last.
    return tuple(reversed(dict.fromkeys(reversed(paths))))


def files(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files dask would read, in its order: by folder, then by name; a folder it cannot list is passed over."""
    found: list[Path] = []
    for folder in folders(environ):
        # Path.is_dir raises where a folder above may not be entered; dask asks os.path, which says no.
        if not os.path.isdir(folder):  # noqa: PTH112
            found.extend([folder] if os.path.exists(folder) else [])  # noqa: PTH110
            continue
        try:
            names = sorted(os.path.join(folder, name) for name in os.listdir(folder))  # noqa: PTH118, PTH208 - dask's order
        except OSError:
            continue
        found.extend(Path(name) for name in names if os.path.splitext(name)[1].lower() in _ENDINGS)  # noqa: PTH122
    return tuple(found)


def variables(environ: Mapping[str, str]) -> tuple[Variable, ...]:
    """The `DASK_` variables as dask takes them, in the order of the environment."""
    return tuple(
        Variable(name, tuple(name[5:].lower().split("__")), _interpret(value))
        for name, value in environ.items()
        if name.startswith("DASK_")
    )


def _interpret(text: str) -> Any:
    """A variable's value as dask.config.interpret_value reads it."""
    try:
        value = ast.literal_eval(text)
        # Python shows no number of more than 4,300 digits, and this asks for all of them.
        str(value)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        # dask catches the first two; what it dies of is not for us to die of.
        return {"none": None, "null": None, "false": False, "true": True}.get(text.lower(), text)
    return value


def load(environ: Mapping[str, str], file: Path | None = None) -> Sources:
    """What dask would load, or with `file` that file alone; raises CannotGoOnError where there is nothing to read."""
    if file is not None:
        return Sources((document.read(file),))
    documents: list[Document] = []
    unreadable: list[Path] = []
    found = files(environ)
    for path in found:
        if os.access(path, os.R_OK) and path.is_file():
            documents.append(document.read(path))
        else:
            unreadable.append(path)
    target = user_file(environ)
    if target in unreadable:
        what = "is a folder, not a file" if target.is_dir() else "cannot be read"
        raise CannotGoOnError(f"{target} {what}", "move it away, or mend its owner and mode")
    taken = tuple(variable for variable in variables(environ) if variable.path[0] == "jobqueue")
    telling = {name: value for name, value in environ.items() if _TELLING.match(name)}
    return Sources(tuple(documents), taken, tuple(unreadable), telling)


def readable(sources: Sources) -> Sources:
    """The sources as they are; raises CannotGoOnError for a file that `import dask` would die of."""
    for each in sources.documents:
        if each.error is not None:
            place = f"{each.file}:{each.error.line + 1}:{each.error.column + 1}"
            raise CannotGoOnError(f"{place}: {each.error.message}", "mend the file: pegconf validate shows the place")
        if each.root is not None and each.root.content is not None and not each.root.is_mapping:
            raise CannotGoOnError(f"{each.file} holds no mapping, and dask refuses it", "see pegconf validate")
    return sources


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key that variables set, as first spelled: a value with its variable, or the keys below it."""

    written: str
    value: Any = None
    variable: str | None = None
    below: dict[str, _Entry] | None = None


def set_by_variables(variables: Sequence[Variable]) -> tuple[Setting, ...]:
    """What the variables set under `jobqueue:`, one setting a section, its keys and theirs as parts."""
    top: dict[str, _Entry] = {}
    for variable in variables:
        _assign(top, variable.path, variable.value, variable.name)
    jobqueue = top.get("jobqueue")
    return tuple(_setting(name, entry) for name, entry in ((jobqueue and jobqueue.below) or {}).items())


def _assign(tree: dict[str, _Entry], path: tuple[str, ...], value: Any, variable: str) -> None:
    """A variable's value at its place; one below a value that is no mapping is left out, since dask dies of it."""
    written, *rest = path
    name = canonical(written)
    before = tree.get(name)
    if not rest:
        tree[name] = _entry(before.written if before else written, value, variable)
        return
    if before is None:
        before = tree[name] = _Entry(written, below={})
    if before.below is not None:
        _assign(before.below, tuple(rest), value, variable)


def _entry(written: str, value: Any, variable: str) -> _Entry:
    if isinstance(value, dict):
        below = {canonical(str(key)): _entry(str(key), inner, variable) for key, inner in value.items()}
        return _Entry(written, variable=variable, below=below)
    return _Entry(written, value, variable)


def _setting(name: str, entry: _Entry) -> Setting:
    key = from_plain(entry.written)
    if entry.below is None:
        return Setting(name, entry.written, from_plain(entry.value), key, variable=entry.variable)
    parts = tuple(_setting(inner, below) for inner, below in entry.below.items())
    names = dict.fromkeys(leaf.variable for part in parts for leaf in part.leaves() if leaf.variable)
    value = from_plain({})
    value.content.extend((part.key, part.value) for part in parts)
    assert isinstance(value.content, Pairs)
    return Setting(name, entry.written, value, key, variable=", ".join(names) or entry.variable, parts=parts)
