"""Causes that show on the host where a test is started: refused submissions, ports, interfaces, folders."""

from __future__ import annotations

from typing import Final

from pegconf.diagnosis.code import Code

OF_THE_HOST: Final = (
    Code(
        "PEG631",
        "the queue is unknown, closed, or not for you",
        "The submit command names the queue. `bqueues -u $USER`, `sinfo` or `qconf -sql` list those there are; "
        "pegconf init reads them and offers those that you may use.",
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
