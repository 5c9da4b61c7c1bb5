"""Topology x obstacle: each is set up for real, pegconf is asked, and the browser or pegconf says what came of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.tunnels import jobs
from tests.tunnels import places as standing
from tests.tunnels.places import ME, OTHER, PAGE, PROGRAM, SHARED_NAME, Places, browse

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pegconf printed or said, and what the browser saw; `reached` is the dashboard that was meant, drawn."""

    printed: str
    reached: bool
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One row: `expected` stands in what is printed where the browser gets there, else in what names the cause."""

    topology: str
    obstacle: str
    reachable: bool
    expected: str
    run: Callable[[Places, Path | None], Outcome]

    @property
    def name(self) -> str:
        """The row's name for pytest."""
        return f"{self.topology}: {self.obstacle}".replace(" ", "-")


def scheduler(places: Places, host: str, dashboard: str, user: str = ME, bokeh: str = "bokeh") -> dict[str, str]:
    """A running scheduler with a worker that always has tasks; what it says of itself."""
    address = "127.0.0.1" if dashboard.startswith("127.") else places.network[host].address("eth0")
    said: dict[str, str] = json.loads(places.program(host, user, PROGRAM, dashboard, address, bokeh))
    return said


def paste(places: Places, printed: subprocess.CompletedProcess[str], mine: str, picture: Path | None) -> Outcome:
    """Run the printed line on the laptop as it is, and open the printed address there."""
    if printed.returncode != 0:
        return Outcome(printed.stdout + printed.stderr, reached=False, code=printed.returncode)
    line, remark = printed.stdout.splitlines()[:2]
    url = remark.rpartition(" ")[2]
    places.start("laptop", ME, "sh", "-c", line)
    places.until_listening("laptop", int(url.rpartition(":")[2].partition("/")[0]))
    return Outcome(printed.stdout, reached=_is_there(browse(places, url, picture), mine), code=0)


def _is_there(seen: dict[str, object], mine: str) -> bool:
    return seen["title"] == "Dask: Status" and seen["scheduler"] == mine and bool(seen["rectangles"])


def run_there(places: Places, *words: str) -> Outcome:
    """What `pegconf tunnel --run` says on the laptop where it ends by itself."""
    done = places.pegconf("laptop", "tunnel", "--run", *words)
    return Outcome(done.stdout + done.stderr, reached=False, code=done.returncode)


def own_name(places: Places, picture: Path | None) -> Outcome:
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    return paste(places, places.pegconf("login4", "tunnel", "--login", f"{ME}@login4"), mine, picture)


def shared_name(places: Places, picture: Path | None) -> Outcome:
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    return paste(places, places.pegconf("login4", "tunnel", "--login", f"{ME}@{SHARED_NAME}"), mine, picture)


def port_taken_there(places: Places, picture: Path | None) -> Outcome:
    places.program("login4", OTHER, PAGE)
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    return paste(places, places.pegconf("login4", "tunnel", "--login", f"{ME}@login4"), mine, picture)


def anothers_dashboard(places: Places, picture: Path | None) -> Outcome:
    scheduler(places, "login4", "127.0.0.1:8787", OTHER)
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    return paste(places, places.pegconf("login4", "tunnel", "--login", f"{ME}@login4"), mine, picture)


def in_a_job(places: Places, picture: Path | None) -> Outcome:
    mine = scheduler(places, "n001", "127.0.0.1:8787")["address"]
    words = ("tunnel", "--login", f"{ME}@login4")
    return paste(places, places.pegconf("n001", *words, environment=("LSB_JOBID=7",)), mine, picture)


def job_on_loopback(places: Places, picture: Path | None) -> Outcome:
    return _by_its_job(places, picture, "127.0.0.1:8787")


def taken_on_the_node(places: Places, picture: Path | None) -> Outcome:
    """Dask has moved to another port, which the job noted in the user's home."""
    places.program("n001", OTHER, PAGE)
    return _by_its_job(places, picture, "127.0.0.1:8787")


def job_on_its_network(places: Places, picture: Path | None) -> Outcome:
    return _by_its_job(places, picture, ":8787")


def _by_its_job(places: Places, picture: Path | None, dashboard: str) -> Outcome:
    with jobs.standing(places) as lsf:
        mine = jobs.program(places, lsf, dashboard)
        words = ("tunnel", "insar", "--login", f"{ME}@login4")
        try:
            return paste(places, places.pegconf("login4", *words, environment=lsf), mine, picture)
        finally:
            (places.home("login4") / ".config" / "dask" / "jobqueue.yaml").unlink()


