"""Values in scheduler-options that Dask's scheduler cannot use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROTOCOLS: Final = ("tcp", "tls", "ucx", "ucxx", "ws", "wss", "inproc", "asynctcp")
_TEXTS: Final = ("host", "interface", "http_prefix", "contact_address", "scheduler_file")


def wrong_value(subject: Subject) -> Iterator[Problem]:
    """The value of a scheduler's option is of a type, or a word, that the scheduler cannot use.

    `dashboard` is true or false, the address goes into `dashboard_address`; `port` is a number; `protocol` is tcp or
    tls, not http.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard: '127.0.0.1:8788'}}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:8788'}}
    """
    setting = subject.settings.get("scheduler-options")
    if setting is None or not setting.value.is_mapping:
        return
    for name, (_, value) in members(setting.value).items():
        content, wanted, fix = plain(value), "", None
        if content is None:
            continue
        if name == "dashboard" and not isinstance(content, bool):
            wanted, fix = "true or false", f"dashboard_address: {shown(content)}" if isinstance(content, str) else None
        elif name == "dashboard_address" and not isinstance(content, (str, int)):
            wanted = "one address"
        elif name == "port" and not _is_number(content):
            wanted = "a number of a port"
        elif name in _TEXTS and not isinstance(content, str):
            wanted = "text"
        elif name == "protocol" and str(content).removesuffix("://") not in _PROTOCOLS:
            wanted, fix = "tcp or tls", "protocol: tls"
        if wanted:
            message = f"{name} in scheduler-options is {kind(content)} ({shown(content)}), not {wanted}"
            yield Problem(
                setting.mark_of(value), message, "the scheduler does not start, or not as meant", fix, setting.name
            )


def _is_number(content: object) -> bool:
    if isinstance(content, str):
        return content.strip().isdecimal()
    return isinstance(content, int) and not isinstance(content, bool)


RULES: Final = (
    SectionRule("PEG141", Severity.ERROR, "a value that the scheduler cannot use", Layer.KEYS, wrong_value),
)
