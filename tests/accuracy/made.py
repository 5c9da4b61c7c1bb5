"""What dask-jobqueue makes of many configurations, one after the other: `python -m tests.accuracy.made FOLDER`.

Reads a list of {"system", "section", "text", "given"} as JSON from standard input, writes a list of outcomes. Each
text is a file that dask loads and merges as it does at import, then the cluster's class makes its job, script and
scheduler.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any, Final

import dask
import dask.config
import dask_jobqueue
from dask.utils import parse_bytes, parse_timedelta
from dask_jobqueue.local import LocalCluster
from distributed import Scheduler
from distributed.cli.dask_worker import main as dask_worker

from tests.accuracy import meaning
from tests.accuracy.good import section as good_section
from tests.accuracy.grammar import NonsenseError

_CLUSTERS: Final = {
    "lsf": dask_jobqueue.LSFCluster,
    "slurm": dask_jobqueue.SLURMCluster,
    "pbs": dask_jobqueue.PBSCluster,
    "moab": dask_jobqueue.MoabCluster,
    "sge": dask_jobqueue.SGECluster,
    "htcondor": dask_jobqueue.HTCondorCluster,
    "oar": dask_jobqueue.OARCluster,
    "local": LocalCluster,
}
_DEFAULTS: Final = list(dask.config.defaults)
_COUNTED: Final = ("n_workers", "nthreads", "memory_limit")
_SECONDS: Final = ("lifetime", "lifetime_stagger", "death_timeout")
_started: dict[str, str] = {}


def _load(folder: Path, text: str) -> None:
    """As `import dask` and `import dask_jobqueue` do: the files first, then each package's defaults below them."""
    (folder / "jobqueue.yaml").write_text(text, encoding="utf-8", newline="")
    dask.config.defaults.clear()
    dask.config.refresh(paths=[str(folder)], env={})
    for defaults in _DEFAULTS:
        dask.config.update_defaults(defaults)


def _given(system: str, keys: list[str]) -> dict[str, Any]:
    values = {key: good_section(system).values[key] for key in keys}
    return {key: int(raw) if raw.isdigit() else raw for key, raw in values.items()}


async def _outcome(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    system, section = case["system"], case["section"]
    try:
        _load(folder, case["text"])
        cluster = _CLUSTERS[system](config_name=section, asynchronous=True, **_given(system, case["given"]))
        job = cluster._dummy_job
        script = cluster.job_script()
        options = dict(cluster.scheduler_spec["options"])
    except Exception as error:  # noqa: BLE001 - whatever dask-jobqueue raises is the outcome
        return {"crash": f"{type(error).__name__}: {error}"}
    crash = await _start(options)
    if crash:
        return {"crash": crash}
    found = meaning.of(system, script, _worker)
    found.told |= {
        "scheduler": {name: str(value) for name, value in options.items()},
        "submit": [job.submit_command, job.cancel_command, bool(getattr(job, "use_stdin", True))],
        "shared": repr(cluster.shared_temp_directory),
        "logs": _folder(job.log_directory),
    }
    return {"told": found.told, "nonsense": found.nonsense, "script": script}


def _folder(path: Any) -> str:
    return repr(os.path.normpath(path) if isinstance(path, str) else path)


async def _start(options: dict[str, Any]) -> str:
    """What the scheduler says against its options when it starts, or nothing; each set of options is tried once."""
    options = options | {"dashboard_address": _without_8787(options.get("dashboard_address", "127.0.0.1:0"))}
    key = repr(sorted((name, repr(value)) for name, value in options.items()))
    if key not in _started:
        _started[key] = ""
        try:
            async with asyncio.timeout(20), Scheduler(**options):
                pass
        except Exception as error:  # noqa: BLE001 - whatever distributed raises is the outcome
            _started[key] = f"{type(error).__name__}: {error}"
    return _started[key]


def _without_8787(address: Any) -> Any:
    """An address that distributed takes or refuses as it does this one: other tests look whether 8787 is free."""
    if isinstance(address, str):
        return re.sub(r"\b8787$", "0", address)
    return 0 if address == 8787 else address


def _worker(words: list[str]) -> dict[str, Any]:
    """What distributed's own command line makes of a worker's command."""
    if len(words) < 4 or words[1:3] != ["-m", "distributed.cli.dask_worker"]:
        raise NonsenseError(f"command {words[:3]}")
    try:
        context = dask_worker.make_context("dask worker", words[3:])
        options: dict[str, Any] = {name: str(value) for name, value in context.params.items() if value is not None}
        count, threads = int(context.params["n_workers"] or 1), context.params["nthreads"]
        limit = float(parse_bytes(context.params["memory_limit"]))
        seconds = {name: float(parse_timedelta(options[name])) for name in _SECONDS if name in options}
    except Exception as error:  # noqa: BLE001 - click's refusals and what int says are both refusals
        raise NonsenseError(f"dask worker: {type(error).__name__}: {error}") from None
    for ports in (options.get("worker_port", "0"), options.get("nanny_port", "0")):
        first, _, last = ports.partition(":")
        if first.isdigit() and int(first) and int(last or first) - int(first) + 1 < count:
            raise NonsenseError(f"ports {ports} for {count} workers")
    if count < 1 or threads < 1 or limit < meaning.LEAST_MEMORY:
        raise NonsenseError(f"{count} workers of {threads} threads and {limit:.0f} bytes")
    if any("None" in word for word in words):
        raise NonsenseError("the word None in the worker's command")
    own = {"python": words[0], "workers": count, "threads": threads, "memory": limit}
    return {name: value for name, value in options.items() if name not in _COUNTED} | seconds | own


async def _all(cases: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    return [await _outcome(case, folder) for case in cases]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    scratch = Path(sys.argv[1])
    configuration = scratch / "etc"
    configuration.mkdir(parents=True)
    os.chdir(scratch)
    sys.stdout.write(json.dumps(asyncio.run(_all(json.load(sys.stdin), configuration))))
