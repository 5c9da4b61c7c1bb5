"""Names of queues, projects and jobs, and what YAML, the shell and people make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.accuracy.case import NOBODY, Case, each, instead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_AS_WRITTEN: Final = (
    "012345", "010", "1_000", "12:34", "0x10", "1e3", "0b11", "0o17", "12345", "1.10", "1.0", "no", "off", "on",
    "yes", "y", "n", "NO", "true", "null_", "2024-01-01", "+1", "-1", ".5", "1:30:00", "0123", "089", "1__0", "Yes",
    "TRUE", "~x", "a:b", "=x",
)  # fmt: skip
_SPOILT: Final = (
    "my queue", "$USER", "${PROJECT}", "$(whoami)", "~", "<your-project>", "CHANGEME", "your_project_here", "''",
    "' '", "None", "null", "'a\"b'", "a;b", "a|b", "'a`b`'", "XXX", "'[general]'", '"gen\\neral"', "general,",
    "'#general'", "general # the usual", "TODO",
)  # fmt: skip
_HARMLESS: Final = {"general # the usual": "general", "~": "null", "null": "null", "None": "null"}
_BROKEN: Final = (
    "@general",
    "`general`",
    "%general",
    "*general",
    "&general",
    "!general",
    "[general",
    "{general",
    "'general",
    '"general',
    "general: x",
    "- general",
    "? general",
    "| general",
    ", general",
)


def cases(good: Good) -> Iterator[Case]:
    """Every name in every spelling that YAML or the batch system takes otherwise."""
    if good.system == "local":
        return
    for key in ("queue", "project", "account"):
        if key not in good.values:
            continue
        for raw in _AS_WRITTEN:
            plain = raw.split()[0]
            yield instead("names", good, key, raw, f"'{plain}'" if set(plain) <= _SAFE else NOBODY)
        for raw in _SPOILT:
            yield instead("names", good, key, raw, _HARMLESS.get(raw, NOBODY))
        for raw in _BROKEN:
            yield instead("names", good, key, raw, NOBODY if raw[:1] not in {"&", "!"} else _of_tag(raw))
    if good.system == "htcondor":
        return
    spaces = ("my worker", "'arr[1-3]'", "$USER-worker", "'a\"b'", "'a;b'", "' '", "''", "a/b", "'x y z'", "worker*")
    yield from each("names", good, "name", tuple((raw, NOBODY) for raw in spaces))
    yield from each(
        "names",
        good,
        "name",
        tuple((raw, f"'{raw}'") for raw in ("dask", "ns_1", "a.b", "0123", "no", "1_0", "12:30", "1e5")),
    )


_SAFE: Final = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:+")


def _of_tag(raw: str) -> str:
    """An anchor's name is no value: `&general` anchors a null."""
    return "general"
