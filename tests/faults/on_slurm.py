"""What goes wrong with a real Slurm, and what is done about it as root; accounts need slurmdbd, which is not here."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.faults import case as cases
from tests.faults.case import LONG, Case
from tests.running import until
from tests.systems.slurm import configuration

if TYPE_CHECKING:
    from tests.faults.case import Result
    from tests.systems.slurm.people import SlurmUser

ON: Final = "Slurm"
PYTHON_WITHOUT: Final = "/usr/bin/python3"
NOWHERE: Final = "tcp://127.0.0.9:9"
"""An address on which nothing answers."""
_NODE: Final = ("--cores-per-node", "16", "--memory-per-node", "64GB", "--memory", "2GB")
_ASKED: Final = ("--scheduler", "slurm", "--queue", "general", "--interface", "lo")


def general(**changed: str) -> Any:
    """Change the partition of the jobs."""

    def change(user: SlurmUser) -> None:
        words = [f"{name}={value}" for name, value in changed.items()]
        said = user.slurm.run("scontrol", "update", "PartitionName=general", *words)
        assert not said, said

    return change


def fill(user: SlurmUser) -> None:
    """Let a job of root's have both nodes."""
    user.slurm.run("sbatch", "-p", "general", "-N", "2", "--exclusive", "-o", "/dev/null", "--wrap", "exec sleep 300")
    assert until(lambda: user.slurm.run("squeue", "-h", "-t", "R", "-o", "%i")), "the other job does not start"


def empty(user: SlurmUser) -> None:
    """End root's job."""
    user.slurm.run("scancel", "-u", "root")
    user.slurm.wait_until_empty()


def scancel(user: SlurmUser) -> None:
    """Cancel the first job as root."""
    user.slurm.run("scancel", user.slurm.jobs()[0])


def kill_a_worker(user: SlurmUser) -> None:
    """Send SIGKILL to one worker's own process."""
    victim = next(one for one in user.slurm.processes() if "spawn_main" in " ".join(one.cmdline()))
    victim.send_signal(signal.SIGKILL)


def read_only(folder: str) -> Any:
    """Let a folder below the user's home be one that no node can write."""

    def mount(user: SlurmUser) -> None:
        (user.home / folder).mkdir(exist_ok=True)
        for node in configuration.NODES:
            user.slurm.on_node(node, "mount", "-t", "tmpfs", "-o", "ro", "none", str(user.home / folder))

    return mount


def writable(folder: str) -> Any:
    """End `read_only`."""

    def unmount(user: SlurmUser) -> None:
        for node in configuration.NODES:
            user.slurm.on_node(node, "umount", str(user.home / folder))

    return unmount


CASES: Final = (
    Case("no such partition", "PEG631", {"queue": "nosuch"}),
    Case("partition drained", "PEG631", before=general(State="DRAIN"), after=general(State="UP")),
    Case("partition down", "PEG631", before=general(State="DOWN"), after=general(State="UP")),
    Case(
        "account not of the partition",
        "PEG632",
        {"account": "insarlab"},
        general(AllowAccounts="staff"),
        after=general(AllowAccounts="ALL"),
    ),
    Case("walltime over the partition's", "PEG609", {"queue": "short"}, words=("--walltime", "00:30:00")),
    Case("memory over the node's", "PEG634", {"job-mem": "900G"}),
    Case("cores over the node's", "PEG609", {"cores": 40}),
    Case("nodes taken", "PEG603", before=fill, after=empty, words=("--timeout", "20"), exit_code=4),
    Case("a feature that no node has", "PEG601", {"job-extra-directives": ["-C nosuch"]}),
    Case("no such Python", "PEG613", {"python": "/no/such/python"}),
    Case("Python without distributed", "PEG612", {"python": PYTHON_WITHOUT}),
    Case(
        "no such interface on the nodes",
        "PEG611",
        {"interface": "ib7", "scheduler-options": {"interface": "lo", "dashboard_address": "127.0.0.1:0"}},
    ),
    Case(
        "scheduler's contact address leads nowhere",
        "PEG614",
        {"scheduler-options": {"contact_address": NOWHERE, "dashboard_address": "127.0.0.1:0"}},
    ),
    Case("prologue ends the job", "PEG625", {"job-script-prologue": ["echo out of order; exit 3"]}),
    Case(
        "local directory read-only on the nodes",
        "PEG618",
        before=read_only("scratch"),
        after=writable("scratch"),
    ),
    Case("log directory read-only on the nodes", "PEG618", before=read_only("logs"), after=writable("logs")),
    Case("worker killed, its nanny stays", "PEG641", during=kill_a_worker, words=LONG),
    Case("scancel by root, who is not told", "PEG624", during=scancel, words=LONG),
    Case(
        "walltime",
        "PEG623",
        # With exec, what is ended is the job: of a mere sleep the script would go on to start its worker.
        {"job-script-prologue": ["exec sleep 300"]},
        words=("--walltime", "1", "--timeout", "200"),
    ),
)


def configure(user: SlurmUser) -> str:
    """Let init write a section, and give the file's text."""
    folders = ("--log-directory", f"{user.home}/logs", "--local-directory", f"{user.home}/scratch")
    code, _, err = user.runs("init", *_ASKED, *_NODE, *folders, "--yes")
    assert code == 0, err
    user.leave_the_port()
    return user.file.read_text(encoding="utf-8")


def run(case: Case, user: SlurmUser, text: str) -> Result:
    """Provoke one fault; `text` is the file before it."""
    document = yaml.safe_load(text)
    document["jobqueue"]["slurm"].update({"death-timeout": 20} | case.section)
    user.file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return cases.judge(case, ON, user, lambda: user.start(*cases.command(case)), lambda: left(user))


def left(user: SlurmUser) -> int:
    """Jobs, their processes and folders that are there; Slurm's own steps take a moment to end."""
    until(lambda: not _found(user))
    return _found(user)


def _found(user: SlurmUser) -> int:
    return len(user.slurm.jobs()) + len(user.slurm.processes()) + len(list(user.home.glob("*/peg-*")))
