"""What is asked of a batch system: walltime, memory, cores, GPUs, and each system's own words."""

from __future__ import annotations

from typing import Final

from tests.validate.pains.pain import Pain, lsf, of

_FLOOR: Final = "pegconf needs dask-jobqueue 0.9.0, and pip refuses the release that has it"

PAINS: Final = (
    Pain("LSF-STDERR", elsewhere="smoke-test keeps bsub's own words: PEG601"),
    Pain("LSF-WALL", {"PEG202": lsf("walltime: '01:00:00'")}),
    Pain("LSF-UNITS", {"PEG215": lsf("lsf-units: null")}),
    Pain("LSF-UNITS-BAD", {"PEG216": lsf("lsf-units: bytes")}),
    Pain("LSF-MEM-BYTES", {"PEG213": lsf("mem: 8GB")}),
    Pain("LSF-RESERVE", {"PEG233": "", "PEG238": ""}),
    Pain("LSF-SPAN", {"PEG235": "", "PEG220": lsf("job-directives-skip: [span]")}),
    Pain("LSF-STDIN", {"PEG264": lsf("use-stdin: false")}),
    Pain("LSF-085", elsewhere=_FLOOR),
    Pain(
        "LSFCONF-PARSE",
        {"PEG215": lsf("lsf-units: null")},
        elsewhere="on a host with such an lsf.conf PEG331; init writes lsf-units",
    ),
    Pain("SLURM-MEM", {"PEG255": "", "PEG256": ""}),
    Pain("SLURM-CPT", {"PEG220": ""}),
    Pain("SLURM-N1", elsewhere="one task is never on two nodes; init writes -N 1 all the same"),
    Pain("SLURM-ENV", elsewhere="variables are no file; where one is set, validate on that host says PEG332"),
    Pain("PBS-SPEC", {"PEG282": ""}),
    Pain("PBS-TORQUE", {"PEG239": "", "PEG249": ""}, elsewhere="init asks qstat --version"),
    Pain("SGE-MEM", {"PEG226": "", "PEG253": "", "PEG254": ""}),
    Pain("CONDOR-DISK", {"PEG285": of("htcondor", "disk: null"), "PEG288": ""}),
    Pain("CONDOR-IGNORED", {"PEG102": of("htcondor", "disk: 1GB\n    walltime: '02:00:00'")}),
    Pain("CONDOR-ENV", elsewhere=_FLOOR),
    Pain("CONDOR-NET", elsewhere="smoke-test: PEG614"),
    Pain("OAR-MEM", {"PEG286": ""}),
    Pain("MOAB-CFG", elsewhere=_FLOOR),
    Pain("WALL-30MIN", {"PEG204": ""}),
    Pain("WALL-KILL", {"PEG205": "", "PEG206": "", "PEG208": ""}),
    Pain("MEM-PERJOB", {"PEG212": ""}),
    Pain("MEM-NOUNIT", {"PEG211": "jobqueue: {lsf: {cores: 2, memory: 16}}"}),
    Pain("MEM-FORMAT", {"PEG211": "jobqueue: {lsf: {cores: 2, memory: 16 gigs}}"}),
    Pain(
        "UNITS-GB",
        elsewhere="dask-jobqueue converts for PBS and Slurm, rounded up; in their own words: PEG218, PEG256, PEG282",
    ),
    Pain("CORES-NCPUS", {"PEG225": lsf("ncpus: 1")}),
    Pain("PROC-ADAPT", {"PEG224": ""}, elsewhere="whether a program calls adapt() is not in the file"),
    Pain(
        "PROC-YAML", elsewhere="whether a program calls adapt() is not in the file; with processes: 1 nothing happens"
    ),
    Pain("PROC-SQRT", {"PEG224": ""}),
    Pain("PROC-DIV", {"PEG222": lsf("processes: 4"), "PEG221": lsf("processes: 0")}),
    Pain("GPU", {"PEG258": "", "PEG259": ""}),
    Pain("MULTI-NODE", {"PEG281": "", "PEG267": "", "PEG227": "", "PEG229": "", "PEG240": "", "PEG298": ""}),
)
