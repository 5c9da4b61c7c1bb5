"""The commands as typer has them; only those that are asked for are imported."""

from __future__ import annotations

import importlib
from typing import Annotated, Final

import typer

import pegconf

_COMMANDS: Final = {
    "init": ("init", "init"),
    "validate": ("validate", "validate"),
    "explain": ("explain", "explain"),
    "show": ("show", "show_values"),
    "sites": ("sites", "show_sites"),
    "script": ("script", "script"),
    "smoke-test": ("smoke", "smoke_test"),
    "tunnel": ("tunnel", "tunnel"),
    "schema": ("schema", "print_schema"),
}
"""Each command's file and the function in it."""


def app(first: str = "") -> typer.Typer:
    """The command line; with the name of a command as first word that one alone, since all take 0.1 s to import."""
    made = typer.Typer(
        name="pegconf",
        help="From a few questions to a Dask cluster that provably runs on a batch system.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_pegconf)
    for name in [first] if first in _COMMANDS else _COMMANDS:
        file, function = _COMMANDS[name]
        made.command(name)(getattr(importlib.import_module(f"pegconf.cli.{file}"), function))
    return made


def _version(asked: bool) -> None:
    if asked:
        print(f"pegconf {pegconf.__version__}")
        raise typer.Exit


def _pegconf(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Configure, check and prove Dask on a batch system."""
