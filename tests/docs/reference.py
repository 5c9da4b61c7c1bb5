"""docs/rules.md and docs/causes.md, made from the rules and causes: `python -m tests.docs.reference` writes them.

With --check it writes nothing, names those that are stale, and ends with 1 where there is one.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from typing import TYPE_CHECKING, Final

from pegconf.diagnosis.causes import CODES
from pegconf.validate import engine
from tests.docs.pages import DOCS

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.validate.rules.base import Rule

_MADE: Final = "<!-- Made from the code by: python -m tests.docs.reference -->\n"
_RULES: Final = """\
# The rules

What [pegconf validate](commands/validate.md) looks for. The first digit tells where: 0 text, 1 keys, 2 meaning, 3 this
machine, 4 script and batch system. A rule whose cases differ has a second severity where a case does less harm. Around
an example is a complete section, such as [pegconf init](commands/init.md) writes, with nothing else wrong in it.
"""
_CAUSES: Final = """\
# The causes

What [pegconf smoke-test](commands/smoke-test.md) can name where a section does not run, with what to do.
"""


def rules() -> str:
    """The page of the rules: each with its code, severity and title, why it is one, and what is wrong and right."""
    every = sorted(engine.RULES, key=lambda rule: rule.code)
    table = "".join(f"| [{rule.code}](#{rule.code.lower()}) | {rule.severity} | {rule.title} |\n" for rule in every)
    texts = "".join(f"\n## {rule.code}\n\n*{rule.severity}: {rule.title}*\n\n{_why(rule)}\n" for rule in every)
    return f"{_MADE}{_RULES}\n| code | severity | what is found |\n| --- | --- | --- |\n{table}{texts}"


def causes() -> str:
    """The page of the causes: each with its code and title, how it comes about, and the way out."""
    table = "".join(f"| [{cause.code}](#{cause.code.lower()}) | {cause.title} |\n" for cause in CODES)
    texts = "".join(f"\n## {cause.code}\n\n*{cause.title}*\n\n{_filled(cause.explanation)}\n" for cause in CODES)
    return f"{_MADE}{_CAUSES}\n| code | what went wrong |\n| --- | --- |\n{table}{texts}"


def _why(rule: Rule) -> str:
    """A rule's docstring, its examples as blocks of YAML and the rest as plain text."""
    text = (inspect.getdoc(rule.check) or "").encode("utf-8", "backslashreplace").decode()
    why, *examples = re.split(r"\n((?:Wrong|Right)(?: \(.*\))?):\n(?=\n    )", text)
    fenced = (
        f"\n{word}:\n\n```yaml\n{_block(text)}\n```" for word, text in zip(examples[::2], examples[1::2], strict=True)
    )
    return "\n".join((_plain(why).strip(), *fenced))


def _filled(text: str) -> str:
    return textwrap.fill(_plain(text), 120, break_on_hyphens=False)


def _block(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def _plain(text: str) -> str:
    """A text in which no sign outside backquotes means something to Markdown."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([*<\[])", r"\\\1", part) for part in parts)


def stale() -> list[Path]:
    """The pages that do not say what the code says."""
    return [page for page, text in _pages().items() if not page.exists() or page.read_text(encoding="utf-8") != text]


def _pages() -> dict[Path, str]:
    return {DOCS / "rules.md": rules(), DOCS / "causes.md": causes()}


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        if old := stale():
            sys.exit(
                f"not what the code says: {', '.join(page.name for page in old)}; run: python -m tests.docs.reference"
            )
    else:
        for page, text in _pages().items():
            page.write_text(text, encoding="utf-8")
