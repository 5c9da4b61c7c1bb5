"""Whether settings stand where dask-jobqueue looks for them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue
from pegconf.config.setting import setting_at
from pegconf.config.yaml_tree import is_merge, members, plain
from pegconf.core.model import Severity
from pegconf.validate.rules.base import FileRule, Problem, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value

_OLD_KEYS: Final = {"threads", "interval"}
_ENOUGH_KEYS: Final = 3


def jobqueue_no_mapping(document: Document) -> Iterator[Problem]:
    """Under `jobqueue:` stand sections; text or a list there is thrown away, and nothing says so.

    dask/config.py (update): a mapping, here that of the defaults, takes the place of anything else. An empty
    `jobqueue:` is fine: it leaves the defaults.

    Wrong:

        jobqueue: lsf

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
    """
    value = _jobqueue(document)
    if value is not None and not value.is_mapping and value.content is not None:
        message = f"jobqueue is {kind(plain(value))}, not a mapping of sections"
        effect = "dask-jobqueue's defaults take its place without a word"
        yield Problem(document.mark(value), message, effect, "jobqueue: {lsf: {cores: 2, memory: 4GB}}")


def section_no_mapping(document: Document) -> Iterator[Problem]:
    """A section is a mapping of keys; a batch system's own may be empty, since it has defaults, a named one may not.

    LSFCluster(config_name="insar") with an empty `insar:` stops with `TypeError: 'NoneType' object is not
    subscriptable`.

    Wrong:

        jobqueue:
          insar:
          lsf: [cores, memory]

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
    """
    for name, (key, value) in sections_of(document).items():
        if value.is_mapping or is_stray_setting(name, value):
            continue
        if value.content is None and name in KNOWN:
            continue
        text = str(name)[:60]
        what = "is empty" if value.content is None else f"is {kind(plain(value))}, not a mapping of keys"
        effect = f"config_name={text!r} stops with: TypeError"
        if name in KNOWN:
            effect = "dask-jobqueue's defaults take its place without a word"
        yield Problem(document.mark(key), f"section {text} {what}", effect, section=str(name))


def stray(document: Document) -> Iterator[Problem]:
    """Settings that do not stand under `jobqueue:` and a section are read by nobody, and nothing says so.

    The usual causes are an indent lost while uncommenting the default file, a section at the top of the file, and
    `LSF:` for `lsf:` (dask-jobqueue#329, dask-jobqueue#362). What follows is "You must specify how much cores and
    memory per job", although the file has them.

    Wrong:

        lsf:
          cores: 2
          memory: 4GB

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
    """
    yield from _stray_in_jobqueue(document)
    if document.root is None or not document.root.is_mapping:
        return
    effect = "dask-jobqueue reads only what stands under jobqueue:"
    top = members(document.root)
    yield from _flat(document, effect)
    elsewhere = _used_in_sections(document)
    for name, (key, value) in top.items():
        text = str(name)[:60]
        if name in {"jobqueue", "pegconf"} or id(value) in elsewhere:
            continue
        plain_text = text.lower().replace("-", "").replace("_", "")
        if plain_text.rstrip("s") == "jobqueue" or difflib.get_close_matches(plain_text[:20], ("jobqueue",), 1, 0.85):
            yield Problem(document.mark(key), f"{text} is not jobqueue", effect, "jobqueue:")
        elif _looks_like_section(name, value):
            fix = f"jobqueue: {{{text.lower() if _is_system(name) else text}: {{...}}}}"
            yield Problem(document.mark(key), f"section {text} stands outside jobqueue:", effect, fix)
        elif value.is_mapping:
            for inner, (inner_key, inner_value) in members(value).items():
                if _is_system(inner) and _looks_like_section(inner, inner_value):
                    message = f"section {inner} stands under {text}:, not under jobqueue:"
                    fix = f"jobqueue: {{{inner}: {{...}}}}"
                    # Programs such as ncar-jobqueue keep sections like this and hand them on themselves.
                    yield Problem(document.mark(inner_key), message, effect, fix, severity=Severity.WARNING)


def _flat(document: Document, effect: str) -> Iterator[Problem]:
    """Keys of a section at the top of the file; of one or two, only names that no other program has are told of."""
    top = members(document.root) if document.root is not None else {}
    flat = [key for name, (key, value) in top.items() if _is_key(name) and not value.is_mapping]
    if len(flat) >= _ENOUGH_KEYS:
        names = ", ".join(str(key.content) for key in flat[:4])
        message = f"{names} stand at the top of the file, in no section"
        yield Problem(document.mark(flat[0]), message, effect, "jobqueue: {lsf: {...}} around them")
        return
    for name, (key, _) in top.items():
        if _is_key(name) and "-" in catalogue.canonical(name):
            message = f"{str(name)[:60]} stands at the top of the file, in no section"
            yield Problem(document.mark(key), message, effect, "in its section", severity=Severity.WARNING)


def _used_in_sections(document: Document) -> set[int]:
    """The values, by identity, that sections take from elsewhere in the file: aliased whole, or merged with `<<`."""
    used: set[int] = set()
    todo = [value for _, value in sections_of(document).values()]
    while todo:
        value = todo.pop()
        if id(value) in used or not value.is_mapping:
            continue
        used.add(id(value))
        for key, source in value.content:
            if is_merge(key):
                todo.extend(source.content if source.is_list else (source,))
    return used


def _stray_in_jobqueue(document: Document) -> Iterator[Problem]:
    sections = sections_of(document)
    lost = [key for name, (key, value) in sections.items() if is_stray_setting(name, value)]
    if lost:
        names = ", ".join(str(key.content) for key in lost[:4]) + (", ..." if len(lost) > 4 else "")  # noqa: PLR2004
        message = f"{names} {'stand' if len(lost) > 1 else 'stands'} directly under jobqueue:, in no section"
        effect = "taken for the name of a section, so it has no effect"
        yield Problem(document.mark(lost[0]), message, effect, "jobqueue: {lsf: {...}} around it")
    for name, (key, value) in sections.items():
        near = difflib.get_close_matches(str(name)[:20], KNOWN, 1, 0.8)
        if near and near[0] not in sections and value.is_mapping and not _is_system(name):
            message = f"section {str(name)[:20]} is not {near[0]}"
            effect = f"{near[0].upper()}Cluster() reads {near[0]}: and does not see this one"
            yield Problem(document.mark(key), message, effect, f"{near[0]}:", None, Severity.WARNING, str(name))
        if _is_system(name) and name not in KNOWN:
            lower = str(name).lower()
            message = f"section {name} is not {lower}: capitals count"
            effect = f"{lower.upper()}Cluster() reads {lower}: and does not see this one"
            yield Problem(document.mark(key), message, effect, f"{lower}:", section=str(name))


def is_stray_setting(name: object, value: Value) -> bool:
    """Whether an entry under `jobqueue:` is a setting that lost its section."""
    return _is_key(name) and not value.is_mapping


def _is_key(name: object) -> bool:
    if not isinstance(name, str):
        return False
    known = catalogue.keys()
    return catalogue.canonical(name) in known or name in _OLD_KEYS


def _is_system(name: object) -> bool:
    return isinstance(name, str) and name.lower() in KNOWN


def _looks_like_section(name: object, value: Value) -> bool:
    """A mapping with keys of a section: one is enough below a batch system's name, and cores or memory else."""
    if not value.is_mapping:
        return False
    known = [key for key in members(value) if _is_key(key)]
    if _is_system(name):
        return bool(known)
    return len(known) >= _ENOUGH_KEYS and {"cores", "memory"} <= {str(key) for key in known}


def _jobqueue(document: Document) -> Value | None:
    if document.root is None or not document.root.is_mapping:
        return None
    pair = members(document.root).get("jobqueue")
    return pair[1] if pair else None


def sections_of(document: Document) -> dict[object, tuple[Value, Value]]:
    value = _jobqueue(document)
    return members(value) if value is not None else {}


_PACKAGES: Final = ("distributed", "dashboard", "dask")

_OF_DISTRIBUTED: Final = ("dashboard", "comm", "nanny", "worker", "scheduler", "adaptive", "admin")


def beside(document: Document) -> Iterator[Problem]:
    """Settings of distributed stand beside `jobqueue:`, at the left margin, not below it.

    `distributed:` under `jobqueue:` is taken for a section of that name, and `dashboard:` in a section for a key that
    nobody reads: "completely ignored" (dask-jobqueue#443).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
          distributed:
            dashboard: {link: '/user/{USER}/proxy/{port}/status'}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
        distributed:
          dashboard: {link: '/user/{USER}/proxy/{port}/status'}
    """
    pair = setting_at(document, "jobqueue")
    sections = members(pair[1]) if pair is not None and pair[1].is_mapping else {}
    effect, known = "nobody reads it there", catalogue.keys()
    for name, (key, value) in sections.items():
        own = any(catalogue.canonical(str(inner)) in known for inner in members(value)) if value.is_mapping else True
        if name in _PACKAGES and not own:
            whole = name if name != "dashboard" else "distributed: {dashboard"
            message = f"{name} stands under jobqueue:, and belongs beside it"
            fix = f"{whole}: {{...}}{'}' if name == 'dashboard' else ''}, at the left margin"
            yield Problem(document.mark(key), message, effect, fix, section=str(name))
            continue
        for inner, (inner_key, inner_value) in members(value).items() if value.is_mapping else ():
            written = str(inner)
            # A word or number there may be another program's; PEG101 tells of it.
            if written in _PACKAGES and inner_value.is_mapping:
                message = f"{written[:60]} stands in a section, and belongs beside jobqueue:"
                fix = "distributed: {...}, at the left margin"
                yield Problem(document.mark(inner_key), message, effect, fix, written, section=str(name))
    for name, (key, value) in members(document.root).items() if document.root is not None else ():
        if name in _OF_DISTRIBUTED and value.is_mapping and members(value):
            message = f"{name} stands at the top of the file, and belongs under distributed:"
            fix = f"distributed: {{{name}: ...}}"
            yield Problem(document.mark(key), message, effect, fix, severity=Severity.WARNING)


RULES: Final = (
    FileRule("PEG006", Severity.ERROR, "jobqueue: is not a mapping", jobqueue_no_mapping),
    FileRule("PEG007", Severity.ERROR, "a section is not a mapping", section_no_mapping),
    FileRule("PEG008", Severity.ERROR, "settings stand where nobody reads them", stray),
    FileRule("PEG011", Severity.ERROR, "settings of distributed below jobqueue:", beside),
)
