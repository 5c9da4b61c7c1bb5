"""What can be wrong with a configuration, one file per subject, one folder per first digit of the codes."""

from __future__ import annotations
