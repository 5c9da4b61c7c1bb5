"""The command line: one file per command; they parse, call one function, print and exit."""

from __future__ import annotations

import gc
import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    first, *words = sys.argv[1:] or [""]
    if first == "validate" and not any(word.startswith("-") for word in words):
        # As hooks and editors call it, again and again: without an option there is nothing for typer to do, and to
        # import it and what it needs takes longer than the verdict.
        from pegconf.cli.output import exit_code  # noqa: PLC0415
        from pegconf.cli.validate_verdict import verdict  # noqa: PLC0415

        # What a file holds is kept to the end, and looking for garbage among it takes a tenth of the time.
        gc.disable()
        sys.exit(exit_code(lambda: verdict([Path(word) for word in words])))
    from pegconf.cli.app import app  # noqa: PLC0415

    app(first)()
