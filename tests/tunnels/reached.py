"""What stands in the way and is passed: the browser gets to the dashboard that was meant."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from tests.tunnels import jobs
from tests.tunnels.places import ME, OTHER, PAGE, SHARED_NAME, UIDS, Places, browse
from tests.tunnels.trying import Outcome, is_there, paste, run_open, scheduler, until

if TYPE_CHECKING:
    from pathlib import Path

_DEBUGGING: Final = 9222


def own_name(places: Places, picture: Path | None) -> Outcome:
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    return paste(places, places.pegconf("login4", "tunnel", "--login", f"{ME}@login4"), mine, picture)


def shared_name(places: Places, picture: Path | None) -> Outcome:
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    return paste(places, places.pegconf("login4", "tunnel", "--login", f"{ME}@{SHARED_NAME}"), mine, picture)


def by_ssh_config(places: Places, picture: Path | None) -> Outcome:
    """The printed block stands in ~/.ssh/config of the laptop, and `ssh -N` and its name make the tunnel."""
    mine = scheduler(places, "n001", "127.0.0.1:8787")["address"]
    words = ("tunnel", "--login", f"{ME}@login4", "--format", "ssh-config")
    printed = places.pegconf("n001", *words, environment=("LSB_JOBID=7",)).stdout
    remark, *block = printed.splitlines()
    name, url = remark.split("ssh -N ")[1].split(", and open ")
    file = places.home("laptop") / ".ssh" / "config"
    file.write_text("\n".join([*block, ""]), encoding="utf-8")
    os.chown(file, UIDS[ME], UIDS[ME])
    try:
        places.start("laptop", ME, "ssh", "-N", name)
        places.until_listening("laptop", 8787)
        return Outcome(printed, reached=is_there(browse(places, url, picture), mine), code=0)
    finally:
        file.unlink()


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
            return Outcome(said, reached=is_there(browse(places, url, picture), mine), code=0)
    return Outcome(said, reached=False, code=process.wait())


def opened_by_itself(places: Places, picture: Path | None) -> Outcome:
    """--open starts what $BROWSER says, and that browser has the dashboard open."""
    mine = scheduler(places, "login4", "127.0.0.1:8787")["address"]
    browser = (
        *("chromium", "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"),
        *("--window-size=1400,900", f"--user-data-dir={places.home('laptop')}/chromium"),
        *(f"--remote-debugging-port={_DEBUGGING}", "%s"),
    )
    process = run_open(places, mine, " ".join(browser))
    said = until(process, "stays until")
    if not places.until_listening("laptop", _DEBUGGING):
        return Outcome(said, reached=False)
    seen = browse(places, str(_DEBUGGING), picture)
    return Outcome(said, is_there(seen, mine) and seen["url"] == "http://127.0.0.1:8787/status", code=0)
