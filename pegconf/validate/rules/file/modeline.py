"""The line that tells an editor which schema a file follows."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from pegconf.core import resources
from pegconf.core.model import Severity
from pegconf.validate.rules.base import FileRule, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document

_MODELINE: Final = re.compile(r"^\s*#\s*yaml-language-server\s*:\s*.*\$schema=(?P<schema>\S+)")
_LONGEST: Final = 4000


def nowhere(document: Document) -> Iterator[Problem]:
    """The modeline names a schema that is not there, so the editor completes and underlines nothing.

    It happens when the environment that pegconf was installed into is made anew or removed. A path is absolute, or
    relative to the file; addresses with http are not asked.

    Wrong:

        # yaml-language-server: $schema=/no/such/jobqueue.schema.json
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        # yaml-language-server: $schema=https://example.org/jobqueue.schema.json
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    for number, line in enumerate(document.lines):
        match = _MODELINE.match(line[:_LONGEST])
        if match is None:
            continue
        text = match["schema"]
        path = unquote(text.removeprefix("file://")) if text.startswith("file://") else text
        if re.match(r"[a-z]+://", path) or "\0" in path:
            continue
        if not os.path.isfile(os.path.join(document.file.parent, path)):  # noqa: PTH113, PTH118 - Path raises on some
            mark = document.mark_at(number, match.start("schema"))
            fix = f"# yaml-language-server: $schema={resources.JOBQUEUE_SCHEMA}"
            yield Problem(mark, f"there is no schema {shown(text)}", "the editor completes and underlines nothing", fix)


RULES: Final = (FileRule("PEG018", Severity.INFO, "a modeline that points nowhere", nowhere),)
