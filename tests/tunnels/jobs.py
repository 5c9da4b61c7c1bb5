"""A stand-in LSF over the places' nodes, for an ordinary user: his program runs as a job made by `script --driver`.

What LSF's own daemon does with root's rights, entering a node and becoming the user there, a copy of nsenter does that
only the user's group may run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests import example
from tests.running import until
from tests.systems import standin_lsf
from tests.systems.standin_lsf import control
from tests.systems.standin_lsf.presets import pegasus
from tests.tunnels.places import ME, PATH, UIDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tunnels.places import Places

PROGRAM: Final = """\
import pathlib, sys, time
from dask_jobqueue import LSFCluster
if __name__ == "__main__":
    with LSFCluster(config_name="insar") as cluster, cluster.get_client() as client:
        cluster.scale(jobs=1)
        client.wait_for_workers(1)
        pathlib.Path(sys.argv[1]).write_text(cluster.scheduler_address)
        while True:
            client.gather(client.map(lambda n: time.sleep(0.05), range(20), pure=False))
"""


def _commands(places: Places) -> Path:
    """LSF's commands where the user can run them, whose checkout he may not be able to read."""
    folder = places.folder / "lsf-commands" / "tests" / "systems"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder.parent / "__init__.py").touch()
        shutil.copytree(Path(standin_lsf.__file__).parent, folder / "standin_lsf")
    return folder / "standin_lsf" / "bin"


def _enter(places: Places) -> Path:
    copy = places.folder / "nsenter"
    if not copy.exists():
        shutil.copy(shutil.which("nsenter", path=PATH) or "nsenter", copy)
        os.chown(copy, 0, UIDS[ME])
        copy.chmod(0o4750)
    return copy


@contextlib.contextmanager
def standing(places: Places) -> Iterator[tuple[str, ...]]:
    """The environment in which the user has LSF on every host; its jobs are ended in every case."""
    user = str(UIDS[ME])
    become = ("setpriv", "--reuid", user, "--regid", user, "--clear-groups")
    shape = pegasus()
    nodes = [
        replace(host, enter=(str(_enter(places)), *places.network[host.name].enter[1:], *become))
        for host in shape.hosts
    ]
    state = places.folder / "lsf"
    lsf = control.start(state, replace(shape, hosts=tuple(nodes), job_terminate_interval=1))
    for path in (state, *state.rglob("*")):
        os.chown(path, UIDS[ME], UIDS[ME])
    variables = lsf.environment({"PATH": PATH}) | {"STANDIN_LSF_PYTHON": str(places.python)}
    variables["PATH"] = f"{_commands(places)}:{PATH}"
    try:
        yield tuple(f"{name}={value}" for name, value in variables.items())
    finally:
        lsf.stop()
        shutil.rmtree(state)


def program(places: Places, lsf: tuple[str, ...], dashboard: str) -> str:
    """Submit the program as a job, wait until it has a worker, and give its scheduler's address."""
    home = places.home("login4")
    logs, said, script = home / "logs", home / "scheduler-address", home / "insar.sh"
    file = home / ".config" / "dask" / "jobqueue.yaml"
    for folder in (logs, file.parent):
        folder.mkdir(parents=True, exist_ok=True)
    section = {"processes": 1, "python": str(places.python), "scheduler-options": {"dashboard_address": dashboard}}
    file.write_text(example.configuration(logs, "insar", interface="eth0", **section), encoding="utf-8")
    (home / "program.py").write_text(PROGRAM, encoding="utf-8")
    said.unlink(missing_ok=True)
    for path in (home, *home.rglob("*")):
        os.chown(path, UIDS[ME], UIDS[ME])
    words = ("script", "insar", "--driver", str(home / "program.py"), "--", str(said))
    script.write_text(places.pegconf("login4", *words, environment=lsf).stdout, encoding="utf-8")
    submit = places.words("login4", ME, "env", *lsf, "sh", "-c", 'bsub < "$0"', str(script))
    subprocess.run(submit, check=True, capture_output=True)
    address = until(lambda: said.exists() and said.read_text(encoding="utf-8"))
    if not address:
        raise TimeoutError("".join(path.read_text(encoding="utf-8") for path in logs.iterdir()))
    return address
