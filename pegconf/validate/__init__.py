"""What is wrong with a configuration, and mending it."""

from __future__ import annotations
