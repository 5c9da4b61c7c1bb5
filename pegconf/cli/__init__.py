"""The command line: one file per command; they parse, call one function, print and exit."""

from __future__ import annotations

from typing import Annotated

import typer

import pegconf
from pegconf.cli.explain import explain
from pegconf.cli.init import init
from pegconf.cli.script import script
from pegconf.cli.show import show_values
from pegconf.cli.sites import show_sites
from pegconf.cli.smoke_test import smoke_test
from pegconf.cli.tunnel import tunnel
from pegconf.cli.validate import validate

app = typer.Typer(
    name="pegconf",
    help="From a few questions to a Dask cluster that provably runs on a batch system.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"pegconf {pegconf.__version__}")
        raise typer.Exit


@app.callback()
def _pegconf(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Configure, check and prove Dask on a batch system."""


app.command("init")(init)
app.command("validate")(validate)
app.command("explain")(explain)
app.command("show")(show_values)
app.command("sites")(show_sites)
app.command("script")(script)
app.command("smoke-test")(smoke_test)
app.command("tunnel")(tunnel)


def main() -> None:
    """Run the command line."""
    app()
