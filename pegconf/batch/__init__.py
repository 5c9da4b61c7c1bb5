"""Everything pegconf knows about a batch system; nothing is run in here."""

from __future__ import annotations
