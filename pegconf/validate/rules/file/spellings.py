"""One key or section in two spellings, and merged mappings that disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue
from pegconf.config.yaml_tree import is_merge, members, plain
from pegconf.core.model import Severity
from pegconf.validate.rules.base import FileRule, Problem, shown
from pegconf.validate.rules.file.nesting import sections_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value


def spelled_twice(document: Document) -> Iterator[Problem]:
    """`log-directory` and `log_directory` are one key to dask, so of two spellings the second is lost.

    dask/config.py (canonical_name, collect). Either spelling alone is fine; pegconf writes hyphens, as dask-jobqueue
    does.

    Wrong:

        jobqueue:
          lsf:
            log_directory: /scratch/me/a
            log-directory: /scratch/me/b

    Right:

        jobqueue:
          lsf:
            log-directory: /scratch/me/b
    """
    sections = sections_of(document)
    yield from _twice(document, [(key, value) for key, value in sections.values()], None)
    for name, (_, section) in sections.items():
        # What a merge key brings along is there to be overridden.
        own = [(key, value) for key, value in section.content if not is_merge(key)] if section.is_mapping else []
        yield from _twice(document, own, str(name))


def _twice(document: Document, pairs: list[tuple[Value, Value]], section: str | None) -> Iterator[Problem]:
    seen: dict[str, tuple[Value, Value]] = {}
    for key, value in pairs:
        same = catalogue.canonical(str(key.content))
        if same in seen and str(seen[same][0].content) != str(key.content):
            first, earlier = seen[same]
            message = f"{key.content} and {first.content} (line {first.line + 1}) are the same key"
            effect = f"{shown(plain(value))} is lost; the first one counts"
            severity = None
            if value.is_mapping and earlier.is_mapping:
                ours, theirs = plain(earlier), plain(value)
                lost = any(name in ours and ours[name] != inner for name, inner in theirs.items())
                effect = "the two are joined, and of a key in both the first counts"
                severity = None if lost else Severity.WARNING
            elif plain(value) == plain(earlier):
                effect, severity = "the same value twice", Severity.WARNING
            fix = f"{same} once, with hyphens"
            name = same if section is not None else None
            yield Problem(document.mark(key), message, effect, fix, name, severity, section or str(first.content))
        seen.setdefault(same, (key, value))


def merged_order(document: Document) -> Iterator[Problem]:
    """Of two mappings that a list merges, which one counts depends on the PyYAML that reads the file.

    YAML's merge key says the first; PyYAML up to 6.0.3 does that, 6.0.4 takes the last (yaml/constructor.py,
    flatten_mapping). The submission host and the next installation may differ.

    Wrong:

        small: &small {cores: 2, walltime: '04:00'}
        long: &long {walltime: '24:00'}
        jobqueue:
          lsf:
            <<: [*long, *small]

    Right:

        small: &small {cores: 2, walltime: '04:00'}
        long: &long {<<: *small, walltime: '24:00'}
        jobqueue:
          lsf:
            <<: *long
    """
    for name, (_, section) in sections_of(document).items():
        for key, value in section.content if section.is_mapping else ():
            if not is_merge(key) or not value.is_list:
                continue
            seen: dict[str, Value] = {}
            own = {str(written.content) for written, _ in section.content}
            for merged in value.content:
                for written, (_, inner) in members(merged).items():
                    first = seen.setdefault(str(written), inner)
                    if plain(first) != plain(inner) and str(written) not in own:
                        message = f"{written} stands in several of the merged mappings, with different values"
                        effect = f"{shown(plain(first))} or {shown(plain(inner))}, by the version of PyYAML"
                        fix = f"{written}: {shown(plain(first))}"
                        yield Problem(document.mark(key), message, effect, fix, str(written), section=str(name))


RULES: Final = (
    FileRule("PEG009", Severity.ERROR, "one key in two spellings", spelled_twice),
    FileRule("PEG020", Severity.WARNING, "merged mappings that disagree", merged_order),
)
