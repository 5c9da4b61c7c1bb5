"""`pegconf tunnel`: the ssh command that brings the dashboard to the laptop."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from pegconf import sections, sources
from pegconf import tunnel as tunnels
from pegconf.cli.common import FileOption, NameArgument, ends_well, out
from pegconf.errors import UsageError


@ends_well
def tunnel(
    name: NameArgument = None,
    login: Annotated[
        str | None, typer.Option(help="Login node, instead of the file's.", metavar="USER@HOST", show_default=False)
    ] = None,
    node: Annotated[
        str | None,
        typer.Option(
            help="Node that the scheduler runs on, if not the login node.", metavar="HOST", show_default=False
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", help="Port of the dashboard there.", min=1, max=tunnels.MAX_PORT, metavar="P", show_default=False
        ),
    ] = None,
    local_port: Annotated[
        int | None,
        typer.Option(
            "--local-port",
            help="Port on your own computer.",
            min=1,
            max=tunnels.MAX_PORT,
            metavar="P",
            show_default=False,
        ),
    ] = None,
    file: FileOption = None,
) -> None:
    """Print the ssh command to run on your own computer, and the address to open there."""
    known = sections.collect(sources.readable(sources.load(os.environ, file)))
    chosen = (sections.choose(known, name),) if name is not None else known
    if login is None and chosen and all(section.batch_system == "local" for section in chosen):
        here = tunnels.dashboard(chosen)
        out(f"# no tunnel is needed for a local section: on this machine open http://localhost:{here.port}/status")
        return
    asked = login or next((section.login for section in known if section.login), None)
    if asked is None:
        raise UsageError("no login is known", "give --login user@host, or write one with: pegconf init")
    found = tunnels.tunnel(asked, tunnels.dashboard(chosen), node=node, port=port, local_port=local_port)
    out(found.command)
    out(f"# run this on your own computer and leave it running, then open {found.url}")
