"""Answers to a complete section's values, each with a comment; what no question covers stays as the file had it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.requested import Request
from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue
from pegconf.core import sizing
from pegconf.core.units import count, format_bytes
from pegconf.init import dashboard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.requested import Filled
    from pegconf.core.model import Shape
    from pegconf.init.answers import Answers
    from pegconf.init.dashboard import Pages

_AS_IT_IS: Final = dashboard.Pages()
_LIFETIME: Final = re.compile(r"(--lifetime(?:-stagger)?)(?:[= ].*)?")


def shape_of(answers: Answers) -> Shape:
    """What the answers amount to on a node; raises RefusedError where they do not fit together."""
    return sizing.shape(
        answers.node,
        answers.cores,
        answers.memory,
        answers.processes,
        answers.site.headroom if answers.site else sizing.HEADROOM,
        unit=answers.unit,
        per_core=answers.per_core,
    )


def values(answers: Answers, section: str, old: Mapping[str, Any]) -> dict[str, Any]:
    """Every key of the installed dask-jobqueue's section with its value, in that order; `old` is the file's section."""
    system = answers.system
    complete = catalogue.complete(system.name)
    kept = complete | {name: value for name, value in _renamed(old).items() if name in complete}
    # dask-jobqueue iterates over these, and a null there is a TypeError.
    kept |= {name: empty for name, empty in complete.items() if kept[name] is None and isinstance(empty, (list, dict))}
    asked = {
        "name": kept["name"] if section in KNOWN or "name" in old else section,
        "cores": answers.cores,
        "memory": format_bytes(answers.memory),
        "processes": answers.processes,
        "python": answers.python,
        "interface": answers.interface,
        "local-directory": answers.local_directory,
        "worker-extra-args": worker_words(kept["worker-extra-args"], answers.walltime, answers.pages),
        "queue": answers.queue,
        "walltime": system.format_walltime(answers.walltime),
        "log-directory": answers.log_directory,
        "scheduler-options": dashboard.for_scheduler(
            kept["scheduler-options"], answers.pages, answers.scheduler_interface
        ),
    }
    if system.directives.account_key:
        asked[system.directives.account_key] = answers.project
    asked |= system.fill(
        _request(answers, kept | {"cores": old.get("cores"), "log-directory": answers.log_directory})
    ).values
    asked = {name: value for name, value in asked.items() if name in complete}
    deprecated = {name: None for name in complete if catalogue.keys()[name].renamed_to}
    return kept | asked | deprecated


def _request(answers: Answers, kept: Mapping[str, Any]) -> Request:
    return Request(
        shape_of(answers),
        answers.walltime,
        kept,
        answers.unit,
        answers.per_core,
        answers.gpus,
        answers.details,
    )


def asked_for(answers: Answers, kept: Mapping[str, Any] | None = None) -> Filled:
    """What a job asks the batch system for, and the words for it; `kept` is the section, or the defaults."""
    return answers.system.fill(_request(answers, kept or catalogue.complete(answers.system.name)))


def left_out(answers: Answers, old: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys of the old section that dask-jobqueue does not read, which the new one has no place for."""
    complete = catalogue.complete(answers.system.name)
    return tuple(name for name, value in old.items() if name not in complete and value not in (None, []))


def _renamed(old: Mapping[str, Any]) -> dict[str, Any]:
    """A section with the values of deprecated keys under their new names, as dask-jobqueue itself takes them."""
    renamed = dict(old)
    for name, value in old.items():
        key = catalogue.keys().get(name)
        if key is not None and key.renamed_to and value and not renamed.get(key.renamed_to):
            renamed[key.renamed_to] = value
    return renamed


def worker_words(old: Any, walltime: int, asked: Pages = _AS_IT_IS) -> Any:
    """A worker's further words: the lifetime below the walltime, the user's own, and its web page on loopback.

    Without a walltime (0) a lifetime in them is the user's own.
    """
    if not isinstance(old, list):
        return old
    if not walltime:
        return dashboard.for_workers(list(old), asked)
    alive, stagger = sizing.lifetime(walltime)
    words = ["--lifetime", sizing.duration(alive), "--lifetime-stagger", sizing.duration(stagger)]
    rest = iter(old)
    for word in rest:
        match = _LIFETIME.fullmatch(str(word))
        if match is None:
            words.append(word)
        elif match[1] == word:
            next(rest, None)
    return dashboard.for_workers(words, asked)


def comments(answers: Answers, filled: Mapping[str, Any], *, verified: bool) -> dict[str, str]:
    """A short comment for every value."""
    shape, keys = shape_of(answers), catalogue.keys()
    known = answers.site_queue
    special = {
        "processes": f"workers of one job, each with {count(shape.threads, 'thread')}: {_reason(shape)}",
        "interface": keys["interface"].comment + ("" if verified or not answers.interface else "; not seen by a job"),
        "worker-extra-args": _about_workers(answers.walltime, filled["worker-extra-args"])
        or keys["worker-extra-args"].comment,
        "queue": keys["queue"].comment + (f" (as of {known.as_of})" if known and known.as_of else ""),
        "walltime": f"{keys['walltime'].comment}: {answers.system.walltime_words}",
        "scheduler-options": dashboard.about(filled["scheduler-options"]) or keys["scheduler-options"].comment,
    }
    special |= asked_for(answers, filled).comments
    return {name: special.get(name, keys[name].comment) for name in filled}


def _about_workers(walltime: int, words: Any) -> str:
    margin = walltime - sizing.lifetime(walltime)[0]
    hand_over = f"workers end {sizing.duration(margin)} before the job, and hand over" if walltime else ""
    page = "their web pages on loopback" if isinstance(words, list) and "127.0.0.1:0" in words else ""
    return "; ".join(filter(None, [hand_over, page]))


def _reason(shape: Shape) -> str:
    if shape.threads == 1:
        return "pure Python"
    return "numpy and the like" if shape.processes == 1 else "mixed"


def asked(answers: Answers, old: Mapping[str, Any], *, verified: bool) -> dict[str, Any]:
    """A section's entry in `pegconf:`: what its values do not say."""
    site = answers.site
    word = answers.site_word or ("" if site is None or site.detected else site.name)
    ours = {"interface-verified", "gpus", "node"} | ({"site"} if site is not None else set())
    if site is not None and (site.detected or old.get("site") != word):
        ours.add("cluster")
    entry = {name: value for name, value in old.items() if name not in ours}
    entry["scheduler"] = answers.system.name
    if answers.gpus:
        entry["gpus"] = answers.gpus
    # A file that says otherwise of this queue than the cluster itself is nothing to check the section against.
    if site is not None and word and answers.queue not in site.outdated:
        entry["site"] = word
    if site is not None and site.cluster:
        entry["cluster"] = site.cluster
    if answers.interface is not None:
        entry["interface-verified"] = verified
    queue = answers.site_queue
    if queue is None or queue.node != answers.node or (site is not None and site.detected):
        node = answers.node
        entry["node"] = {"cores": node.cores, "usable-cores": node.usable_cores, "memory": format_bytes(node.memory)}
    return entry
