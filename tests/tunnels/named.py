"""What cannot be passed, or must not be: pegconf names it."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

from tests.tunnels import places as standing
from tests.tunnels.places import ME, OTHER, PAGE, Places
from tests.tunnels.trying import Outcome, run_open, run_there, scheduler, until

if TYPE_CHECKING:
    from pathlib import Path


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
        return Outcome(said, reached=False, code=process.wait())
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


def no_browser(places: Places, _: Path | None) -> Outcome:
    """Without a browser the line stands all the same, until Ctrl-C."""
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    process = run_open(places, mine, "/no/such/browser")
    said = until(process, "no browser could be started")
    process.send_signal(signal.SIGINT)
    return Outcome(said, reached=False, code=process.wait())
