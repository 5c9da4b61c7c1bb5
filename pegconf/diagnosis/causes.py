"""The causes that a smoke test can name, for `pegconf explain`, and what one that was found is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it did not run, in one sentence, with the way out and what was seen; `code` as in `pegconf explain`."""

    code: str
    sentence: str
    way_out: str
    evidence: str = ""


class CauseError(Exception):
    """A cause that shows on this host before any job is submitted."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.sentence)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Code:
    """A cause's code, its title, and why it comes about and what to do."""

    code: str
    title: str
    explanation: str


OF_THE_HOST: Final = (
    Code(
        "PEG631",
        "the queue is unknown, closed, or not for you",
        "The submit command names the queue. `bqueues -u $USER`, `sinfo`, `qconf -sql` or `qstat -Q` list those there "
        "are; pegconf init reads them and offers those that you may use.",
    ),
    Code(
        "PEG632",
        "the project or account is refused",
        "It is unknown, has ended, or is not yours; some sites refuse a job without one.",
    ),
    Code(
        "PEG633",
        "the walltime is refused",
        "It is over what the queue allows, or not written as the batch system reads it. The test asks for a short one "
        "of its own, so that this is also about a limit below a few minutes: --walltime.",
    ),
    Code(
        "PEG634",
        "the memory is refused",
        "It is over what the queue allows or what a host has.",
    ),
    Code(
        "PEG635",
        "the number of cores is refused",
        "It is over what the queue allows for one job, or over what a host has.",
    ),
    Code(
        "PEG636",
        "the submit command cannot be run",
        "Its file is there and does not start: its first line names a program that this host lacks, or it went away "
        "meanwhile. Batch systems are often on login nodes only, or behind a module: `type -a bsub` shows which file "
        "is meant. Where no such command is on the PATH at all, the section's script is run on this machine alone, "
        "and the test says so.",
    ),
    Code(
        "PEG637",
        "the scheduler's port is taken",
        "`scheduler-options: {port: N}` fixes the port, and another program of this host has it: a second cluster of "
        "yours, or somebody else's. Dask says `cannot get address of non-running Server`. Without a port the scheduler "
        "finds a free one and tells the workers which. A fixed one is needed only where a firewall lets only that one "
        "through; then two programs cannot run at once.",
    ),
    Code(
        "PEG638",
        "the dashboard's port is taken",
        "No failure: Dask warns and takes a random port, and so does the test. But an ssh tunnel to the configured "
        "port shows the other program's page, perhaps somebody else's dashboard. `pegconf init --dashboard-port own` "
        "gives you a port of your own, `pegconf tunnel` finds the one that is in use.",
    ),
    Code(
        "PEG639",
        "this host lacks the interface",
        "`interface` is used by the scheduler, which runs here, and by the workers. On a login node without the fast "
        "network name the scheduler's own in `scheduler-options: {interface: eth0}`; the nodes have to reach that.",
    ),
    Code(
        "PEG640",
        "the log directory cannot be written on this host",
        "dask-jobqueue makes `log-directory` before it submits, and the batch system writes the jobs' output there. "
        "The test makes a folder of its own in it, which it removes. A quota that is used up looks like a full disk.",
    ),
    Code(
        "PEG643",
        "dask-jobqueue misreads the job's id",
        "It takes the first number that the submit command prints. Pegasus prints the project first, so that with "
        "project proj2019 every job has the id 2019; cluster.close() then runs `bkill 2019`, which leaves your own "
        "job in the queue and ends another one of yours, if that has the number. pegconf reads the batch system's own "
        "line, and cancels by name. The test goes on.",
    ),
)


