"""Whether a file after `--fix` is the one before it but for what was to be changed."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import yaml

from pegconf.config import catalogue
from pegconf.config.yaml_tree import plain
from pegconf.core.model import Layer, Severity
from pegconf.validate.engine import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pegconf.config.document import Document
    from pegconf.core.model import Finding, Report

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT: Final = re.compile("#[^\r\n\x85\u2028\u2029]*")
_LAYER_OF: Final = {rule.code: rule.layer for rule in RULES}


def spoiled(old: Document, new: Document, touched: Collection[tuple[str, str]]) -> str:
    """What an edit did beside its purpose, as a reason to leave it; empty where it did nothing.

    `touched` are the sections, with hyphens, and in each the keys that it was to change.
    """
    if new.error is not None or len(new.duplicates) > len(old.duplicates):
        return "the file could not be read afterwards"
    before, after = _others(plain(old.root), touched), _others(plain(new.root), touched)
    for name in before.keys() | after.keys():
        if repr(before.get(name)) != repr(after.get(name)):
            return f"{name} would change, too: an anchor shares the text"
    if list(before) != list(after) or comments(old.text) != comments(new.text):
        return "comments or other keys stand in its text"
    return ""


def _others(root: Any, touched: Collection[tuple[str, str]]) -> dict[str, Any]:
    """All values but the touched ones, each section by itself."""
    if not isinstance(root, dict):
        return {"the file": root}
    found = {str(name): value for name, value in root.items() if name != "jobqueue"}
    sections = root.get("jobqueue")
    if not isinstance(sections, dict):
        return {**found, "jobqueue": sections}
    for name, values in sections.items():
        ours = {key for section, key in touched if section == catalogue.canonical(str(name))}
        if isinstance(values, dict):
            values = {key: inner for key, inner in values.items() if catalogue.canonical(str(key)) not in ours}  # noqa: PLW2901
        found[f"section {name}"] = values
    return found


def comments(text: str) -> list[str]:
    """Every comment of a text, in its order: what stands between YAML's tokens, and beside the head of a block."""
    return [comment for gap in _between_tokens(text) for comment in _COMMENT.findall(gap)]


def _between_tokens(text: str) -> Iterator[str]:
    position = 0
    token: Any
    for token in yaml.scan(text, Loader=_LOADER):
        start, end = token.start_mark.index, token.end_mark.index
        yield text[position:start]
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            yield text[start:end].split("\n", 1)[0]
        position = max(position, end)
    yield text[position:]


def still_wrong(before: Report, after: Report, fixed: Sequence[Finding]) -> str:
    """Why edits did not help: a finding is still there, or an error is new; empty where they did.

    An error in a layer that was skipped before is not new: nobody had looked. Nor is one of a later layer about a key
    that an earlier layer had found wrong.
    """
    counts = Counter(_identity(one) for one in before.findings), Counter(_identity(one) for one in after.findings)
    for identity, number in Counter(_identity(one) for one in fixed).items():
        if counts[1][identity] > counts[0][identity] - number:
            return "the finding would still be there"
    unseen = {(catalogue.canonical(left.section), left.layer) for left in before.skipped}
    known = {_identity(one) for one in before.findings}
    wrong: dict[tuple[str, str], int] = {}
    for one in before.findings:
        if one.severity is Severity.ERROR:
            place = _identity(one)[1:]
            wrong[place] = min(_depth(one), wrong.get(place, _depth(one)))
    for one in after.findings:
        seen = (catalogue.canonical(one.section or ""), _LAYER_OF[one.code]) not in unseen
        seen = seen and wrong.get(_identity(one)[1:], _depth(one)) >= _depth(one)
        if one.severity is Severity.ERROR and seen and _identity(one) not in known:
            return f"{one.code} would come instead: {one.message}"
    return ""


def _depth(one: Finding) -> int:
    return list(Layer).index(_LAYER_OF[one.code])


def _identity(one: Finding) -> tuple[str, str, str]:
    """What a finding is about, wherever it stands and whichever name its key has."""
    name = one.key or ""
    key = catalogue.keys().get(name)
    newest = key.renamed_to if key is not None and key.renamed_to else name
    return one.code, catalogue.canonical(one.section or ""), "account" if newest == "project" else newest
