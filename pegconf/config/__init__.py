"""jobqueue.yaml as dask reads it, and written back with every other byte as it was."""

from __future__ import annotations