def open_node(places: Places, picture: Path | None) -> Outcome:
    said = scheduler(places, "n001", ":8787")
    file = places.home("login4") / "scheduler.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    words = ("tunnel", "--login", f"{ME}@login4", "--scheduler-file", str(file))
    return paste(places, places.pegconf("login4", *words), said["address"], picture)


def port_taken_here(places: Places, picture: Path | None) -> Outcome:
    """The port is taken on the laptop: --run takes another, checks the id, and the browser gets there."""
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    places.program("laptop", OTHER, PAGE)
    words = ("tunnel", "--run", "--port", "8787", "--login", f"{ME}@login4", "--expect", mine)
    process = places.start("laptop", ME, str(places.python), "-m", "pegconf", *words)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if " is at http" in line:
            url = line.split(" is at ")[1].strip()
            return Outcome(said, reached=_is_there(browse(places, url, picture), mine), code=0)
    return Outcome(said, reached=False, code=process.wait())


def named_port_taken_here(places: Places, _: Path | None) -> Outcome:
    places.program("laptop", OTHER, PAGE)
    return run_there(places, "--port", "8787", "--local-port", "8787", "--login", f"{ME}@login4")


def unknown_host(places: Places, _: Path | None) -> Outcome:
    known = places.home("laptop") / ".ssh" / "known_hosts"
    known.write_text("", encoding="utf-8")
    try:
        return run_there(places, "--port", "8787", "--login", f"{ME}@login4")
    finally:
        standing.know_hosts(places)


def refused_key(places: Places, _: Path | None) -> Outcome:
    (places.home("login4") / ".ssh" / "authorized_keys").write_text("", encoding="utf-8")
    try:
        return run_there(places, "--port", "8787", "--login", f"{ME}@login4")
    finally:
        standing.welcome(places)


def forbidden(places: Places, _: Path | None) -> Outcome:
    scheduler(places, "login5", "127.0.0.1:8787")
    places.serve_ssh("login5", forwarding="no")
    try:
        return run_there(places, "--port", "8787", "--login", f"{ME}@login5")
    finally:
        places.serve_ssh("login5")


def forbidden_on_the_way(places: Places, _: Path | None) -> Outcome:
    places.serve_ssh("login5", forwarding="no")
    try:
        return run_there(
            places, "--port", "8787", "--login", f"{ME}@login5", "--node", "n001", "--jump", f"{ME}@login5"
        )
    finally:
        places.serve_ssh("login5")


def nothing(places: Places, _: Path | None) -> Outcome:
    return run_there(places, "--port", "8787", "--login", f"{ME}@login4")


def something_else(places: Places, _: Path | None) -> Outcome:
    places.program("login4", OTHER, PAGE)
    return run_there(places, "--port", "8787", "--login", f"{ME}@login4", "--expect", "Scheduler-mine")


def not_mine(places: Places, _: Path | None) -> Outcome:
    scheduler(places, "login4", "127.0.0.1:8787", OTHER)
    return run_there(places, "--port", "8787", "--login", f"{ME}@login4", "--expect", "Scheduler-mine")


def no_bokeh(places: Places, _: Path | None) -> Outcome:
    mine = scheduler(places, "login4", "127.0.0.1:8787", bokeh="no-bokeh")["address"]
    return run_there(places, "--port", "8787", "--login", f"{ME}@login4", "--expect", mine)


def no_ssh_on_the_node(places: Places, _: Path | None) -> Outcome:
    return run_there(places, "--port", "8787", "--login", f"{ME}@login4", "--node", "n002", "--jump", "login4")


def no_login(places: Places, _: Path | None) -> Outcome:
    """The laptop has no way to a compute node."""
    return run_there(places, "--port", "8787", "--login", f"{ME}@10.1.0.11")


def dropped(places: Places, _: Path | None) -> Outcome:
    """The daemons and their sessions end while the tunnel stands."""
    mine = scheduler(places, "login5", "127.0.0.1:8787")["address"]
    words = ("tunnel", "--run", "--port", "8787", "--login", f"{ME}@login5", "--expect", mine)
    process = places.start("laptop", ME, str(places.python), "-m", "pegconf", *words)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if "stays until" in line:
            for session in places.network.processes():
                if session.name() == "sshd" and session.terminal() is None and session.cwd() == "/":
                    session.kill()
    try:
        return Outcome(said, reached=False, code=process.wait(_SECONDS))
    finally:
        for host in standing.CLUSTER[:-1]:
            places.serve_ssh(host)


