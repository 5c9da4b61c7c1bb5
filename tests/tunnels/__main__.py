"""Print the table: topology x obstacle, what was printed, whether the browser got there, seconds."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.systems.slurm import people
from tests.tunnels import cases, places


def _python(folder: str) -> Path:
    Path(folder).chmod(0o755)
    return people.readable_python(Path(folder))


def main() -> int:
    """Run every case; 1 where one was not reached though it could be, or not named though it could not."""
    reason = places.missing()
    if reason:
        print(f"no places here: {reason}", file=sys.stderr)
        return 3
    # Under nohup, or behind & in a script, it is ignored, and so would be in every program that a case starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    wrong = 0
    print("| topology | obstacle | printed | browser | seconds |\n| --- | --- | --- | --- | --- |")
    with TemporaryDirectory(prefix="pegconf-python-") as folder, places.standing(_python(folder)) as standing:
        for case in cases.CASES:
            outcome, seconds = cases.timed(case, standing, None)
            good = outcome.reached == case.reachable and case.expected in outcome.printed
            wrong += not good
            lines = outcome.printed.splitlines()
            shown = next((line for line in lines if case.expected in line), outcome.printed.strip())
            browser = "there" if outcome.reached else f"named, exit code {outcome.code}"
            print(
                f"| {case.topology} | {case.obstacle} | `{shown.strip()}` | {browser if good else 'WRONG'} "
                f"| {seconds:.1f} |",
                flush=True,
            )
    print(f"\n{len(cases.CASES) - wrong} of {len(cases.CASES)} as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
