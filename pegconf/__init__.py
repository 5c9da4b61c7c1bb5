"""From a few questions to a Dask cluster that provably runs on a batch system."""

from __future__ import annotations

__version__ = "0.1.0"
