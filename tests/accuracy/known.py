"""What pegconf does not find, or calls an error although it works: every such case by name, with the reason."""

from __future__ import annotations

from typing import Final

MISSED: Final[dict[str, str]] = {
    "nesting | the section's name with an s": (
        "LSFCluster() crashes for want of cores, and LSFCluster(config_name='lsfs') does not: "
        "which of them the program says stands in no file, so this is a warning"
    ),
}
"""Crashes without an error finding, and wrong scripts without any."""
FALSE_ALARMS: Final[dict[str, str]] = {}
"""Errors in what works as it was meant."""
