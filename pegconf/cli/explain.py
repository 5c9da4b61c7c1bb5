"""`pegconf explain CODE`: why a finding is one, with an example of wrong and right."""

from __future__ import annotations

import difflib
import inspect
import textwrap
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pegconf.cli.options import ends_well, out
from pegconf.core.errors import UsageError
from pegconf.diagnosis.causes import CODES
from pegconf.validate import engine
from pegconf.validate.report_text import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

_THE_REST: Final = (
    "Around an example is a complete section, such as pegconf init writes, with nothing else wrong in it."
)


@ends_well
def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="A code such as PEG201; without one all are listed.")
    ] = None,
) -> int:
    """Say why a finding is one, with an example of wrong and right."""
    known = {rule.code: (str(rule.severity), rule.title) for rule in engine.RULES}
    known |= {cause.code: ("cause", cause.title) for cause in CODES}
    if code is None:
        out("\n".join(f"{name}  {kind:7}  {title}" for name, (kind, title) in sorted(known.items())))
        return 0
    name = code.strip().upper()
    if name not in known:
        raise _unknown(code, known)
    out(f"{name} {known[name][0]}: {known[name][1]}\n\n{_text(name)}")
    return 0


def _text(code: str) -> str:
    cause = next((cause for cause in CODES if cause.code == code), None)
    if cause is not None:
        return textwrap.fill(cause.explanation, WIDTH, break_on_hyphens=False)
    rule = next(rule for rule in engine.RULES if rule.code == code)
    text = (inspect.getdoc(rule.check) or "").encode("utf-8", "backslashreplace").decode()
    return f"{text}\n\n{_THE_REST}" if "\nRight:\n" in text else text


def check_code(code: str) -> None:
    """Raise UsageError where no rule's code begins like this."""
    if not any(rule.code.startswith(code) for rule in engine.RULES):
        raise _unknown(code, [rule.code for rule in engine.RULES])


def _unknown(code: str, codes: Iterable[str]) -> UsageError:
    near = difflib.get_close_matches(code.upper(), sorted(codes), 3, 0.6)
    return UsageError(
        f"there is no code {code!r}", f"did you mean {', '.join(near)}?" if near else "pegconf explain lists them"
    )
