"""The README's table of rules, made from the rules: `python -m tests.rule_table` writes it into the README."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from pegconf.validate import engine as validate

README: Final = Path(__file__).parent.parent / "README.md"
_TABLE: Final = re.compile(r"(?<=\n## Rules\n).*?(?=\n## )", re.DOTALL)
_HEAD: Final = """
What `validate` looks for. A rule whose cases differ has a second severity where a case does less harm;
`pegconf explain CODE` says why each is one, with an example of wrong and right.

| code | severity | what is found |
| --- | --- | --- |
"""


def table() -> str:
    """The section's text: one row a rule, in the order of the codes."""
    rules = sorted(validate.RULES, key=lambda rule: rule.code)
    return _HEAD + "".join(f"| {rule.code} | {rule.severity} | {rule.title} |\n" for rule in rules)


def in_readme() -> str:
    """The section's text as the README has it, empty where it has none."""
    found = _TABLE.search(README.read_text(encoding="utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    README.write_text(_TABLE.sub(lambda _: table(), README.read_text(encoding="utf-8")), encoding="utf-8")
