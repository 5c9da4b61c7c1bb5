"""`pegconf validate`: what is wrong with a configuration, where, and what to write instead."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer resolves the annotations
from typing import Annotated

import typer

from pegconf.cli.common import ends_well, out


@ends_well
def validate(files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...")] = None) -> int:
    """Check a configuration."""
    out(f"not yet: {files}")
    return 0
