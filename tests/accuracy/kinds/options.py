"""scheduler-options, and the section as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.accuracy.case import NOBODY, Case, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_MEANT: Final = "{dashboard_address: '127.0.0.1:0'}"
_OPTIONS: Final = (
    ("['dashboard_address: 127.0.0.1:0']", _MEANT),
    ("[dashboard_address, '127.0.0.1:0']", _MEANT),
    ("'dashboard_address: 127.0.0.1:0'", _MEANT),
    ("{dashboard-address: '127.0.0.1:0'}", _MEANT),
    ("{dashboard_adress: '127.0.0.1:0'}", _MEANT),
    ("{dashboard: '127.0.0.1:0'}", _MEANT),
    ("{Dashboard_address: '127.0.0.1:0'}", _MEANT),
    ("{dashboard_address: ['127.0.0.1:0']}", _MEANT),
    ("[{dashboard_address: '127.0.0.1:0'}]", _MEANT),
    ("\n      dashboard_address: '127.0.0.1:0'", _MEANT),
    ("\n      - dashboard_address: '127.0.0.1:0'", _MEANT),
    ("{dashboard_address: '127.0.0.1:0', port: 0}", "{dashboard_address: '127.0.0.1:0', port: 0}"),
    ("{dashboard_address: '127.0.0.1:0', port: '0'}", "{dashboard_address: '127.0.0.1:0', port: 0}"),
    ("{dashboard_address: '127.0.0.1:0', host: 127.0.0.1}", "{dashboard_address: '127.0.0.1:0', host: 127.0.0.1}"),
    ("{dashboard_address: '127.0.0.1:0', n_workers: 4}", NOBODY),
    ("{dashboard_address: '127.0.0.1:0', cores: 4}", NOBODY),
    ("{dashboard_address: '127.0.0.1:0', protocol: http}", NOBODY),
    ("{dashboard_address: '127.0.0.1:0', 8787: 1}", NOBODY),
    ("{}", "{}"),
    ("17", NOBODY),
    ("true", NOBODY),
    ("''", "{}"),
    ("[]", "{}"),
)


def cases(good: Good) -> Iterator[Case]:
    """Options as lists, in other spellings and of other types; the section as something else than a mapping."""
    yield from each("options", good, "scheduler-options", _OPTIONS)
    inner = "".join(f"    {key}: {raw}\n" for key, raw in good.values.items())
    listed = "".join(f"    - {key}: {raw}\n" for key, raw in good.values.items())
    wholes = {
        "the section is a list of pairs": good.around(listed),
        "the section is text": good.around("").rstrip("\n") + " text\n",
        "the section is a number": good.around("").rstrip("\n") + " 4\n",
        "the section is a list": good.around("").rstrip("\n") + " [cores, memory]\n",
        "the section's name in capitals": good.text.replace(f"\n  {good.section}:", f"\n  {good.section.upper()}:"),
        "the section's name with an s": good.text.replace(f"\n  {good.section}:", f"\n  {good.section}s:"),
        "jobqueu": good.text.replace("jobqueue:\n", "jobqueu:\n"),
        "job-queue": good.text.replace("jobqueue:\n", "job-queue:\n"),
        "JobQueue": good.text.replace("jobqueue:\n", "JobQueue:\n"),
        "no jobqueue": good.text.replace("jobqueue:\n", "").replace(f"  {good.section}:", f"{good.section}:"),
        "distributed above": good.text.replace("jobqueue:\n", "distributed:\n"),
        "no section": good.text.replace(f"  {good.section}:\n", ""),
        "jobqueue is a list": good.text.replace(f"  {good.section}:\n", f"  - {good.section}:\n"),
        "jobqueue is text": "jobqueue: lsf\n",
        "the section is flat": good.around(inner.replace("    ", "  ")),
    }
    if not good.own:
        # Only the program knows under which name it asks for a section.
        del wholes["the section's name in capitals"], wholes["the section's name with an s"]
    for label, text in wholes.items():
        yield Case("nesting", good.system, good.section, label, text, good.text)
