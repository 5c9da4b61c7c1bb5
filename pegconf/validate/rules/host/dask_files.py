"""Files and variables that are read although nobody meant them, meant and not read, or read twice."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue, sections
from pegconf.config.setting import setting_at
from pegconf.config.sources import FILE_NAME
from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Severity
from pegconf.validate.rules.base import Problem, SourcesRule, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.config.document import Document
    from pegconf.config.sources import Sources
    from pegconf.config.yaml_tree import Value


_COPY: Final = re.compile(
    r"(?i)(?:^|[^a-z])(?:bak|backup|old|orig|copy|save|saved|tmp|temp|prev|previous|disabled|unused|zz+)(?![a-z])"
    r"|\(\d+\)|\d{4}-?\d\d-?\d\d|~"
)


def _sections(document: Document) -> Mapping[str, tuple[Value, Value]]:
    pair = setting_at(document, "jobqueue")
    found = members(pair[1]) if pair is not None else {}
    return {catalogue.canonical(str(name)): pair for name, pair in found.items() if pair[1].is_mapping}


def _keys(section: Value) -> dict[str, object]:
    return {catalogue.canonical(str(name)): plain(value) for name, (_, value) in members(section).items()}


def stray_file(sources: Sources) -> Iterator[Problem]:
    """A copy beside jobqueue.yaml is read, too: dask merges every *.yaml, *.yml and *.json of its folders by name.

    `jobqueue.yaml.bak.yaml` and `zz-old.yaml` come after `jobqueue.yaml` and win, so that edits have no effect;
    `jobqueue-old.yaml` comes before it and brings back what was deleted there (dask-jobqueue#499;
    dask/dask-labextension#183: "I had an old config file around"). Another ending, such as .bak, keeps a copy unread.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
        --- # the next file: jobqueue.yaml.bak.yaml
        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: general}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
    """
    for document in sources.documents:
        name, folder = document.file.name, document.file.parent
        main = next((one for one in sources.documents if one.file == folder / FILE_NAME), None)
        if main is None or main is document:
            continue
        both = [section for section in _sections(document) if section in _sections(main)]
        if not both or not _COPY.search(name):
            continue
        wins = name > FILE_NAME
        key = _sections(document)[both[0]][0]
        message = f"{name[:60]} is read, too, and has {', '.join(both)[:60]} as {FILE_NAME} has"
        effect = (
            f"it comes after {FILE_NAME} by its name, and wins" if wins else "keys that were deleted there come back"
        )
        yield Problem(document.mark(key), message, effect, f"mv {name[:60]} {name[:60]}.bak, which dask does not read")


def section_in_two_files(sources: Sources) -> Iterator[Problem]:
    """One section in two files is one section to dask: the keys of both count.

    Right where a centre's /etc/dask gives the base. Where the same key differs another finding says which is lost.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
        --- # the next file: more.yaml
        jobqueue:
          lsf: {queue: general}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: general}
    """
    seen: dict[str, tuple[Document, Value, dict[str, object]]] = {}
    for document in sources.documents if len(sources.documents) > 1 else ():
        for name, (key, value) in _sections(document).items():
            keys = _keys(value)
            if name in seen:
                other, other_key, before = seen[name]
                differ = any(key in before and before[key] != value for key, value in keys.items())
                if not differ and not _COPY.search(document.file.name) and not _COPY.search(other.file.name):
                    message = f"section {name[:60]} stands in {other.file}:{other_key.line + 1}, too"
                    yield Problem(document.mark(key), message, "the keys of both files count", None, section=name)
                keys = before | keys
            seen[name] = (document, key, keys)


def single_underscore(sources: Sources) -> Iterator[Problem]:
    """Between the names of a variable stand two underscores: DASK_JOBQUEUE_LSF_QUEUE sets nothing.

    dask/config.py (collect_env) takes it for a key `jobqueue_lsf_queue` that nobody reads (CoffeaTeam/lpcjobqueue#19).
    DASK_JOBQUEUE__LSF__QUEUE is the queue of section lsf; small letters, and DASK__ at the beginning, set nothing.

    Wrong:

        $ export DASK_JOBQUEUE_LSF_QUEUE=short
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ export DASK_JOBQUEUE__LSF__QUEUE=short
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    for name in sources.environ:
        words = re.split("_+", name)
        if name.startswith("DASK_JOBQUEUE__") or [word.upper() for word in words[:2]] != ["DASK", "JOBQUEUE"]:
            continue
        fix = "__".join(("DASK_JOBQUEUE", words[2].upper(), "_".join(words[3:]).upper())) if len(words) > 3 else None  # noqa: PLR2004
        effect = "dask wants DASK_JOBQUEUE, the section and the key, with two underscores between them"
        yield Problem(None, f"{name[:80]} sets nothing", effect, fix)


def no_section_in_variable(sources: Sources) -> Iterator[Problem]:
    """A variable for a whole section, or for no section, has no effect; one below a plain value stops `import dask`.

    DASK_JOBQUEUE__QUEUE=short is an entry beside the sections that nobody reads. DASK_JOBQUEUE__LSF=x together with
    DASK_JOBQUEUE__LSF__QUEUE=y: "TypeError: 'str' object does not support item assignment" at import (run with dask
    2026.8.0). DASK_JOBQUEUE__LSF="{'queue': 'short'}" is fine.

    Wrong:

        $ export DASK_JOBQUEUE__QUEUE=short
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ export DASK_JOBQUEUE__LSF__QUEUE=short
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    plain_ones = {one.path: one.name for one in sources.variables if not isinstance(one.value, dict)}
    for variable in sources.variables:
        shorter = [variable.path[:length] for length in range(1, len(variable.path))]
        above = next((plain_ones[path] for path in shorter if path in plain_ones), None)
        if above is not None:
            message = f"{variable.name[:80]} goes below {above[:80]}, which is a plain value"
            effect = "import dask stops with: TypeError: 'str' object does not support item assignment"
            yield Problem(None, message, effect, f"unset {above[:80]}", severity=Severity.ERROR)
        elif len(variable.path) < 3 and not isinstance(variable.value, dict):  # noqa: PLR2004 - jobqueue, section, key
            message = f"{variable.name[:80]} names no key of a section"
            last = variable.path[-1]
            known = catalogue.keys()
            is_key = catalogue.canonical(last) in known
            fix = f"DASK_JOBQUEUE__LSF__{last.upper()}" if is_key and len(variable.path) > 1 else None
            yield Problem(None, message, f"its value {shown(variable.value)} has no effect", fix)


def no_such_place(sources: Sources) -> Iterator[Problem]:
    """A place that was named and is not read: DASK_CONFIG that does not exist, or a file below XDG_CONFIG_HOME.

    For a DASK_CONFIG that does not exist, dask-jobqueue makes a folder of that name with its comments in it, and the
    defaults apply. Dask reads ~/.config/dask whatever XDG_CONFIG_HOME says (dask/config.py, _get_paths). DASK_CONFIG
    adds to the other places, and beats them.

    Wrong:

        $ export DASK_CONFIG=/no/such/dask
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ mkdir ~/dask
        $ export DASK_CONFIG=~/dask
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    named = sources.environ.get("DASK_CONFIG")
    if named is not None and not os.path.exists(named):  # noqa: PTH110 - Path.exists raises where a folder may not be entered
        effect = "dask-jobqueue makes a folder of that name, and what you wrote elsewhere is used"
        yield Problem(None, f"DASK_CONFIG is {shown(named)}, which does not exist", effect)
    base, home = sources.environ.get("XDG_CONFIG_HOME"), sources.environ.get("HOME", "")
    file = os.path.join(base, "dask", FILE_NAME) if base else ""  # noqa: PTH118
    if base and os.path.realpath(base) != os.path.realpath(os.path.join(home, ".config")) and os.path.isfile(file):  # noqa: PTH113, PTH118
        effect = "dask reads ~/.config/dask, whatever XDG_CONFIG_HOME says"
        yield Problem(None, f"{file} is not read", effect, f"DASK_CONFIG={os.path.dirname(file)}")  # noqa: PTH120


def set_in_two_files(sources: Sources) -> Iterator[Problem]:
    """All *.yaml, *.yml and *.json in dask's folders are merged, by name: a forgotten copy beats the file you edit.

    /etc/dask, the environment's etc/dask, ~/.config/dask, then $DASK_CONFIG; the last one wins, so that
    `zz-backup.yaml` beats `jobqueue.yaml` (dask-jobqueue#499). `pegconf show` names the file of every value.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
        --- # the next file: more.yaml
        jobqueue:
          lsf: {cores: 4, memory: 4GB}

    Right:

        jobqueue:
          lsf: {cores: 4, memory: 4GB}
    """
    before: dict[tuple[str, str], tuple[Document, Value, Value]] = {}
    for document in sources.documents if len(sources.documents) > 1 else ():
        for section, name, key, value in _settings(document):
            earlier = before.get((section, name))
            if (
                earlier is not None
                and not (value.is_mapping or earlier[2].is_mapping)
                and plain(earlier[2]) != plain(value)
            ):
                other, other_key, lost = earlier
                message = f"{name} of {section[:60]} is set again here"
                effect = f"{shown(plain(lost))} of {other.file}:{other_key.line + 1} is lost"
                yield Problem(document.mark(value), message, effect, None, name, section=section)
            before[section, name] = (document, key, value)


def _settings(document: Document) -> Iterator[tuple[str, str, Value, Value]]:
    pair = members(document.root).get("jobqueue") if document.root is not None else None
    for section, (_, value) in members(pair[1]).items() if pair else ():
        for written, (key, inner) in members(value).items():
            yield sections.canonical(str(section)), catalogue.canonical(str(written)), key, inner


def left_out(sources: Sources) -> Iterator[Problem]:
    """A file that may not be read is passed over by dask without a word, and its defaults apply.

    dask/config.py (collect_yaml, _load_config_file) returns nothing for it: "Ignore permission errors". The programs
    that use dask then run with the defaults, or with what other files say.

    Wrong:

        $ ln -s /home/gone/more.yaml ~/.config/dask/more.yaml
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ echo 'distributed: {}' > ~/more.yaml
        $ ln -s ~/more.yaml ~/.config/dask/more.yaml
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    for path in sources.unreadable:
        yield Problem(None, f"{path} cannot be read", "dask leaves it out without a word", "mend its owner and mode")


RULES: Final = (
    SourcesRule("PEG304", Severity.WARNING, "one key in two files", set_in_two_files),
    SourcesRule("PEG305", Severity.WARNING, "a file that dask passes over", left_out),
    SourcesRule("PEG306", Severity.INFO, "a section in two files", section_in_two_files),
    SourcesRule("PEG307", Severity.WARNING, "a copy that dask reads", stray_file),
    SourcesRule("PEG308", Severity.WARNING, "a variable with single underscores", single_underscore),
    SourcesRule("PEG309", Severity.WARNING, "a variable that names no key", no_section_in_variable),
    SourcesRule("PEG310", Severity.WARNING, "a place that dask does not read", no_such_place),
)
