"""`pegconf init`: a few questions, and a configuration that is complete, commented and valid."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pegconf.cli import init_privacy, init_probe, init_tls_and_pages, prompt
from pegconf.cli.options import SchedulerOption, ends_well, note, out
from pegconf.config import sources, store
from pegconf.core.errors import SignalStop, UsageError
from pegconf.core.model import Severity
from pegconf.core.units import count
from pegconf.init import existing_file, gather, interview, plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.init.answers import Answers
    from pegconf.init.defaults import Known


def _option(name: str, words: str, metavar: str) -> Any:
    return typer.Option(name, help=words, metavar=metavar, show_default=False)


@ends_well
def init(
    *,
    site: Annotated[str | None, _option("--site", "Site whose facts are known: a name or a site file.", "SITE")] = None,
    scheduler: SchedulerOption = None,
    name: Annotated[
        list[str] | None, _option("--name", "A further section, for one script; repeatable.", "NAME")
    ] = None,
    queue: Annotated[str | None, _option("--queue", "Queue of the jobs.", "QUEUE")] = None,
    project: Annotated[str | None, _option("--project", "Project the jobs are charged to, or none.", "PROJECT")] = None,
    cores_per_node: Annotated[str | None, _option("--cores-per-node", "Cores of a node.", "N")] = None,
    usable_cores: Annotated[str | None, _option("--usable-cores", "How many of them are for jobs.", "N")] = None,
    memory_per_node: Annotated[str | None, _option("--memory-per-node", "Memory of a node: 32GB.", "MEMORY")] = None,
    interface: Annotated[str | None, _option("--interface", "Network interface: ib0, or none.", "NAME")] = None,
    memory_unit: Annotated[
        str | None, _option("--memory-unit", "Unit of LSF's limits: kb, mb, gb, tb.", "UNIT")
    ] = None,
    flavour: Annotated[str | None, _option("--flavour", "Which PBS: pbspro or torque.", "KIND")] = None,
    disk: Annotated[str | None, _option("--disk", "Disk of one job, for HTCondor: 2GB.", "DISK")] = None,
    memory_property: Annotated[
        str | None, _option("--memory-property", "OAR's property for memory per core, or not_applicable.", "NAME")
    ] = None,
    parallel_environment: Annotated[
        str | None, _option("--parallel-environment", "Grid Engine's, for slots of one host: smp, or none.", "NAME")
    ] = None,
    memory_resource: Annotated[
        str | None, _option("--memory-resource", "Grid Engine's, for memory: h_vmem, mem_free, or none.", "NAME")
    ] = None,
    cores: Annotated[str | None, _option("--cores", "Cores of one job.", "N")] = None,
    memory: Annotated[str | None, _option("--memory", "Memory of one job: 4GB.", "MEMORY")] = None,
    gpus: Annotated[str | None, _option("--gpus", "GPUs of one job, each for one worker process.", "N")] = None,
    processes: Annotated[str | None, _option("--processes", "Worker processes of one job.", "N")] = None,
    work: Annotated[str | None, _option("--work", "Where the time goes: python or numpy.", "KIND")] = None,
    walltime: Annotated[str | None, _option("--walltime", "The longest a worker may live: 04:00.", "TIME")] = None,
    log_directory: Annotated[str | None, _option("--log-directory", "Folder of the jobs' output.", "FOLDER")] = None,
    local_directory: Annotated[str | None, _option("--local-directory", "Scratch of the workers.", "FOLDER")] = None,
    python: Annotated[str | None, _option("--python", "Python on the compute nodes.", "PATH")] = None,
    dashboard: Annotated[
        str | None,
        _option(
            "--dashboard",
            "loopback: open to users of the scheduler's host. none: no pages, and so no tunnel, but /health.",
            "KIND",
        ),
    ] = None,
    dashboard_port: Annotated[
        str | None, _option("--dashboard-port", "Port of the dashboard, or own: one that only you have.", "PORT")
    ] = None,
    tls: Annotated[
        bool | None,
        typer.Option(
            "--tls/--no-tls",
            help="Encrypt all of your Dask programs, and let in only them; --no-tls undoes it.",
            show_default=False,
        ),
    ] = None,
    login: Annotated[str | None, _option("--login", "Where you log in.", "USER@HOST")] = None,
    file: Annotated[Path | None, _option("--file", "Write this file instead of dask's own.", "PATH")] = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Submit one tiny job first, which tells what a compute node has.")
    ] = False,
    probe_timeout: Annotated[
        int, typer.Option("--probe-timeout", help="How long to wait for it.", metavar="SECONDS", min=1)
    ] = 120,
    yes: Annotated[bool, typer.Option("--yes", help="Take the defaults shown, and write.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the file, write nothing; --probe submits its job.")
    ] = False,
) -> int:
    """Write a configuration from a few answers."""
    if processes is not None and work is not None:
        raise UsageError("--processes and --work answer the same question", "give one of them")
    if work is not None and work.lower() not in {"python", "numpy"}:
        raise UsageError(f"--work {work!r} is not one of: python, numpy", "for a number there is --processes")
    told = {
        "scheduler": scheduler,
        "queue": queue,
        "project": project,
        "cores-per-node": cores_per_node,
        "usable-cores": usable_cores,
        "memory-per-node": memory_per_node,
        "interface": interface,
        "memory-unit": memory_unit,
        "flavour": flavour,
        "disk": disk,
        "memory-property": memory_property,
        "parallel-environment": parallel_environment,
        "memory-resource": memory_resource,
        "cores": cores,
        "memory": memory,
        "processes": processes or work,
        "walltime": walltime,
        "log-directory": log_directory,
        "local-directory": local_directory,
        "python": python,
        "gpus": gpus,
        "dashboard": dashboard,
        "dashboard-port": dashboard_port,
        "login": login,
        "names": " ".join(name) if name else None,
    }
    given = {key: text for key, text in told.items() if text is not None}
    path = Path(os.path.abspath(file.expanduser())) if file else sources.user_file(os.environ)  # noqa: PTH100 - keeps links
    before = existing_file.existing(path)
    if not dry_run:
        store.check_writable(path)
    files = init_tls_and_pages.planned(path, tls=tls, kind=dashboard, dry_run=dry_run)
    ground = gather.known(before, site, given, tuple(name or ()), os.environ)
    known = ground.known
    for told_first in ground.notes:
        note(told_first)
    if probe:
        known = init_probe.with_probe(known, given, probe_timeout)
    try:
        answers = interview.interview(known, given, _dialogue(known, given, yes=yes))
        for option in interview.not_asked(answers.system.name, given):
            note(f"{option} means nothing to {answers.system.title}, and is left out")
        answers, tls = init_privacy.offered(answers, before, tls, person=_is_asked(yes=yes))
        files = init_tls_and_pages.planned(path, tls=tls, kind=answers.pages.kind, dry_run=dry_run)
        made = plan.plan(before, answers, only_named=bool(name))
        _tell(made, answers, init_tls_and_pages.left_open(made, answers, files))
        if dry_run:
            init_tls_and_pages.agreed(files, yes=True)
            sys.stdout.flush()
            sys.stdout.buffer.write(made.text.encode("utf-8"))
            sys.stdout.buffer.flush()
            return 0
        if not made.same and not _agreed(made, yes=yes):
            note("nothing was written")
            return 0
        files = init_tls_and_pages.agreed(files, yes=yes)
    except KeyboardInterrupt:
        note()
        raise SignalStop(signal.SIGINT, "stopped; nothing was written") from None
    init_tls_and_pages.write(files, path, tls=tls)
    _finish(made, answers, alone=file is not None)
    return 0


def _is_asked(*, yes: bool) -> bool:
    """Whether somebody at a terminal answers."""
    return not yes and sys.stdin is not None and sys.stdin.isatty()


def _dialogue(known: Known, given: Mapping[str, str], *, yes: bool) -> interview.Dialogue:
    if _is_asked(yes=yes):
        return prompt.person()
    missing = interview.unanswered(known, given)
    if not yes:
        also = f", and what has no default: {' '.join(missing)}" if missing else ""
        raise UsageError("there is no terminal to ask questions on", f"take the defaults with --yes{also}")
    if missing:
        raise UsageError(f"no default for: {' '.join(missing)}", "give these options; --yes answers the rest")
    return prompt.defaults()


def _tell(made: plan.Plan, answers: Answers, left_open: tuple[tuple[str, str], ...]) -> None:
    """Show what the answers amount to and what else there is to know, before anything is written."""
    findings = plan.check(made, answers)
    prompt.table("What the answers amount to", (*plan.amounts(answers), *left_open))
    for gone in made.left_out:
        note(f"left out, since dask-jobqueue does not read it: {gone}")
    others = [finding for finding in findings if finding.severity is Severity.ERROR]
    for finding in others:
        note(f"not touched, but broken: {finding.code} in section {finding.section}: {finding.message}")
    if len(findings) > len(others):
        warnings = len(findings) - len(others)
        note(f"{count(warnings, 'warning')}: pegconf validate shows {'it' if warnings == 1 else 'them'}")


def _agreed(made: plan.Plan, *, yes: bool) -> bool:
    if not made.before.fresh:
        prompt.show_diff(made.diff())
    elif made.before.text.strip():
        note(f"{made.before.path} is the one dask-jobqueue left there, all comments; it is replaced")
    return yes or prompt.confirm(f"write {made.before.path}?")


def _finish(made: plan.Plan, answers: Answers, *, alone: bool) -> None:
    """Write, make the folders, and say what comes next."""
    path = made.before.path
    if made.same:
        out(f"{path} says so already; nothing was written")
    else:
        backup = plan.write(made)
        out(f"wrote {path}: {', '.join(made.written)}")
        if backup is not None:
            out(f"the old one is {backup}")
    for folder, reason in plan.make_folders(answers):
        note(f"{folder} cannot be made here ({reason}); on the cluster type: mkdir -p {folder}")
    if alone and path.parent not in sources.folders(os.environ) and path not in sources.folders(os.environ):
        note(f"dask does not read {path} by itself: export DASK_CONFIG={path}")
    section = made.written[-1]
    this = f" --file {path}" if alone else ""
    out("\nnext:")
    out(f"  pegconf validate{f' {path}' if alone else ''}")
    out(f"  pegconf smoke-test {section} --workers 4{this}")
    out(f"  pegconf tunnel {section}{this}\n\nin your program:")
    out("".join(f"  {line}\n" for line in plan.usage(answers, section).splitlines()).rstrip())
