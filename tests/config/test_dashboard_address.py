from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.config import document, sections
from pegconf.config.dashboard_address import Address, Dashboard, dashboard, of_scheduler, read
from pegconf.config.sources import Sources
from pegconf.core.errors import UsageError


def sections_of(text: str) -> tuple[sections.Section, ...]:
    return sections.collect(Sources((document.parse(text, Path("jobqueue.yaml")),)))


def test_the_port_in_the_file_is_the_one_that_is_forwarded() -> None:
    found = sections_of("jobqueue: {lsf: {scheduler-options: {dashboard_address: '127.0.0.1:18787'}}}")
    assert dashboard(found) == Dashboard(18787, loopback=True)


@pytest.mark.parametrize("address", ["':8787'", "8787", "''", "'127.0.0.1:0'", "'host:x'"])
def test_a_port_that_says_nothing_is_dasks_default(address: str) -> None:
    assert (
        dashboard(sections_of(f"jobqueue: {{lsf: {{scheduler-options: {{dashboard_address: {address}}}}}}}")).port
        == 8787
    )


def test_sections_on_different_ports_have_to_be_named() -> None:
    found = sections_of(
        "jobqueue: {lsf: {}, mine: {scheduler-options: {dashboard_address: ':9000'}}}",
    )
    with pytest.raises(UsageError, match="different ports"):
        dashboard(found)


def test_no_section_at_all_is_dasks_default() -> None:
    assert dashboard(()) == Dashboard(8787, loopback=False)


@pytest.mark.parametrize(
    ("value", "host", "number", "port"),
    [
        (":8787", "", 8787, 8787),
        (8787, "", 8787, 8787),
        ("8787", "", 8787, 8787),
        ("127.0.0.1:8788 ", "127.0.0.1", 8788, 8788),
        ("[::1]:8788", "[::1]", 8788, 8788),
        ("::1", "::1", None, None),
        ("127.0.0.1", "127.0.0.1", None, None),
        ("node01:x", "node01", None, None),
        ("127.0.0.1:0", "127.0.0.1", 0, None),
        (":99999", "", 99999, None),
        (-1, "", -1, None),
        (True, "", None, None),
        (None, "", None, None),
        ("", "", None, None),
    ],
)
def test_an_address(value: object, host: str, number: int | None, port: int | None) -> None:
    assert (read(value), read(value).port) == (Address(host, number), port)


def test_without_an_address_the_scheduler_takes_dasks_own() -> None:
    assert of_scheduler({}) == of_scheduler({"dashboard_address": None}) == Address("", 8787)
    assert of_scheduler({"dashboard_address": 0}) == Address("", 0)
