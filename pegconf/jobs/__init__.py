"""From a section to a job and back to an empty queue."""

from __future__ import annotations
