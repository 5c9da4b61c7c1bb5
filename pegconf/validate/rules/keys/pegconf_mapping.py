"""The `pegconf:` mapping, which holds what init was told."""

from __future__ import annotations

import functools
from itertools import islice
from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue
from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Severity
from pegconf.site import files
from pegconf.validate.rules.base import FileRule, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value

_ERRORS_SHOWN: Final = 20


def does_not_fit(document: Document) -> Iterator[Problem]:
    """What does not fit the schema of the `pegconf:` mapping is not used; dask itself only carries it.

    It says which batch system and site a section is for (schemas/jobqueue.schema.json, `asked`).

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lfs}}}
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf}}}
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    asked = _asked(document)
    if asked is None:
        return
    # jsonschema takes 0.1 s to import, and most files have no such mapping.
    import jsonschema  # noqa: PLC0415

    for error in islice(
        jsonschema.Draft7Validator(catalogue.form_of_pegconf()).iter_errors(plain(asked)), _ERRORS_SHOWN
    ):
        place, path = asked, [str(part) for part in error.absolute_path]
        for part in error.absolute_path:
            pair = members(place).get(part)
            if pair is None:
                break
            place = pair[1]
        message = f"{'.'.join(['pegconf', *path])} does not fit: {error.message}"
        yield Problem(document.mark(place), message[:200], "pegconf does not use it")


def unknown_site(document: Document) -> Iterator[Problem]:
    """A site that pegconf does not know cannot be checked against: its queues, nodes and walltimes.

    `pegconf sites` lists those it knows.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasos}}}
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    asked = _asked(document)
    sections = members(asked).get("sections") if asked is not None else None
    find, names = functools.cache(files.find), functools.cache(files.names)
    for name, (_, entry) in members(sections[1]).items() if sections else ():
        pair = members(entry).get("site")
        site = plain(pair[1]) if pair else None
        if pair is None or not isinstance(site, str) or find(site) is not None:
            continue
        message = f"no site is named {shown(site)}; these are: {', '.join(names())}"
        if files.is_path(site) or site in names():
            message = f"the site file of {shown(site)} cannot be read, or does not fit the schema"
        effect = "the section is not checked against a site's queues and nodes"
        yield Problem(document.mark(pair[1]), message, effect, section=str(name))


def _asked(document: Document) -> Value | None:
    if document.root is None:
        return None
    pair = members(document.root).get("pegconf")
    return pair[1] if pair else None


RULES: Final = (
    FileRule("PEG131", Severity.WARNING, "the pegconf: mapping does not fit its schema", does_not_fit),
    FileRule("PEG132", Severity.WARNING, "no such site", unknown_site),
)
