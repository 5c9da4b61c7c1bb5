"""Where the dashboard and the workers' web pages listen: the values of a section, and what stays open in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pegconf.config.dashboard_address import is_loopback, read
from pegconf.core import ports

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK: Final = "loopback"
NONE: Final = "none"
CHOICES: Final = (LOOPBACK, NONE)
_HOST: Final = "127.0.0.1"
_WORKERS: Final = f"{_HOST}:0"
_ADDRESS: Final = "--dashboard-address"
_SWITCHES: Final = ("--dashboard", "--no-dashboard")


@dataclass(frozen=True, slots=True)
class Pages:
    """What was asked: `kind` and `port` are None where the section's own stay; `free` is for one that has no port."""

    kind: str | None = None
    port: int | None = None
    free: int = ports.DEFAULT


def for_scheduler(old: Any, asked: Pages, interface: str | None) -> Any:
    """The scheduler's options: its web page on loopback where the user chose no other address, and its interface."""
    if not isinstance(old, dict):
        return old
    own = {} if interface is None or "host" in old else {"interface": interface}
    options = {"dashboard_address": f"{_HOST}:{asked.free}"} | old | own
    if asked.kind is not None:
        options = {name: value for name, value in options.items() if name != "dashboard"}
        options["dashboard_address"] = f"{_HOST}:{port_of(old) or asked.free}"
    if asked.port is not None:
        host = read(options["dashboard_address"]).host or _HOST
        options["dashboard_address"] = f"{host}:{asked.port}"
    return options | ({"dashboard": False} if asked.kind == NONE else {})


def kind_of(options: Any) -> str | None:
    """Which of CHOICES a section's scheduler options are, none at all included; None for an address of the user's."""
    if options is not None and not isinstance(options, dict):
        return None
    values: Mapping[str, Any] = options or {}
    address = values.get("dashboard_address")
    if address is not None and read(address).host != _HOST:
        return None
    return NONE if values.get("dashboard") is False else LOOPBACK


def port_of(options: Any) -> int | None:
    """The dashboard's port in the scheduler's options; None where there is none to read, or any free one is meant."""
    return read(options.get("dashboard_address")).port if isinstance(options, dict) else None


def for_workers(words: list[Any], asked: Pages) -> list[Any]:
    """A worker's words with its web page on loopback, where they do not say otherwise already."""
    if asked.kind is not None:
        words = _without_pages(words)
        return [*words, *(["--no-dashboard"] if asked.kind == NONE else []), _ADDRESS, _WORKERS]
    if any(str(word).startswith(_ADDRESS) for word in words):
        return words
    return [*words, _ADDRESS, _WORKERS]


def _without_pages(words: list[Any]) -> list[Any]:
    kept = []
    rest = iter(words)
    for word in rest:
        if word == _ADDRESS:
            next(rest, None)
        elif str(word) not in _SWITCHES and not str(word).startswith((f"{_ADDRESS}=", f"{_ADDRESS} ")):
            kept.append(word)
    return kept


def about(options: Any) -> str:
    """The comment beside the scheduler's options; empty where they are the user's own."""
    if not isinstance(options, dict) or not set(options) <= {"dashboard_address", "dashboard", "interface"}:
        return ""
    if "interface" in options:
        return "the dashboard's address, and the interface of the scheduler's host"
    if options.get("dashboard") is False:
        return "no dashboard"
    on_loopback = read(options.get("dashboard_address")).host == _HOST
    return "the dashboard on loopback: reach it with pegconf tunnel" if on_loopback else ""


def stays_open(options: Any, *, routes: bool = False) -> str:
    """What the scheduler's options leave open and to whom, in words; with `routes` every page but /health is gone."""
    values: Mapping[str, Any] = options if isinstance(options, dict) else {}
    address = str(values.get("dashboard_address") or f":{ports.DEFAULT}")
    whom = "to users of the scheduler's host" if is_loopback(read(address).host) else "to whoever reaches it"
    if values.get("dashboard") is False:
        left = "only /health" if routes else "/health, /metrics, /info and /json"
        return f"none; {left} on {address}, open {whom}"
    return f"{address}, without a password, open {whom}"
