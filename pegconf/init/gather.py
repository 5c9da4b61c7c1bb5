"""What is known before the first question of init: of the file, the site, the cluster and this machine."""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pegconf.batch.systems import KNOWN
from pegconf.core import folders
from pegconf.core.errors import PegconfError, UsageError
from pegconf.init import dashboard, existing_file
from pegconf.init.defaults import Known, Offer
from pegconf.site import detect, files, merge, ports, this_cluster, this_host
from pegconf.site.interfaces import interface_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.facts import Detected
    from pegconf.core.model import Site
    from pegconf.init.existing_file import Existing


@dataclass(frozen=True, slots=True)
class Ground:
    """What the questions stand on, and what the user should be told of how it came about."""

    known: Known
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    """The site to take the defaults from, its word in `pegconf:`, and whether the file's answers are for another."""

    site: Site | None = None
    word: str = ""
    moved: bool = False
    notes: tuple[str, ...] = ()


def known(
    before: Existing, word: str | None, given: Mapping[str, str], names: tuple[str, ...], environ: Mapping[str, str]
) -> Ground:
    """A site that was named; else the cluster that answers here, with the site file that knows it; else the file's."""
    asked = given.get("scheduler", "").lower() or _of_a_section(before, names)
    asked = asked if asked in KNOWN else ""
    alone = asked != "" and not KNOWN[asked].is_batch
    found = detect.detect(environ, asked or None) if word is None and not alone else None
    scheduler = asked or (found.scheduler if found else "") or _of_the_file(before)
    entry = before.entry(next((name for name in (*names, scheduler) if before.section(name)), scheduler))
    choice = _named(word, entry) if word is not None else _of_the_machine(found, entry)
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = ""
    saved = {} if choice.moved else existing_file.saved(before, scheduler, names)
    home = environ.get("HOME") or str(Path("~").expanduser())
    here = _here(found) if found and choice.site is None else _in_the_file(before, scheduler)
    port, about_port = dashboard_port(before, os.getuid(), given.get("dashboard-port"))
    result = Known(
        user,
        home,
        choice.site,
        choice.word,
        saved,
        interface_names(),
        scratch(user),
        this_host.as_node(),
        {path: text for one in KNOWN.values() for path, text in this_cluster.texts(one.fact_files(environ)).items()},
        here,
        own_port=ports.own(os.getuid()),
        free_port=port,
    )
    return Ground(result, (*choice.notes, *about_port))


def dashboard_port(before: Existing, uid: int, given: str | None) -> tuple[int, tuple[str, ...]]:
    """The port for a section without one: that of the file's others, else Dask's own unless it is taken on this host.

    Also what to say of it; nothing where an option names the port.
    """
    set_here = (section.get("scheduler-options") for section in before.sections)
    saved = next((port for port in map(dashboard.port_of, set_here) if port is not None), None)
    if saved is not None or given is not None or not ports.is_taken(ports.DEFAULT):
        return saved or ports.DEFAULT, ()
    own = ports.own(uid)
    return own, (f"port {ports.DEFAULT} is taken on this host, so that the dashboard gets your own, {own}",)


def scratch(user: str, below: str = "/tmp") -> Offer:  # noqa: S108 - offered, then asked
    """A folder for this user's workers; another one where somebody else has it on this host."""
    folder = f"{below}/dask-{user}" if user else f"{below}/dask"
    if folders.may_write(Path(folder)):
        return Offer(folder)
    return Offer(f"{folder}-{os.getuid()}", f"{folder} of this host is not yours")


def _of_a_section(before: Existing, names: tuple[str, ...]) -> str:
    """The batch system of the first section that is named and there already."""
    there = (before.section(name) for name in names)
    return next((section.batch_system or "" for section in there if section is not None), "")


def _of_the_file(before: Existing) -> str:
    """The batch system whose own section the file has, else the first one."""
    own = [section.name for section in before.sections if section.name in KNOWN]
    return own[0] if own else next(iter(KNOWN))


def _in_the_file(before: Existing, scheduler: str) -> dict[str, Offer]:
    there = any(section.batch_system == scheduler for section in before.sections)
    return {"scheduler": Offer(scheduler, "in the file")} if there else {}


def _here(found: Detected) -> dict[str, Offer]:
    title = KNOWN[found.scheduler].title
    said = {name: Offer(fact.value, fact.source) for name, fact in found.facts.items()}
    return {"scheduler": Offer(found.scheduler, f"this host has the commands of {title}"), **said}


def _named(word: str, entry: Mapping[str, object]) -> _Choice:
    site, word = load(word)
    before = entry.get("site")
    # What was answered for another cluster is no default for this one.
    return _Choice(site, word, isinstance(before, str) and before != word)


def _of_the_machine(found: Detected | None, entry: Mapping[str, object]) -> _Choice:
    """The cluster that answers, or the site of the file where none does."""
    silence = () if found is None or found.queues else (_silence(found),)
    before = entry.get("site")
    file: Site | None = None
    word, notes = "", silence
    if isinstance(before, str):
        try:
            file, word = load(before)
        except PegconfError as error:
            notes = (*notes, f"{error.message}; going on without what that site knows")
    if found is None or not found.queues:
        return _Choice(file, word if file else "", notes=notes)
    live = detect.as_site(found)
    hosts = (socket.gethostname(),)
    recognised = files.recognise(found.scheduler, live.cluster, hosts)
    was = entry.get("cluster")
    moved = isinstance(was, str) and was != live.cluster
    if file is not None and not moved and (recognised in {None, word} or live.cluster in {file.cluster, file.name}):
        recognised = word
    elif file is not None and recognised != word:
        moved = True
    if moved:
        notes = (*notes, f"the file's answers are for {was or word}; this is {live.cluster or recognised}")
    if recognised is None:
        return _Choice(live, "", moved, notes)
    file = file if file is not None and recognised == word else files.load(recognised)
    merged, differences = merge.merge(file, live, interface_names())
    return _Choice(merged, recognised, moved, (*notes, *(f"{file.title}: {words}" for words in differences)))


def _silence(found: Detected) -> str:
    title = KNOWN[found.scheduler].title
    return f"{title} is here, but nothing is known of its queues: {found.silence}"


def load(word: str) -> tuple[Site, str]:
    """A known site or a site file, and the word that names it for good."""
    if files.is_path(word):
        file = Path(word).expanduser().absolute()
        site, word = files.read(file), str(file)
    else:
        site = files.load(word)
    if site.scheduler not in KNOWN:
        raise UsageError(
            f"site {site.name} is for {site.scheduler}, which this release does not handle", "see --scheduler"
        )
    return site, word
