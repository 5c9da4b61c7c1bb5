"""The report of an ended job, LSF's mail-like text before the output, recorded on volclava 2.2."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .environment import expanded
from .place import host_words

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord, Store

RULE = "-" * 60


def write(job: JobRecord, store: Store, cluster: Cluster) -> bool:
    """Append the report to the `-o` file and the errors to the `-e` file; say whether both places existed."""
    folder = store.job_folder(job.id)
    text = _text(job, (folder / "script").read_text(encoding="utf-8"), cluster.account_home or str(Path.home()))
    errors = _target(job.error, job) if job.error else None
    tail = (
        f"\n\nPS:\n\nRead file <{expanded(job.error, job)}> for stderr output of this job.\n\n" if job.error else "\n\n"
    )
    try:
        if errors is not None:
            with errors.open("ab") as target, (folder / "err").open("rb") as source:
                shutil.copyfileobj(source, target)
        if job.output:
            with _target(job.output, job).open("ab") as target, (folder / "out").open("rb") as source:
                target.write(text.encode())
                shutil.copyfileobj(source, target)
                target.write(tail.encode())
    except OSError:
        return False
    return True


def _target(given: str, job: JobRecord) -> Path:
    path = Path(job.cwd) / expanded(given, job)
    return path / f"{job.id}.out" if path.is_dir() else path


def _text(job: JobRecord, script: str, home: str) -> str:
    hosts = " ".join(f"<{word}>" for word in host_words(job.hosts))
    first = job.hosts[0] if job.hosts else job.from_host
    return "\n".join(
        [
            f"Sender: LSF System <lsfadmin@{first}>",
            f"Subject: Job {job.id}: <{job.name}> {'Done' if job.status == 'DONE' else 'Exited'}",
            "",
            f"Job <{job.name}> was submitted from host <{job.from_host}> by user <{job.user}>.",
            f"Job was executed on host(s) {hosts}, in queue <{job.queue}>, as user <{job.user}>.",
            f"<{home}> was used as the home directory.",
            f"<{job.cwd}> was used as the working directory.",
            f"Started at {time.ctime(job.start_time)}",
            f"Results reported at {time.ctime(job.end_time)}",
            "",
            "Your job looked like:",
            "",
            RULE,
            "# LSBATCH: User input",
            script.removeprefix("#!/bin/sh\n").rstrip("\n"),
            "",
            RULE,
            "",
            *_ending(job),
            "",
            "Resource usage summary:",
            "",
            f"    CPU time   :{job.cpu_seconds:>10.2f} sec.",
            "",
            "The output (if any) follows:",
            "",
            "",
        ],
    )


def _ending(job: JobRecord) -> list[str]:
    if job.status == "DONE":
        return ["Successfully completed."]
    return [*([job.term_reason] if job.term_reason else []), f"Exited with exit code {job.exit_code}."]
