"""Whether the batch system would take a job script, asked without running anything."""

from __future__ import annotations
