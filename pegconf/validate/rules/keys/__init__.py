"""PEG1xx: keys that dask-jobqueue does not read, that are missing, or whose values have the wrong type."""

from __future__ import annotations
