"""`pegconf schema`: what editors complete, explain and underline a jobqueue.yaml with."""

from __future__ import annotations

from typing import Annotated

import typer

from pegconf.cli.options import ends_well, out
from pegconf.core import resources
from pegconf.core.errors import UsageError


@ends_well
def print_schema(
    path: Annotated[bool, typer.Option("--path", help="Print where the schema lies instead.")] = False,
    modeline: Annotated[
        bool, typer.Option("--modeline", help="Print the first line of a file that names the schema to editors.")
    ] = False,
) -> None:
    """Print the JSON schema of a jobqueue.yaml, for editors."""
    if path and modeline:
        raise UsageError("--path and --modeline print different things", "leave one of them out")
    file = resources.JOBQUEUE_SCHEMA
    if path:
        out(str(file))
    elif modeline:
        out(f"# yaml-language-server: $schema={file.as_uri()}")
    else:
        out(file.read_text(encoding="utf-8").rstrip())
