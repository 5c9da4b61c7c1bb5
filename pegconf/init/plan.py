"""From what is there and what was answered to the text of the file, validated before it is anywhere on a disk."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pegconf
from pegconf.config import edit_text, render, store
from pegconf.core import resources, sizing
from pegconf.core.errors import CannotGoOnError, UsageError
from pegconf.core.model import Finding, Severity
from pegconf.core.units import count, show_bytes, show_seconds
from pegconf.init import dashboard, section_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.init.answers import Answers
    from pegconf.init.existing_file import Existing

_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Plan:
    """What init would write: the text, the sections in it that are its own, and what it left out of the old ones.

    `scheduler_options` are those of the last section.
    """

    before: Existing
    text: str
    written: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    scheduler_options: Any = None

    @property
    def same(self) -> bool:
        """Whether the file holds this text already."""
        return self.before.data == self.text.encode("utf-8")

    def diff(self) -> list[str]:
        """The lines that change, as a unified diff."""
        old, new = self.before.text.splitlines(), self.text.removeprefix(_BOM).splitlines()
        return list(difflib.unified_diff(old, new, str(self.before.path), "as init would write it", lineterm=""))


def plan(before: Existing, answers: Answers, *, only_named: bool) -> Plan:
    """The text with the batch system's own section and each named one in it.

    With `only_named`, on a file that has sections, those of other names stay as they are, the own one too.
    """
    own = answers.system.name
    names = answers.names if only_named and not before.fresh else (own, *answers.names)
    mark = _BOM if before.data is not None and before.data.startswith(_BOM.encode()) else ""
    text = _header(answers) if before.fresh else before.text
    entries = before.asked.get("sections")
    asked: dict[str, Any] = {**before.asked, "version": 1, "login": answers.login}
    asked["sections"] = dict(entries) if isinstance(entries, dict) else {}
    left_out: list[str] = []
    written = []
    options: Any = None
    for name in names:
        section = before.section(name)
        if section is not None and section.batch_system not in {None, own}:
            raise UsageError(
                f"the section {name} in {before.path} is for {section.batch_system}", "choose another name"
            )
        spelled = section.name if section is not None else name
        written.append(spelled)
        old = {key: setting.plain for key, setting in section.settings.items()} if section is not None else {}
        entry = before.entry(spelled)
        verified = _verified(answers, old, entry)
        values = section_values.values(answers, spelled, old)
        options = values["scheduler-options"]
        comments = section_values.comments(answers, values, verified=verified)
        text = edit_text.put(text, ("jobqueue", spelled), values, _section_of(values, comments), before.path)
        asked["sections"][spelled] = section_values.asked(answers, entry, verified=verified)
        left_out += [f"{spelled}: {key}" for key in section_values.left_out(answers, old)]
    text = edit_text.put(text, ("pegconf",), asked, _mapping_of(asked), before.path)
    return Plan(before, mark + text, tuple(written), tuple(left_out), options)


def _section_of(values: Mapping[str, Any], comments: Mapping[str, str]) -> edit_text.Render:
    return lambda name, column, step: render.section(name, values, comments, column, step)


def _mapping_of(values: Mapping[str, Any]) -> edit_text.Render:
    return lambda name, column, step: render.mapping(name, values, column, step)


def _verified(answers: Answers, old: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether a job has seen the interface: a probe now, or as the file says while it is the same one, or the site."""
    if answers.interface in answers.seen_interfaces:
        return True
    if old.get("interface") == answers.interface and "interface-verified" in entry:
        return bool(entry["interface-verified"])
    site = answers.site
    return site is not None and site.interface_verified and site.interface == answers.interface


def _header(answers: Answers) -> str:
    return resources.template("header.txt").format(
        title=answers.site.title if answers.site else answers.system.title,
        version=pegconf.__version__,
        cluster=answers.system.cluster,
    )


def check(made: Plan, answers: Answers) -> tuple[Finding, ...]:
    """Validate the text before any disk; raises CannotGoOnError on an error in what would be written.

    Returns what else there is to know: warnings of the written sections and errors in others.
    """
    from pegconf.validate import engine  # noqa: PLC0415 - rules are needed only here

    report = engine.check_text(made.text, made.before.path, site=answers.site, script=True)
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    ours = [finding for finding in errors if finding.section is None or finding.section in made.written]
    if ours:
        told = "; ".join(f"{finding.code} {finding.section or ''} {finding.message}".strip() for finding in ours[:3])
        raise CannotGoOnError(
            f"what init would write is not valid: {told}",
            "nothing was written; mend that value in the file or give its option",
        )
    return tuple(finding for finding in report.findings if finding.severity is not Severity.INFO)


