"""What stands beside `jobqueue:`, under `distributed:`: shares of memory, the dashboard's link, encryption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.config.setting import setting_at
from pegconf.config.yaml_tree import plain
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import FileRule, Problem, kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value


_FRACTIONS: Final = ("target", "spill", "pause", "terminate")

_AT_ZERO: Final = {
    "pause": "every worker is paused as soon as it starts, and computes nothing",
    "terminate": "every worker is killed as soon as it starts, again and again",
    "spill": "all data goes to disk at once",
}

_EVERY_TIME: Final = "TypeError in the worker's memory monitor, ten times a second: nothing is paused or spilled"


def memory_fraction(document: Document) -> Iterator[Problem]:
    """The fractions of memory at which a worker spills, pauses and is killed are numbers over 0, or false for never.

    0.0 is not "never": `pause: 0.0` pauses every worker as it starts, `terminate: 0.0` kills it. null or text such as
    80% stops the check itself with a TypeError, and `target: 60%` or `max-spill: null` the worker
    (distributed/worker_memory.py, run with distributed 2026.8.0). A number over 1 is never reached: a warning.

    Wrong:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed:
          worker:
            memory: {target: false, spill: false, pause: 0.0, terminate: 0.0}

    Right:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed:
          worker:
            memory: {target: false, spill: false, pause: 0.8, terminate: 0.95}
    """
    for name in _FRACTIONS:
        pair = setting_at(document, "distributed", "worker", "memory", name)
        if pair is None or pair[1].content is False:
            continue
        key, value = pair
        content = plain(value)
        number = isinstance(content, (int, float)) and not isinstance(content, bool)
        if number and content > 1:
            fix = f"{name}: {content / 100:g}" if content <= 100 else None  # noqa: PLR2004 - meant as per cent
            message = f"{name} is {content:g}, and it is a fraction of the memory"
            yield Problem(document.mark(value), message, "never reached", fix, severity=Severity.WARNING)
        elif number and content <= 0 and name in _AT_ZERO:
            severity = Severity.WARNING if name == "spill" else None
            message = f"{name} is {content:g}, which is not never: false is"
            yield Problem(document.mark(value), message, _AT_ZERO[name], f"{name}: false", severity=severity)
        elif isinstance(content, (str, list, dict)) or (content is None and name != "target"):
            effect = "TypeError: the worker does not start" if name == "target" else _EVERY_TIME
            mark = document.mark(key if value.is_mapping else value)
            yield Problem(mark, f"{name} is {kind(content)}, not a number", effect, f"{name}: false")
    pair = setting_at(document, "distributed", "worker", "memory", "max-spill")
    if pair is not None and pair[1].content is None:
        effect = "AttributeError: the worker does not start"
        yield Problem(document.mark(pair[1]), "max-spill is null, not an amount", effect, "max-spill: false")


def fixed_port_in_link(document: Document) -> Iterator[Problem]:
    """A link to the dashboard with a port in it is wrong as soon as another program has that port.

    Dask then takes a random one and says so in a warning; `{port}` is the one in use (distributed.dashboard.link).

    Wrong:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {dashboard: {link: 'https://hub.example.org/user/me/proxy/8787/status'}}

    Right:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {dashboard: {link: 'https://hub.example.org/user/me/proxy/{port}/status'}}
    """
    pair = setting_at(document, "distributed", "dashboard", "link")
    text = plain(pair[1]) if pair is not None else None
    if pair is not None and isinstance(text, str) and "{port}" not in text and "8787" in text:
        message = f"the dashboard's link {shown(text)} has the port 8787 in it"
        effect = "where that port is taken, the link leads to somebody else's dashboard"
        fix = f"link: '{text.replace('8787', '{port}')}'"
        yield Problem(document.mark(pair[1]), message, effect, fix)


_TLS: Final = ("distributed", "comm", "tls")

_FILES: Final = (
    ("ca-file",),
    *((role, what) for role in ("scheduler", "worker", "client") for what in ("cert", "key")),
)


def named(document: Document) -> Iterator[tuple[tuple[str, ...], Value]]:
    """The certificates and keys a file names."""
    for path in _FILES:
        pair = setting_at(document, *_TLS, *path)
        if pair is not None and isinstance(pair[1].content, str) and pair[1].content:
            yield path, pair[1]


def no_certificates(document: Document) -> Iterator[Problem]:
    """Encryption is required, and the certificates are not named: the program stops, unless it makes its own.

    "encryption required by Dask configuration, refusing communication from/to 'tcp://'". `LSFCluster(security=True)`
    makes temporary ones in `shared-temp-directory`; `security` is no key of a section (dask-jobqueue#496).
    Named ones are distributed.comm.tls.ca-file and a cert and key for scheduler, worker and client.

    Wrong:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {require-encryption: true}}

    Right:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed:
          comm:
            require-encryption: true
            tls:
              ca-file: ca.pem
              scheduler: {cert: cert.pem, key: key.pem}
              worker: {cert: cert.pem, key: key.pem}
              client: {cert: cert.pem, key: key.pem}
    """
    pair = setting_at(document, "distributed", "comm", "require-encryption")
    if pair is None or plain(pair[1]) is not True:
        return
    there = {path for path, _ in named(document)}
    absent = [".".join(path) for path in _FILES if path not in there]
    if absent:
        message = f"encryption is required, and tls has no {', '.join(absent)}"
        effect = "RuntimeError: encryption required by Dask configuration, unless the program has security=True"
        yield Problem(document.mark(pair[1]), message, effect)


RULES: Final = (
    FileRule("PEG106", Severity.ERROR, "a share of memory that stops workers", memory_fraction, Layer.KEYS),
    FileRule("PEG118", Severity.WARNING, "encryption without certificates", no_certificates, Layer.KEYS),
    FileRule("PEG119", Severity.WARNING, "a fixed port in the dashboard's link", fixed_port_in_link, Layer.KEYS),
)
