"""What tests of --fix share: texts as files, mended in memory."""

from __future__ import annotations

from pathlib import Path

from pegconf.config import document
from pegconf.config.sources import Sources
from pegconf.validate import engine, fix

FILE = Path("/home/me/.config/dask/jobqueue.yaml")


def sources_of(*texts: str) -> Sources:
    return Sources(
        tuple(document.parse(text, FILE.with_name(f"{number}.yaml")) for number, text in enumerate(texts, 1))
    )


def mended(*texts: str, scheduler: str | None = None) -> fix.Repair:
    return fix.repair(sources_of(*texts), lambda found: engine.check(found, scheduler=scheduler), lambda _: "")


def after(text: str, scheduler: str | None = None) -> str:
    """The mended text, which is the same when it is mended again."""
    once = mended(text, scheduler=scheduler).after.documents[0].text
    assert mended(once, scheduler=scheduler).after.documents[0].text == once
    return once


def keys(system: str, text: str) -> str:
    return f"jobqueue:\n  {system}:\n    cores: 2\n    memory: 4GB\n{text}"
