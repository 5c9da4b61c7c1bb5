"""What workers can do: the three sums, speeds, the parts of Dask, and who gets in."""

from __future__ import annotations
