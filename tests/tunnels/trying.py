"""How a case is tried: schedulers that run, the printed line pasted on the laptop, pegconf's own side of it there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.tunnels.places import ME, PROGRAM, Places, browse

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pegconf printed or said, and what the browser saw; `reached` is the dashboard that was meant, drawn."""

    printed: str
    reached: bool
    code: int | None = None


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
    return Outcome(printed.stdout, reached=is_there(browse(places, url, picture), mine), code=0)


def is_there(seen: dict[str, object], mine: str) -> bool:
    return seen["title"] == "Dask: Status" and seen["scheduler"] == mine and bool(seen["rectangles"])


def run_there(places: Places, *words: str) -> Outcome:
    """What `pegconf tunnel --run` says on the laptop where it ends by itself."""
    done = places.pegconf("laptop", "tunnel", "--run", *words)
    return Outcome(done.stdout + done.stderr, reached=False, code=done.returncode)


def run_open(places: Places, mine: str, browser: str) -> subprocess.Popen[str]:
    words = ("tunnel", "--run", "--open", "--port", "8787", "--login", f"{ME}@login4", "--expect", mine)
    return places.start(
        "laptop", ME, "env", "-u", "DISPLAY", f"BROWSER={browser}", str(places.python), "-m", "pegconf", *words
    )


def until(process: subprocess.Popen[str], words: str) -> str:
    """What a process says on standard error until it says these words, or ends."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            break
    return said
