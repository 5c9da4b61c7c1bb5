"""Folders, interpreters and the first line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.accuracy.case import NOBODY, Case, each
from tests.accuracy.good import SCRATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_LOGS: Final = f"{SCRATCH}/logs"
_UNEXPANDED: Final = (
    "~/logs", "$HOME/logs", "${HOME}/logs", "$SCRATCH/logs", f"{SCRATCH}/$USER/logs", "~dwg11/logs", "logs", "./logs",
    "../logs", ".", "''", "' '", f"'{SCRATCH}/my logs'", f"{SCRATCH}/logs/*", f"'{SCRATCH}/logs; rm'", "C:\\logs",
    "file:///tmp/logs", f"'{SCRATCH}/a\"b'", f"'{SCRATCH}/`date`'", f"'{SCRATCH}/[x]'", f"'{SCRATCH}/{{user}}/logs'",
    f"<{SCRATCH}>",
)  # fmt: skip


def cases(good: Good) -> Iterator[Case]:
    """What no shell expands in a directive, and what one does in the worker's command."""
    if good.system != "local":
        yield from each("places", good, "log-directory", tuple((raw, NOBODY) for raw in _UNEXPANDED))
    yield from each(
        "places", good, "log-directory", ((f"{_LOGS}/", _LOGS), (f"'{_LOGS}'", _LOGS), (f"{_LOGS}//", _LOGS))
    )
    spaced = (
        f"'{SCRATCH}/my local'",
        "''",
        "' '",
        f"'{SCRATCH}/a;b'",
        f"'{SCRATCH}/a\"b'",
        f"'{SCRATCH}/a&b'",
        "'--nanny'",
    )
    yield from each("places", good, "local-directory", tuple((raw, NOBODY) for raw in spaced))
    expanded = NOBODY if good.system == "local" else ""
    for raw in ("$TMPDIR", "/tmp/$USER", "~/dask", "${SCRATCH}/dask"):
        yield from each("places", good, "local-directory", ((raw, expanded or f"'{raw}'"),))
    pythons = ("'/opt/my python/bin/python'", "''", "' '", "'python;'", "/usr/bin/python3 -u")
    yield from each("places", good, "python", tuple((raw, NOBODY) for raw in pythons[:-1]))
    yield from each(
        "places", good, "python", tuple((raw, f"'{raw}'") for raw in ("python", "python3", "/opt/conda/bin/python"))
    )
    if good.system in {"local", "htcondor"}:
        return
    firsts = (
        "#!/bin/bash",
        "/bin/bash",
        "'bash'",
        "'! /bin/bash'",
        "'#/bin/bash'",
        "'#!'",
        "#!/usr/bin/env bash -l",
        "' #!/bin/bash'",
    )
    yield from each(
        "places", good, "shebang", tuple((raw, NOBODY if raw == "'#!'" else "'#!/bin/bash'") for raw in firsts[:6])
    )
    yield from each("places", good, "shebang", ((firsts[6], "'#!/usr/bin/env bash'"), (firsts[7], "'#!/bin/bash'")))
    yield from each(
        "places",
        good,
        "shebang",
        tuple((raw, raw) for raw in ("'#!/bin/bash -l'", "'#!/usr/bin/env bash'", "'#! /bin/sh'")),
    )
