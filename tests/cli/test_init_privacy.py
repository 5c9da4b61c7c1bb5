"""What init asks a person about who can reach the scheduler, and what it says before it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from tests.terminal import talk

if TYPE_CHECKING:
    from tests.conftest import Person

BEGUN = ("--site", "pegasus", "--login", "dwg11@pegasus.edu", "--project", "p", "--work", "python", "--name", "ifgram")
RIGHT = ("right? [Y/n] ", "\r")
WRITE = ("jobqueue.yaml? [Y/n] ", "\r")
LOOPBACK = ("loopback or none [loopback]: ", "\r")
OPEN = ("and tls to encrypt [loopback]: ", "\r")
NOT_ENCRYPTED = ("yes in full, or no [no]: ", "\r")


def words(person: Person, *more: str) -> list[str]:
    return [*BEGUN, "--log-directory", f"{person.home}/logs", "--local-directory", f"{person.home}/scratch", *more]


def written(person: Person) -> set[str]:
    return {path.name for path in person.file.parent.iterdir()}


def test_no_dashboard_and_encryption_by_a_typed_yes(person: Person) -> None:
    steps = [
        RIGHT,
        ("and tls to encrypt [loopback]: ", "tls every\r"),
        ("and tls to encrypt [loopback]: ", "none, and tls\r"),
        WRITE,
        ("pegconf-tls.yaml? [y/N] ", "y\r"),
        ("pegconf-pages.yaml? [y/N] ", "y\r"),
    ]
    code, screen = talk(person, words(person), steps)
    assert (code, written(person)) == (0, {"jobqueue.yaml", "pegconf-pages.yaml", "pegconf-tls.yaml"}), screen
    options = yaml.safe_load(person.file.read_text(encoding="utf-8"))["jobqueue"]["ifgram"]["scheduler-options"]
    assert options == {"dashboard_address": "127.0.0.1:8787", "dashboard": False}
    before = screen[: screen.index("pegconf-tls.yaml? [y/N] ")]
    for said in (
        *("your code and logs: enough on a compute node", "for a login node", "can run code as you"),
        *(
            "LocalCluster() and Client() get tls:// addresses",
            "encryption required",
            "to undo it: pegconf init --no-tls",
        ),
    ):
        assert said in " ".join(before.split())
    # What is there is offered, and encryption not again.
    code, again = talk(person, words(person), [RIGHT, ("loopback or none [none]: ", "\r")])
    assert (code, "Encrypt them" in again, "says so already" in again) == (0, False, True), again


def test_enter_is_no(person: Person) -> None:
    code, screen = talk(person, words(person), [RIGHT, OPEN, WRITE])
    assert (code, written(person)) == (0, {"jobqueue.yaml"}), screen


def test_what_is_refused_at_the_end_is_said(person: Person) -> None:
    steps = [RIGHT, ("and tls to encrypt [loopback]: ", "TLS\r"), WRITE, ("pegconf-tls.yaml? [y/N] ", "\r")]
    code, screen = talk(person, words(person), steps)
    assert (code, written(person), "is not written, so what it would close stays open" in screen) == (
        0,
        {"jobqueue.yaml"},
        True,
    ), screen


def test_options_are_not_asked_again(person: Person) -> None:
    code, screen = talk(person, words(person, "--dashboard", "loopback", "--no-tls"), [RIGHT, WRITE])
    assert (code, "Encrypt them" in screen, "[loopback]" in screen) == (0, False, False), screen


def test_an_address_of_the_users_own_stays(person: Person) -> None:
    talk(person, words(person), [RIGHT, OPEN, WRITE])
    own = person.file.read_text(encoding="utf-8").replace("'127.0.0.1:8787'", "':8787'")
    person.file.write_text(own, encoding="utf-8")
    code, screen = talk(person, words(person), [RIGHT, NOT_ENCRYPTED, WRITE])
    assert (code, "loopback or none" in screen) == (0, False), screen
    assert person.file.read_text(encoding="utf-8").count("scheduler-options: {dashboard_address: ':8787'}") == 2


def test_a_file_that_dask_does_not_read_is_not_encrypted(person: Person) -> None:
    code, screen = talk(person, words(person, "--file", "demo.yaml"), [RIGHT, LOOPBACK, ("demo.yaml? [Y/n] ", "\r")])
    assert (code, "Encrypt them" in screen) == (0, False), screen


def test_without_the_package_it_says_how_to_get_it(person: Person) -> None:
    absent = person.home / "absent"
    absent.mkdir()
    # As an interpreter without the package sees it: site.py runs this before anything else.
    (absent / "sitecustomize.py").write_text(
        "import importlib.util\nfound = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'cryptography' else found(name, *more)\n",
        encoding="utf-8",
    )
    without = type(person)(person.home, {**person.environment, "PYTHONPATH": str(absent)})
    code, screen = talk(without, words(person), [RIGHT, LOOPBACK, WRITE])
    assert (code, "Encrypt them" in screen) == (0, False), screen
    assert "python -m pip install cryptography (or pegconf[tls]); then: pegconf init --tls" in " ".join(screen.split())
