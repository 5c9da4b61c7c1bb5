"""What init writes beside jobqueue.yaml: said first, agreed to, then written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pegconf.cli import prompt
from pegconf.cli.options import note, out
from pegconf.config import sources, store
from pegconf.core.errors import UsageError
from pegconf.init import dashboard, plan, tls_and_pages
from pegconf.site import certificates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pegconf.init.answers import Answers
    from pegconf.init.tls_and_pages import Beside


def planned(path: Path, *, tls: bool | None, kind: str | None, dry_run: bool) -> tuple[Beside, ...]:
    """The files beside the configuration that the options change; raises where they could not be written.

    Only beside a file that dask reads by itself: the nodes have to read them, too. `kind` is not checked yet.
    """
    kind = kind.strip().lower() if kind is not None else None
    own = path.parent == sources.user_file(os.environ).parent
    if tls and not own:
        raise UsageError(
            f"--tls is for all of your Dask programs, and dask does not read {path.parent} by itself",
            "leave out --file, or --tls",
        )
    if tls:
        certificates.check_can_make()
    if not own:
        return ()
    found = tls_and_pages.plan(path.parent, tls=tls, kind=kind if kind in dashboard.CHOICES else None)
    for one in found if not dry_run else ():
        store.check_writable(one.path)
    return found


def left_open(made: plan.Plan, answers: Answers, files: Sequence[Beside]) -> tuple[tuple[str, str], ...]:
    """What the answers leave open, with these files as they are to be and the others as they are."""
    folder = made.before.path.parent

    def there(name: str) -> bool:
        planned = next((one for one in files if one.path.name == name), None)
        return (folder / name).is_file() if planned is None else planned.text is not None

    return plan.left_open(
        made, answers, encrypted=there(tls_and_pages.TLS_FILE), health_only=there(tls_and_pages.PAGES_FILE)
    )


def agreed(files: Sequence[Beside], *, yes: bool) -> tuple[Beside, ...]:
    """Those files whose effects on the user's other programs were said, and agreed to."""
    kept = []
    for one in files:
        words = tls_and_pages.TLS_CHANGES if one.path.name == tls_and_pages.TLS_FILE else tls_and_pages.PAGES_CHANGES
        if one.text is None:
            note(f"{one.path} is moved aside: {_undone(one)}")
        for line in words if one.text is not None else ():
            note(line)
        if one.text is None or yes or prompt.confirm(f"write {one.path}?", default=False):
            kept.append(one)
        else:
            note(f"{one.path} is not written, so what it would close stays open")
    return tuple(kept)


def _undone(one: Beside) -> str:
    if one.path.name == tls_and_pages.TLS_FILE:
        return "connections are no longer encrypted"
    return "the pages are there again"


def write(files: Sequence[Beside], path: Path, *, tls: bool | None) -> None:
    """Make the certificates, and write or move aside each file; the certificates come first, so that none is lacking.

    With `tls` they are looked at where the file is there already, too: those that end soon are made anew.
    """
    encrypts = any(one.path.name == tls_and_pages.TLS_FILE and one.text is not None for one in files)
    there = (path.parent / tls_and_pages.TLS_FILE).is_file()
    if encrypts or (tls and there):
        keys = tls_and_pages.keys_folder(path.parent)
        made = certificates.ensure(keys)
        out(f"{'made' if made.new else 'kept'} the certificates in {keys}, good until {made.until:%Y-%m-%d}")
        if made.backup is not None:
            out(f"the old ones are {made.backup}; clusters that run now take no new workers")
    for one in files:
        backup = tls_and_pages.write(one)
        if one.text is not None:
            out(f"wrote {one.path}")
        if backup is not None:
            out(f"the old one is {backup}")
    if tls is False and tls_and_pages.keys_folder(path.parent).is_dir():
        note(f"the certificates stay in {tls_and_pages.keys_folder(path.parent)}")
