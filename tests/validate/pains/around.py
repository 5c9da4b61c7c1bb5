"""What surrounds a section: files, variables, folders, networks, the dashboard, versions."""

from __future__ import annotations

from typing import Final

from tests.validate.pains.pain import Pain, lsf

_FLOOR: Final = "pegconf needs dask-jobqueue 0.9.0, and pip refuses the release that has it"

PAINS: Final = (
    Pain("CFG-WHICH-FILE", {"PEG304": "", "PEG306": "", "PEG307": ""}, elsewhere="show names the file of every value"),
    Pain("CFG-LATE", elsewhere="what a program sets while it runs stands in no file"),
    Pain("CFG-ENV-NAME", elsewhere="PEG308 names such a variable; it stands in no file"),
    Pain("SHARED-HOME", elsewhere="PEG316, from what init wrote and this host's batch system says"),
    Pain("IF-WORKER", elsewhere="smoke-test: PEG611; only a compute node knows its interfaces"),
    Pain("IF-LOGIN", {"PEG301": lsf("interface: ib77")}),
    Pain("IP-8888", elsewhere="smoke-test: PEG629, a worker whose address is not on the configured interface"),
    Pain("IF-CONFIG-070", elsewhere=_FLOOR),
    Pain("NET-SUBNET", elsewhere="PEG319 on a host of several networks; smoke-test: PEG614"),
    Pain("NET-BLOCKED", elsewhere="smoke-test: PEG614; script --driver runs the scheduler on a compute node"),
    Pain("TUNNEL-NODE", elsewhere="tunnel --node forwards to the compute node"),
    Pain("DASH-PORT", elsewhere="PEG312 where a port is named; tunnel --port; smoke-test names the port in use"),
    Pain("DASH-BOKEH", elsewhere="pegconf depends on bokeh, so that pip installs it beside dask-jobqueue"),
    Pain("DASH-LINK", {"PEG011": "", "PEG119": ""}),
    Pain("DASH-VPN", elsewhere="tunnel prints the command, whatever the address of the scheduler is"),
    Pain("SEC-OPEN", {"PEG278": ""}),
    Pain("TLS-SETUP", {"PEG118": "", "PEG320": ""}),
    Pain("PORT-PIN", {"PEG314": ""}),
    Pain("LOCALDIR-NFS", elsewhere="PEG315 looks at the file system of this machine"),
    Pain("LOCALDIR-BAD", elsewhere="smoke-test: PEG604 with the worker's words; the folder is the compute node's"),
    Pain("NO-LOCAL-DISK", {"PEG106": ""}, elsewhere="no file says whether a compute node has a disk"),
    Pain("FS-LOCKS", elsewhere="PEG315; smoke-test: PEG604 with the worker's words"),
    Pain("UNSET-TMPDIR", {"PEG279": ""}),
    Pain("HOME-RO", elsewhere="smoke-test: PEG604 with the worker's words"),
    Pain("LOG-DIR", {"PEG252": lsf("log-directory: null")}),
    Pain("LOG-RACE", {"PEG251": lsf("log-directory: logs")}),
    Pain("DEATH-TIMEOUT", {"PEG272": lsf("death-timeout: 120")}),
    Pain("ORPHANS", {"PEG272": lsf("death-timeout: null")}, elsewhere="smoke-test cancels what it submitted"),
    Pain("NOT-RESUBMITTED", elsewhere="dask-jobqueue does not ask the queue; nothing in a file changes that"),
    Pain("WAIT-FOREVER", elsewhere="smoke-test has a time limit: PEG603, PEG605"),
    Pain("SUBMIT-SWALLOWED", elsewhere="smoke-test: PEG601"),
    Pain("JOBID-PARSE", elsewhere="smoke-test: PEG606"),
    Pain("NO-SUBMIT-CMD", elsewhere="smoke-test: PEG601"),
    Pain("LOGIN-LIMITS", elsewhere="PEG318; script --driver runs the program on a compute node"),
    Pain("JOB-LIMIT", elsewhere="smoke-test: PEG601 with the batch system's words"),
    Pain("VERSIONS", elsewhere="smoke-test compares the versions of the workers with those here: PEG628"),
    Pain("PY-ENV", {"PEG303": lsf("python: /no/such/python"), "PEG277": ""}, elsewhere="smoke-test: PEG612"),
    Pain("PY-KEY-085", elsewhere=_FLOOR),
    Pain("OMP", {"PEG276": ""}),
    Pain("WORKER-CMD", {"PEG117": ""}),
    Pain("ADAPT-SCALE-YAML", elsewhere="a call in the program; init prints one that works, scale(jobs=2)"),
)
