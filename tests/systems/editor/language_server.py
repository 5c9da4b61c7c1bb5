"""A client of yaml-language-server, which is what editors ask: the Language Server Protocol over standard streams."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(
    os.environ.get("PEGCONF_EDITOR", Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "pegconf-editor")
).expanduser()
"""Where `install` puts it."""
COMMAND: Final = FOLDER / "node_modules" / ".bin" / "yaml-language-server"


class LanguageServer:
    """A running server; every request waits for its answer, and what the server asks meanwhile is answered."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._last = 0
        self._published: dict[str, list[dict[str, Any]]] = {}

    def open(self, file: Path, text: str) -> None:
        """Open a document as an editor would; it need not be saved."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._published.pop(file.as_uri(), None)
        self.notify("textDocument/didOpen", {"textDocument": document})

    def problems(self, file: Path) -> list[tuple[int, str]]:
        """What is underlined: the line, counted from 1, and the message."""
        while file.as_uri() not in self._published:
            self._take(self._read())
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in self._published[file.as_uri()]]

    def completions(self, file: Path, line: int, column: int) -> list[str]:
        """What is offered at a place, counted from 1."""
        answer = self.request("textDocument/completion", _at(file, line, column))
        items = answer["items"] if isinstance(answer, dict) else answer
        return [item["label"] for item in items]

    def hover(self, file: Path, line: int, column: int) -> str:
        """What is shown when the mouse rests on a place, counted from 1."""
        answer = self.request("textDocument/hover", _at(file, line, column))
        return "" if answer is None else str(answer["contents"]["value"])

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """Ask, and wait for the answer."""
        self._last += 1
        self._write({"id": self._last, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._last and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """Tell, without an answer."""
        self._write({"method": method, "params": params})

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._published[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            # One answer an item; null is the default, and the schema store would be asked over the network.
            asked = [item.get("section") for item in message["params"]["items"]]
            settings = [{"schemaStore": {"enable": False}} if one == "yaml" else None for one in asked]
            self._write({"id": message["id"], "result": settings})
        elif "id" in message:
            self._write({"id": message["id"], "result": None})

    def _write(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server ended"
        message: dict[str, Any] = json.loads(stream.read(length))
        return message


def _at(file: Path, line: int, column: int) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line - 1, "character": column - 1}}


@contextmanager
def running(folder: Path) -> Iterator[LanguageServer]:
    """A server for the files of a folder."""
    process = subprocess.Popen(
        [str(COMMAND), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
    )
    try:
        server = LanguageServer(process)
        capabilities = {"workspace": {"configuration": True}, "textDocument": {"publishDiagnostics": {}}}
        server.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        server.notify("initialized", {})
        yield server
    finally:
        process.kill()
        process.communicate()
