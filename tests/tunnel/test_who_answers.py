"""What answers at a port, told by real servers on the loopback."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from pegconf.jobs.driver_notes import Identity
from pegconf.tunnel import who_answers
from pegconf.tunnel.who_answers import Other

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEDULER = {"type": "Scheduler", "id": "Scheduler-7", "address": "tcp://10.2.0.4:41003", "workers": {"a": {}}}


@contextlib.contextmanager
def serving(pages: dict[str, tuple[int, str, str]]) -> Iterator[int]:
    """A web server of these pages by path: status, kind, body; gives its port."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = pages.get(self.path, (404, "text/html", "<title>404</title>"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_scheduler_says_who_it_is() -> None:
    with serving({"/json/identity.json": (200, "application/json", json.dumps(SCHEDULER))}) as port:
        assert who_answers.ask("127.0.0.1", port, 5) == Identity("Scheduler-7", "tcp://10.2.0.4:41003", 1)
        assert not who_answers.lacks_bokeh("127.0.0.1", port, 5)


def test_a_scheduler_whose_identity_fails_is_known_by_its_page() -> None:
    workers = '<h1 class="title"> Scheduler tcp://10.2.0.4:41003 </h1>'
    pages = {
        "/json/identity.json": (500, "text/html", "<title>500</title>"),
        "/info/main/workers.html": (200, "text/html", workers),
    }
    with serving(pages) as port:
        assert who_answers.ask("127.0.0.1", port, 5) == Identity("tcp://10.2.0.4:41003", "tcp://10.2.0.4:41003")


def test_a_scheduler_without_bokeh() -> None:
    missing = "<p>Dask needs bokeh>=3.1.0 for the dashboard.</p>"
    with serving({"/status": (200, "text/html", missing)}) as port:
        assert who_answers.lacks_bokeh("127.0.0.1", port, 5)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, "<title>RStudio Sign In</title><input type=password>", "RStudio Server"),
        (200, "<title>JupyterLab</title>", "Jupyter Server"),
        (200, "<title>Portal</title><input type='password'>", "a login page with the title 'Portal'"),
        (401, "", "a login page"),
        (200, "<title>My\x1b[31m\n site</title>", "another web server with the title 'My [31m site'"),
        (200, '{"type": "Scheduler"}', "another web server"),
    ],
)
def test_other_servers_are_named(status: int, body: str, expected: str) -> None:
    with serving({"/": (status, "text/html", body), "/json/identity.json": (200, "text/html", body)}) as port:
        assert who_answers.ask("127.0.0.1", port, 5) == Other(expected)


@pytest.mark.parametrize(
    "said",
    [
        *("[]", "{}", '{"type": "Worker", "id": "w"}', '{"type": "Scheduler"}', "{", "[" * 100_000),
        *(json.dumps(SCHEDULER | {"id": text}) for text in ("Scheduler-\x1b[2J", "Scheduler-\n", "x" * 1000)),
    ],
)
def test_an_answer_that_only_looks_like_a_schedulers(said: str) -> None:
    with serving({"/json/identity.json": (200, "application/json", said)}) as port:
        assert who_answers.ask("127.0.0.1", port, 5) == Other("another web server with the title '404'")


def test_who_speaks_first_is_no_web_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def speak() -> None:
            with server.accept()[0] as asked:
                asked.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")

        speaker = threading.Thread(target=speak)
        speaker.start()
        assert who_answers.speaks_first("127.0.0.1", port, 10)
        speaker.join()


def test_a_web_server_waits_to_be_asked() -> None:
    with serving({}) as port:
        assert not who_answers.speaks_first("127.0.0.1", port, 0.2)


def test_nobody_there() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            who_answers.ask("127.0.0.1", door.getsockname()[1], 1)