def forbidden_by_the_site(places: Places, _: Path | None) -> Outcome:
    """The site's file says that nobody may ssh to a node."""
    home = places.home("n001")
    site = {
        "name": "closed", "title": "Closed", "scheduler": "lsf", "queues": {"general": {}}, "ssh-to-nodes": False,
        "facts": [{"about": "ssh", "source": "the user guide", "as-of": "2026"}],
    }  # fmt: skip
    file = home / "closed.yaml"
    file.write_text(json.dumps(site), encoding="utf-8")
    section = {"jobqueue": {"lsf": {}}, "pegconf": {"version": 1, "sections": {"lsf": {"site": str(file)}}}}
    (home / "jobqueue.yaml").write_text(json.dumps(section), encoding="utf-8")
    scheduler(places, "n001", "127.0.0.1:8787")
    words = ("tunnel", "--file", str(home / "jobqueue.yaml"), "--login", f"{ME}@login4")
    done = places.pegconf("n001", *words, environment=("LSB_JOBID=7",))
    return Outcome(done.stdout + done.stderr, reached=False, code=done.returncode)


_LOGIN: Final = "scheduler on the login node"
_NODE: Final = "scheduler on a node"
CASES: Final = (
    Case(_LOGIN, "none", True, "-L 127.0.0.1:8787:127.0.0.1:8787 dwg11@login4", own_name),
    Case(_LOGIN, "its name shared with another", True, "-J dwg11@cluster dwg11@login4", shared_name),
    Case(_LOGIN, "8787 taken by RStudio", True, "dwg11@login4", port_taken_there),
    Case(_LOGIN, "another user's dashboard on 8787", True, "dwg11@login4", anothers_dashboard),
    Case(_LOGIN, "8787 taken on the laptop", True, "port 8787 is taken on this computer", port_taken_here),
    Case(_NODE, "its loopback, seen from the job", True, "-J dwg11@login4 dwg11@n001", in_a_job),
    Case(_NODE, "its loopback, by its job", True, "-J dwg11@login4 dwg11@n001", job_on_loopback),
    Case(
        _NODE,
        "its loopback, by its job, 8787 taken",
        True,
        "-J dwg11@login4 dwg11@n001",
        taken_on_the_node,
    ),
    Case(_NODE, "all addresses, by its job", True, ":n001:8787 dwg11@login4", job_on_its_network),
    Case(_NODE, "all addresses, by scheduler file", True, ":10.1.0.11:8787 dwg11@login4", open_node),
    Case(_NODE, "no ssh to nodes by the site's rule", False, "this site lets nobody ssh there", forbidden_by_the_site),
    Case(_NODE, "no sshd on the node", False, "login4 does not reach n002 by ssh", no_ssh_on_the_node),
    Case(_NODE, "forwarding forbidden on the way", False, "login5 forbids forwarding", forbidden_on_the_way),
    Case(_NODE, "no way from the laptop", False, "10.1.0.11 cannot be reached from this computer", no_login),
    Case(_LOGIN, "--local-port taken", False, "port 8787 is taken on this computer", named_port_taken_here),
    Case(_LOGIN, "host key unknown", False, "the host login4 is unknown here", unknown_host),
    Case(_LOGIN, "key refused", False, "login4 refused the key or password of dwg11", refused_key),
    Case(_LOGIN, "forwarding forbidden", False, "login5 forbids forwarding", forbidden),
    Case(_LOGIN, "nothing listens", False, "nothing listens on port 8787 of login4", nothing),
    Case(_LOGIN, "RStudio listens", False, "something else listens on port 8787 of login4: RStudio", something_else),
    Case(_LOGIN, "another's dashboard there", False, "another scheduler than yours answers", not_mine),
    Case(_LOGIN, "bokeh missing", False, "its Python has no bokeh", no_bokeh),
    Case(_LOGIN, "line dropped", False, "the line to dwg11@login5 dropped", dropped),
)


def timed(case: Case, places: Places, picture: Path | None) -> tuple[Outcome, float]:
    """A case's outcome and its seconds, its programs ended."""
    begun = time.monotonic()
    try:
        return case.run(places, picture), time.monotonic() - begun
    finally:
        places.clear()
