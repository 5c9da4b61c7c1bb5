"""Files that are made to hurt: a sentence, an exit code, a few seconds and a few hundred MB, whatever they hold."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pegconf.config import document
from pegconf.core.errors import CannotGoOnError

COMMAND = str(Path(sys.executable).parent / "pegconf")
ADDRESSES = 1_500_000_000
"""Bytes of address space that a verdict may take; libraries alone take some hundred MB of it."""
GOOD = "jobqueue:\n  lsf:\n    cores: 2\n    memory: 4GB\n"
MANY = 60_000
ASKED = "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: %s}}}\n" + GOOD


def chain(first: str, item: str, length: int) -> str:
    """Anchors of which each names the one before it many times."""
    return f"a0: &a0 {first}\n" + "".join(f"a{n}: &a{n} {item.replace('@', f'*a{n - 1}')}\n" for n in range(1, length))


def of_lsf(lines: str) -> str:
    return f"{GOOD}{lines}"


HOSTILE = {
    "an alias bomb": (chain("[1]", "[@, @, @, @, @, @, @, @]", 12), 1, "PEG003"),
    "a bomb of merges": (chain("{x: 1}", "{<<: [@, @, @, @, @, @, @, @]}", 12), 1, "PEG003"),
    "an alias in itself": ("a: &a [*a]\n", 1, "PEG001"),
    "brackets": ("[" * 1_000_000, 1, "nest more than 64 deep"),
    "braces": ("{a: " * 500_000, 1, "nest more than 64 deep"),
    "dashes": ("- " * 500_000, 1, "nest more than 64 deep"),
    "indents": ("".join(" " * n + "a:\n" for n in range(2_000)), 1, "nest more than 64 deep"),
    "50 MB on one line": ("a: " + "x" * 50_000_000, 1, "the file has 50 MB"),
    "8 MB on one line": (f"jobqueue: {{lsf: {{cores: 0, name: '{'x ' * 3_900_000}'}}}}", 1, "PEG221"),
    "a number of 8 MB": (f"jobqueue: {{lsf: {{cores: {'1' * 7_900_000}}}}}", 1, "a number of 7900000 characters"),
    "a walltime of 4 MB": (f"jobqueue: {{lsf: {{walltime: '{'1:' * 2_000_000}'}}}}", 1, "PEG2"),
    "a list of many": ("[" + "1," * 3_900_000 + "]", 1, "more than 150,000 values"),
    "lines without end": ("\n" * 7_900_000, 3, "no section under jobqueue:"),
    "many wrong keys": (of_lsf("".join(f"    walltim{n}: 1\n" for n in range(MANY))), 1, "more than 5,000 findings"),
    "one key many times": (of_lsf("    cores: 2\n" * MANY), 1, "more than 5,000 findings"),
    "many wrong sections": (
        "jobqueue:\n" + "".join(f"  s{n}: {{cores: 0, memory: x}}\n" for n in range(20_000)),
        1,
        "more than 5,000 findings",
    ),
    "many sites that are not": (
        f"pegconf: {{version: 1, sections: {{{''.join(f's{n}: {{site: n{n}}}, ' for n in range(20_000))}}}}}\n{GOOD}",
        1,
        "more than 5,000 findings",
    ),
    "NUL": (GOOD + "\0", 1, "the character #x0000 is not allowed"),
    "NUL in a site's path": (ASKED % r'"/a\0b"', 0, "PEG132"),
    "a home that is not": (ASKED % "~nosuch/site", 0, "PEG132"),
    "a device for a site": (ASKED % "/dev/zero", 0, "PEG132"),
    "half a character": (r'jobqueue: {lsf: {cores: 0, "\ud800": "\udcff"}}', 1, "PEG221"),
    "what moves the cursor": (r'jobqueue: {lsf: {cores: 0, "\e[2J": "\e]0;x\a"}}', 1, "PEG221"),
}

LARGE = {
    "8 MB on one line",
    "a list of many",
    "lines without end",
    "many wrong keys",
    "one key many times",
    "many wrong sections",
    "many sites that are not",
}


def run(file: Path | str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command with little memory."""
    return subprocess.run(
        [COMMAND, "validate", str(file), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES)),
    )


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long if name in LARGE else ()) for name in HOSTILE]
)
def test_it_is_said_what_is_wrong(tmp_path: Path, name: str) -> None:
    text, code, words = HOSTILE[name]
    file = tmp_path / "jobqueue.yaml"
    file.write_text(text, encoding="utf-8")
    done = run(file)
    said = done.stdout + done.stderr
    assert (done.returncode, " ".join(words.split()) in " ".join(said.split())) == (code, True), said[:2_000]
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert len(said) < 5_000_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text(f"{GOOD}    project: universität\n", encoding=encoding)
    done = run(file)
    assert (done.returncode, "PEG00" in done.stdout, done.stderr) == (1, True, "")


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nosuch")
    for name, words in {
        "pipe.yaml": "pipe.yaml is not a regular file",
        "loop.yaml": "loop.yaml cannot be read: Too many levels of symbolic links",
        "dangling.yaml": "there is no file",
        ".": "is a folder, not a file",
        "/dev/zero": "/dev/zero is not a regular file",
        "/dev/full": "/dev/full is not a regular file",
        "/proc/self/mem": "/proc/self/mem cannot be read: Input/output error",
    }.items():
        done = run(tmp_path / name)
        assert (done.returncode, done.stdout, words in done.stderr) == (3, "", True), done


def test_a_file_of_a_terabyte(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    with file.open("wb") as stream:
        stream.truncate(10**12)
    done = run(file)
    assert (done.returncode, "the file has 1000000 MB" in done.stdout) == (1, True)


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text(GOOD, encoding="utf-8")
    growing = threading.Event()
    growing.set()

    def grow() -> None:
        with file.open("ab") as stream:
            while growing.is_set() and stream.tell() < 30_000_000:
                stream.write(b"# more\n" * 1_000)

    writer = threading.Thread(target=grow)
    writer.start()
    read = [document.read(file) for _ in range(20)]
    growing.clear()
    writer.join()
    # Each is one state of the file: its good beginning, perhaps with half a line, or a word that it is too large.
    assert all(one.root is not None or (one.error is not None and one.error.kind == "size") for one in read)


def test_a_file_replaced_by_a_pipe_in_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "jobqueue.yaml"
    os.mkfifo(pipe)
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    read = document.read(pipe)
    assert (read.text, read.error) == ("", None)


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(CannotGoOnError, match="is no name of a file"):
        document.read(Path("a\0b"))
