"""From what was seen (jobs, nodes, logs, this host) to one cause."""

from __future__ import annotations
