"""This cluster and this host: site files, what the cluster says, what a compute node says."""

from __future__ import annotations
