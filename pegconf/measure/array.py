"""The array of random numbers that workers sum the square roots of, cut into slices of whole rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

ROWS: Final = 10_000
BYTES_PER_NUMBER: Final = 8


@dataclass(frozen=True, slots=True)
class Array:
    """An array of ROWS rows; there are as many slices for each worker."""

    columns: int
    slices: int

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of each slice."""
        bounds = [ROWS * index // self.slices for index in range(self.slices + 1)]
        return tuple(end - start for start, end in pairwise(bounds))
