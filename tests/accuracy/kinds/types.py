"""Values of another type than a key's own, and null in its many spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.accuracy.case import CALLED, NOBODY, Case, each, instead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_NUMBERS: Final = ("cores", "processes", "ncpus", "job-cpu")
_TEXTS: Final = ("queue", "project", "account", "name", "python", "local-directory", "log-directory", "interface")
_MORE_TEXTS: Final = ("shared-temp-directory", "memory", "walltime", "disk", "job-mem", "lsf-units", "shebang")
_REQUESTS: Final = ("resource-spec", "memory-per-core-property-name", "worker-command")
_NULL_IS_FINE: Final = {"shared-temp-directory", "interface"}


def cases(good: Good) -> Iterator[Case]:
    """Numbers in quotes, lists and mappings of one value, truth values, dates and nulls, for every key."""
    for key in _NUMBERS:
        value = good.values.get(key, "")
        quoted = (f"'{value}'", f'"{value}"', f"{value}.0", f"[{value}]", f"{{{value}: null}}", f"'{value} '")
        yield from each("types", good, key, tuple((raw, value) for raw in quoted))
        wild = (
            "true",
            "false",
            "2024-01-01",
            "four",
            "''",
            "4.5",
            ".inf",
            ".nan",
            "4 cores",
            "auto",
            "1e1",
            "{}",
            "[]",
        )
        yield from each("types", good, key, tuple((raw, NOBODY) for raw in wild))
    for key in (*_TEXTS, *_MORE_TEXTS, *_REQUESTS):
        value = good.values.get(key, "")
        inner = value if value[:1] in {"'", '"'} else f"'{value}'"
        yield from each("types", good, key, ((f"[{inner}]", value), (f"{{{inner}: null}}", value)))
        odd = ("true", "no", "2024-01-01", "1.5", "[]", "{}", "17")
        if key not in {"name", "queue", "project", "account", "shared-temp-directory"}:
            yield from each("types", good, key, tuple((raw, NOBODY) for raw in odd if (key, raw) not in _FINE))
    for raw in ("'90'", "90.0", "90s", "'90 s'", "1.5m", "90000ms"):
        yield instead("types", good, "death-timeout", raw, "90")
    for raw in ("true", "[90]", "{90: null}", "''", "soon", "2024-01-01", "-5", "1:30x"):
        yield instead("types", good, "death-timeout", raw, NOBODY if raw not in {"[90]", "{90: null}"} else "90")
    yield from _nulls(good)
    if good.system == "lsf":
        table = (("'true'", "true"), ("yes", "true"), ("1", "true"), ("'yes'", "true"), ("'false'", "false"))
        yield from each("types", good, "use-stdin", (*table, ("'no'", "false"), ("0", "false"), ("on", "true")))
        yield from each(
            "types", good, "mem", tuple((raw, "10000000000") for raw in ("'10000000000'", "1e10", "1.0e+10"))
        )
        yield from each("types", good, "mem", (("[10000000000]", "10000000000"), ("true", NOBODY), ("''", NOBODY)))


_FINE: Final = {("walltime", "17"), ("job-mem", "17"), ("memory", "17"), ("disk", "17")}
"""Numbers that other kinds of mutation look at, with what was meant."""


def _nulls(good: Good) -> Iterator[Case]:
    """Null is a value: what dask-jobqueue does without one is meant; its look-alikes mean the same."""
    for key in good.values:
        if key in CALLED:
            meant = good.values[key]
        elif key in {"name", "shebang", "worker-command"}:
            meant = NOBODY
        else:
            meant = "null"
        lists = key.endswith(("-args", "-prologue", "-directives", "-skip", "-options", "-extra"))
        if lists and key not in {"job-extra", "env-extra"}:
            meant = "{}" if key == "scheduler-options" or good.values[key][:1] == "{" else "[]"
        for raw in ("null", "~", "", "NULL"):
            if (key, raw) == ("log-directory", "~"):
                yield instead("nulls", good, key, raw, NOBODY)
            elif key in CALLED:
                text = good.having({key: raw}).text
                yield Case("nulls", good.system, good.section, f"{key}: {raw}", text, good.text, (key,))
            else:
                yield instead("nulls", good, key, raw, meant)
        for raw in ("None", "'null'", "'~'", "nil"):
            if not (good.own is False and key in {"extra", "env-extra", "job-extra"}):
                yield instead("nulls", good, key, raw, NOBODY if key == "use-stdin" else meant)
