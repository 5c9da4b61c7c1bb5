"""`pegconf tunnel`: the ssh command that brings the dashboard to the laptop, and the laptop's side of it."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from pegconf.cli import tunnel_choice
from pegconf.cli.options import FileOption, NameArgument, ends_well
from pegconf.cli.tunnel_choice import Asked
from pegconf.config import sections, sources
from pegconf.core import ports
from pegconf.core.errors import UsageError


class Format(StrEnum):
    """What is printed."""

    TEXT = "text"
    SSH_CONFIG = "ssh-config"
    JSON = "json"


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
        typer.Option("--port", help="Port of the dashboard there.", min=1, max=ports.LAST, metavar="P"),
    ] = None,
    local_port: Annotated[
        int | None,
        typer.Option("--local-port", help="Port on your own computer.", min=1, max=ports.LAST, metavar="P"),
    ] = None,
    jump: Annotated[
        str | None,
        typer.Option(help="Go through this host and on into the node by ssh.", metavar="HOST", show_default=False),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            help="Address of the dashboard there, if not 127.0.0.1; with --jump.", metavar="ADDRESS", show_default=False
        ),
    ] = None,
    expect: Annotated[
        str | None, typer.Option(help="Id or address of the scheduler that is meant.", metavar="ID", show_default=False)
    ] = None,
    scheduler_file: Annotated[
        Path | None,
        typer.Option("--scheduler-file", help="File that the scheduler wrote.", metavar="PATH", show_default=False),
    ] = None,
    configured: Annotated[
        bool, typer.Option("--configured", help="Look for no scheduler: take what the configuration will use.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    run: Annotated[
        bool, typer.Option("--run", help="On your own computer: make the tunnel, look whose dashboard it is, stay.")
    ] = False,
    open_browser: Annotated[
        bool, typer.Option("--open", help="With --run: open the dashboard in the browser.")
    ] = False,
    file: FileOption = None,
) -> int:
    """Find your dashboard and print the ssh command to run on your own computer; with --run, run it there."""
    known = sections.collect(sources.readable(sources.load(os.environ, file)))
    chosen = (sections.choose(known, name),) if name is not None else known
    asked = Asked(
        login or next((section.login for section in known if section.login), None),
        node, port, local_port, jump, address, expect, scheduler_file,
        configured=configured, login_given=login is not None,
    )  # fmt: skip
    if open_browser and not run:
        raise UsageError("--open opens what --run leads here", "on your own computer: pegconf tunnel --run --open")
    if run:
        return tunnel_choice.hold(asked, chosen, open_browser=open_browser)
    return tunnel_choice.show(asked, chosen, form)