def write(made: Plan) -> Path | None:
    """Write the file; returns the backup of the old one."""
    return store.write(made.before.path, made.text, made.before.data)


def make_folders(answers: Answers) -> tuple[tuple[str, str], ...]:
    """Make the log and scratch folders; returns those that cannot be made here, each with the reason."""
    failed = []
    for folder in (answers.log_directory, answers.local_directory):
        if folder is None or "$" in folder or "%" in folder:
            continue
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            failed.append((folder, error.strerror or str(error)))
    return tuple(failed)


def amounts(answers: Answers) -> tuple[tuple[str, str], ...]:
    """What the answers amount to, as rows of two: jobs, nodes, what is reserved, what stays idle, core-hours."""
    shape, node = section_values.shape_of(answers), answers.node
    filled = section_values.asked_for(answers)
    alive, stagger = sizing.lifetime(answers.walltime)
    workers = f"{count(shape.processes, 'worker')} of {count(shape.threads, 'thread')}"
    workers += f" and {show_bytes(shape.worker_memory)}" + (" each" if shape.processes > 1 else "")
    lives = "until it is removed: there is no walltime"
    if answers.system.has_walltime:
        ends = f"{show_seconds(alive)}, give or take {show_seconds(stagger)}"
        lives = f"{show_seconds(answers.walltime)}; workers end after {ends}"
    idle = f"{count(shape.idle_cores, 'core')} and {show_bytes(shape.idle_memory)}"
    headroom = answers.site.headroom if answers.site else sizing.HEADROOM
    most = answers.site.jobs_before_pending if answers.site else None
    hours = sizing.core_hours(answers.cores, answers.walltime)
    rows = [
        ("one job", f"{count(answers.cores, 'core')}, {show_bytes(answers.memory)}: {workers}"),
        (
            "jobs per node",
            f"{shape.jobs_per_node}, by {count(node.usable_cores, 'core')} for jobs and {show_bytes(node.memory)}",
        ),
        ("left idle", f"{idle} of a node full of such jobs"),
        ("reserved", f"{filled.reserved}, with {headroom - 1:.0%} headroom" if filled.reserved else "no memory"),
        ("ended above", filled.ended_above),
        ("lives", lives),
    ]
    if not answers.system.has_walltime:
        return tuple(rows)
    if most is None:
        return (*rows, ("core-hours", f"{hours:g} for each job that runs to the end"))
    room = f"{count(most * answers.cores, 'core')}, {count(-(-most // shape.jobs_per_node), 'node')}"
    rows.append(("jobs at most", f"about {most} before more stay pending: {room}"))
    return (*rows, ("core-hours", f"{hours * most:g} if all {most} run to the end, {hours:g} each"))


def left_open(made: Plan, answers: Answers, *, encrypted: bool, health_only: bool) -> tuple[tuple[str, str], ...]:
    """What others can reach while a cluster runs, as rows of two: the dashboard, and the connections to the workers."""
    options = made.scheduler_options if isinstance(made.scheduler_options, dict) else {}
    interface = options.get("interface") or answers.interface
    words = f"{_over(interface)}, encrypted: only programs with your certificate"
    if not encrypted:
        words = f"{_over(interface)}, not encrypted: {whom(interface)} can run code as you (see --tls)"
    return (("dashboard", dashboard.stays_open(options, routes=health_only)), ("connections", words))


def whom(interface: str | None) -> str:
    """Who reaches a scheduler's and its workers' connections over an interface, in words."""
    return "users of the same host" if interface == "lo" else f"whoever reaches this host or a node {_over(interface)}"


def _over(interface: str | None) -> str:
    return f"over {interface}" if interface else "over any network"


def usage(answers: Answers, section: str, jobs: int = 4) -> str:
    """The four lines of Python that use a section."""
    cluster = answers.system.cluster
    chosen = "" if section == answers.system.name else f'config_name="{section}"'
    return (
        f"from {answers.system.module} import {cluster}\n"
        f"cluster = {cluster}({chosen})\n"
        f"cluster.scale(jobs={jobs})\n"
        f"client = cluster.get_client()\n"
    )
