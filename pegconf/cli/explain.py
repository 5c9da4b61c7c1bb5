"""`pegconf explain CODE`: why a finding is one, with an example of wrong and right."""

from __future__ import annotations

import difflib
import inspect
from typing import Annotated

import typer

from pegconf import validate
from pegconf.cli.common import ends_well, out
from pegconf.errors import UsageError


@ends_well
def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="A code such as PEG201; without one all are listed.")
    ] = None,
) -> int:
    """Say why a finding is one, with an example of wrong and right."""
    rules = sorted(validate.RULES, key=lambda rule: rule.code)
    if code is None:
        out("\n".join(f"{rule.code}  {rule.severity:7}  {rule.title}" for rule in rules))
        return 0
    rule = next((rule for rule in rules if rule.code == code.strip().upper()), None)
    if rule is None:
        raise _unknown(code)
    text = (inspect.getdoc(rule.check) or "").encode("utf-8", "backslashreplace").decode()
    out(f"{rule.code} {rule.severity}: {rule.title}\n\n{text}")
    return 0


def check_code(code: str) -> None:
    """Raise UsageError where no rule's code begins like this."""
    if not any(rule.code.startswith(code) for rule in validate.RULES):
        raise _unknown(code)


def _unknown(code: str) -> UsageError:
    codes = sorted(rule.code for rule in validate.RULES)
    near = difflib.get_close_matches(code.upper(), codes, 3, 0.6)
    return UsageError(
        f"there is no code {code!r}", f"did you mean {', '.join(near)}?" if near else "pegconf explain lists them"
    )
