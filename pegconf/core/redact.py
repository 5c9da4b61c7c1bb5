"""What must not leave the user's hands in a report: tokens and keys always, names where it goes to others (pure)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

GONE: Final = "[taken out]"
_KEY_BLOCK: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)", re.DOTALL
)
_TOKENS: Final = re.compile(
    r"\b(?:gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{15,}|(?:AKIA|ASIA)[0-9A-Z]{12,}|sk-[\w-]{20,}"
    r"|xox[abprs]-[\w-]{10,}|hf_\w{16,}|AIza[\w-]{30,}|npm_\w{30,}|pypi-\w{16,}|dckr_pat_[\w-]{16,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
)
"""Forms that their issuers document: GitHub, GitLab, AWS, Slack, Hugging Face, Google, registries; JSON web tokens."""
_IN_A_URL: Final = re.compile(r"(?<=://)[^/\s@'\"]+@")
_HEADER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}")
_NAMED: Final = re.compile(
    r"(?i)(?P<name>[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|passwd|pwd|api[-_]?key|access[-_]?key|account[-_]?key"
    r"|private[-_]?key|credentials?|auth(?:orization)?)[\w-]*['\"]?)"
    r"(?P<sign>\s*[=:]\s*|[ \t]+)"
    r"(?P<value>\"(?:\\.|[^\"\\])*\"|'[^']*'|\$'[^']*'|[^\s,;'\"&|<>]+)"
)
_OPTION: Final = re.compile(r"^-{1,2}[A-Za-z]")
_HARMLESS: Final = re.compile(r"[/~.<$][\w/.~{}$-]*|\d{1,5}|true|false|none|null|yes|no|\[taken", re.IGNORECASE)
"""A path, a variable, a small number: what `--api-key $KEY` or `TOKEN_FILE=~/.token` hold."""
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def secrets(text: str) -> str:
    """The text without tokens, passwords and private keys; rather too much is taken out than too little."""
    text = _KEY_BLOCK.sub(GONE, text)
    text = _IN_A_URL.sub(f"{GONE}@", text)
    text = _HEADER.sub(rf"\1 {GONE}", text)
    text = _NAMED.sub(_without_value, text)
    return _TOKENS.sub(GONE, text)


def _without_value(match: re.Match[str]) -> str:
    name, sign, value = match["name"], match["sign"], match["value"]
    bare = value.strip("\"'")
    # "the token is wrong": a word behind a space is a value only where an option or an assignment in words asks so.
    if not sign.strip() and not _OPTION.match(name):
        return match[0]
    if not bare or _HARMLESS.fullmatch(bare):
        return match[0]
    return f"{name}{sign}{GONE}"


def names(text: str, known: Mapping[str, str]) -> str:
    """The text with each known name (a user's, a home, a project's) as the word given for it, and no mail address.

    Longer names go first, so that a home is one word and not a path with a user in it.
    """
    text = _MAIL.sub("EMAIL", text)
    for name in sorted(filter(None, known), key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", lambda _: known[name], text)  # noqa: B023
    return text


def for_others(text: str, known: Mapping[str, str]) -> str:
    """A text as it leaves the user's hands: without secrets, and with each known name as the word given for it."""
    return names(secrets(text), known)


def everywhere(value: Any, clean: Callable[[str], str]) -> Any:
    """A frozen dataclass with every text in it cleaned, all the way down."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return dataclasses.replace(value, **{f.name: everywhere(getattr(value, f.name), clean) for f in fields})
    if isinstance(value, Mapping):
        return {clean(str(name)): everywhere(inner, clean) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(everywhere(inner, clean) for inner in value)
    return value