_OF_JOBS: Final = (
    Code(
        "PEG601",
        "the batch system refused a job",
        "The submit command ended with an error, and its own words stand in the verdict; dask-jobqueue throws "
        "LSF's away (lsf.py sends them to /dev/null). Most often the queue's name, the project, the walltime "
        "or the memory is over what the queue allows. `pegconf script` shows the directives that were sent.",
    ),
    Code(
        "PEG602",
        "the submit command did not answer",
        "LSF's commands wait for ever while its daemon is down. The command was ended after 60 s, and the "
        "queue was asked for a job that may have come of it.",
    ),
    Code(
        "PEG603",
        "the jobs were accepted and have not started",
        "Nothing is wrong so far: the queue is busy, or no host fits the job. The batch system's reason "
        "stands below the verdict; the jobs were cancelled. Try again later, ask for less, or wait longer "
        "with --timeout. Slurm takes jobs over a partition's limits too, and never starts them "
        "(PartitionTimeLimit): the verdict says so. Exit code 4.",
    ),
    Code(
        "PEG604",
        "a job ended before its workers connected",
        "Its script stopped early: a prologue that fails, a limit of memory or time, somebody's cancel. The "
        "batch system's reason and the last lines of the job's output stand in the verdict.",
    ),
    Code(
        "PEG605",
        "jobs run and their workers do not connect",
        "The time limit passed while jobs ran. The workers may be slow to start from a shared file system "
        "(try a longer --timeout and death-timeout), or the compute nodes cannot reach this host over the "
        "configured interface.",
    ),
    Code(
        "PEG606",
        "the submit command said nothing of use",
        "It ended without an error message, or without naming a job id in the batch system's own words, such as "
        "`Job <123> is submitted to queue <general>.` A wrapper of the site may stand in the way: try it by hand.",
    ),
    Code(
        "PEG607",
        "a job ended while its workers computed",
        "A limit of memory or walltime was reached, or somebody cancelled it; the batch system's reason stands "
        "in the verdict. LSF's -M and Slurm's --mem count all of a job's processes, so they have to lie above "
        "the workers' own limits: `mem`, `job-mem`.",
    ),
    Code(
        "PEG608",
        "accepted jobs are not in the queue",
        "The submit command named ids, and the batch system lists no job of this test, neither waiting "
        "nor ended. The commands on this host may speak to another cluster than the one asked.",
    ),
    Code(
        "PEG609",
        "a job that never starts",
        "The batch system took the job and will not start it as it is: it is over a limit that is looked at only later "
        "(Slurm: PartitionTimeLimit and the like), or no host has what it asks for. Ask for less, or name another "
        "queue; `pegconf validate --submit-check` asks before anything waits. Exit code 1.",
    ),
    Code(
        "PEG610",
        "only some of the workers can come",
        "A limit of the user's own jobs or slots was reached by the jobs of this test, or the queue's nodes have no "
        "room for more of them: the rest would start when these end, which a cluster of workers does not do. Ask for "
        "fewer workers, or let the test go on with those that come: --min-workers. The same limit holds for your "
        "program: cluster.scale(jobs=...) above it waits for ever.",
    ),
    Code(
        "PEG611",
        "the compute node lacks the interface",
        "`interface` is used by the scheduler and by the workers. Name one that both sides have; where there "
        "is none, give the workers' as `interface` and this host's in `scheduler-options: {interface: ...}`.",
    ),
    Code(
        "PEG612",
        "a module is missing in the worker's Python",
        "Workers are started with `python`, or with the Python that runs your program, by its absolute path; "
        "activating an environment in the prologue does not change that (dask-jobqueue#75).",
    ),
    Code(
        "PEG613",
        "a program or file is missing on the compute node",
        "The job's shell did not find what its script names: the Python, or something in the prologue.",
    ),
    Code(
        "PEG614",
        "the worker could not reach the scheduler",
        "The scheduler's address is not reachable from the compute node: it is on another network "
        "(dask-jobqueue#391), or the site blocks connections to this host. Name the network that both share: "
        "`interface`.",
    ),
    Code(
        "PEG615",
        "dask worker does not know an option",
        "A word in `worker-extra-args` is no option of `dask worker`; a text instead of a list is taken "
        "letter by letter.",
    ),
    Code(
        "PEG616",
        "the node reaches this host over no network",
        "Each job tries a TCP connection to every address of this host before its worker starts. A firewall, or a "
        "login node that the compute nodes may not speak to: run your program, and Dask's scheduler with it, on a "
        "compute node (`pegconf script --driver`), or ask the staff which host and ports are open.",
    ),
    Code(
        "PEG618",
        "a directory cannot be written on the compute node",
        "`local-directory` is where a worker spills and keeps its lock file, `log-directory` where the batch system "
        "writes its output. Each job tries to make a folder there before its worker starts, and looks at the room.",
    ),
    Code(
        "PEG620",
        "the computation did not finish",
        "A task raised an exception, no result came in time, or a worker was lost although its job still runs.",
    ),
    Code(
        "PEG621",
        "something that must hold does not",
        "The verdict names it. Each worker has to compute its share of the slices, which are pinned to it; with "
        "--suite full each part of Dask has to give what numpy or plain Python give.",
    ),
    Code(
        "PEG622",
        "not enough memory",
        "The batch system ended the job for its memory, or the nanny ended a worker at 95 % of its limit. The limit of "
        "the job has to lie above the sum of the workers' limits, since nannies and the shell count too.",
    ),
    Code(
        "PEG623",
        "a job reached its walltime",
        "The test gives its jobs a short walltime of their own, so that they start soon; --walltime sets it.",
    ),
    Code(
        "PEG624",
        "a job was cancelled by somebody",
        "By you, or by a job of higher rank that took its place (preempted); where the batch system does not say by "
        "whom, by the staff perhaps (PEG642).",
    ),
    Code(
        "PEG625",
        "the prologue fails or hangs",
        "A line of `job-script-prologue` ended the job's script, or waits for ever: a `module` that is not there with "
        "`set -e`, `conda activate` without `conda init`, a question that nobody answers. What it printed stands in "
        "the verdict.",
    ),
    Code(
        "PEG627",
        "the three sums disagree",
        "The same numbers are summed three ways, which have to agree to rounding and lie within 6 standard deviations "
        "of 2n/3, where the sum of n square roots of uniform numbers lies. Where they do not, a host computes wrongly "
        "(memory, processor), or its numpy does.",
    ),
    Code(
        "PEG628",
        "versions disagree",
        "The scheduler, the workers and this Python exchange tasks and data: they need the same versions of Python, "
        "dask, distributed, msgpack, cloudpickle and numpy. Dask itself warns only, and fails later with errors that "
        "name none of it. Workers are started with `python`; the Python of your program is the other side.",
    ),
    Code(
        "PEG629",
        "a worker is on another interface",
        "It connected, and its address is not one of the configured interface: a wrapper around Python, "
        "--contact-address in `worker-extra-args`, or two interfaces with one address. (An --interface there has no "
        "effect: dask-jobqueue writes the section's behind it.) Data between the "
        "workers would take the slower network; --compare-interfaces shows how much slower it is.",
    ),
    Code(
        "PEG630",
        "a stranger is let in",
        "Connections are encrypted, and a client without the certificate got through all the same: the scheduler or a "
        "worker does not ask for one. Its certificates may be those of another authority that others have, too, or "
        "the node reads another home: pegconf init --tls makes new ones, pegconf show names the files.",
    ),
    Code(
        "PEG641",
        "a worker started and was lost",
        "It had connected to the scheduler, and then its process ended: by a signal, by an error of its own, or with "
        "its job. A nanny starts a new one, and what the old one held and computed is gone; with --no-nanny the job "
        "ends. SIGKILL is most often the kernel's, when the node's or the job's memory is used up.",
    ),
    Code(
        "PEG642",
        "an administrator ended a job",
        "LSF says so (TERM_ADMIN), and Slurm's accounting (CANCELLED by 0). Some sites end what leaves its cores idle, "
        "takes more threads or memory than it asked for, or stands in the way of maintenance.",
    ),
    Code(
        "PEG644",
        "the workers are still starting",
        "Nothing is wrong so far: the jobs run, and their nodes have got through to the scheduler on this host; the "
        "time limit passed before the workers were ready. The nodes are busy, or Python is read from a slow file "
        "system. Try again later, or wait longer with --timeout, and see that death-timeout is long enough for your "
        "program: the test's own workers wait for as long as the test does. Exit code 4.",
    ),
)
CODES: Final = tuple(sorted((*_OF_JOBS, *OF_THE_HOST), key=lambda code: code.code))
