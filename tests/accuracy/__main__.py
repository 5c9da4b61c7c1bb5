"""`python -m tests.accuracy [--sample N] [--list]`: the table of recall and false alarms, and what is not as known."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.accuracy import kinds, known
from tests.accuracy.measure import judge, names
from tests.accuracy.table import listed, table


def main() -> int:
    """Print the table; 1 where a miss or a false alarm is not in the list of known ones, or one there is gone."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="every N-th case only")
    parser.add_argument("--list", action="store_true", help="list misses and false alarms with what became of them")
    asked = parser.parse_args()
    cases = kinds.every()[:: asked.sample]
    with tempfile.TemporaryDirectory(prefix="pegconf-accuracy-") as scratch:
        judged = judge(cases, Path(scratch))
    print(table(judged))
    missed = [one for one in judged if one.missed]
    alarms = [one for one in judged if one.false_alarm]
    if asked.list:
        print(f"\nMissed:\n{listed(missed)}\n\nFalse alarms:\n{listed(alarms)}")
    measured = {case.name for case in cases}
    ends_well = True
    for title, found, listing in (("missed", missed, known.MISSED), ("false alarms", alarms, known.FALSE_ALARMS)):
        new, gone = names(found) - set(listing), (set(listing) & measured) - names(found)
        gone = gone if asked.sample == 1 else set()
        ends_well = ends_well and not new and not gone
        print(f"\n{title}: {len(names(found))} by name, {len(new)} not known before, {len(gone)} known and gone")
        for name in sorted(new):
            print(f"  new: {name}")
        for name in sorted(gone):
            print(f"  gone: {name}")
    return 0 if ends_well else 1


if __name__ == "__main__":
    sys.exit(main())
