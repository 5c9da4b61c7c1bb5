"""What answers at a port: whether it is a Dask dashboard, of which scheduler, and else what it is."""

from __future__ import annotations

import http.client
import json
import re
import socket
from dataclasses import dataclass
from typing import Final

from pegconf.core.terminal_text import on_one_line
from pegconf.jobs.driver_notes import Identity

_MOST: Final = 32_000_000
_TITLE: Final = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_LOGIN: Final = re.compile(r"type=[\"']?password|sign[ -]?in|log[ -]?in", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"<h1[^>]*> *Scheduler +([a-z]+://[^\s<]{1,200})")
_NO_BOKEH: Final = "for the dashboard.</p>"
"""distributed/http/scheduler/missing_bokeh.py serves this in the place of /status."""


@dataclass(frozen=True, slots=True)
class Other:
    """Something else than a Dask scheduler: `what` it is, as far as it says."""

    what: str


def ask(host: str, port: int, seconds: float) -> Identity | Other:
    """Who serves a port over HTTP; raises OSError where nothing answers within `seconds`."""
    try:
        status, kind, body = _get(host, port, "/json/identity.json", seconds)
    except http.client.HTTPException:
        return Other("something that does not speak HTTP")
    if status == http.client.OK and "json" in kind:
        found = _identity(body)
        if found is not None:
            return found
    if status == http.client.INTERNAL_SERVER_ERROR:
        found = _by_its_page(host, port, seconds)
        if found is not None:
            return found
    return Other(_name(host, port, seconds))


def lacks_bokeh(host: str, port: int, seconds: float) -> bool:
    """Whether the scheduler there says that its Python has no bokeh, and so no dashboard."""
    try:
        return _NO_BOKEH in _get(host, port, "/status", seconds, 4096)[2]
    except http.client.HTTPException:
        return False


def _identity(body: str) -> Identity | None:
    try:
        said = json.loads(body)
        if not isinstance(said, dict) or "Scheduler" not in str(said["type"]):
            return None
        return Identity.of(said)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _by_its_page(host: str, port: int, seconds: float) -> Identity | None:
    """The address that the page of the workers begins with (distributed/http/templates/workers.html)."""
    try:
        found = _ADDRESS.search(_get(host, port, "/info/main/workers.html", seconds)[2])
    except http.client.HTTPException:
        return None
    return Identity(found[1], found[1]) if found and found[1].isprintable() else None


def _name(host: str, port: int, seconds: float) -> str:
    """What a web server calls itself: known by its words, else by its title."""
    try:
        status, kind, body = _get(host, port, "/", seconds, 65536)
    except (http.client.HTTPException, OSError):
        return "a program that answers no page"
    for word in ("RStudio", "Jupyter", "Dask"):
        if word in body or word in kind:
            return {"Dask": "a Dask worker, or a scheduler that does not say who it is"}.get(word, f"{word} Server")
    title = _TITLE.search(body)
    said = f" with the title {' '.join(on_one_line(title[1]).split())[:80]!r}" if title else ""
    if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN} or _LOGIN.search(body) or "location=" in kind:
        return f"a login page{said}"
    return f"another web server{said}"


def _get(host: str, port: int, path: str, seconds: float, most: int = _MOST) -> tuple[int, str, str]:
    """Status, kind and body of a page; `kind` also holds the server's name and where it redirects to.

    Not by urllib, which would go through the proxy of the environment.
    """
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}", "Connection": "close"})
        answer = connection.getresponse()
        body = answer.read(most).decode("utf-8", errors="replace")
        moved = answer.getheader("Location", "")
        heads = (answer.getheader("Content-Type", ""), answer.getheader("Server", ""), moved and f"location={moved}")
        return answer.status, " ".join(heads), body
    finally:
        connection.close()


def speaks_first(host: str, port: int, seconds: float) -> bool:
    """Whether a server says something before it is asked, as Dask's own protocol and ssh do, and no web server does.

    A GET sent to Dask's own protocol is read as a length, and makes it ask for that much memory.
    """
    with socket.create_connection((host, port), seconds) as connection:
        try:
            return bool(connection.recv(1))
        except TimeoutError:
            return False
