"""Ready clusters: one shaped like Pegasus, and the one on which the transcripts were recorded."""

from __future__ import annotations

from .cluster import Cluster, Host, Queue

IBM_VERSION = (
    "IBM Spectrum LSF Standard 10.1.0.13, Apr 15 2022",
    "Copyright International Business Machines Corp. 1992, 2016.",
    "US Government Users Restricted Rights - Use, duplication or disclosure restricted by GSA ADP Schedule Contract.",
    "",
)


def pegasus(nodes: int = 2) -> Cluster:
    """Return a cluster like Pegasus of the University of Miami, from its public documentation."""
    hosts = tuple(Host(f"n{number:03}", slots=15) for number in range(1, nodes + 1))
    week = 10080.0
    general = Queue(
        "general",
        "Jobs of up to 15 processors on one node",
        run_default=1440.0,
        run_maximum=week,
        processors=(15,),
        hosts=("nodes/",),
    )
    return Cluster(
        name="pegasus",
        hosts=hosts,
        queues=(general,),
        master="login4",
        version=IBM_VERSION,
        host_groups={"nodes": tuple(host.name for host in hosts)},
        ibm=True,
        term_reasons=True,
        reserve_per_slot=True,
        default_reserved_mb=1500,
    )


def recorded() -> Cluster:
    """Return the cluster of six hosts and five queues recorded on volclava 2.2."""
    hosts = (
        Host("vm", 2, 24105, 0, None, 12.5, model="Intel_E5", resources=("mg",), status="closed_Full"),
        Host("node01", memory_mb=64852),
        Host("node02", memory_mb=64852),
        Host("node03", memory_mb=130388),
        Host("big01", 64, 1047892, 64, cpu_factor=18.0, model="AMD_EPYC", resources=("cs", "bigmem")),
        Host("gpu01", 32, 261460, 32, cpu_factor=18.0, model="AMD_EPYC", resources=("cs", "gpuhost"), gpus=4),
    )
    return Cluster(
        name="lsftest",
        hosts=hosts,
        queues=_recorded_queues(),
        host_groups={"cpunodes": ("node01", "node02", "node03"), "bignodes": ("big01",), "gpunodes": ("gpu01",)},
        user_groups={"staff": ("alice", "lsfadmin")},
        normalise_run_limit=True,
    )


def _recorded_queues() -> tuple[Queue, ...]:
    day = 1440.0
    short = Queue(
        "short",
        "Debugging, fifteen minutes at most",
        50,
        jobs_per_user=4,
        run_maximum=15.0,
        hosts=("cpunodes/", "bignodes/", "gpunodes/"),
    )
    gpu = Queue(
        "gpu",
        "GPU jobs",
        40,
        run_default=120.0,
        run_maximum=2 * day,
        users=("root", "staff/"),
        hosts=("gpunodes/",),
        requirement="select[gpuhost]",
    )
    parallel = Queue(
        "parallel",
        "Jobs over several nodes",
        35,
        run_maximum=720.0,
        processors=(2, 4, 48),
        exclusive=True,
        hosts=("cpunodes/", "bignodes/"),
    )
    general = Queue(
        "general",
        "Single-node jobs of up to a day (the default queue)",
        run_default=60.0,
        run_maximum=day,
        processors=(16,),
        memory_default_kb=4096,
        memory_maximum_kb=64 * 1024**2,
        hosts=("cpunodes/",),
    )
    bigmem = Queue(
        "bigmem",
        "Large-memory jobs",
        run_default=240.0,
        run_maximum=7 * day,
        hosts=("bignodes/",),
        requirement="select[bigmem]",
    )
    return short, gpu, parallel, general, bigmem
